/** The site as a whole: which venue, level, place and panel is shown, and what a tap or a frame changes of it. */

import { tick } from 'svelte';
import { place as fetchPlace, venue as fetchVenue, venues } from './api/venues';
import type { Place, SnapshotRef, Trip, Venue, Waypoint } from './api/types';
import { parseAddress, writeAddress } from './address';
import { speech } from './i18n/speech.svelte';
import { Live } from './live/live.svelte';
import { District } from './map/district';
import type { DistrictMap, MapTap } from './map/district_map';
import { choicesIn, keptOrdinal, type LevelChoice } from './map/levels';
import { placeEnd, waypointOf, writtenEnd, type End } from './route/ends';
import { Planner, PROFILES } from './route/planner.svelte';

export type Panel = 'search' | 'place' | 'route';

export class Site {
  panel = $state<Panel>('search');
  place = $state.raw<Place | null>(null);
  ordinal = $state(0);
  choices = $state.raw<LevelChoice[]>([]);
  /** The end that the next tap on the map chooses. */
  picking = $state<'from' | 'to' | null>(null);
  /** Whether the map and its level go with the visitor's position. */
  following = $state(false);
  readonly planner = new Planner();
  readonly live: Live;
  #map: DistrictMap | null = null;
  #district: District;

  private constructor(
    readonly venue: Venue,
    district: District,
    private readonly namedVenue: string | undefined,
    private readonly followed: string | undefined,
  ) {
    this.#district = district;
    this.live = new Live(venue.slug, followed, {
      routed: (trip) => this.#tripRouted(trip),
      mapChanged: (snapshot) => void this.#mapChanged(snapshot),
    });
  }

  /** Return the site of the venue that the address names, else of the first there is. */
  static async open(): Promise<Site> {
    const address = parseAddress(location.hash);
    const slug = address.venue ?? (await venues())[0]?.slug;
    if (!slug) throw new Error('GET /api/v1/venues is empty: publish a map first.');
    const venue = await fetchVenue(slug);
    const district = await District.load(slug, venue.snapshot.hash);
    return new Site(venue, district, address.venue, address.follow);
  }

  async mapReady(map: DistrictMap): Promise<void> {
    this.#map = map;
    await map.overview();
    await map.show(this.#district);
    this.viewMoved();
    this.following = this.live.resume() && this.followed !== undefined;
    await this.readAddress();
  }

  viewMoved(): void {
    if (!this.#map) return;
    this.choices = choicesIn(this.#district.levels, this.#map.middle());
    this.ordinal = keptOrdinal(this.ordinal, this.choices);
    void this.#map.refresh();
  }

  tapped(tap: MapTap): void {
    if (this.picking) {
      this.planner[this.picking] = { kind: 'point', lng: tap.lng, lat: tap.lat, ordinal: this.ordinal };
      this.picking = null;
      void this.findRoute();
    } else if (tap.place && this.panel !== 'route') {
      // A label may stand for something that is no place, such as a street: then there is nothing to tell of it.
      void this.#fetchPlace(tap.place)
        .then((place) => this.showPlace(place, false))
        .catch(() => undefined);
    }
  }

  showPlace(place: Place, moveMap = true): void {
    this.place = place;
    this.panel = 'place';
    this.following = false;
    this.#writeAddress();
    if (moveMap) void this.#goTo(place);
  }

  /** Where searches start from: the visitor, where that is known. */
  get near(): string | undefined {
    const { position } = this.live;
    return position ? [position.lng, position.lat, position.level.id].join() : undefined;
  }

  closePlace(): void {
    this.place = null;
    this.panel = 'search';
    this.#writeAddress();
  }

  directionsTo(place: Place): void {
    this.planner.to = placeEnd(place);
    this.planner.from ??= this.live.position ? { kind: 'me' } : null;
    this.panel = 'route';
    void this.findRoute();
  }

  setEnd(which: 'from' | 'to', end: End | null): void {
    this.planner[which] = end;
    void this.findRoute();
  }

  async findRoute(moveMap = true): Promise<void> {
    this.#writeAddress();
    await this.planner.search(this.venue.slug, speech.language, this.live.position);
    this.#drawRoute(moveMap);
  }

  /** Instructions and names of levels come from the server in the language that was asked for. */
  languageChanged(): void {
    this.live.speak(speech.language);
    if (this.place) void this.#fetchPlace(this.place.id).then((place) => (this.place = place));
    if (this.panel === 'route' && this.live.tripId === null) void this.findRoute(false);
  }

  showStep(index: number): void {
    const step = this.planner.steps[index];
    if (!step) return;
    this.planner.activeStep = index;
    this.following = false;
    this.ordinal = step.level.ordinal;
    this.#map?.fit([step]);
  }

  closeRoute(): void {
    if (this.live.tripId) this.live.stopTrip();
    this.planner.clear();
    this.picking = null;
    this.panel = this.place ? 'place' : 'search';
    this.#drawRoute(false);
    this.#writeAddress();
  }

  startTrip(): void {
    const destination = waypointOf(this.planner.to, this.live.position);
    if (!destination) return;
    const origin = this.planner.from?.kind === 'me' ? null : waypointOf(this.planner.from, null);
    this.live.startTrip(destination, origin, this.planner.profile, speech.language);
    this.following = true;
  }

  /** Show a level that the visitor chose, even while guided along another. */
  showLevel(ordinal: number): void {
    this.following = false;
    this.ordinal = ordinal;
  }

  /** Take the map to the visitor's position, as long as they want it to go with them. */
  followPosition(): void {
    const { position } = this.live;
    if (!position || !this.following) return;
    this.ordinal = position.level.ordinal;
    this.#map?.goTo(position.lng, position.lat);
  }

  /** Show what the address says, unless the visitor has gone on by the time that it is known. */
  async readAddress(): Promise<void> {
    const read = location.hash;
    const address = parseAddress(read);
    const profile = PROFILES.find((name) => name === address.profile);
    if (profile) this.planner.choose(profile);
    if (address.to) {
      const ends = await Promise.all([this.#end(address.from), this.#end(address.to)]);
      if (location.hash !== read) return;
      [this.planner.from, this.planner.to] = ends;
      this.panel = 'route';
      await this.findRoute();
    } else if (address.place) {
      const place = await this.#fetchPlace(address.place);
      if (location.hash === read) this.showPlace(place);
    }
  }

  #fetchPlace(id: string): Promise<Place> {
    return fetchPlace(this.venue.slug, id, speech.language);
  }

  async #end(waypoint: Waypoint | undefined): Promise<End | null> {
    if (!waypoint) return null;
    if ('place' in waypoint) return placeEnd(await this.#fetchPlace(waypoint.place));
    return { kind: 'point', lng: waypoint.lng, lat: waypoint.lat, ordinal: Number(waypoint.level) };
  }

  #writeAddress(): void {
    const routing = this.panel === 'route';
    const hash = writeAddress({
      venue: this.namedVenue,
      follow: this.followed,
      place: routing ? undefined : this.place?.id,
      from: routing ? writtenEnd(this.planner.from) : undefined,
      to: routing ? writtenEnd(this.planner.to) : undefined,
      profile: this.planner.profile,
    });
    history.replaceState(null, '', hash || location.pathname);
  }

  async #goTo(place: Place): Promise<void> {
    if (!place.geometry) return;
    const [lng = 0, lat = 0] = place.geometry.coordinates;
    // The panel that opens changes what it covers of the map, which would end a flight that has begun.
    await tick();
    this.ordinal = place.properties.level?.ordinal ?? this.ordinal;
    this.#map?.goTo(lng, lat);
  }

  #drawRoute(moveMap: boolean): void {
    const { steps } = this.planner;
    void this.#map?.showRoute(steps);
    const first = steps[0];
    if (!moveMap || !first) return;
    this.ordinal = first.level.ordinal;
    this.#map?.fit(steps);
  }

  #tripRouted(trip: Trip): void {
    if (!trip.route) return;
    this.planner.show(trip.route);
    this.panel = 'route';
    void this.#map?.showRoute(this.planner.steps);
    if (this.planner.to === null) void this.#nameDestination(trip.destination);
  }

  async #nameDestination(destination: Trip['destination']): Promise<void> {
    this.planner.from = { kind: 'me' };
    if ('category' in destination) return;
    this.planner.to = await this.#end(destination);
  }

  async #mapChanged(snapshot: SnapshotRef): Promise<void> {
    this.#district = await District.load(this.venue.slug, snapshot.hash);
    await this.#map?.show(this.#district);
    this.viewMoved();
  }
}
