import { describe, expect, it } from 'vitest';
import { groupOf, signOf } from '../src/map/categories';
import { boxOf, labelPoint } from '../src/map/geometry';
import { tenants, unitLabels, type MapFeature } from '../src/map/labels';
import { layers } from '../src/map/layers';
import { DAY, NIGHT, type Palette } from '../src/map/palette';

const SQUARE: GeoJSON.Polygon = { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] }; // prettier-ignore

function feature(
  id: string,
  properties: Record<string, unknown>,
  geometry: GeoJSON.Geometry | null = null,
): MapFeature {
  return { type: 'Feature', id, properties, geometry };
}

describe('labels', () => {
  it('stand in the middle of a shape, or where the map says', () => {
    const [x = 0, y = 0] = labelPoint(SQUARE) ?? [];
    expect([x, y]).toEqual([1, 1]);
    expect(boxOf({ type: 'MultiPolygon', coordinates: [SQUARE.coordinates] })).toEqual([0, 0, 2, 2]);
    expect(labelPoint(null)).toBeNull();
  });

  it('name a unit by its occupant, and mark the amenities in it', () => {
    const inUnits = tenants(
      [feature('shop', { name: { en: 'Bookshop' }, anchor_id: 'anchor', category: 'retail' })],
      [feature('anchor', { unit_id: 'unit' })],
      [
        feature(
          'wc',
          { name: null, unit_ids: ['unit'], category: 'restroom' },
          { type: 'Point', coordinates: [1, 1] },
        ),
      ],
    );
    const labels = unitLabels(feature('unit', { category: 'room', name: null }, SQUARE), inUnits, 'unit');
    expect(labels.map(({ properties }) => [properties.kind, properties.place, properties.sign])).toEqual([
      ['unit', 'shop', null],
      ['sign', 'wc', 'restroom'],
    ]);
    expect(labels[0]?.properties.name_fr).toBe('Bookshop');
  });

  it('leave a nameless room blank', () => {
    const nobody = tenants([], [], []);
    expect(unitLabels(feature('unit', { category: 'room', name: null }, SQUARE), nobody, 'unit')).toEqual([]);
  });
});

it('gathers categories into groups and signs', () => {
  expect(groupOf('restroom.female')).toBe('rest');
  expect(groupOf('something new')).toBe('room');
  expect(signOf('elevator')).toBe('lift');
  expect(signOf('room')).toBeNull();
});

describe.each([
  ['by day', DAY],
  ['by night', NIGHT],
])('the colours %s', (_, palette: Palette) => {
  it('give every text a contrast of 4.5 on what it is written on', () => {
    const papers = [palette.ground, palette.building, palette.floor, ...Object.values(palette.outdoor)];
    const rooms = Object.entries(palette.unit).filter(([group]) => group !== 'wall');
    for (const paper of [...papers, ...rooms.map(([, colour]) => colour)]) {
      expect(contrast(palette.text, paper), `text on ${paper}`).toBeGreaterThanOrEqual(4.5);
    }
    for (const paper of [palette.ground, ...Object.values(palette.outdoor)]) {
      expect(contrast(palette.textQuiet, paper), `quiet text on ${paper}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(palette.textSection, paper), `section on ${paper}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(palette.badgeSign, palette.badge)).toBeGreaterThanOrEqual(4.5);
  });
});

it('keeps the layers of every level the same, so that only their paint changes', () => {
  const street = layers({ palette: DAY, language: 'en', ordinal: 0, selected: [] });
  const below = layers({ palette: NIGHT, language: 'ar', ordinal: -2, selected: ['unit'] });
  expect(below.map((layer) => layer.id)).toEqual(street.map((layer) => layer.id));
});

/** The contrast ratio of WCAG 2.2, section 1.4.3. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
