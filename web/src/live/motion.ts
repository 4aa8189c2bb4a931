/** How the dot moves between two positions, and how far its accuracy reaches. Pure. */

export type LngLat = { lng: number; lat: number };

// Mean radius of the earth (IUGG): good to 0.5 % over the few hundred metres drawn here.
const EARTH_RADIUS_M = 6_371_008.8;
const CIRCLE_CORNERS = 48;
// Farther than a visitor walks between two positions: the dot jumps instead of sliding through walls.
const JUMP_M = 40;

export const GLIDE_MS = 900;

/** Return the point a part of the way (0 to 1) from one to another, slowing down at the end. */
export function glide(from: LngLat, to: LngLat, part: number): LngLat {
  const eased = 1 - (1 - Math.min(1, Math.max(0, part))) ** 3;
  return { lng: from.lng + (to.lng - from.lng) * eased, lat: from.lat + (to.lat - from.lat) * eased };
}

export function isJump(from: LngLat, to: LngLat): boolean {
  return distance_m(from, to) > JUMP_M;
}

/** Return the distance in metres on a plane that touches the earth at `from`. */
export function distance_m(from: LngLat, to: LngLat): number {
  const north_m = radians(to.lat - from.lat) * EARTH_RADIUS_M;
  const east_m = radians(to.lng - from.lng) * EARTH_RADIUS_M * Math.cos(radians(from.lat));
  return Math.hypot(north_m, east_m);
}

/** Return the circle of a radius in metres as a polygon in degrees. */
export function circle(centre: LngLat, radius_m: number): GeoJSON.Polygon {
  const lat_deg = degrees(radius_m / EARTH_RADIUS_M);
  const lng_deg = lat_deg / Math.cos(radians(centre.lat));
  const corners = Array.from({ length: CIRCLE_CORNERS + 1 }, (_, index) => {
    const angle = (2 * Math.PI * (index % CIRCLE_CORNERS)) / CIRCLE_CORNERS;
    return [centre.lng + lng_deg * Math.cos(angle), centre.lat + lat_deg * Math.sin(angle)];
  });
  return { type: 'Polygon', coordinates: [corners] };
}

function radians(value_deg: number): number {
  return (value_deg * Math.PI) / 180;
}

function degrees(value_rad: number): number {
  return (value_rad * 180) / Math.PI;
}
