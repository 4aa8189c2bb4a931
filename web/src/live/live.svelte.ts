/** The visitor's live side: the connection, the position, the trip and the messages, as the screen shows them. */

import type { Message, Position, SnapshotRef, Trip, TripProgress, Waypoint } from '../api/types';
import * as visitors from '../api/visitors';
import { LiveConnection, type ConnectionState } from './connection';
import type { ServerFrame } from './frames';
import { forgetPush, heedConsent } from '../push/push';
import { forget, recall, remember, type Known } from './memory';

export type LiveEvents = {
  /** The trip has this route from now on. */
  routed: (trip: Trip) => void;
  mapChanged: (snapshot: SnapshotRef) => void;
};

export class Live {
  state = $state<ConnectionState | 'off'>('off');
  position = $state.raw<Position | null>(null);
  tripId = $state<string | null>(null);
  progress = $state.raw<TripProgress | null>(null);
  messages = $state.raw<Message[]>([]);
  notice = $state<string | null>(null);
  #connection: LiveConnection | null = null;
  #known: Known | null = null;
  #routedTrip: string | null = null;

  constructor(
    private readonly venueSlug: string,
    private readonly followed: string | undefined,
    private readonly events: LiveEvents,
  ) {}

  /** Connect as the visitor that a link or this browser knows; return whether there is one. */
  resume(): boolean {
    const known = recall(this.followed);
    if (known) this.#connect(known);
    return known !== null;
  }

  /** Become a visitor: only after they said yes to being located. */
  async begin(language: string, profile: string): Promise<void> {
    const { token } = await visitors.create(language, profile);
    const known = { token, seen: 0 };
    remember(known, false);
    this.#connect(known);
  }

  /** The token of this browser's own visitor; null where there is none, or one is only followed. */
  get ownToken(): string | null {
    return this.followed === undefined && this.state !== 'off' ? (this.#known?.token ?? null) : null;
  }

  startTrip(destination: Waypoint, origin: Waypoint | null, profile: string, language: string): void {
    const from = origin ? { origin } : {};
    this.#connection?.send({ type: 'start_trip', destination, profile, language, ...from });
  }

  /** Tell the server which language the visitor reads; one that is only followed keeps theirs. */
  speak(language: string): void {
    if (this.#known === null || this.followed !== undefined) return;
    visitors.speak(this.#known.token, language).catch((error: Error) => (this.notice = error.message));
  }

  stopTrip(): void {
    if (!this.progress?.arrived) this.#connection?.send({ type: 'stop_trip' });
    this.#endTrip();
  }

  /** Take a message away; `opened` where the visitor wanted to know more. */
  dismiss(message: Message, opened: boolean): void {
    this.messages = this.messages.filter((other) => other.id !== message.id);
    // Whether it was opened only serves the campaign's report: a visitor needn't hear that it wasn't noted.
    if (opened && this.#known) visitors.messageOpened(this.#known.token, message.id).catch(() => undefined);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #connect(known: Known): void {
    this.close();
    this.#known = known;
    this.#connection = new LiveConnection(this.venueSlug, known.token, known.seen, {
      frame: (frame) => this.#take(frame),
      state: (state) => this.#changed(state),
      seen: (seen) => remember({ token: known.token, seen }, this.followed !== undefined),
    });
  }

  #changed(state: ConnectionState): void {
    this.state = state;
    // With every connection: on each load, and when a phone wakes. Where it fails, the next one comes.
    if (state === 'open' && this.ownToken) void heedConsent(this.ownToken).catch(() => undefined);
    if (state !== 'refused') return;
    if (this.followed === undefined) {
      forget();
      void forgetPush(); // the visitor is gone: nothing may be shown to them
    }
    this.#known = null;
    this.state = 'off';
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'position':
        this.position = frame.position ?? this.position;
        return;
      case 'progress':
      case 'rerouted':
        return this.#takeTrip(frame.trip);
      case 'message':
        this.messages = [...this.messages, frame.message];
        return;
      case 'map_changed':
        return this.events.mapChanged(frame.snapshot);
      case 'error':
        this.notice = frame.detail;
    }
  }

  #takeTrip(trip: Trip): void {
    if (trip.state === 'stopped') return this.#endTrip();
    this.notice = trip.problem?.detail ?? null;
    this.tripId = trip.id;
    this.progress = trip.progress ?? this.progress;
    if (trip.route) this.#routed(trip);
    else if (this.#routedTrip !== trip.id) void this.#fetchRoute(trip.id);
  }

  /** A screen that joined a trip under way has not been sent its route. */
  async #fetchRoute(tripId: string): Promise<void> {
    this.#routedTrip = tripId;
    const trip = this.#known && (await visitors.trip(this.#known.token, tripId).catch(() => null));
    if (trip?.route && this.tripId === tripId) this.events.routed(trip);
  }

  #routed(trip: Trip): void {
    this.#routedTrip = trip.id;
    this.events.routed(trip);
  }

  #endTrip(): void {
    this.tripId = this.progress = this.#routedTrip = null;
  }
}
