import { describe, expect, it } from 'vitest';
import { en } from '../src/i18n/en';
import {
  clock,
  distance,
  duration,
  labelIn,
  LANGUAGES,
  preferredLanguage,
  text,
  type Language,
} from '../src/i18n/languages';

const languages = Object.keys(LANGUAGES) as Language[];

function placeholders(message: string): string[] {
  return [...message.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
}

describe.each(languages)('the texts in %s', (language) => {
  const { messages } = LANGUAGES[language];

  it('are complete: the keys of the English ones, none empty', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
    expect(Object.values(messages).filter((message) => message.trim() === '')).toEqual([]);
  });

  it('have the placeholders of the English ones', () => {
    for (const [key, message] of Object.entries(en)) {
      expect(placeholders(messages[key as keyof typeof en]), key).toEqual(placeholders(message));
    }
  });
});

it('keeps the direction of what is filled into Arabic', () => {
  expect(text('ar', 'place.level', { level: '-2' })).toBe('الطابق \u2068-2\u2069');
});

it('fills in what a text leaves open', () => {
  expect(text('fr', 'place.level', { level: '-2' })).toBe('Niveau -2');
});

it('falls back to English and then to any language for a name', () => {
  expect(labelIn('fr', { en: 'Souq', ar: 'سوق' })).toBe('Souq');
  expect(labelIn('fr', { ar: 'سوق' })).toBe('سوق');
  expect(labelIn('fr', null)).toBe('');
});

it('speaks the first language that the browser wishes for and the site knows', () => {
  expect(preferredLanguage(['de-DE', 'ar-QA', 'en'])).toBe('ar');
  expect(preferredLanguage(['de'])).toBe('en');
});

it('says distances and durations as people do', () => {
  expect(distance('en', 4.2)).toBe('4 m');
  expect(distance('en', 132)).toBe('130 m');
  expect(distance('en', 998)).toBe('1 km');
  expect(distance('fr', 1240)).toMatch(/^1,2\skm$/);
  expect(duration('en', 12)).toBe('1 min');
  expect(duration('ar', 305)).toContain('5');
});

it('says the time of arrival as the clocks of the venue show it', () => {
  expect(clock('fr', '2026-03-01T09:05:00+00:00', 'Asia/Qatar')).toBe('12:05');
  expect(clock('ar', '2026-03-01T09:05:00+00:00', 'Asia/Qatar')).toContain('12:05');
});
