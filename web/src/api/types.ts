/** The server's answers as docs/api/openapi.yaml describes them: only what the site reads. */

/** Text by language tag (BCP 47). */
export type Labels = Record<string, string>;

export type LevelRef = { id: string; ordinal: number; short_name: Labels | string | null };

export type SnapshotRef = { hash: string; number: number };

export type VenueSummary = { slug: string; name: Labels };

export type Venue = VenueSummary & {
  id: string;
  time_zone: string;
  bbox: [number, number, number, number];
  snapshot: SnapshotRef;
};

export type PlaceProperties = {
  feature_type: string;
  name: Labels | string | null;
  category: string | null;
  level: LevelRef | null;
  building: { id: string; name: Labels | string | null } | null;
  hours: string | null;
  unit_ids: string[];
};

export type Place = GeoJSON.Feature<GeoJSON.Point | null, PlaceProperties> & { id: string };

/** One end of a route, as requests write it. */
export type Waypoint = { place: string } | { lng: number; lat: number; level: number | string };

export type Maneuver = {
  type: string;
  modifier: string | null;
  bearing_deg: number | null;
  position: [number, number];
};

export type Step = {
  maneuver: Maneuver;
  instruction: string;
  distance_m: number;
  duration_s: number;
  level: LevelRef;
  to_level?: LevelRef | null;
  /** What one sees where the step begins. */
  landmark?: { id: string; name: string; side: 'left' | 'right' };
  geometry: GeoJSON.LineString;
};

export type Leg = { distance_m: number; duration_s: number; steps: Step[] };

export type Route = {
  distance_m: number;
  duration_s: number;
  profile: string;
  warnings: string[];
  legs: Leg[];
  /** Only of a route that was asked for, not of a trip's. */
  arrive_at?: string;
};

export type RouteAnswer = { snapshot: string; routes: Route[] };

/** What stands in the way of a traveller. */
export type Blocker = { id: string; feature_type: string; category: string | null; name: string | null };

/** The members of the problem `no_route`; `alternative` is the nearest place to the destination that one gets to. */
export type NoRoute = {
  blocked_by: Blocker[];
  alternative?: { id: string; name: string | null; level: LevelRef; remaining_m: number };
};

export type Visitor = { id: string; token: string };

/** A located visitor; radii in metres. */
export type Position = {
  lng: number;
  lat: number;
  level: LevelRef;
  accuracy_m: number;
  accuracy_95_m: number;
};

export type TripProgress = {
  distance_remaining_m: number;
  duration_remaining_s: number;
  step_index: number;
  instruction: string;
  next_instruction: string | null;
  next_maneuver: Pick<Maneuver, 'type' | 'modifier'> | null;
  distance_to_maneuver_m: number;
  arrived: boolean;
  off_route: boolean;
};

export type Trip = {
  id: string;
  state: 'active' | 'arrived' | 'stopped';
  destination: Waypoint | { category: string };
  progress?: TripProgress | null;
  /** Only when the trip starts or its route is new. */
  route?: Route | null;
  /** Why there is no route at present. */
  problem?: { code: string; detail: string };
};

export type Message = {
  id: string;
  seq: number;
  campaign: string | null;
  title: string;
  body: string;
  link: string | null;
  image: string | null;
  created_at: string;
};
