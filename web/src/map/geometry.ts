/** Small geometry in degrees, for placing labels. Pure. */

import type { Box } from './levels';

type Ring = readonly GeoJSON.Position[];

/** Return the box of a geometry; null where it has no coordinates. */
export function boxOf(geometry: GeoJSON.Geometry | null): Box | null {
  const points = geometry ? positionsOf(geometry) : [];
  if (points.length === 0) return null;
  const lngs = points.map((point) => point[0] ?? 0);
  const lats = points.map((point) => point[1] ?? 0);
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}

/** Return where to write a label: a point itself, else the centroid of the largest ring; null without coordinates. */
export function labelPoint(geometry: GeoJSON.Geometry | null): GeoJSON.Position | null {
  if (geometry === null) return null;
  if (geometry.type === 'Point') return geometry.coordinates;
  const rings = outerRings(geometry);
  if (rings.length === 0) return positionsOf(geometry)[0] ?? null;
  return centroid(rings.reduce((best, ring) => (area(ring) > area(best) ? ring : best)));
}

function outerRings(geometry: GeoJSON.Geometry): Ring[] {
  if (geometry.type === 'Polygon') return geometry.coordinates.slice(0, 1);
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1));
  return [];
}

function positionsOf(geometry: GeoJSON.Geometry): GeoJSON.Position[] {
  if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(positionsOf);
  if (geometry.type === 'Point') return [geometry.coordinates];
  const nested: unknown[] = geometry.coordinates;
  return nested.flat(
    geometry.type === 'MultiPolygon' ? 2 : geometry.type === 'LineString' ? 0 : 1,
  ) as GeoJSON.Position[];
}

function area(ring: Ring): number {
  return Math.abs(crosses(ring).reduce((sum, { cross }) => sum + cross, 0) / 2);
}

function centroid(ring: Ring): GeoJSON.Position {
  const parts = crosses(ring);
  const [lng0 = 0, lat0 = 0] = ring[0] ?? [];
  const doubleArea = parts.reduce((sum, { cross }) => sum + cross, 0);
  if (doubleArea === 0) return [lng0, lat0];
  const x = parts.reduce((sum, { cross, x }) => sum + cross * x, 0) / (3 * doubleArea);
  const y = parts.reduce((sum, { cross, y }) => sum + cross * y, 0) / (3 * doubleArea);
  return [lng0 + x, lat0 + y];
}

/** The terms of the shoelace formula, seen from the first corner so that small areas keep their digits. */
function crosses(ring: Ring): { cross: number; x: number; y: number }[] {
  const [lng0 = 0, lat0 = 0] = ring[0] ?? [];
  const local = ring.map(([lng = 0, lat = 0]) => [lng - lng0, lat - lat0] as const);
  return local.slice(1).map(([bx, by], index) => {
    const [ax, ay] = local[index] ?? [0, 0];
    return { cross: ax * by - bx * ay, x: ax + bx, y: ay + by };
  });
}
