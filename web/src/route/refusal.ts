/** Why there is no route, as a visitor reads it. Pure. */

import { Problem } from '../api/client';
import type { Blocker, NoRoute } from '../api/types';
import { LANGUAGES, text, type Language } from '../i18n/languages';
import type { MessageKey } from '../i18n/en';
import { signOf } from '../map/categories';

/** What the server said; `noRoute` where it said that no way leads there. */
export type Refusal = { detail: string; noRoute: NoRoute | null };

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Problem)) return { detail: String(error), noRoute: null };
  const noRoute = error.code === 'no_route' ? (error.members as NoRoute) : null;
  return { detail: error.detail, noRoute };
}

/** Return what stands in the way by its names, or by what it is where it has none; '' where nothing is known. */
export function barriers(language: Language, blockers: readonly Blocker[]): string {
  const names = new Set(blockers.map((blocker) => blocker.name ?? text(language, kindOf(blocker))));
  return new Intl.ListFormat(LANGUAGES[language].locale).format(names);
}

function kindOf({ category, feature_type }: Blocker): MessageKey {
  const sign = signOf(category ?? '');
  if (sign === 'stairs' || sign === 'escalator' || sign === 'lift' || sign === 'ramp')
    return `barrier.${sign}`;
  return feature_type === 'opening' ? 'barrier.door' : 'barrier.area';
}
