/** The language the visitor chose: kept in the browser, mirrored on <html lang dir>. */

import type { Labels } from '../api/types';
import type { MessageKey } from './en';
import {
  clock,
  distance,
  duration,
  isLanguage,
  labelIn,
  LANGUAGES,
  preferredLanguage,
  text,
  type Language,
} from './languages';

const STORED = 'dalil.language';

class Speech {
  language = $state<Language>('en');

  constructor() {
    const stored = localStorage.getItem(STORED);
    this.choose(isLanguage(stored) ? stored : preferredLanguage(navigator.languages));
  }

  choose(language: Language): void {
    this.language = language;
    localStorage.setItem(STORED, language);
    document.documentElement.lang = language;
    document.documentElement.dir = LANGUAGES[language].dir;
  }

  t = (key: MessageKey, values?: Record<string, string | number>): string => text(this.language, key, values);
  label = (labels: Labels | string | null | undefined): string => labelIn(this.language, labels);
  distance = (distance_m: number): string => distance(this.language, distance_m);
  clock = (at: string, timeZone: string): string => clock(this.language, at, timeZone);
  duration = (duration_s: number): string => duration(this.language, duration_s);
}

export const speech = new Speech();
