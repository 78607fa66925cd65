// base64url with exactly one text per byte string.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeAtOnce,
  decodeBase64url,
  encodeBase64url,
  fromUtf8,
  utf8,
  utf8AtOnce,
} from '../../../lib/proof/base64url.ts';

describe('base64url', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('writes %j as RFC 4648 §10 does, without padding', (plain, text) => {
    expect(encodeBase64url(utf8(plain))).toBe(text);
    expect(fromUtf8(decodeBase64url(text) ?? new Uint8Array([255]))).toBe(plain);
  });

  it('agrees with another implementation, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url');
        expect(encodeBase64url(bytes)).toBe(text);
        expect(decodeBase64url(text)).toEqual(bytes);
      }),
    );
  });

  it.each([3_071, 3_072, 3_073, 8_191, 8_192, 8_193, 100_000])('agrees over %i bytes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, n) => (n * 7919) % 251);
    const text = Buffer.from(bytes).toString('base64url');
    expect(encodeBase64url(bytes)).toBe(text);
    expect(decodeBase64url(text)).toEqual(bytes);
    expect(decodeBase64url(`${text.slice(0, -1)}é`)).toBeUndefined();
    expect(utf8AtOnce(`${text}é`)).toEqual(utf8(`${text}é`));
  });

  it('leaves what somebody keeps as it is, whatever is read afterwards', () => {
    const kept = decodeBase64url('Zm9vYmFy');
    decodeAtOnce('AAAAAAAA');
    utf8AtOnce('something else');
    expect(kept).toEqual(utf8('foobar'));
    // A primitive may have to decode the key before it looks at the bytes.
    const inHand = utf8AtOnce('signed');
    decodeAtOnce('AAAAAAAA');
    expect(inHand).toEqual(utf8('signed'));
  });

  it('reads a text only if writing the bytes gives that text again', () => {
    const hostile = fc.string({ unit: fc.constantFrom(...'AQgw-_+/=. \n~é9'), maxLength: 12 });
    fc.assert(
      fc.property(hostile, (text) => {
        const bytes = decodeBase64url(text);
        expect(bytes === undefined || encodeBase64url(bytes) === text).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['Zg==', 'Zg=', 'A', 'Zh', 'Zm9', 'Zm8 ', 'Zm8\n', 'Zm+v', 'Zm/v', 'Zmé', 'Zm\uFFFF'])(
    'refuses %j',
    (text) => {
      expect(decodeBase64url(text)).toBeUndefined();
    },
  );

  it('keeps a byte order mark in the text and refuses what is not UTF-8', () => {
    expect(fromUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x41]))).toBe('\uFEFFA');
    expect(fromUtf8(new Uint8Array([0xff, 0x41]))).toBeUndefined();
    expect(fromUtf8(new Uint8Array([0xed, 0xa0, 0x80]))).toBeUndefined();
  });
});
