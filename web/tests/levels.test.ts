import { describe, expect, it } from 'vitest';
import { choicesIn, innerBox, keptOrdinal, shownLevels, type Box, type LevelArea } from '../src/map/levels';

const STATION: Box = [51.525, 25.282, 51.527, 25.284];
const MUSEUM: Box = [51.529, 25.287, 51.53, 25.288];

function level(
  id: string,
  ordinal: number,
  box: Box,
  shortName: string | null = null,
  outdoor = false,
): LevelArea {
  return { id, ordinal, outdoor, shortName: shortName === null ? null : { en: shortName }, box };
}

const LEVELS = [
  level('street', 0, [51.52, 25.28, 51.535, 25.29], 'G', true),
  level('station-g', 0, STATION, 'G'),
  level('station-2', -2, STATION, 'C'),
  level('museum-g', 0, MUSEUM, 'G'),
  level('museum-1', 1, MUSEUM, '1'),
];

describe('the level switch', () => {
  it('offers the levels around the middle of the map, topmost first', () => {
    expect(choicesIn(LEVELS, STATION)).toEqual([
      { ordinal: 0, shortName: { en: 'G' } },
      { ordinal: -2, shortName: { en: 'C' } },
    ]);
  });

  it('always offers the street, even where no building is near', () => {
    expect(choicesIn(LEVELS, [51.521, 25.281, 51.522, 25.2815])).toEqual([{ ordinal: 0, shortName: '0' }]);
  });

  it('falls back to the ordinal where buildings name the same height differently', () => {
    const renamed = [...LEVELS, level('hotel-1', 1, MUSEUM, 'L1')];
    expect(choicesIn(renamed, MUSEUM)[0]).toEqual({ ordinal: 1, shortName: '1' });
  });

  it('keeps a level while some building in view has it, then returns to the street', () => {
    expect(keptOrdinal(-2, choicesIn(LEVELS, STATION))).toBe(-2);
    expect(keptOrdinal(-2, choicesIn(LEVELS, MUSEUM))).toBe(0);
  });
});

describe('the levels that are drawn', () => {
  it('are the indoor ones of that height in view', () => {
    const whole: Box = [51.52, 25.28, 51.535, 25.29];
    expect(shownLevels(LEVELS, 0, whole).map((shown) => shown.id)).toEqual(['station-g', 'museum-g']);
    expect(shownLevels(LEVELS, 0, MUSEUM).map((shown) => shown.id)).toEqual(['museum-g']);
  });

  it('shrink with the part of the view that counts', () => {
    expect(innerBox([0, 0, 4, 2], 0.5)).toEqual([1, 0.5, 3, 1.5]);
  });
});
