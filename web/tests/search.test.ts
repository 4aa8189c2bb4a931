import { describe, expect, it } from 'vitest';
import type { Place } from '../src/api/types';
import { suggestions } from '../src/search/suggestions';

type Said = { id: string; name: string; building?: string; level?: string };

function place({ id, name, building, level }: Said): Place {
  const properties = {
    name: { en: name },
    building: building ? { id: 'b', name: { en: building } } : null,
    level: level ? { id: 'l', ordinal: 0, short_name: level } : null,
  };
  return { id, type: 'Feature', geometry: null, properties } as unknown as Place;
}

describe('suggestions', () => {
  it('say the building and the level, but no name twice', () => {
    const read = suggestions('en', [
      place({ id: '1', name: 'Gallery', building: 'Company House', level: '1' }),
      place({ id: '2', name: 'Company House', building: 'Company House', level: 'G' }),
      place({ id: '3', name: 'Al Kahraba Street' }),
    ]);
    expect(read.map(({ where }) => where)).toEqual(['Company House · Level 1', 'Level G', '']);
  });

  it('that read alike are one, which is the best of them', () => {
    const platform = { name: 'Red Line platform', building: 'Metro', level: '-3' };
    const read = suggestions('en', [
      place({ id: 'amenity', ...platform }),
      place({ id: 'unit', ...platform }),
      place({ id: 'other', ...platform, level: '-4' }),
    ]);
    expect(read.map(({ place }) => place.id)).toEqual(['amenity', 'other']);
  });
});
