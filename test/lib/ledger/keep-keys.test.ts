// The operator's commands on signing keys: what they put, once, whoever dies wherever; what they refuse; and the key set that is published
// of it, which verifies what every key signed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublicJwk } from '../../../lib/aws/signer.ts';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import {
  type AnnounceableKey,
  announceKeys,
  compromiseKey,
  type KeyKeeping,
  retireKey,
} from '../../../lib/ledger/keep-keys.ts';
import { makeKeyPublisher } from '../../../lib/ledger/published-keys.ts';
import { keyEventProblems } from '../../../lib/proof/key-log.ts';
import type { Jwk } from '../../../lib/proof/key-set.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { crypto, firstClaims, ISSUER, issue, publicJwk, kid as statementKid } from '../proof/statement-fixture.ts';
import { strangerKey, strangerKid } from '../proof/tampering.ts';
import { type LedgerWorld, MINUTE, openLedgerWorld } from './ledger-world.ts';

let world: LedgerWorld;
let close: () => Promise<void>;
let keeping: KeyKeeping;
const MADE = Date.parse('2026-01-01T00:00:00.900Z');
const MADE_S = 1_767_225_600;

interface Kms {
  asked: number;
  down: boolean;
}
let kms: Kms;

function keyAt(keyId: string, purpose: string, { x, y }: { readonly x: string; readonly y: string }, kid: string) {
  const jwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' };
  const ask = async <T>(answer: T): Promise<T> => {
    kms.asked += 1;
    if (kms.down) throw new Error('disabled');
    return answer;
  };
  return { purpose, keyId, publicJwk: () => ask(jwk), madeAt: () => ask(MADE) };
}

let first: AnnounceableKey;
let second: AnnounceableKey;

beforeEach(async () => {
  ({ world, close } = await openLedgerWorld());
  kms = { asked: 0, down: false };
  first = keyAt('key-1', 'statement', publicJwk, statementKid);
  second = keyAt('key-2', 'statement', strangerKey, strangerKid);
  keeping = { attestations: world.ledger.attestations, log: world.ledger.log, issuer: ISSUER, signing: ['key-2'] };
});
afterEach(() => close());

const published = (kept = [first, second]): Promise<readonly Jwk[]> =>
  makeKeyPublisher(world.tables.attestations, kept)(world.now);
const eventsOf = async (kid: string) => (await published()).find((key) => key.kid === kid)?.events;
const sealAll = async () => {
  await world.seal();
  expect(await world.check()).toEqual([]);
};
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

describe('announcing', () => {
  it('says once of each key when it was made, and the log holds it', async () => {
    expect(await announceKeys(keeping, [first, second], world.now)).toEqual([
      { purpose: 'statement', kid: statementKid },
      { purpose: 'statement', kid: strangerKid },
    ]);
    await sealAll();
    const asked = kms.asked;
    expect(await announceKeys(keeping, [first, second], world.now + MINUTE)).toEqual([]);
    // What is known is not asked for: a key may be disabled.
    expect(kms.asked).toBe(asked);
    expect(await eventsOf(statementKid)).toEqual([{ event: 'added', at: MADE_S, index: expect.any(Number) }]);
    const entries = await world.leaves();
    expect(keyEventProblems(entries, { issuer: ISSUER, keys: await published() }, sha256)).toEqual([]);
    expect(entries).toHaveLength(2);
  });

  it('I4 is finished by whoever repeats it, before and after every call', async () => {
    const from = world.faults.calls.length;
    await announceKeys(keeping, [first, second], world.now);
    const healthy = await world.keyEvents();
    const calls = world.faults.calls.slice(from);
    expect(calls).toEqual(['attestations.query', 'attestations.put', 'attestations.put']);
    for (const fault of ['not_applied', 'applied'] as const)
      for (const n of calls.keys()) {
        for (const { pk, sk } of await world.scan('attestations'))
          await world.tables.attestations.remove({ pk: String(pk), sk: String(sk) });
        world.faults.failNext(fault, n + 1);
        await expect(announceKeys(keeping, [first, second], world.now)).rejects.toThrow();
        await announceKeys(keeping, [first, second], world.now + 5 * MINUTE);
        const said = (events: typeof healthy) => events.map(({ pendingAt: _, ...event }) => event);
        expect(said(await world.keyEvents()), `${fault} ${n}`).toEqual(said(healthy));
      }
    await sealAll();
  });
});

describe('retiring', () => {
  beforeEach(() => announceKeys(keeping, [first, second], world.now));

  it('says once that a key signs no longer, as of now', async () => {
    expect(await retireKey(keeping, statementKid, world.now + 999)).toEqual({
      retired: true,
      at: iso(world.now / 1000),
    });
    const again = await retireKey(keeping, statementKid, world.now + MINUTE);
    expect(again).toEqual({ retired: false, reason: 'retired_already' });
    await sealAll();
    const [added, retired] = [
      { event: 'added', at: MADE_S },
      { event: 'retired', at: world.now / 1000 },
    ];
    expect(await eventsOf(statementKid)).toMatchObject([added, retired]);
  });

  it('is refused of the key that signs, and of one that nobody knows', async () => {
    expect(await retireKey(keeping, strangerKid, world.now)).toEqual({ retired: false, reason: 'still_signs' });
    expect(await retireKey(keeping, 'nobody', world.now)).toEqual({ retired: false, reason: 'unknown_key' });
    expect(await world.keyEvents()).toHaveLength(2);
  });

  it('I4 has one outcome, before and after every call of it', async () => {
    for (const [n, fault] of [
      [1, 'not_applied'],
      [2, 'not_applied'],
      [2, 'applied'],
    ] as const) {
      world.faults.failNext(fault, n);
      await expect(retireKey(keeping, statementKid, world.now)).rejects.toThrow();
    }
    expect(await retireKey(keeping, statementKid, world.now + MINUTE)).toMatchObject({ reason: 'retired_already' });
    await sealAll();
    expect(await eventsOf(statementKid)).toMatchObject([{}, { event: 'retired', at: world.now / 1000 }]);
  });
});

describe('a leak', () => {
  const now = () => world.now / 1000;
  const leaked = (more: object = {}) =>
    compromiseKey(keeping, { kid: statementKid, since: iso(now()), ...more }, world.now);

  beforeEach(async () => {
    await announceKeys(keeping, [first, second], world.now);
    await world.issue(1);
    await world.seal();
    world.now += 10 * MINUTE;
    await world.issue(1);
    await world.seal();
  });

  it('is said once, with what the log held before it', async () => {
    expect(await leaked()).toEqual({ compromised: true, since: iso(now()), logSize: 4 });
    expect(await leaked()).toEqual({ compromised: false, reason: 'compromised_already' });
    await sealAll();
    const told = { event: 'compromised', at: now(), since: now(), logSize: 4, index: 4 };
    expect(await eventsOf(statementKid)).toMatchObject([{ event: 'added' }, told]);
    const entries = await world.leaves();
    expect(keyEventProblems(entries, { issuer: ISSUER, keys: await published() }, sha256)).toEqual([]);
  });

  it('of earlier counts what had been signed by then', async () => {
    const since = iso(now() - 60);
    expect(await leaked({ since })).toEqual({ compromised: false, reason: 'checkpoint_after_since' });
    expect(await leaked({ since, logSize: 4 })).toEqual({ compromised: false, reason: 'checkpoint_after_since' });
    expect(await leaked({ since, logSize: 2 })).toEqual({ compromised: false, reason: 'no_such_checkpoint' });
    expect(await leaked({ since, logSize: 3 })).toEqual({ compromised: true, since, logSize: 3 });
  });

  it('of a checkpoint counts from the second in which it was signed', async () => {
    expect(await leaked({ since: iso(now() - 1) })).toMatchObject({ reason: 'checkpoint_after_since' });
    expect(await leaked({ since: iso(now()) })).toMatchObject({ logSize: 4 });
  });

  it('from before everything leaves nothing', async () => {
    expect(await leaked({ since: iso(0), logSize: 0 })).toEqual({ compromised: true, since: iso(0), logSize: 0 });
  });

  it('is refused of a key that nobody knows, and of the future', async () => {
    expect(await leaked({ kid: 'nobody' })).toEqual({ compromised: false, reason: 'unknown_key' });
    expect(await leaked({ since: iso(now() + 1) })).toEqual({ compromised: false, reason: 'since_in_future' });
  });

  it('may be of the key that signs', async () => {
    expect(await leaked({ kid: strangerKid })).toMatchObject({ compromised: true });
  });
});

describe('the published set', () => {
  it('has the keys of the settings before anybody has announced them', async () => {
    expect(await published([first])).toEqual([{ ...(await first.publicJwk()), purpose: 'statement' }]);
    kms.down = true;
    await expect(published([first])).rejects.toThrow('disabled');
  });

  it('keeps a key that is disabled at KMS, and one that the settings have lost', async () => {
    await announceKeys(keeping, [first, second], world.now);
    kms.down = true;
    expect((await published()).map(({ kid }) => kid)).toEqual([statementKid, strangerKid]);
    expect((await published([second])).map(({ kid }) => kid)).toEqual([strangerKid, statementKid]);
    const { compact } = issue(firstClaims());
    expect(verifyStatement(compact, { keys: await published([second]), issuer: ISSUER, crypto }).ok).toBe(true);
  });

  it('is asked for once a minute, and again when that failed', async () => {
    const from = world.faults.calls.length;
    const publisher = makeKeyPublisher(world.ledger.attestations, [first]);
    kms.down = true;
    await expect(publisher(world.now)).rejects.toThrow();
    kms.down = false;
    for (const ms of [0, MINUTE - 1, MINUTE]) await publisher(world.now + ms);
    expect(world.faults.calls.slice(from)).toEqual(Array(3).fill('attestations.query'));
  });
});
