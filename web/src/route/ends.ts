/** Where a route begins and ends, as the visitor chose it. Pure. */

import type { Labels, Place, Position, Waypoint } from '../api/types';

export type End =
  | { kind: 'me' }
  | { kind: 'place'; id: string; name: Labels | string | null }
  | { kind: 'point'; lng: number; lat: number; ordinal: number };

export function placeEnd(place: Place): End {
  return { kind: 'place', id: place.id, name: place.properties.name };
}

/** Return the waypoint of an end; null for "my position" while no position is known. */
export function waypointOf(end: End | null, position: Position | null): Waypoint | null {
  if (end === null) return null;
  if (end.kind === 'place') return { place: end.id };
  if (end.kind === 'point') return { lng: end.lng, lat: end.lat, level: end.ordinal };
  return position && { lng: position.lng, lat: position.lat, level: position.level.id };
}

/** Return what the address bar keeps of an end: nothing of a visitor's own position. */
export function writtenEnd(end: End | null): Waypoint | undefined {
  return end === null || end.kind === 'me' ? undefined : (waypointOf(end, null) ?? undefined);
}
