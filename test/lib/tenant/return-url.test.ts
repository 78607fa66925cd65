// Which addresses may be on a list of return URLs: what is compared letter by letter is where a browser goes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReturnUrl } from '../../../lib/tenant/return-url.ts';

describe('a return URL', () => {
  it.each([
    'https://rivage.example/',
    'https://rivage.example/app/done?from=odoseal&x=%20',
    'https://rivage.example:8443/',
    'https://xn--bcher-kva.example/',
    'https://[2001:db8::1]/',
    `https://rivage.example/${'p'.repeat(2_025)}`,
  ])('may be %s', (text) => {
    expect(isReturnUrl(text)).toBe(true);
  });

  it.each([
    '',
    'rivage.example',
    '/done',
    '//rivage.example/',
    'http://rivage.example/',
    'http://127.0.0.1:3000/',
    'javascript:alert(1)',
    'data:text/html,x',
    'rivage://done',
    'https://rivage.example',
    'https://Rivage.example/',
    'HTTPS://rivage.example/',
    'https://rivage.example:443/',
    'https://rivage.example/a/../b',
    'https://rivage.example/a b',
    'https://rivage.example/"',
    "https://rivage.example/?q='",
    'https:/rivage.example/',
    'https:\\\\rivage.example\\',
    'https://rivage.example/#',
    'https://rivage.example/#done',
    'https://user@rivage.example/',
    'https://user:secret@rivage.example/',
    'https://@rivage.example/',
    'https://bücher.example/',
    'https://0x7f.1/',
    ' https://rivage.example/',
    'https://rivage.example/\n',
    'https://rivage.example/\u0000',
    'https://rivage.example/é',
    `https://rivage.example/${'p'.repeat(2_026)}`,
  ])('may not be %j', (text) => {
    expect(isReturnUrl(text)).toBe(false);
  });

  it('is what a parser makes of it, whatever it is', () => {
    const plain = fc.constantFrom('a', 'Z', '9', '/', '?', '=', '&', '%2e', '.', '~', ':');
    const odd = fc.constantFrom('\\', '@', '#', '..', '/../', ' ', '\t', '"', "'", '%', '\u202e', 'é', '');
    const starts = fc.constantFrom(
      'https://a.example/',
      'https://a.example',
      'https:',
      'http://a.example/',
      'https://A.example/',
    );
    const tails = fc.oneof(fc.array(plain), fc.array(fc.oneof(plain, odd)));
    const texts = fc.tuple(starts, tails).map(([start, tail]) => start + tail.join(''));
    let allowed = 0;
    const property = fc.property(texts, (text) => {
      if (!isReturnUrl(text)) return;
      allowed += 1;
      const url = new URL(text);
      expect([url.href, url.protocol, url.username, url.password, url.hash]).toEqual([text, 'https:', '', '', '']);
      expect(text).toMatch(/^https:\/\/[^/@\\]+\/[\x21-\x7e]*$/);
    });
    fc.assert(property, { numRuns: 500 });
    expect(allowed).toBeGreaterThan(20);
  });
});
