/** How places read in a list of suggestions. Pure. */

import type { Place } from '../api/types';
import { labelIn, text, type Language } from '../i18n/languages';

export type Suggestion = { place: Place; name: string; where: string };

/**
 * Return the places as they are read, best first. A museum, its building and its door may read alike, and nobody could
 * choose between them: of those the best stands for all.
 */
export function suggestions(language: Language, found: readonly Place[]): Suggestion[] {
  const byText = new Map<string, Suggestion>();
  for (const place of found) {
    const read = { place, name: labelIn(language, place.properties.name), where: where(language, place) };
    const key = `${read.name}\n${read.where}`;
    if (!byText.has(key)) byText.set(key, read);
  }
  return [...byText.values()];
}

/** Return the building, where it is not called as the place itself, and the level. */
export function where(language: Language, { properties }: Place): string {
  const { name, building, level } = properties;
  const within = labelIn(language, building?.name);
  return [
    within === labelIn(language, name) ? '' : within,
    level ? text(language, 'place.level', { level: labelIn(language, level.short_name) }) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
