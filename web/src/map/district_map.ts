/** The map on the screen: shows a district, a level, a route and a dot, and says what was moved and tapped. */

import * as maplibregl from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { Position, Step } from '../api/types';
import { boundsOf, levelChanges, runsByLevel } from '../route/lines';
import { NO_FLOOR, type District, type Floor } from './district';
import { Dot } from './dot';
import { INDOOR_ZOOM, layers, PLACE_LAYERS, SOURCES, type SourceName, type View } from './layers';
import type { MapFeature } from './labels';
import { innerBox, shownLevels, type Box } from './levels';
import { addSigns } from './signs';
import { FONT_FACES } from './typefaces';

maplibregl.setWorkerUrl(workerUrl);

export type MapTap = { lng: number; lat: number; place: string | null };

export type MapEvents = {
  /** The view came to rest on this box. */
  moved: (box: Box) => void;
  tapped: (tap: MapTap) => void;
  /** The visitor moved the map by hand. */
  dragged: () => void;
};

const PLACE_ZOOM = 18.6;
// How far one may look beyond the district: a phone held upright shows it twice as high as it is.
const MARGIN_DEG = 0.012;
const TAP_SLACK_PX = 10;
// The levels of buildings that only touch the edge of the view can wait.
const LOADED_PART = 1.2;

export class DistrictMap {
  readonly map: maplibregl.Map;
  readonly #dot: Dot;
  readonly #ready: Promise<void>;
  #district: District | null = null;
  #streets: Floor = NO_FLOOR;
  /** The ids of the levels that were asked for last; null where they must be drawn anew. */
  #wanted: string | null = null;

  constructor(
    container: HTMLElement,
    private readonly districtBox: Box,
    private view: View,
    private readonly calm: () => boolean,
    private readonly events: MapEvents,
  ) {
    const [west, south, east, north] = this.districtBox;
    this.map = new maplibregl.Map({
      container,
      style: { version: 8, 'font-faces': FONT_FACES, sources: emptySources(), layers: layers(view) },
      bounds: [west, south, east, north],
      maxBounds: [west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG],
      minZoom: 13,
      maxZoom: 22,
      maxPitch: 0,
      attributionControl: false,
      fadeDuration: calm() ? 0 : 200,
    });
    this.map.touchZoomRotate.disableRotation();
    this.#dot = new Dot(this.map, calm);
    this.#ready = new Promise((resolve) => this.map.once('load', () => resolve()));
    this.map.on('moveend', () => this.events.moved(this.box()));
    this.map.on('dragstart', () => this.events.dragged());
    this.map.on('click', (event) => this.#tapped(event));
  }

  /** Draw this district; the streets first, then the level that is shown. */
  async show(district: District): Promise<void> {
    await Promise.all([this.#ready, addSigns(this.map, this.view.palette)]);
    this.#district = district;
    this.#wanted = null;
    this.#draw('footprints', district.footprints);
    this.#streets = await district.streets();
    this.#draw('streets', this.#streets.units);
    await this.#drawLevels();
  }

  /** Draw another level, language, palette or selection. */
  async look(change: Partial<View>): Promise<void> {
    const repainted = change.palette !== undefined && change.palette !== this.view.palette;
    this.view = { ...this.view, ...change };
    await this.#ready;
    if (repainted) await addSigns(this.map, this.view.palette);
    this.#restyle();
    await this.#drawLevels();
  }

  /** Fetch and draw what the present view lacks. */
  async refresh(): Promise<void> {
    await this.#ready;
    await this.#drawLevels();
  }

  async showRoute(steps: readonly Step[]): Promise<void> {
    await this.#ready;
    this.#draw(
      'route',
      runsByLevel(steps).map(({ ordinal, coordinates }) => line(coordinates, { ordinal })),
    );
    this.#draw('ends', endsOf(steps));
  }

  /** Show the visitor's dot, pale where it is not on the level with this ordinal. */
  showPosition(position: Position | null, ordinal: number, label: string): void {
    if (position === null) this.#dot.hide();
    else this.#dot.show(position, label, position.level.ordinal !== ordinal);
  }

  goTo(lng: number, lat: number, zoom = Math.max(this.map.getZoom(), PLACE_ZOOM)): void {
    this.map.easeTo({ center: [lng, lat], zoom, duration: this.#duration_ms() });
  }

  /** Show the whole district between the panels. */
  async overview(): Promise<void> {
    await this.#ready;
    const [west, south, east, north] = this.districtBox;
    this.map.fitBounds([west, south, east, north], { padding: 8, duration: 0 });
  }

  fit(steps: readonly Step[]): void {
    const bounds = boundsOf(steps);
    if (!bounds) return;
    this.map.fitBounds(bounds, { padding: 40, maxZoom: 19.5, duration: this.#duration_ms() });
  }

  zoomBy(levels: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + levels, duration: this.#duration_ms() });
  }

  /** Say what the map shows, to those who can't see it. */
  describe(label: string): void {
    this.map.getCanvas().setAttribute('aria-label', label);
  }

  /** Keep the middle of the map clear of the panels that lie on it, in pixels. */
  setPadding(padding: maplibregl.PaddingOptions): void {
    this.map.setPadding(padding);
  }

  box(): Box {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** The box around the middle of the view: what the level switch speaks of. */
  middle(): Box {
    const { lng, lat } = this.map.getCenter();
    const [west, south, east, north] = this.box();
    const half = [(east - west) / 2, (north - south) / 2] as const;
    return innerBox([lng - half[0], lat - half[1], lng + half[0], lat + half[1]], 0.5);
  }

  close(): void {
    this.#dot.hide();
    this.map.remove();
  }

  async #drawLevels(): Promise<void> {
    const district = this.#district;
    if (!district) return;
    const near = this.map.getZoom() >= INDOOR_ZOOM;
    const shown = near
      ? shownLevels(district.levels, this.view.ordinal, innerBox(this.box(), LOADED_PART))
      : [];
    const wanted = shown.map((level) => level.id).join();
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    const floors = await district.floorsOf(shown).catch((error: unknown) => {
      this.#wanted = null;
      throw error;
    });
    // Another level may have been asked for while this one was being fetched.
    if (this.#wanted !== wanted) return;
    this.#draw('floor', floors.floor);
    this.#draw('units', floors.units);
    this.#draw('openings', floors.openings);
    this.#draw('labels', [...district.labels, ...this.#streets.labels, ...floors.labels]);
  }

  #draw(source: SourceName, features: readonly MapFeature[]): void {
    const data = { type: 'FeatureCollection' as const, features: features.filter(hasGeometry) };
    this.map.getSource<maplibregl.GeoJSONSource>(source)?.setData(data);
  }

  #restyle(): void {
    for (const layer of layers(this.view)) {
      const { paint = {}, layout = {} } = layer as { paint?: object; layout?: object };
      for (const [name, value] of Object.entries(paint))
        this.map.setPaintProperty(layer.id, name as never, value as never);
      for (const [name, value] of Object.entries(layout))
        this.map.setLayoutProperty(layer.id, name as never, value as never);
      if ('filter' in layer) this.map.setFilter(layer.id, layer.filter);
    }
  }

  #tapped(event: maplibregl.MapMouseEvent): void {
    const { x, y } = event.point;
    const around: [maplibregl.PointLike, maplibregl.PointLike] = [
      [x - TAP_SLACK_PX, y - TAP_SLACK_PX],
      [x + TAP_SLACK_PX, y + TAP_SLACK_PX],
    ];
    const [hit] = this.map.queryRenderedFeatures(around, { layers: PLACE_LAYERS });
    const place = hit ? String(hit.properties['place'] ?? '') : '';
    this.events.tapped({ lng: event.lngLat.lng, lat: event.lngLat.lat, place: place || null });
  }

  #duration_ms(): number {
    return this.calm() ? 0 : 700;
  }
}

function emptySources(): Record<string, maplibregl.GeoJSONSourceSpecification> {
  const data = { type: 'FeatureCollection' as const, features: [] };
  return Object.fromEntries(SOURCES.map((name) => [name, { type: 'geojson', data, tolerance: 0.1 }]));
}

function hasGeometry(feature: MapFeature): feature is MapFeature & { geometry: GeoJSON.Geometry } {
  return feature.geometry !== null;
}

function line(coordinates: GeoJSON.Position[], properties: Record<string, unknown>): MapFeature {
  return { type: 'Feature', properties, geometry: { type: 'LineString', coordinates } };
}

function endsOf(steps: readonly Step[]): MapFeature[] {
  const [first, last] = [steps[0], steps.at(-1)];
  const ends = [
    { at: first?.geometry.coordinates[0], ordinal: first?.level.ordinal, end: 'origin' },
    { at: last?.geometry.coordinates.at(-1), ordinal: last?.level.ordinal, end: 'destination' },
  ];
  const changes = levelChanges(steps).map(({ position, from }) => ({
    at: position,
    ordinal: from,
    end: 'change',
  }));
  return [...changes, ...ends].flatMap(({ at, ...properties }): MapFeature[] =>
    at ? [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: at } }] : [],
  );
}
