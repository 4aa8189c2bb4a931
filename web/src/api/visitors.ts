/** The anonymous visitor: made once, with what they consented to; known by a bearer token. */

import { get, patch, post, put, remove } from './client';
import type { Trip, Visitor } from './types';

export function create(language: string, profile: string): Promise<Visitor> {
  const consent = { positioning: true, history: false, analytics: false, marketing: false };
  return post('/visitors', { language, profile, consent });
}

/** Messages and guidance come in this language from now on. */
export function speak(token: string, language: string): Promise<Visitor> {
  return patch('/visitors/me', { language }, { token });
}

/** What the visitor consents to now, wherever they said so. */
export async function consent(token: string): Promise<Record<string, boolean>> {
  return (await get<{ consent: Record<string, boolean> }>('/visitors/me', { token })).consent;
}

export function messageOpened(token: string, messageId: string): Promise<void> {
  return post(`/visitors/me/messages/${encodeURIComponent(messageId)}/opened`, {}, { token });
}

/** The server's public key, for `applicationServerKey`. */
export function pushKey(): Promise<{ public_key: string }> {
  return get('/push/key');
}

export function consentToMarketing(token: string, granted: boolean): Promise<unknown> {
  return put('/visitors/me/consent', { marketing: granted }, { token });
}

export function addPush(token: string, subscription: PushSubscriptionJSON): Promise<unknown> {
  return post('/visitors/me/devices', webPush(subscription), { token });
}

export function removePush(token: string, subscription: PushSubscriptionJSON): Promise<void> {
  return remove('/visitors/me/devices', webPush(subscription), { token });
}

function webPush({ endpoint, keys }: PushSubscriptionJSON): unknown {
  return { kind: 'webpush', subscription: { endpoint, keys } };
}

export function trip(token: string, id: string): Promise<Trip> {
  return get(`/trips/${encodeURIComponent(id)}`, { token });
}
