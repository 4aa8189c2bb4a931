import { describe, expect, it } from 'vitest';
import type { Message } from '../src/api/types';
import { readFrame, receive, retryDelay_ms, type ServerFrame } from '../src/live/frames';
import { circle, distance_m, glide, isJump } from '../src/live/motion';
import { isLink } from '../src/live/links';

const MESSAGE = { id: 'm', campaign: null, title: 'T', body: 'B', link: null, image: null, created_at: '' };

function message(seq: number): ServerFrame {
  return { type: 'message', seq, message: { ...MESSAGE, seq } satisfies Message };
}

describe('messages', () => {
  it('move the mark, and are dropped when they come again after a resume', () => {
    expect(receive(0, message(1))).toEqual({ seen: 1, fresh: true });
    expect(receive(1, message(1))).toEqual({ seen: 1, fresh: false });
    expect(receive(1, message(3))).toEqual({ seen: 3, fresh: true });
  });

  it('are not skipped because a position names a newer number first', () => {
    const position: ServerFrame = { type: 'position', seq: 7, position: null, status: 'ok' };
    const { seen, fresh } = receive(6, position);
    expect({ seen, fresh }).toEqual({ seen: 6, fresh: true });
    expect(receive(seen, message(7)).fresh).toBe(true);
  });
});

it('ignores frames of a type that a later server may add', () => {
  expect(readFrame('{"type":"weather","seq":1}')).toBeNull();
  expect(readFrame('{"type":"error","seq":1,"code":"c","detail":"d"}')?.type).toBe('error');
});

it('waits longer before each retry, within bounds', () => {
  expect(retryDelay_ms(0, 0)).toBe(250);
  expect(retryDelay_ms(3, 1)).toBe(4000);
  expect(retryDelay_ms(30, 1)).toBe(15_000);
});

describe('the dot', () => {
  const from = { lng: 51.5257, lat: 25.2828 };
  const to = { lng: 51.5258, lat: 25.2829 };

  it('begins at one position and ends at the next', () => {
    expect(glide(from, to, 0)).toEqual(from);
    expect(glide(from, to, 2).lng).toBeCloseTo(to.lng, 9);
  });

  it('jumps rather than slides through walls', () => {
    expect(isJump(from, to)).toBe(false);
    expect(isJump(from, { lng: 51.5267, lat: 25.2828 })).toBe(true);
  });

  it('has a circle of its accuracy around it', () => {
    const [ring = []] = circle(from, 12).coordinates;
    const radii_m = ring.map(([lng = 0, lat = 0]) => distance_m(from, { lng, lat }));
    for (const radius_m of radii_m) expect(radius_m).toBeCloseTo(12, 3);
    expect(ring.at(0)).toEqual(ring.at(-1));
  });
});

describe('links of messages', () => {
  it.each([
    ['/#place=7', true],
    ['https://shop.example/menu', true],
    ['//shop.example', false],
    ['http://shop.example', false],
    ['javascript:alert(1)', false],
  ])('%s may be followed: %s', (link, may) => {
    expect(isLink(link)).toBe(may);
  });
});
