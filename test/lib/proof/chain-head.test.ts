// Signed chain heads: what they look like, every way in which one is not to be believed, and what one says of a chain.
import { describe, expect, it } from 'vitest';
import { type ChainHead, chainHeadInput, endProblem, verifyChainHead } from '../../../lib/proof/chain-head.ts';
import { attachSignature } from '../../../lib/proof/jws.ts';
import { STATUS_LIST_PURPOSE } from '../../../lib/proof/status-list.ts';
import { crypto, firstClaims, ISSUER, issue, jwk, kid, signEs256, signRaw } from './statement-fixture.ts';

const issued = issue(firstClaims());
const AT = issued.claims.iat + 3600;
const head: ChainHead = {
  issuer: ISSUER,
  contract: issued.claims.sub,
  seq: 1,
  hash: issued.signingInputHash,
  asOf: AT,
};
const trust = { keys: [{ ...jwk, purpose: STATUS_LIST_PURPOSE }], crypto };
const input = chainHeadInput(head, kid);
const good = attachSignature(input, signEs256(input));
const said = { iss: ISSUER, sub: issued.claims.sub, seq: 1, hash: issued.signingInputHash, iat: AT };
const made = (more: object, header: object = {}): string =>
  signRaw({ alg: 'ES256', kid, typ: 'odoseal-chain-head+jwt', ...header }, { ...said, ...more }).slice(0, -1);
const signatureOf = (jws: string): string => jws.split('.').at(-1) ?? '';
const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

it('has exactly these members', () => {
  const [header = '', payload = ''] = input.split('.');
  expect([decoded(header), decoded(payload)]).toEqual([{ alg: 'ES256', kid, typ: 'odoseal-chain-head+jwt' }, said]);
});

it('is read back as what was said', () => {
  expect(verifyChainHead(good, trust)).toEqual({ ok: true, head });
});

describe('is refused', () => {
  it('at every position where its character becomes the next one', () => {
    for (let at = 0; at < good.length; at++) {
      const next = String.fromCharCode(good.charCodeAt(at) + 1);
      expect(verifyChainHead(`${good.slice(0, at)}${next}${good.slice(at + 1)}`, trust).ok).toBe(false);
    }
  });

  const { hash: _, ...hashless } = said;
  it.each([
    ['of another type', made({}, { typ: 'statuslist+jwt' }), 'wrong_type'],
    ['of the type of a statement', made({}, { typ: 'odoseal-mileage+sd-jwt' }), 'wrong_type'],
    ['with another algorithm', made({}, { alg: 'HS256' }), 'wrong_algorithm'],
    ['with no algorithm', made({}, { alg: 'none' }), 'wrong_algorithm'],
    ['with a key in its header', made({}, { jwk }), 'header_member'],
    ['with a certificate in its header', made({}, { x5c: [] }), 'header_member'],
    ['with an address of keys in its header', made({}, { jku: ISSUER }), 'header_member'],
    ['of an unknown key', made({}, { kid: 'other' }), 'unknown_key'],
    ['with the signature of another head', `${input}.${signatureOf(made({ iat: AT + 1 }))}`, 'bad_signature'],
    ['with a part too many', `${good}.AA`, 'wrong_parts'],
    ['that is too long', 'A'.repeat(2_049), 'too_large'],
    ['with a member more', made({ exp: AT }), 'head_malformed'],
    [
      'without a hash',
      signRaw({ alg: 'ES256', kid, typ: 'odoseal-chain-head+jwt' }, hashless).slice(0, -1),
      'head_malformed',
    ],
    ['with a short hash', made({ hash: 'AAAA' }), 'head_malformed'],
    ['numbered from zero', made({ seq: 0 }), 'head_malformed'],
    ['with a number as text', made({ seq: '1' }), 'head_malformed'],
    ['without a contract', made({ sub: null }), 'head_malformed'],
    ['without an issuer', made({ iss: 1 }), 'head_malformed'],
    ['made after the year 9999', made({ iat: 253_402_300_800 }), 'head_malformed'],
    ['with a fraction as time', made({ iat: 1.5 }), 'payload_not_json'],
  ])('%s', (_, jws, reason) => {
    expect(verifyChainHead(jws, trust)).toEqual({ ok: false, reason });
  });

  it('under a key for statements', () => {
    expect(verifyChainHead(good, { ...trust, keys: [jwk] })).toEqual({ ok: false, reason: 'unsuitable_key' });
  });
});

describe('of a chain, says', () => {
  const { iat } = issued.claims;
  it.each([
    ['that it is complete', {}, undefined],
    ['so within ten minutes of clocks that differ', { asOf: iat - 600 }, undefined],
    ['nothing when it was made before', { asOf: iat - 601 }, 'head_too_early'],
    ['that newer ones are missing', { seq: 2 }, 'newest_missing'],
    ['nothing of another statement', { hash: issued.signingInputHash.replace(/^./, '-') }, 'head_of_other_statement'],
    ['nothing of another contract', { contract: 'ctr_other' }, 'head_of_other_contract'],
    ['nothing of another issuer', { issuer: `${ISSUER}.net` }, 'head_of_other_issuer'],
  ])('%s', (_, more, problem) => {
    expect(endProblem(issued, { ...head, ...more })).toBe(problem);
  });

  it('that it is older than the chain', () => {
    const second = { ...issued, claims: { ...issued.claims, seq: 2 } };
    expect(endProblem(second, head)).toBe('head_outdated');
  });
});
