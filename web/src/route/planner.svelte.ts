/** The route being planned: from where, to where, how one moves, and the server's answer. */

import { routes } from '../api/routes';
import type { Position, Route, Step } from '../api/types';
import { waypointOf, type End } from './ends';
import { stepsOf } from './lines';
import { refusalOf, type Refusal } from './refusal';

export const PROFILES = ['walk', 'wheelchair'] as const;
export type ProfileName = (typeof PROFILES)[number];

const STORED_PROFILE = 'dalil.profile';

export class Planner {
  from = $state.raw<End | null>(null);
  to = $state.raw<End | null>(null);
  profile = $state<ProfileName>(storedProfile());
  route = $state.raw<Route | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  searching = $state(false);
  activeStep = $state<number | null>(null);
  steps = $derived<Step[]>(this.route ? stepsOf(this.route) : []);
  #asked: AbortController | null = null;

  choose(profile: ProfileName): void {
    this.profile = profile;
    localStorage.setItem(STORED_PROFILE, profile);
  }

  swap(): void {
    [this.from, this.to] = [this.to, this.from];
  }

  /** Ask for the route between the two ends; a newer question makes an older one void. */
  async search(venueSlug: string, language: string, position: Position | null): Promise<void> {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    const [origin, destination] = [waypointOf(this.from, position), waypointOf(this.to, position)];
    this.show(null);
    this.refusal = null;
    this.searching = origin !== null && destination !== null;
    if (!origin || !destination) return;
    try {
      const request = { origin, destination, profile: this.profile, language };
      const answer = await routes(venueSlug, request, { signal: asked.signal });
      this.show(answer.routes[0] ?? null);
    } catch (error) {
      if (asked.signal.aborted) return;
      this.refusal = refusalOf(error);
    }
    this.searching = false;
  }

  show(route: Route | null): void {
    this.route = route;
    this.activeStep = null;
  }

  clear(): void {
    this.#asked?.abort();
    this.from = this.to = this.refusal = null;
    this.searching = false;
    this.show(null);
  }
}

function storedProfile(): ProfileName {
  return PROFILES.find((name) => name === localStorage.getItem(STORED_PROFILE)) ?? 'walk';
}
