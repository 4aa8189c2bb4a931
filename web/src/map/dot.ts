/** The visitor's dot: glides from one position to the next, with its accuracy as a circle on the map. */

import { Marker, type GeoJSONSource, type Map as MapLibreMap } from 'maplibre-gl';
import type { Position } from '../api/types';
import { circle, glide, GLIDE_MS, isJump, type LngLat } from '../live/motion';

export class Dot {
  readonly element: HTMLElement;
  readonly #marker: Marker;
  #shown: LngLat | null = null;
  #frame = 0;

  constructor(
    private readonly map: MapLibreMap,
    private readonly calm: () => boolean,
  ) {
    this.element = document.createElement('div');
    this.element.className = 'live-dot';
    this.element.dataset['testid'] = 'live-dot';
    this.element.setAttribute('role', 'img');
    this.#marker = new Marker({ element: this.element });
  }

  /** Move to a position; say it by `label`, and pale where another level is shown than the visitor's. */
  show(position: Position, label: string, elsewhere: boolean): void {
    this.element.setAttribute('aria-label', label);
    this.element.classList.toggle('elsewhere', elsewhere);
    this.element.dataset['lng'] = position.lng.toFixed(7);
    this.element.dataset['lat'] = position.lat.toFixed(7);
    this.#moveTo(position, position.accuracy_m);
  }

  hide(): void {
    cancelAnimationFrame(this.#frame);
    this.#shown = null;
    this.#marker.remove();
    this.#drawAccuracy(null, 0);
  }

  #moveTo(target: LngLat, accuracy_m: number): void {
    cancelAnimationFrame(this.#frame);
    const from = this.#shown;
    if (from === null || this.calm() || isJump(from, target)) return this.#place(target, accuracy_m);
    const started_ms = performance.now();
    const advance = (now_ms: number): void => {
      const part = (now_ms - started_ms) / GLIDE_MS;
      this.#place(glide(from, target, part), accuracy_m);
      if (part < 1) this.#frame = requestAnimationFrame(advance);
    };
    this.#frame = requestAnimationFrame(advance);
  }

  #place(at: LngLat, accuracy_m: number): void {
    const first = this.#shown === null;
    this.#shown = at;
    this.#marker.setLngLat(at);
    if (first) this.#marker.addTo(this.map);
    this.#drawAccuracy(at, accuracy_m);
  }

  #drawAccuracy(at: LngLat | null, accuracy_m: number): void {
    const source = this.map.getSource<GeoJSONSource>('accuracy');
    const features = at
      ? [{ type: 'Feature' as const, properties: {}, geometry: circle(at, accuracy_m) }]
      : [];
    source?.setData({ type: 'FeatureCollection', features });
  }
}
