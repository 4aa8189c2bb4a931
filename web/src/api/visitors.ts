/** The anonymous visitor: made once, with what they consented to; known by a bearer token. */

import { get, patch, post } from './client';
import type { Trip, Visitor } from './types';

export function create(language: string, profile: string): Promise<Visitor> {
  const consent = { positioning: true, history: false, analytics: false, marketing: false };
  return post('/visitors', { language, profile, consent });
}

/** Messages and guidance come in this language from now on. */
export function speak(token: string, language: string): Promise<Visitor> {
  return patch('/visitors/me', { language }, { token });
}

export function messageOpened(token: string, messageId: string): Promise<void> {
  return post(`/visitors/me/messages/${encodeURIComponent(messageId)}/opened`, {}, { token });
}

export function trip(token: string, id: string): Promise<Trip> {
  return get(`/trips/${encodeURIComponent(id)}`, { token });
}
