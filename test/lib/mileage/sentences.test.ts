// Every finding can be told in every language from its code and numbers alone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../lib/mileage/finding.ts';
import { judge } from '../../../lib/mileage/judge.ts';
import { isRule, type Language, sentenceOf } from '../../../lib/mileage/sentences/sentence-of.ts';
import { chainOf, histories } from './contract-history.ts';

const LANGUAGES: readonly Language[] = ['en', 'nl', 'fr', 'de'];

describe('a sentence', () => {
  it('says a rollback in four languages, with its figures as each writes them', () => {
    const numbers = { earlierMetres: 61_250_400, laterMetres: 41_300_000 };
    expect(LANGUAGES.map((language) => sentenceOf({ rule: 'rollback', numbers }, language))).toEqual([
      'The odometer showed at least 61250.4 km and later 41300.0 km.',
      'De teller stond op ten minste 61250,4 km en later op 41300,0 km.',
      'Le compteur indiquait au moins 61250,4 km, puis 41300,0 km.',
      'Der Kilometerzähler zeigte mindestens 61250,4 km und später 41300,0 km.',
    ]);
  });

  it('is one for every rule and language: no two rules say the same, none leaves a gap', () => {
    for (const language of LANGUAGES) {
      const sentences = RULES.map((rule) => sentenceOf({ rule, numbers: {} }, language));
      expect(new Set(sentences).size).toBe(RULES.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}?[^{}]*[^\s]\.$/u);
      expect(sentences.join()).not.toMatch(/undefined|NaN/);
    }
  });

  it('names every number of the finding that a reader needs, for whatever a history of readings brings', () => {
    const seen = new Set<string>();
    for (const history of fc.sample(histories(false), { numRuns: 150, seed: 7 }))
      for (const { input } of chainOf(history)) {
        const result = judge(input);
        for (const finding of result.outcome === 'measured' ? result.findings : []) {
          seen.add(finding.rule);
          const sentence = sentenceOf(finding, 'en');
          const figures = Object.entries(finding.numbers).filter(([, value]) => value !== 0);
          if (figures.length > 0 && finding.rule !== 'vin_mismatch') expect(sentence).toMatch(/\d/);
        }
      }
    expect(seen.size).toBeGreaterThan(8);
  });

  it('does not exist for a rule that is not known', () => {
    expect([isRule('rollback'), isRule('a_rule_of_later'), isRule('constructor')]).toEqual([true, false, false]);
  });
});
