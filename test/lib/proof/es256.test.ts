// The two dresses of an ES256 signature.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derToRs, rsToDer } from '../../../lib/proof/es256.ts';
import { privateJwk } from './statement-fixture.ts';

const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });
const publicKey = createPublicKey(privateKey);

/** A scalar of any length from 1 to 32 bytes, so that short values and sign bytes come up. */
const scalar = fc
  .tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 31 }))
  .map(([first, rest]) => Uint8Array.from([...new Uint8Array(31 - rest.length), first, ...rest]));
const signature = fc.tuple(scalar, scalar).map(([r, s]) => Uint8Array.from([...r, ...s]));

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('DER ↔ r‖s', () => {
  it('is one to one', () => {
    fc.assert(
      fc.property(signature, (rs) => {
        expect(derToRs(rsToDer(rs))).toEqual(rs);
      }),
    );
  });

  it('adds the 33rd byte exactly when the number would look negative, and drops leading zeros', () => {
    const high = bytes(`80${'00'.repeat(31)}`);
    const short = bytes(`${'00'.repeat(31)}07`);
    const der = bytes(`3026 0221 0080${'00'.repeat(31)} 0201 07`);
    expect(rsToDer(Uint8Array.from([...high, ...short]))).toEqual(der);
    expect(derToRs(der)).toEqual(Uint8Array.from([...high, ...short]));
  });

  it('agrees with OpenSSL in both directions', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (message) => {
        const der = sign('sha256', message, privateKey);
        const rs = derToRs(der);
        expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, rs)).toBe(true);
        expect(rsToDer(rs)).toEqual(Uint8Array.from(der));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses every DER text but the one that it writes', () => {
    fc.assert(
      fc.property(signature, fc.nat(71), fc.integer({ min: 1, max: 255 }), (rs, at, change) => {
        const der = rsToDer(rs);
        const index = at % der.length;
        der[index] = (der[index] ?? 0) ^ change;
        let read: Uint8Array | undefined;
        try {
          read = derToRs(der);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DER_SIGNATURE' });
        }
        if (read) expect(rsToDer(read)).toEqual(der);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['empty', ''],
    ['not a sequence', '3106 020101 020101'],
    ['a byte too many', '3006 020101 020101 00'],
    ['a byte too many inside', '3007 020101 020101 00'],
    ['one number', '3003 020101'],
    ['zero', '3006 020100 020101'],
    ['zero length', '3005 0200 020101'],
    ['negative', '3006 020181 020101'],
    ['padded', '3007 02020001 020101'],
    ['33 digits', `3026 0221 01${'00'.repeat(32)} 020101`],
    ['long form of a length', '308106 020101 020101'],
    ['cut short', '3006 020101 0201'],
  ])('refuses DER that is %s', (_, hex) => {
    expect(() => derToRs(bytes(hex))).toThrow(expect.objectContaining({ code: 'DER_SIGNATURE' }));
  });

  it('refuses r‖s of another length, or zero', () => {
    expect(() => rsToDer(new Uint8Array(63).fill(1))).toThrow(expect.objectContaining({ code: 'RAW_SIGNATURE' }));
    expect(() => rsToDer(new Uint8Array(64))).toThrow(expect.objectContaining({ code: 'RAW_SIGNATURE' }));
  });
});
