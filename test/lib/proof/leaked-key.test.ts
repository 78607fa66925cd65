// The drill: a signing key was rotated, a signing key has leaked. Which statements stay trustworthy, and under which name the others are
// refused, statement by statement and in a bundle.
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { verifyChainHead } from '../../../lib/proof/chain-head.ts';
import type { Jwk } from '../../../lib/proof/key-set.ts';
import { verifyStatusList } from '../../../lib/proof/status-list.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { AS_OF, bundleCrypto, givenTrust, headFor, keys, statusListFor } from './bundle-fixture.ts';
import { headOf, vkeyOf } from './log-fixture.ts';
import { iatOf, keySet, nextJwk, placed, ROTATED, rotatedChain, type Told, withEvents } from './rotated-keys.ts';
import { crypto, ISSUER, jwk } from './statement-fixture.ts';
import { CHAIN, each } from './tampering.ts';

const reasonOf = (compact: string, statementKey: Jwk, logged?: number): string => {
  const loggedAt = () => logged;
  const trust = { keys: [statementKey], issuer: ISSUER, crypto, ...(logged !== undefined && { loggedAt }) };
  const result = verifyStatement(compact, trust);
  return result.ok ? 'holds' : `${result.step}: ${result.reason}`;
};
const one = CHAIN[0]?.compact ?? '';
const iat = iatOf(CHAIN, 1);

/** Number 2 was replaced by number 6, as its status says; a number 6 that does not hold takes no place. */
const withdrawn = { step: 'status', reason: 'withdrawn', at: 2 };

describe('a rotated key', () => {
  it.each([
    [iat, iat, 'holds'],
    [iat + 1, iat + 2, 'validity: key_not_yet_added'],
    [iat - 2, iat - 1, 'validity: key_retired'],
  ])('vouches for what was made from %i to %i', (from, to, expected) => {
    const key = withEvents(jwk, { event: 'added', at: from }, { event: 'retired', at: to });
    expect(reasonOf(one, key)).toBe(expected);
    // A window needs no log, and none helps.
    expect(reasonOf(one, key, 0)).toBe(expected);
  });

  const last = iatOf(rotatedChain, ROTATED - 1);
  const old: readonly Told[] = [
    { event: 'added', at: iatOf(rotatedChain, 1), index: 0 },
    { event: 'retired', at: last, index: 240 },
  ];
  const next: readonly Told[] = [{ event: 'added', at: iatOf(rotatedChain, ROTATED), index: 239 }];
  const published = keySet(withEvents(jwk, ...old), withEvents(nextJwk, ...next));
  const { bundle } = placed(rotatedChain, [100, 120, 140, 260, 261, 262]);
  const failures = (set: readonly Jwk[]) => failuresOf(verifyBundle(bundle, { ...givenTrust, keys: set }));

  it('and its successor verify one chain, with the one published set', () => {
    expect(failures(published)).toEqual([]);
  });

  it('does not sign in the time of its successor, nor that in its own', () => {
    const early = withEvents(nextJwk, { event: 'added', at: iatOf(rotatedChain, 4) + 1 });
    expect(failures(keySet(jwk, early))).toEqual([
      { step: 'validity', reason: 'key_not_yet_added', at: 4 },
      // Number 6 states February again, and is made in July.
    ]);
    const late = withEvents(jwk, { event: 'retired', at: last - 1 });
    expect(failures(keySet(late, nextJwk))).toEqual([{ step: 'validity', reason: 'key_retired', at: 3 }]);
  });

  it('without its successor verifies what it signed, and no more', () => {
    const unknown = each([4, 5, 6], 'key', 'unknown_key');
    expect(failures(keySet(withEvents(jwk, ...old)))).toEqual([...unknown, withdrawn]);
  });
});

describe('a leaked key', () => {
  /** Before the leak, at both edges; between leak and its discovery; after that was logged. */
  const PLACES = [100, 149, 150, 200, 260, 299];
  const leak: Told = { event: 'compromised', at: iat + 90, since: iat + 60, logSize: 150, index: 250 };
  const leaked = withEvents(jwk, leak);
  const { bundle } = placed(CHAIN, PLACES, [[jwk, leak]]);
  const trust = { ...givenTrust, keys: keySet(leaked) };

  it('vouches for no single statement: times are written by whoever has the key', () => {
    for (const { compact } of CHAIN) expect(reasonOf(compact, leaked)).toBe('validity: key_compromised');
  });

  it.each(PLACES.map((place, n) => [n + 1, place, place < 150 ? 'holds' : 'validity: key_compromised'] as const))(
    'and the log: number %i at entry %i %s',
    (seq, place, expected) => {
      expect(reasonOf(CHAIN[seq - 1]?.compact ?? '', leaked, place)).toBe(expected);
    },
  );

  it('vouches in a bundle for what its proofs show to have been logged before', () => {
    const report = verifyBundle(bundle, trust);
    expect(failuresOf(report)).toEqual([...each([3, 4, 5, 6], 'validity', 'key_compromised'), withdrawn]);
    expect(report.statements.map(({ ok }) => ok)).toEqual([true, true, false, false, false, false]);
    expect(report.inclusion).toEqual([
      { seq: 1, index: 100, included: true },
      { seq: 2, index: 149, included: true },
    ]);
    expect([report.chain, report.end]).toEqual([undefined, undefined]);
  });

  it('refuses nothing in a bundle that was logged whole before', () => {
    const before = placed(CHAIN, [100, 101, 102, 103, 148, 149], [[jwk, leak]]).bundle;
    expect(failuresOf(verifyBundle(before, trust))).toEqual([]);
  });

  it('is not made good by a place that the proof does not show', () => {
    const moved = { ...bundle, statements: bundle.statements.map((proof) => ({ ...proof, index: 100 })) };
    expect(failuresOf(verifyBundle(moved, trust))).toEqual(each([2, 3, 4, 5, 6], 'validity', 'key_compromised'));
  });

  it("is not made good by a thief's log, whose key is in the bundle", () => {
    const thief = placed(CHAIN, [0, 1, 2, 3, 4, 5]);
    const own = { ...thief.bundle, checkpoint: headOf(thief.entries, { seed: 8 }), logKey: vkeyOf(8) };
    const { logKeys: _, ...withoutLogKey } = trust;
    const all = each([1, 2, 3, 4, 5, 6], 'validity', 'key_compromised');
    expect(failuresOf(verifyBundle(own, withoutLogKey))).toEqual(all);
    expect(failuresOf(verifyBundle(own, trust))).toEqual([...all, { step: 'checkpoint', reason: 'unknown_signer' }]);
    // With its own keys alone, not even the right log helps: a bundle says of its log what it likes.
    expect(failuresOf(verifyBundle(bundle, withoutLogKey))).toEqual(all);
  });

  it('of lists and heads vouches for none: those are in no log, and are made anew', () => {
    const told = keys.map((key) => (key.kid === jwk.kid ? key : withEvents(key, leak)));
    const of = { keys: told, crypto: bundleCrypto };
    expect(verifyStatusList(statusListFor(CHAIN), of)).toEqual({ ok: false, reason: 'key_compromised' });
    expect(verifyChainHead(headFor(CHAIN), of)).toEqual({ ok: false, reason: 'key_compromised' });
    const asOf = AS_OF / 1000;
    const retired = (at: number) =>
      keys.map((key) => (key.kid === jwk.kid ? key : withEvents(key, { event: 'retired', at })));
    expect(verifyChainHead(headFor(CHAIN), { ...of, keys: retired(asOf) }).ok).toBe(true);
    expect(verifyChainHead(headFor(CHAIN), { ...of, keys: retired(asOf - 1) })).toEqual({
      ok: false,
      reason: 'key_retired',
    });
  });
});
