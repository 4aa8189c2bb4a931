/** Which levels there are around a place, and which of them are drawn. Pure. */

import type { Labels } from '../api/types';

/** [west, south, east, north] in degrees. */
export type Box = readonly [number, number, number, number];

export type LevelArea = {
  id: string;
  ordinal: number;
  outdoor: boolean;
  shortName: Labels | string | null;
  box: Box;
};

/** A level as the switch offers it: several buildings may share the ordinal and name it differently. */
export type LevelChoice = { ordinal: number; shortName: Labels | string };

const STREET = 0;

export function boxesMeet(a: Box, b: Box): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** Return the box that keeps a part (0 to 1) of a box's width and height around its middle. */
export function innerBox(box: Box, part: number): Box {
  const dx = ((box[2] - box[0]) * (1 - part)) / 2;
  const dy = ((box[3] - box[1]) * (1 - part)) / 2;
  return [box[0] + dx, box[1] + dy, box[2] - dx, box[3] - dy];
}

/** Return the levels that lie in a box, topmost first; the street is always one of them. */
export function choicesIn(levels: readonly LevelArea[], box: Box): LevelChoice[] {
  const indoor = levels.filter((level) => !level.outdoor && boxesMeet(level.box, box));
  const ordinals = new Set([STREET, ...indoor.map((level) => level.ordinal)]);
  return [...ordinals]
    .sort((a, b) => b - a)
    .map((ordinal) => ({ ordinal, shortName: commonName(indoor, ordinal) ?? String(ordinal) }));
}

/** Return the indoor levels to draw: those of the ordinal that lie in the box. */
export function shownLevels(levels: readonly LevelArea[], ordinal: number, box: Box): LevelArea[] {
  return levels.filter((level) => !level.outdoor && level.ordinal === ordinal && boxesMeet(level.box, box));
}

/** Return the ordinal to go on showing: the present one where some building in the box has it, else the street. */
export function keptOrdinal(ordinal: number, choices: readonly LevelChoice[]): number {
  return choices.some((choice) => choice.ordinal === ordinal) ? ordinal : STREET;
}

/** Return the name that every level of the ordinal bears; null where they differ or have none. */
function commonName(levels: readonly LevelArea[], ordinal: number): Labels | string | null {
  const names = levels.filter((level) => level.ordinal === ordinal).map((level) => level.shortName);
  const [first] = names;
  const written = JSON.stringify(first);
  return first && names.every((name) => JSON.stringify(name) === written) ? first : null;
}
