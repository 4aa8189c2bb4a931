/** The frames of the live connection, word for word as docs/api/live.md has them, and how they are read. */

import type { Message, Position, SnapshotRef, Trip, Waypoint } from '../api/types';

export type ServerFrame =
  | { type: 'position'; seq: number; position: Position | null; status: string }
  | { type: 'progress'; seq: number; trip: Trip }
  | { type: 'rerouted'; seq: number; trip: Trip }
  | { type: 'message'; seq: number; message: Message }
  | { type: 'map_changed'; seq: number; snapshot: SnapshotRef }
  | { type: 'error'; seq: number; code: string; detail: string };

export type ClientFrame =
  | { type: 'start_trip'; destination: Waypoint; origin?: Waypoint; profile: string; language: string }
  | { type: 'stop_trip' }
  | { type: 'resume'; seq: number };

const TYPES = new Set(['position', 'progress', 'rerouted', 'message', 'map_changed', 'error']);

/** Return the frame of a text; null for a type that this version of the site does not know. */
export function readFrame(data: string): ServerFrame | null {
  const frame = JSON.parse(data) as { type?: string };
  return TYPES.has(frame.type ?? '') ? (frame as ServerFrame) : null;
}

/**
 * Take a frame; return the number of the newest message seen, and whether the frame is news.
 *
 * Messages are numbered per visitor and come again after `resume`: one already seen is dropped. Every other frame
 * carries the newest message's number only for information, so it never moves the mark.
 */
export function receive(seen: number, frame: ServerFrame): { seen: number; fresh: boolean } {
  if (frame.type !== 'message') return { seen, fresh: true };
  return frame.seq > seen ? { seen: frame.seq, fresh: true } : { seen, fresh: false };
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Return how long to wait before the n-th retry (from 0): doubling, bounded, spread by `chance` in [0, 1). */
export function retryDelay_ms(attempt: number, chance: number): number {
  const bound_ms = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  return bound_ms * (0.5 + chance / 2);
}
