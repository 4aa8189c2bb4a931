/** Routes from one waypoint to another. */

import { post, type CallOptions } from './client';
import type { RouteAnswer, Waypoint } from './types';

export type RouteRequest = { origin: Waypoint; destination: Waypoint; profile: string; language: string };

export function routes(slug: string, request: RouteRequest, options: CallOptions): Promise<RouteAnswer> {
  return post(`/venues/${encodeURIComponent(slug)}/routes`, request, options);
}
