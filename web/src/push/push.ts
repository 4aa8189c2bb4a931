/** Messages while the site is closed: Web Push, only after the visitor asked for it. */

import * as visitors from '../api/visitors';

export type PushState = 'unsupported' | 'install' | 'denied' | 'off' | 'on';

/** What a browser says of itself. */
export type Browser = {
  hasPush: boolean;
  isAppleMobile: boolean;
  permission: NotificationPermission;
  isSubscribed: boolean;
};

const WORKER = '/push-worker.js';
const VISITOR_CACHE = 'dalil.push'; // as in public/push-worker.js, which can't read localStorage
const VISITOR_KEY = '/push-visitor';

/** Return what the visitor can do about messages here. An iPhone has Web Push only from the home screen. */
export function stateOf(browser: Browser): PushState {
  if (!browser.hasPush) return browser.isAppleMobile ? 'install' : 'unsupported';
  if (browser.permission === 'denied') return 'denied';
  return browser.isSubscribed && browser.permission === 'granted' ? 'on' : 'off';
}

export async function current(): Promise<PushState> {
  const hasPush = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  // An iPad says that it is a Mac; no Mac has a touch screen.
  const isAppleMobile =
    /iPhone|iPad/.test(navigator.userAgent) ||
    (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  const permission = hasPush ? Notification.permission : 'default';
  const isSubscribed = hasPush && (await subscription()) !== null;
  return stateOf({ hasPush, isAppleMobile, permission, isSubscribed });
}

/** Ask the browser, subscribe, and tell the server; nothing is left behind where one of them refuses. */
export async function turnOn(token: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return current();
  const { public_key } = await visitors.pushKey();
  await navigator.serviceWorker.register(WORKER, { scope: '/' });
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key });
  try {
    await visitors.consentToMarketing(token, true);
    await visitors.addPush(token, made.toJSON());
    await (await caches.open(VISITOR_CACHE)).put(VISITOR_KEY, new Response(token));
  } catch (error) {
    await made.unsubscribe();
    throw error;
  }
  return 'on';
}

/** Withdraw the consent and end the subscription, here first: whatever the server answers, nothing is shown any more. */
export async function turnOff(token: string): Promise<PushState> {
  await endPush(token);
  await visitors.consentToMarketing(token, false);
  return current();
}

/** End the subscription where its consent was withdrawn meanwhile: by another app of the visitor, or another window. */
export async function heedConsent(token: string): Promise<void> {
  if ((await current()) !== 'on') return;
  const { marketing } = await visitors.consent(token);
  if (!marketing) await endPush(token);
}

async function endPush(token: string): Promise<void> {
  const ended = await forgetPush();
  if (ended) await visitors.removePush(token, ended.toJSON());
}

/** End the browser's subscription and return it; null where there was none. Called too when its visitor is gone. */
export async function forgetPush(): Promise<PushSubscription | null> {
  if (!('serviceWorker' in navigator && 'PushManager' in window)) return null;
  const ended = await subscription();
  await ended?.unsubscribe();
  await caches.delete(VISITOR_CACHE);
  return ended;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}
