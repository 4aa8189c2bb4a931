import { expect, it } from 'vitest';
import { parseAddress, parseWaypoint, writeAddress } from '../src/address';

it('reads a route between a place and a point of a level', () => {
  const address = parseAddress('#venue=msheireb&from=51.5257,25.2828,-2&to=abc&profile=wheelchair');
  expect(address).toMatchObject({
    venue: 'msheireb',
    from: { lng: 51.5257, lat: 25.2828, level: -2 },
    to: { place: 'abc' },
    profile: 'wheelchair',
  });
});

it('writes what it reads', () => {
  for (const hash of [
    '#place=abc',
    '#from=51.525700,25.282800,-2&to=abc&profile=walk',
    '#venue=v&follow=t_o-k',
  ]) {
    expect(writeAddress(parseAddress(hash))).toBe(hash);
  }
  expect(writeAddress({})).toBe('');
});

it('takes a broken point for none', () => {
  expect(parseWaypoint('51.5,here,0')).toBeUndefined();
  expect(parseWaypoint('51.5,25.2')).toBeUndefined();
  expect(parseWaypoint(null)).toBeUndefined();
});
