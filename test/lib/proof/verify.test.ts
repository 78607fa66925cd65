// The verifier of one statement against hostile input, hostile key sets and hostile keys. The named refusals of single mutations are
// in vectors.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../lib/proof/base64url.ts';
import { MAX_STATEMENT } from '../../../lib/proof/envelope.ts';
import { concludeStatement, openStatement, verifyStatement } from '../../../lib/proof/verify.ts';
import vectors from '../../vectors/rfc9901.json' with { type: 'json' };
import { crypto, disclosable, firstClaims, header, issue, jwk, kid, signRaw, trust } from './statement-fixture.ts';

const issued = issue(firstClaims());
const [jwt = '', ...disclosures] = issued.compact.split('~');
const withKeys = (...keys: readonly object[]) => verifyStatement(issued.compact, { ...trust, keys });

describe('a good statement', () => {
  it('is accepted with its claims and everything it discloses', () => {
    expect(verifyStatement(issued.compact, trust)).toEqual({
      ok: true,
      claims: firstClaims(),
      disclosed: disclosable,
      withheld: 0,
      kid,
      signingInputHash: issued.signingInputHash,
      jwt,
      steps: [
        'envelope',
        'key',
        'signature',
        'payload',
        'issuer',
        'disclosures',
        'claims',
        'figures',
        'times',
        'validity',
      ],
    });
  });

  it('may carry claims that this version does not know', () => {
    const compact = signRaw(header, {
      ...firstClaims(),
      colours: [{ of: 'paint', is: 'blue' }],
    });
    expect(verifyStatement(compact, trust)).toMatchObject({ ok: true, withheld: 0 });
  });

  it('is checked the same way by a reader whose signature check is asynchronous', async () => {
    const opened = openStatement(issued.compact, trust, crypto.sha256);
    if (!opened.ok) throw new Error('expected an opened statement');
    const holds = await Promise.resolve(
      crypto.verifyEs256(opened.key, opened.envelope.signature, utf8(opened.envelope.signingInput)),
    );
    expect(concludeStatement(opened, holds, trust, crypto.sha256)).toEqual(verifyStatement(issued.compact, trust));
  });
});

describe('hostile input', () => {
  it('every single byte of the issuer-signed part matters', () => {
    fc.assert(
      fc.property(fc.nat(jwt.length - 1), fc.integer({ min: 0, max: 127 }), (at, code) => {
        const changed = `${jwt.slice(0, at)}${String.fromCharCode(code)}${jwt.slice(at + 1)}`;
        fc.pre(changed !== jwt);
        expect(verifyStatement([changed, ...disclosures].join('~'), trust).ok).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it('each position of the issuer-signed part is refused when its character becomes the next one', () => {
    for (let at = 0; at < jwt.length; at++) {
      const next = String.fromCharCode(jwt.charCodeAt(at) + 1);
      const changed = `${jwt.slice(0, at)}${next}${jwt.slice(at + 1)}`;
      expect(verifyStatement([changed, ...disclosures].join('~'), trust).ok).toBe(false);
    }
  });

  it('every single character of the disclosures matters', () => {
    const start = jwt.length + 1;
    for (let at = start; at < issued.compact.length - 1; at++) {
      const next = String.fromCharCode(issued.compact.charCodeAt(at) ^ 1);
      const changed = `${issued.compact.slice(0, at)}${next}${issued.compact.slice(at + 1)}`;
      expect(verifyStatement(changed, trust).ok).toBe(false);
    }
  });

  it('any truncation is refused, except that whole disclosures may be missing', () => {
    for (let length = 0; length < issued.compact.length; length++) {
      const cut = issued.compact.slice(0, length);
      expect(verifyStatement(cut, trust).ok).toBe(cut.endsWith('~'));
    }
  });

  it('no text makes the verifier throw', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom('~', '.', jwt, 'e30', ...disclosures, 'WyJh'), { maxLength: 9 })
        .map((parts) => parts.join('')),
      fc
        .tuple(fc.json(), fc.json(), fc.json())
        .map(([head, payload, content]) =>
          [
            [head, payload, 'x'.repeat(64)].map((part) => Buffer.from(part).toString('base64url')).join('.'),
            Buffer.from(content).toString('base64url'),
            '',
          ].join('~'),
        ),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const refusal = text === jwt.concat('~') ? undefined : verifyStatement(text, trust);
        expect(refusal?.ok === true && refusal.claims.seq !== 1).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('no signed payload makes the verifier throw', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.json(), { maxLength: 2 }), (payload, contents) => {
        const hidden = contents.map((content) => Buffer.from(content).toString('base64url'));
        expect(verifyStatement(signRaw(header, payload, hidden), trust).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('what is larger than any statement is refused unread', () => {
    const refused = { ok: false, reason: 'too_large', step: 'envelope' };
    expect(verifyStatement('~'.repeat(MAX_STATEMENT + 1), trust)).toEqual(refused);
    expect(verifyStatement(`${issued.compact}${'x'.repeat(10_000_000)}`, trust)).toEqual(refused);
    expect(verifyStatement('~'.repeat(MAX_STATEMENT), trust)).toMatchObject({ ok: false, reason: 'wrong_parts' });
  });

  it.each(vectors.examples)('a credential of another kind is refused: RFC 9901 §$section, $title', ({ compact }) => {
    const rfcTrust = { ...trust, issuer: 'https://issuer.example.com', keys: [vectors.key] };
    expect(verifyStatement(compact, rfcTrust)).toMatchObject({ ok: false, step: 'envelope', reason: 'wrong_type' });
  });
});

describe('the key set', () => {
  it('may hold other keys, of other kinds, for other documents', () => {
    expect(withKeys({ kty: 'OKP', crv: 'Ed25519', kid: 'log' }, { kid: 'x' }, jwk).ok).toBe(true);
    const { purpose: _, use: __, alg: ___, ...bare } = jwk;
    expect(withKeys(bare).ok).toBe(true);
  });

  const other = { ...vectors.key, kid };
  it.each([
    ['nothing', [], 'unknown_key'],
    ['the key under another name', [{ ...jwk, kid: 'statement-key' }], 'unknown_key'],
    ['another key under this name', [other], 'unsuitable_key'],
    ['the key for another purpose', [{ ...jwk, purpose: 'status' }], 'unsuitable_key'],
    ['the key for encryption', [{ ...jwk, use: 'enc' }], 'unsuitable_key'],
    ['the key for another algorithm', [{ ...jwk, alg: 'ES384' }], 'unsuitable_key'],
    ['the key on another curve', [{ ...jwk, crv: 'P-384' }], 'unsuitable_key'],
    ['the key as another type', [{ ...jwk, kty: 'OKP' }], 'unsuitable_key'],
    ['the private key', [{ ...jwk, d: 'AAAA' }], 'unsuitable_key'],
    ['coordinates that are no text', [{ ...jwk, x: 7 }], 'unsuitable_key'],
    ['coordinates with padding', [{ ...jwk, x: `${jwk.x}=` }], 'unsuitable_key'],
  ])('with %s, nothing is verified', (_, keys, reason) => {
    expect(withKeys(...keys)).toEqual({ ok: false, step: 'key', reason });
  });

  it('a point off the curve verifies nothing', () => {
    const off = { x: jwk.x, y: jwk.x };
    const opened = openStatement(issued.compact, trust, crypto.sha256);
    if (!opened.ok) throw new Error('expected an opened statement');
    expect(crypto.verifyEs256(off, opened.envelope.signature, utf8(opened.envelope.signingInput))).toBe(false);
  });

  it('the issuer has to be the expected one, to the letter', () => {
    expect(verifyStatement(issued.compact, { ...trust, issuer: 'https://ODOSEAL.example' })).toEqual({
      ok: false,
      step: 'issuer',
      reason: 'wrong_issuer',
    });
  });
});
