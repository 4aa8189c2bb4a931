/** Venues, the features of their published maps, and their places. */

import { get, query, type CallOptions } from './client';
import type { Place, Venue, VenueSummary } from './types';

export type FeatureCollection = GeoJSON.FeatureCollection<GeoJSON.Geometry | null, Record<string, unknown>>;

export type PlaceQuery = { q: string; lang: string; near?: string | undefined; limit: number };

export async function venues(): Promise<VenueSummary[]> {
  return (await get<{ venues: VenueSummary[] }>('/venues')).venues;
}

export function venue(slug: string): Promise<Venue> {
  return get(`/venues/${encodeURIComponent(slug)}`);
}

/** The features of one type on a published map; of one level where its id is given. Immutable: browsers keep it. */
export function features(
  slug: string,
  hash: string,
  type: string,
  level?: string,
): Promise<FeatureCollection> {
  return get(`/venues/${encodeURIComponent(slug)}/snapshots/${hash}/features${query({ type, level })}`);
}

export async function places(slug: string, ask: PlaceQuery, options: CallOptions): Promise<Place[]> {
  const answer = await get<{ features: Place[] }>(
    `/venues/${encodeURIComponent(slug)}/places${query(ask)}`,
    options,
  );
  return answer.features;
}

export function place(slug: string, id: string, lang: string): Promise<Place> {
  return get(`/venues/${encodeURIComponent(slug)}/places/${encodeURIComponent(id)}${query({ lang })}`);
}
