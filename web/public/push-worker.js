/** Shows messages that the server pushes, tells it which were shown and opened, and opens where they lead. */

const VISITOR_CACHE = 'dalil.push'; // as in src/push/push.ts
const VISITOR_KEY = '/push-visitor';
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];
const LINK = /^(https:\/\/|\/(?!\/))/; // as in src/live/links.ts: to the web, or within this site; never a script

self.addEventListener('push', (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

async function show(message) {
  await self.registration.showNotification(message.title, {
    body: message.body,
    lang: message.language,
    dir: RIGHT_TO_LEFT.includes(message.language.split('-')[0]) ? 'rtl' : 'ltr',
    tag: message.tag, // one that is sent again takes the place of the first, in silence
    icon: '/static/site/icon-192.png',
    ...(message.image ? { image: message.image } : {}),
    data: { id: message.id, link: message.link },
  });
  await report(message.id, 'displayed');
}

async function open({ id, link }) {
  const url = new URL(link && LINK.test(link) ? link : '/', self.location.origin).href;
  await Promise.all([self.clients.openWindow(url), report(id, 'opened')]);
}

/** Only reports need it: a visitor who is gone, or offline, needn't hear that it wasn't noted. */
async function report(id, what) {
  const kept = await (await caches.open(VISITOR_CACHE)).match(VISITOR_KEY);
  if (!kept) return;
  const headers = { Authorization: `Bearer ${await kept.text()}`, 'Content-Type': 'application/json' };
  const path = `/api/v1/visitors/me/messages/${encodeURIComponent(id)}/${what}`;
  await fetch(path, { method: 'POST', headers, body: '{}' }).catch(() => undefined);
}
