import { afterEach, describe, expect, it, vi } from 'vitest';
import { readFileSync } from 'node:fs';
import { heedConsent, stateOf, type Browser } from '../src/push/push';

const FRESH: Browser = { hasPush: true, isAppleMobile: false, permission: 'default', isSubscribed: false };

describe('messages while the site is closed', () => {
  it.each([
    ['off', {}],
    ['on', { permission: 'granted', isSubscribed: true }],
    ['off', { permission: 'granted' }],
    ['denied', { permission: 'denied', isSubscribed: true }],
    ['unsupported', { hasPush: false }],
    ['install', { hasPush: false, isAppleMobile: true }],
    ['off', { isAppleMobile: true }],
  ] as const)('are %s for %o', (state, differs) => {
    expect(stateOf({ ...FRESH, ...differs })).toBe(state);
  });
});

describe('a consent that was withdrawn elsewhere', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Stand in for a browser that is subscribed, and a server that says what the visitor consents to. */
  function subscribed(marketing: boolean) {
    const subscription = {
      unsubscribe: vi.fn(async () => true),
      toJSON: () => ({ endpoint: 'https://push.example/1', keys: {} }),
    };
    const registration = { pushManager: { getSubscription: async () => subscription } };
    const serviceWorker = { getRegistration: async () => registration };
    const fetched = vi.fn(async (_path: string, { method }: { method: string }) =>
      method === 'GET' ? Response.json({ consent: { marketing } }) : new Response(null, { status: 204 }),
    );
    vi.stubGlobal('navigator', { serviceWorker, userAgent: '', maxTouchPoints: 0 });
    vi.stubGlobal('Notification', { permission: 'granted' });
    vi.stubGlobal('window', { PushManager: {}, Notification: {} });
    vi.stubGlobal('caches', { delete: async () => true });
    vi.stubGlobal('fetch', fetched);
    return { subscription, fetched };
  }

  it('ends the subscription of this browser, and tells the server', async () => {
    const { subscription, fetched } = subscribed(false);
    await heedConsent('token');
    expect(subscription.unsubscribe).toHaveBeenCalledOnce();
    expect(fetched.mock.calls.map(([path, { method }]) => `${method} ${path}`)).toEqual([
      'GET /api/v1/visitors/me',
      'DELETE /api/v1/visitors/me/devices',
    ]);
  });

  it('leaves alone who still consents', async () => {
    const { subscription } = subscribed(true);
    await heedConsent('token');
    expect(subscription.unsubscribe).not.toHaveBeenCalled();
  });
});

describe('icons', () => {
  const inPublic = (name: string) => readFileSync(new URL(`../public/${name}`, import.meta.url));
  const { icons } = JSON.parse(inPublic('manifest.webmanifest').toString()) as {
    icons: { src: string; sizes: string; type: string }[];
  };

  it('are PNG too, as large as the manifest says', () => {
    const drawn = icons.filter(({ type }) => type === 'image/png');
    expect(drawn.map(({ sizes }) => sizes)).toEqual(['192x192', '512x512']);
    for (const { src, sizes } of drawn) {
      const png = inPublic(src);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
    }
  });

  it('of messages are one of these: notifications show no SVG', () => {
    expect(inPublic('push-worker.js').toString()).toContain("icon: '/static/site/icon-192.png'");
  });
});

describe('the worker', () => {
  afterEach(() => vi.unstubAllGlobals());

  type Listener = (event: unknown) => void;

  /** Run the worker with a visitor's token, and return what it does. */
  function worker() {
    const listeners: Record<string, Listener> = {};
    const showNotification = vi.fn(async () => undefined);
    const openWindow = vi.fn(async () => null);
    const fetched = vi.fn(async () => new Response());
    const self = {
      addEventListener: (name: string, listener: Listener) => (listeners[name] = listener),
      registration: { showNotification },
      clients: { openWindow },
      location: { origin: 'https://dalil.example' },
    };
    const caches = { open: async () => ({ match: async () => new Response('token') }) };
    const source = readFileSync(new URL('../public/push-worker.js', import.meta.url), 'utf8');
    new Function('self', 'caches', 'fetch', source)(self, caches, fetched);
    const dispatch = async (name: string, event: object) => {
      let done: Promise<unknown> = Promise.resolve();
      listeners[name]?.({ ...event, waitUntil: (work: Promise<unknown>) => (done = work) });
      await done;
    };
    return { dispatch, showNotification, openWindow, fetched };
  }

  it('shows a message in its language and direction, once by its tag, and tells the server', async () => {
    const { dispatch, showNotification, fetched } = worker();
    const message = {
      id: 'm',
      tag: 'c',
      language: 'ar',
      title: 'T',
      body: 'B',
      image: null,
      link: '/#place=p',
    };
    await dispatch('push', { data: { json: () => message } });
    expect(showNotification).toHaveBeenCalledWith(
      'T',
      expect.objectContaining({
        body: 'B',
        lang: 'ar',
        dir: 'rtl',
        tag: 'c',
        data: { id: 'm', link: '/#place=p' },
      }),
    );
    expect(fetched).toHaveBeenCalledWith('/api/v1/visitors/me/messages/m/displayed', expect.anything());
  });

  it.each([
    ['/#place=1', 'https://dalil.example/#place=1'],
    ['https://shop.example/menu', 'https://shop.example/menu'],
    ['//shop.example', 'https://dalil.example/'],
    ['javascript:alert(1)', 'https://dalil.example/'],
    [null, 'https://dalil.example/'],
  ])('opens %s as %s and reports it', async (link, url) => {
    const { dispatch, openWindow, fetched } = worker();
    await dispatch('notificationclick', {
      notification: { close: () => undefined, data: { id: 'm', link } },
    });
    expect(openWindow).toHaveBeenCalledWith(url);
    expect(fetched).toHaveBeenCalledWith('/api/v1/visitors/me/messages/m/opened', expect.anything());
  });
});
