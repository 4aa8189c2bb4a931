/** The languages of the site, their texts, and how each writes names, distances and durations. */

import type { Labels } from '../api/types';
import { ar } from './ar';
import { en, type MessageKey, type Messages } from './en';
import { fr } from './fr';

export type Language = 'en' | 'ar' | 'fr';

export const LANGUAGES: Record<
  Language,
  { name: string; dir: 'ltr' | 'rtl'; locale: string; messages: Messages }
> = {
  en: { name: 'English', dir: 'ltr', locale: 'en', messages: en },
  // Latin digits: they are what the signs, levels and gates of the district bear.
  ar: { name: 'العربية', dir: 'rtl', locale: 'ar-u-nu-latn', messages: ar },
  fr: { name: 'Français', dir: 'ltr', locale: 'fr', messages: fr },
};

const KILOMETRE_M = 1000;
const MINUTE_S = 60;

export function isLanguage(tag: string | null): tag is Language {
  return tag !== null && Object.hasOwn(LANGUAGES, tag);
}

/** Return the first of the wished languages that the site speaks; English where it speaks none. */
export function preferredLanguage(wished: readonly string[]): Language {
  const spoken = wished.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find((tag) => isLanguage(tag));
  return (spoken as Language | undefined) ?? 'en';
}

// First strong isolate and its end (UAX #9): "-2" or a Latin name keeps its own direction inside Arabic text.
const ISOLATE = { start: '\u2068', end: '\u2069' };

/** Return the text of a key with its {placeholders} filled in. */
export function text(
  language: Language,
  key: MessageKey,
  values: Record<string, string | number> = {},
): string {
  const { messages, dir } = LANGUAGES[language];
  return messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = String(values[name] ?? whole);
    return dir === 'rtl' ? ISOLATE.start + value + ISOLATE.end : value;
  });
}

/** Return a name in the language, else in English, else in whichever there is; '' where there is no name. */
export function labelIn(language: Language, labels: Labels | string | null | undefined): string {
  if (!labels) return '';
  if (typeof labels === 'string') return labels;
  return labels[language] ?? labels['en'] ?? Object.values(labels)[0] ?? '';
}

/** Return a distance as people say it: whole 5 m below 1 km, one decimal of a kilometre above. */
export function distance(language: Language, distance_m: number): string {
  const locale = LANGUAGES[language].locale;
  const unit = distance_m < KILOMETRE_M - 2.5 ? 'meter' : 'kilometer';
  const value =
    unit === 'kilometer'
      ? distance_m / KILOMETRE_M
      : distance_m < 10
        ? distance_m
        : Math.round(distance_m / 5) * 5;
  const maximumFractionDigits = unit === 'kilometer' ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits,
  }).format(value);
}

/** Return a duration in whole minutes, never less than one. */
export function duration(language: Language, duration_s: number): string {
  const minutes = Math.max(1, Math.round(duration_s / MINUTE_S));
  const options = { style: 'unit', unit: 'minute', unitDisplay: 'short' } as const;
  return new Intl.NumberFormat(LANGUAGES[language].locale, options).format(minutes);
}

/** Return the time of day of an instant, where the venue is. */
export function clock(language: Language, at: string, timeZone: string): string {
  const options = { hour: 'numeric', minute: '2-digit', timeZone } as const;
  return new Intl.DateTimeFormat(LANGUAGES[language].locale, options).format(new Date(at));
}
