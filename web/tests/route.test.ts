import { describe, expect, it } from 'vitest';
import type { Step } from '../src/api/types';
import { waypointOf, writtenEnd } from '../src/route/ends';
import { boundsOf, levelChanges, runsByLevel } from '../src/route/lines';

function step(ordinal: number, coordinates: GeoJSON.Position[], toOrdinal?: number): Step {
  const level = { id: `level${ordinal}`, ordinal, short_name: String(ordinal) };
  const to_level = toOrdinal === undefined ? null : { ...level, id: `level${toOrdinal}`, ordinal: toOrdinal };
  const maneuver = { type: 'turn', modifier: 'left', bearing_deg: 0, position: [0, 0] as [number, number] };
  const geometry = { type: 'LineString' as const, coordinates };
  return { maneuver, instruction: '', distance_m: 1, duration_s: 1, level, to_level, geometry };
}

const UP = [
  step(-2, [
    [0, 0],
    [1, 0],
  ]),
  step(-2, [
    [1, 0],
    [2, 0],
  ]),
  step(
    -2,
    [
      [2, 0],
      [2, 0.1],
    ],
    0,
  ),
  step(0, [
    [2, 0.1],
    [2, 3],
  ]),
];

describe('a route over two levels', () => {
  it('is one line on each, without doubled corners', () => {
    expect(runsByLevel(UP)).toEqual([
      {
        ordinal: -2,
        coordinates: [
          [0, 0],
          [1, 0],
          [2, 0],
          [2, 0.1],
        ],
      },
      {
        ordinal: 0,
        coordinates: [
          [2, 0.1],
          [2, 3],
        ],
      },
    ]);
  });

  it('marks where it goes from one to the other', () => {
    expect(levelChanges(UP)).toEqual([{ position: [2, 0], from: -2, to: 0, type: 'turn' }]);
  });

  it('comes back to a level as a line of its own', () => {
    const back = [...UP, step(-2, [[2, 3], [2, 4]])]; // prettier-ignore
    expect(runsByLevel(back).map((run) => run.ordinal)).toEqual([-2, 0, -2]);
  });

  it('has bounds, and none without a line', () => {
    expect(boundsOf(UP)).toEqual([0, 0, 2, 3]);
    expect(boundsOf([])).toBeNull();
  });
});

it('does not draw a level on which the route only stands still', () => {
  expect(runsByLevel([step(1, [[0, 0]])])).toEqual([]);
});

describe('my position as an end', () => {
  const level = { id: 'level0', ordinal: 0, short_name: 'G' };
  const position = { lng: 51.5, lat: 25.3, level, accuracy_m: 3, accuracy_95_m: 6 };

  it('is a waypoint only once it is known', () => {
    expect(waypointOf({ kind: 'me' }, null)).toBeNull();
    expect(waypointOf({ kind: 'me' }, position)).toEqual({ lng: 51.5, lat: 25.3, level: 'level0' });
  });

  it('never reaches the address bar', () => {
    expect(writtenEnd({ kind: 'me' })).toBeUndefined();
    expect(writtenEnd({ kind: 'place', id: 'p', name: null })).toEqual({ place: 'p' });
  });
});
