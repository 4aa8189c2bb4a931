import { describe, expect, it } from 'vitest';
import { Problem } from '../src/api/client';
import type { Blocker } from '../src/api/types';
import { barriers, refusalOf } from '../src/route/refusal';

const STAIRS: Blocker = { id: '1', feature_type: 'relationship', category: 'stairs', name: null };

describe('a refused route', () => {
  it('tells what stands in the way, by its name or by what it is, each once', () => {
    const blockers = [STAIRS, { ...STAIRS, id: '2' }, { ...STAIRS, id: '3', name: 'Gate 4' }];
    expect(barriers('en', blockers)).toBe('stairs and Gate 4');
    expect(barriers('fr', [{ ...STAIRS, feature_type: 'opening', category: 'pedestrian' }])).toBe('porte');
    expect(barriers('ar', [{ ...STAIRS, feature_type: 'unit', category: null }])).toBe('منطقة مغلقة');
    expect(barriers('en', [])).toBe('');
  });

  it('has what the server said of it where no way leads there, and words alone else', () => {
    const members = { blocked_by: [STAIRS] };
    expect(refusalOf(new Problem(422, 'no_route', 'D', members))).toEqual({ detail: 'D', noRoute: members });
    expect(refusalOf(new Problem(429, 'throttled', 'D')).noRoute).toBeNull();
    expect(refusalOf('offline')).toEqual({ detail: 'offline', noRoute: null });
  });
});
