// Which language a browser's Accept-Language header gets, RFC 9110 §12.5.4.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, preferredLanguage } from '../../../lib/connection/language.ts';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['nl', 'nl'],
    ['FR', 'fr'],
    ['de-AT', 'de'],
    ['nl-BE, nl;q=0.9, fr;q=0.8, en;q=0.7', 'nl'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    // The weight decides, not the place.
    ['en;q=0.2, de;q=0.9', 'de'],
    ['nl;q=0.001, fr;q=0.002', 'fr'],
    // Equal weights: the first of them.
    ['de, fr', 'de'],
    ['fr;q=0.5, de;q=0.5', 'fr'],
    // Languages that we do not have are passed over.
    ['pl, sv;q=0.9, nl;q=0.1', 'nl'],
    ['pl', 'en'],
    ['nld', 'en'],
    ['d', 'en'],
    // "Anything" is English, unless English is refused.
    ['*', 'en'],
    ['pl, *;q=0.1', 'en'],
    ['en;q=0, *', 'nl'],
    ['*;q=0.9, fr;q=0.5', 'en'],
    ['fr, *;q=0.5', 'fr'],
    // What is refused is not given; when everything is, English.
    ['de;q=0, fr;q=0.1', 'fr'],
    ['de;q=0', 'en'],
    ['*;q=0', 'en'],
    // Of several regions the kindest counts.
    ['fr-BE;q=0.3, de;q=0.5, fr;q=0.9', 'fr'],
    ['fr;q=0, fr-BE;q=0.8', 'fr'],
    // White space and case.
    [' NL-be ; Q=0.4 ,\tde ; q=0.3 ', 'nl'],
    // What is not written as it should be counts for nothing.
    ['de;q=2, nl;q=0.1', 'nl'],
    ['de;q=, nl;q=0.1', 'nl'],
    ['de;q=0.1234, nl;q=0.1', 'nl'],
    ['de;level=1, nl;q=0.1', 'nl'],
    ['de_DE, nl;q=0.1', 'nl'],
    ['de--AT, nl;q=0.1', 'nl'],
    ['<script>, ;;, ,q=1,nl;q=0.1', 'nl'],
    ['__proto__', 'en'],
  ])('for %j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  it('is one that we have, whatever a browser sends', () => {
    const pieces = fc.constantFrom('de', 'nl', 'fr-FR', 'en', '*', ';', 'q=', '0', '1', '.', ',', ' ', '-', 'x', '\0');
    const headers = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(headers, (header) => {
        expect(LANGUAGES).toContain(preferredLanguage(header));
      }),
    );
  });

  it('is the heaviest that we have', () => {
    const weights = fc.tuple(...LANGUAGES.map(() => fc.integer({ min: 1, max: 999 })));
    const orders = fc.shuffledSubarray([...LANGUAGES], { minLength: LANGUAGES.length });
    fc.assert(
      fc.property(weights, orders, (chosen, order) => {
        const weightOf = (language: (typeof LANGUAGES)[number]) => chosen[LANGUAGES.indexOf(language)] ?? 0;
        const header = order.map((one) => `${one};q=0.${String(weightOf(one)).padStart(3, '0')}`).join(', ');
        expect(weightOf(preferredLanguage(header))).toBe(Math.max(...chosen));
      }),
    );
  });
});
