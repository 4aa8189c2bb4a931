/** The names and signs written on the map, as points. Pure. */

import type { Labels } from '../api/types';
import { labelIn, LANGUAGES, type Language } from '../i18n/languages';
import { signOf, type Sign } from './categories';
import { labelPoint } from './geometry';

export type MapFeature = GeoJSON.Feature<GeoJSON.Geometry | null, Record<string, unknown>>;

export type LabelKind = 'section' | 'building' | 'street' | 'unit' | 'sign';

/** What is written at a point: `name_<language>` for each language, so that the style only picks one. */
export type LabelPoint = GeoJSON.Feature<
  GeoJSON.Point,
  { kind: LabelKind; place: string; sign: Sign | null; [name: `name_${string}`]: string }
>;

/** Who is in which unit: what IMDF says through anchors, and which amenities lie in it. */
export type Tenants = {
  occupantOf: ReadonlyMap<string, MapFeature>;
  amenitiesOf: ReadonlyMap<string, readonly MapFeature[]>;
};

export function tenants(
  occupants: readonly MapFeature[],
  anchors: readonly MapFeature[],
  amenities: readonly MapFeature[],
): Tenants {
  const unitOfAnchor = new Map(anchors.map((anchor) => [idOf(anchor), anchor.properties['unit_id']]));
  const occupantOf = new Map<string, MapFeature>();
  for (const occupant of occupants) {
    const unit = unitOfAnchor.get(String(occupant.properties['anchor_id']));
    if (typeof unit === 'string') occupantOf.set(unit, occupant);
  }
  const amenitiesOf = new Map<string, MapFeature[]>();
  for (const amenity of amenities) {
    const [unit] = (amenity.properties['unit_ids'] as string[] | undefined) ?? [];
    if (unit) amenitiesOf.set(unit, [...(amenitiesOf.get(unit) ?? []), amenity]);
  }
  return { occupantOf, amenitiesOf };
}

/** Return the label of a feature by its own name; none where it has neither a name nor a sign. */
export function namedLabel(feature: MapFeature, kind: LabelKind, named: MapFeature = feature): LabelPoint[] {
  const point = displayPoint(feature);
  const sign = kind === 'unit' || kind === 'sign' ? signOf(categoryOf(named)) : null;
  const names = named.properties['name'] as Labels | null | undefined;
  if (!point || (!names && !sign)) return [];
  return [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: point },
      properties: { kind: names ? kind : 'sign', place: idOf(named), sign, ...namesByLanguage(names) },
    },
  ];
}

/** Return the labels of a unit: its occupant or own name, and the signs of the amenities in it. */
export function unitLabels(
  unit: MapFeature,
  { occupantOf, amenitiesOf }: Tenants,
  kind: LabelKind,
): LabelPoint[] {
  const amenities = amenitiesOf.get(idOf(unit)) ?? [];
  const occupant = occupantOf.get(idOf(unit));
  const own = namedLabel(unit, kind, unit.properties['name'] ? unit : (occupant ?? unit));
  const marked = new Set(own.map((label) => label.properties.sign));
  const others = amenities
    .flatMap((amenity) => namedLabel(amenity, 'sign'))
    .filter(({ properties }) => {
      return properties.sign !== null && !marked.has(properties.sign);
    });
  return [...own, ...others];
}

export function idOf(feature: MapFeature): string {
  return String(feature.id ?? feature.properties['id'] ?? '');
}

export function categoryOf(feature: MapFeature): string {
  return String(feature.properties['category'] ?? '');
}

function displayPoint(feature: MapFeature): GeoJSON.Position | null {
  const given = feature.properties['display_point'] as GeoJSON.Point | null | undefined;
  return given?.coordinates ?? labelPoint(feature.geometry);
}

function namesByLanguage(names: Labels | null | undefined): Record<`name_${string}`, string> {
  const languages = Object.keys(LANGUAGES) as Language[];
  return Object.fromEntries(languages.map((language) => [`name_${language}`, labelIn(language, names)]));
}
