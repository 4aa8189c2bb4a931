/** The layers of the map, bottom to top, for a palette, a language and the level shown. Pure. */

import type { ExpressionSpecification, LayerSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import type { Language } from '../i18n/languages';
import type { LabelKind } from './labels';
import type { Palette } from './palette';
import { TYPEFACE } from './typefaces';

export type View = { palette: Palette; language: Language; ordinal: number; selected: readonly string[] };

export const SOURCES = [
  'streets',
  'footprints',
  'floor',
  'units',
  'openings',
  'labels',
  'route',
  'ends',
  'accuracy',
] as const;
export type SourceName = (typeof SOURCES)[number];

/** Where a tap may find a place. */
export const PLACE_LAYERS = ['label-unit', 'label-sign', 'label-street', 'label-building'];

// Indoor levels appear from here on: farther out their rooms are smaller than their walls.
export const INDOOR_ZOOM = 15.5;

const GROUP: ExpressionSpecification = ['get', 'group'];

export function layers(view: View): LayerSpecification[] {
  return [...groundLayers(view), ...indoorLayers(view), ...routeLayers(view), ...labelLayers(view)];
}

/** The streets stay below every level, fainter the farther the level is from them. */
function groundLayers({ palette, ordinal }: View): LayerSpecification[] {
  const { outdoor } = palette;
  const strength = ordinal < 0 ? 0.35 : ordinal > 0 ? 0.75 : 1;
  const colour: ExpressionSpecification = [
    'case',
    ['get', 'cooled'],
    outdoor.cooled,
    ['get', 'covered'],
    outdoor.covered,
    ['match', GROUP, 'road', outdoor.road, 'green', outdoor.green, outdoor.plaza],
  ];
  return [
    {
      id: 'ground',
      type: 'background',
      paint: { 'background-color': ordinal < 0 ? palette.underground : palette.ground },
    },
    {
      id: 'street',
      type: 'fill',
      source: 'streets',
      paint: { 'fill-color': colour, 'fill-opacity': strength },
    },
    {
      id: 'street-line',
      type: 'line',
      source: 'streets',
      minzoom: 15,
      paint: { 'line-color': palette.outdoorLine, 'line-width': 0.7, 'line-opacity': strength },
    },
    {
      id: 'building',
      type: 'fill',
      source: 'footprints',
      paint: { 'fill-color': palette.building, 'fill-opacity': strength },
    },
    {
      id: 'building-line',
      type: 'line',
      source: 'footprints',
      paint: {
        'line-color': palette.buildingLine,
        'line-width': byZoom(14, 0.5, 19, 2),
        'line-opacity': strength,
      },
    },
  ];
}

function indoorLayers({ palette, selected }: View): LayerSpecification[] {
  const fills = Object.entries(palette.unit).flat();
  // The pairs of the palette are spread: their number is not in the type.
  const colour = ['match', GROUP, ...fills, palette.unit.room] as unknown as ExpressionSpecification;
  const walls = byZoom(16, 0.4, 20, 2.5);
  return [
    {
      id: 'floor',
      type: 'fill',
      source: 'floor',
      minzoom: INDOOR_ZOOM,
      paint: { 'fill-color': palette.floor },
    },
    { id: 'unit', type: 'fill', source: 'units', minzoom: INDOOR_ZOOM, paint: { 'fill-color': colour } },
    {
      id: 'wall',
      type: 'line',
      source: 'units',
      minzoom: INDOOR_ZOOM,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.wall, 'line-width': walls },
    },
    {
      id: 'facade',
      type: 'line',
      source: 'floor',
      minzoom: INDOOR_ZOOM,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.wall, 'line-width': byZoom(16, 1, 20, 4) },
    },
    {
      id: 'opening',
      type: 'line',
      source: 'openings',
      minzoom: 17,
      paint: { 'line-color': palette.floor, 'line-width': byZoom(17, 1.5, 20, 4.5) },
    },
    {
      id: 'selection',
      type: 'line',
      source: 'units',
      minzoom: INDOOR_ZOOM,
      filter: ['in', ['get', 'id'], ['literal', [...selected]]],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.selection, 'line-width': 3 },
    },
  ];
}

function routeLayers({ palette, ordinal }: View): LayerSpecification[] {
  const here: ExpressionSpecification = ['==', ['get', 'ordinal'], ordinal];
  const rounded = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const width = byZoom(14, 4, 19, 8);
  return [
    {
      id: 'accuracy',
      type: 'fill',
      source: 'accuracy',
      paint: { 'fill-color': palette.position, 'fill-opacity': 0.14, 'fill-outline-color': palette.position },
    },
    {
      id: 'route-elsewhere',
      type: 'line',
      source: 'route',
      filter: ['!', here],
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': palette.routeElsewhere,
        'line-width': byZoom(14, 2.5, 19, 4),
        'line-dasharray': [1.4, 1.2],
      },
    },
    {
      id: 'route-casing',
      type: 'line',
      source: 'route',
      filter: here,
      layout: rounded,
      paint: { 'line-color': palette.routeCasing, 'line-width': byZoom(14, 7, 19, 12) },
    },
    {
      id: 'route',
      type: 'line',
      source: 'route',
      filter: here,
      layout: rounded,
      paint: { 'line-color': palette.route, 'line-width': width },
    },
    {
      id: 'route-end',
      type: 'circle',
      source: 'ends',
      paint: {
        'circle-radius': ['match', ['get', 'end'], 'change', 5, 7],
        'circle-color': ['match', ['get', 'end'], 'destination', palette.route, palette.routeCasing],
        'circle-stroke-color': ['match', ['get', 'end'], 'destination', palette.routeCasing, palette.route],
        'circle-stroke-width': 3,
        'circle-opacity': ['case', here, 1, 0.55],
        'circle-stroke-opacity': ['case', here, 1, 0.55],
      },
    },
  ];
}

function labelLayers(view: View): LayerSpecification[] {
  const { palette, ordinal } = view;
  const streets = label(view, 'street', {
    size: byZoom(15, 10.5, 19, 14),
    colour: palette.textQuiet,
    zooms: [15.5, 24],
  });
  return [
    { ...streets, layout: { ...streets.layout, visibility: ordinal === 0 ? 'visible' : 'none' } },
    signLayer(),
    label(view, 'unit', { size: byZoom(17, 10.5, 20, 14), colour: palette.text, zooms: [17.2, 24] }),
    label(view, 'building', { size: byZoom(15, 11, 18, 15), colour: palette.text, zooms: [15.2, 18.6] }),
    label(view, 'section', { size: byZoom(13, 12, 17, 18), colour: palette.textSection, zooms: [13, 16.6] }),
  ];
}

/** A unit's name below its sign; in its middle where it has none. */
const BESIDE_SIGN: SymbolLayerSpecification['layout'] = {
  'icon-image': ['coalesce', ['get', 'sign'], ''],
  'icon-size': 0.8,
  'icon-optional': true,
  'text-anchor': ['case', ['==', ['get', 'sign'], null], 'center', 'top'],
  'text-offset': ['case', ['==', ['get', 'sign'], null], ['literal', [0, 0]], ['literal', [0, 0.9]]],
};

type LabelLook = { size: ExpressionSpecification; colour: string; zooms: [number, number] };

function label({ palette, language }: View, kind: LabelKind, look: LabelLook): SymbolLayerSpecification {
  return {
    id: `label-${kind}`,
    type: 'symbol',
    source: 'labels',
    minzoom: look.zooms[0],
    maxzoom: look.zooms[1],
    filter: ['==', ['get', 'kind'], kind],
    layout: {
      'text-field': ['get', `name_${language}`],
      'text-font': [TYPEFACE],
      'text-size': look.size,
      'text-max-width': 8,
      'text-padding': 4,
      'text-line-height': 1.2,
      'text-letter-spacing': kind === 'section' && language !== 'ar' ? 0.06 : 0,
      ...(kind === 'unit' ? BESIDE_SIGN : {}),
    },
    paint: { 'text-color': look.colour, 'text-halo-color': palette.halo, 'text-halo-width': 1.6 },
  };
}

function signLayer(): SymbolLayerSpecification {
  return {
    id: 'label-sign',
    type: 'symbol',
    source: 'labels',
    minzoom: 17,
    filter: ['==', ['get', 'kind'], 'sign'],
    layout: {
      'icon-image': ['coalesce', ['get', 'sign'], ''],
      'icon-size': byZoom(17, 0.7, 20, 1),
      'icon-padding': 2,
    },
  };
}

/** A number that grows evenly from one zoom to another. */
function byZoom(fromZoom: number, from: number, toZoom: number, to: number): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], fromZoom, from, toZoom, to];
}
