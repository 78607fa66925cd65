// Making a statement around a signer that lives elsewhere, and taking disclosures out of it again.
import fc from 'fast-check';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { hmacSha256 } from '../../../lib/cli/node-primitives.ts';
import { DISCLOSABLE, type Disclosable } from '../../../lib/proof/claims.ts';
import { saltsFor } from '../../../lib/proof/salt.ts';
import { assembleSdJwt, hashText, prepareSdJwt, present } from '../../../lib/proof/sd-jwt.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import {
  crypto,
  disclosable,
  firstClaims,
  header,
  ISSUER,
  issue,
  jwk,
  publicJwk,
  saltSecret,
  signEs256,
  trust,
} from './statement-fixture.ts';

const { sha256 } = crypto;
const claims = firstClaims();
const salt = saltsFor({ secret: saltSecret, statement: claims.jti, hmacSha256 });
const prepare = (hidden: Disclosable) => prepareSdJwt({ header, claims, disclosable: hidden, salt, sha256 });
const payloadOf = (signingInput: string): object =>
  JSON.parse(Buffer.from(signingInput.split('.')[1] ?? '', 'base64url').toString());

const someDisclosable: fc.Arbitrary<Disclosable> = fc.record(
  {
    vin: fc.string({ maxLength: 17 }),
    make: fc.string({ unit: 'binary', maxLength: 40 }),
    model: fc.string({ unit: 'grapheme', maxLength: 20 }),
    year: fc.integer({ min: 1980, max: 2100 }),
    reference: fc.string({ unit: 'binary', maxLength: 128 }),
    vendorVehicleId: fc.uuid(),
    consentId: fc.uuid(),
  },
  { requiredKeys: [] },
);

describe('preparing', () => {
  it('hides exactly the disclosable claims, with sorted digests', () => {
    const { signingInput, disclosures } = prepare(disclosable);
    expect(payloadOf(signingInput)).toEqual({
      ...claims,
      _sd: disclosures.map((text) => hashText(text, sha256)).toSorted(),
      _sd_alg: 'sha-256',
    });
    expect(JSON.parse(Buffer.from(disclosures[0] ?? '', 'base64url').toString())).toEqual([
      salt('vin'),
      'vin',
      disclosable.vin,
    ]);
    expect(decodeProtectedHeader(`${signingInput}.`)).toEqual(header);
  });

  it('leaves no trace of a claim that is not there', () => {
    const { signingInput, disclosures } = prepare({});
    expect(disclosures).toEqual([]);
    expect(payloadOf(signingInput)).toEqual(claims);
  });

  it('gives the same text for the same input', () => {
    expect(prepare(disclosable)).toEqual(prepare(disclosable));
  });

  it('refuses a salt of less than 128 bits', () => {
    const weak = { header, claims, disclosable, salt: () => 'AAAAAAAAAAAAAAAAAAAA', sha256 };
    expect(() => prepareSdJwt(weak)).toThrow(expect.objectContaining({ code: 'SALT' }));
  });

  it('refuses claims that are too large to be signed', () => {
    const large = { header, claims: { ...claims, iss: 'x'.repeat(3000) }, disclosable, salt, sha256 };
    expect(() => prepareSdJwt(large)).toThrow(expect.objectContaining({ code: 'CLAIMS_TOO_LARGE' }));
  });

  it('mends half a character: nobody could read the disclosure', () => {
    const verified = verifyStatement(issue(claims, { reference: 'A\ud83d' }).compact, trust);
    expect(verified.ok && verified.disclosed).toEqual({ reference: 'A\ufffd' });
  });

  it('refuses a signature of another length', () => {
    expect(() => assembleSdJwt('a.b', new Uint8Array(70), [])).toThrow(
      expect.objectContaining({ code: 'RAW_SIGNATURE' }),
    );
  });
});

describe('presenting', () => {
  it('shows exactly what is kept, and everything still verifies with the same hash', () => {
    fc.assert(
      fc.property(someDisclosable, fc.subarray([...DISCLOSABLE]), (hidden, keep) => {
        const issued = issue(claims, hidden);
        const verified = verifyStatement(present(issued.compact, keep), trust);
        const wellFormed = Object.entries(hidden).map(
          ([name, v]) => [name, typeof v === 'string' ? v.toWellFormed() : v] as const,
        );
        const shown = wellFormed.filter(([name]) => keep.some((kept) => kept === name));
        expect(verified).toMatchObject({ ok: true, withheld: wellFormed.length - shown.length });
        expect(verified.ok && verified.disclosed).toEqual(Object.fromEntries(shown));
        expect(verified.ok && verified.signingInputHash).toBe(issued.signingInputHash);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['', 'a.b.c', 'a.b.c~x', 'a.b.c~bm9wZQ~'])('refuses %j, which is no statement', (text) => {
    expect(() => present(text, [])).toThrow(expect.objectContaining({ code: 'STATEMENT' }));
  });
});

describe('another implementation', () => {
  it('verifies the issuer-signed part as a JWT', async () => {
    const [jwt = ''] = issue(claims).compact.split('~');
    const { payload } = await jwtVerify(jwt, createLocalJWKSet({ keys: [jwk] }), {
      algorithms: ['ES256'],
      issuer: ISSUER,
      typ: 'odoseal-mileage+sd-jwt',
      audience: claims.aud,
    });
    expect(payload).toMatchObject({ ...claims });
  });

  it('refuses it with one bit of the signature changed', async () => {
    const { signingInput } = issue(claims);
    const signature = signEs256(signingInput);
    signature[5] = (signature[5] ?? 0) ^ 1;
    const [jwt = ''] = assembleSdJwt(signingInput, signature, []).split('~');
    await expect(compactVerify(jwt, await importJWK(publicJwk, 'ES256'))).rejects.toThrow(
      'signature verification failed',
    );
  });
});
