/** What the address bar says after `#`: a place, a route, a venue, whom to follow. Pure: text in, values out. */

import type { Waypoint } from './api/types';

export type Address = {
  venue?: string | undefined;
  place?: string | undefined;
  from?: Waypoint | undefined;
  to?: Waypoint | undefined;
  profile?: string | undefined;
  /** The token of a visitor whose dot is to be shown, such as a simulated one. */
  follow?: string | undefined;
};

const POINT_DECIMALS = 6; // 0.1 m

export function parseAddress(hash: string): Address {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    venue: values.get('venue') ?? undefined,
    place: values.get('place') ?? undefined,
    from: parseWaypoint(values.get('from')),
    to: parseWaypoint(values.get('to')),
    profile: values.get('profile') ?? undefined,
    follow: values.get('follow') ?? undefined,
  };
}

export function writeAddress(address: Address): string {
  const values = new URLSearchParams();
  if (address.venue) values.set('venue', address.venue);
  if (address.place) values.set('place', address.place);
  if (address.from) values.set('from', writeWaypoint(address.from));
  if (address.to) values.set('to', writeWaypoint(address.to));
  if (address.to && address.profile) values.set('profile', address.profile);
  if (address.follow) values.set('follow', address.follow);
  const written = values.toString().replaceAll('%2C', ',');
  return written ? `#${written}` : '';
}

/** Return the waypoint of `<place id>` or `lng,lat,level`; undefined where it is neither. */
export function parseWaypoint(written: string | null): Waypoint | undefined {
  if (!written) return undefined;
  const [lng, lat, level, ...rest] = written.split(',');
  if (lat === undefined) return { place: written };
  const point = { lng: Number(lng), lat: Number(lat), level: Number(level) };
  const readable = rest.length === 0 && level !== undefined && Object.values(point).every(Number.isFinite);
  return readable ? point : undefined;
}

function writeWaypoint(waypoint: Waypoint): string {
  if ('place' in waypoint) return waypoint.place;
  return [waypoint.lng.toFixed(POINT_DECIMALS), waypoint.lat.toFixed(POINT_DECIMALS), waypoint.level].join(
    ',',
  );
}
