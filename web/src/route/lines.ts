/** A route as lines on levels. Pure. */

import type { Route, Step } from '../api/types';

type Coordinate = GeoJSON.Position;

/** One unbroken stretch of a route on one level. */
export type LevelRun = { ordinal: number; coordinates: Coordinate[] };

/** Where a route goes from one level to another, by the step that does it. */
export type LevelChange = { position: Coordinate; from: number; to: number; type: string };

export function stepsOf(route: Route): Step[] {
  return route.legs.flatMap((leg) => leg.steps);
}

/** Return the stretches of a route, in order; a new one begins wherever the level changes. */
export function runsByLevel(steps: readonly Step[]): LevelRun[] {
  const runs: LevelRun[] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last && last.ordinal === step.level.ordinal) append(last.coordinates, step.geometry.coordinates);
    else runs.push({ ordinal: step.level.ordinal, coordinates: [...step.geometry.coordinates] });
  }
  return runs.filter((run) => run.coordinates.length > 1);
}

export function levelChanges(steps: readonly Step[]): LevelChange[] {
  return steps.flatMap((step) => {
    const to = step.to_level?.ordinal;
    const position = step.geometry.coordinates[0] ?? step.maneuver.position;
    if (to === undefined || to === step.level.ordinal) return [];
    return [{ position, from: step.level.ordinal, to, type: step.maneuver.type }];
  });
}

/** Return [west, south, east, north] of the steps' lines; null where they have none. */
export function boundsOf(steps: readonly Step[]): [number, number, number, number] | null {
  const all = steps.flatMap((step) => step.geometry.coordinates);
  if (all.length === 0) return null;
  const lngs = all.map((coordinate) => coordinate[0] ?? 0);
  const lats = all.map((coordinate) => coordinate[1] ?? 0);
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}

function append(line: Coordinate[], more: readonly Coordinate[]): void {
  const end = line.at(-1);
  const [first, ...rest] = more;
  if (!first) return;
  const joined = end !== undefined && end[0] === first[0] && end[1] === first[1];
  line.push(...(joined ? rest : more));
}
