// Chains that are corrected again and again: cars that sleep over month ends, readings that are known late, odometers that are declared to
// be replaced long ago, statements that are wanted again, messages that are lost, doubled and reordered, calls that fail. Whatever the
// schedule: the chain verifies, its figures add up, the published statuses are those of the chain, and every wish is answered.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { statusListId } from '../../../lib/attestation/derived-ids.ts';
import { compactSdJwt } from '../../../lib/attestation/sd-jwt.ts';
import { publishStatusList } from '../../../lib/attestation/status-list.ts';
import { inflate, makeVerifyEs256, sha256 } from '../../../lib/cli/node-primitives.ts';
import { wantedOf } from '../../../lib/contract/replacement.ts';
import { verifyChain } from '../../../lib/proof/chain.ts';
import { STATUS_LIST_PURPOSE, statusOf, verifyStatusList } from '../../../lib/proof/status-list.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { putOdometerEvent } from '../../../lib/reading/odometer-event.ts';
import type { Fault } from '../../stores/faults.ts';
import { allStatements, type ContractRef } from './check-store.ts';
import { comesLate, wantAgain } from './corrections.ts';
import { readingsOf, START } from './month.ts';
import { DAY, HOUR, openWorld, type World } from './world.ts';

const MONTHS = 5;
const END = START + (MONTHS * 30 + 10) * DAY;

const hours = fc.integer({ min: 24 * 30, max: MONTHS * 30 * 24 });
const back = fc.integer({ min: 1, max: 24 * 90 });

const anyHappening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      at: hours,
      back,
      percent: fc.nat({ max: 100 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('declared' as const), at: hours, back, odometer: fc.nat({ max: 1_000 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('want' as const), at: hours, nth: fc.nat({ max: 9 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      at: hours,
      nth: fc.integer({ min: 1, max: 20 }),
      fault: fc.constantFrom<Fault>('applied', 'not_applied'),
    }),
  },
);

const anyCase = fc.record({
  sleeps: fc.array(fc.record({ month: fc.integer({ min: 1, max: MONTHS }), days: fc.integer({ min: 1, max: 14 }) }), {
    maxLength: 4,
  }),
  endsAfterDays: fc.option(fc.integer({ min: 60, max: 120 }), { nil: undefined, freq: 2 }),
  happenings: fc.array(anyHappening, { minLength: 4, maxLength: 14 }),
  copies: fc.array(fc.constantFrom(1, 1, 1, 2, 0, 3), { minLength: 4, maxLength: 8 }),
  reversed: fc.boolean(),
});

type Happening = typeof anyHappening extends fc.Arbitrary<infer Value> ? Value : never;

const instant = (at: number): string => new Date(at).toISOString();

/** A figure between those of its neighbours, as the car would have told it. */
async function late(world: World, ref: ContractRef, at: number, percent: number): Promise<void> {
  const readings = (await readingsOf(world, ref)).toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));
  const recordedAt = instant(at);
  const before = readings.findLast((one) => one.recordedAt < recordedAt);
  const after = readings.find((one) => one.recordedAt > recordedAt);
  if (before === undefined || after === undefined || readings.some((one) => one.recordedAt === recordedAt)) return;
  const metres = before.metres + Math.floor((percent * Math.max(0, after.metres - before.metres)) / 100);
  await comesLate(world, ref, recordedAt, metres);
}

async function declare(world: World, ref: ContractRef, at: number, newMetres: number): Promise<void> {
  const before = (await readingsOf(world, ref)).find(({ recordedAt }) => recordedAt < instant(at));
  if (before === undefined || at < START) return;
  const proof = { id: `ode_${at}`, declaredAt: instant(world.now), keyId: 'key_1', evidence: 'invoice' };
  const figures = { at: instant(at), oldMetres: before.metres + 1_000, newMetres };
  await putOdometerEvent(world.tables.business, ref, { kind: 'replacement', ...figures, ...proof });
}

async function want(world: World, ref: ContractRef, nth: number): Promise<void> {
  const statements = await allStatements(world.tables.attestations, ref);
  if (statements.length > 0) await wantAgain(world, ref, (nth % statements.length) + 1);
}

function happen(world: World, ref: ContractRef, one: Happening): Promise<void> | void {
  if (one.kind === 'late') return late(world, ref, START + (one.at - one.back) * HOUR, one.percent);
  if (one.kind === 'declared') return declare(world, ref, START + (one.at - one.back) * HOUR, one.odometer);
  if (one.kind === 'want') return want(world, ref, one.nth);
  return world.faults.failNext(one.fault, one.nth);
}

/** As an auditor sees it. */
async function audit(world: World, ref: ContractRef, seen: Set<string>): Promise<void> {
  const contract = await world.contract(ref);
  const statements = await allStatements(world.tables.attestations, ref);
  const { issuer, keys } = world.store;
  const crypto = { sha256, verifyEs256: makeVerifyEs256(), inflate };
  const verified = statements.flatMap((statement) => {
    const one = verifyStatement(compactSdJwt(statement, contract, undefined), { issuer, keys, crypto });
    return one.ok ? [one] : [];
  });
  expect(verified.length).toBe(statements.length);
  const chain = verifyChain(verified);
  if (!chain.ok) throw new Error(`${chain.reason} at ${chain.seq}`);
  for (const { firstMetres, lastMetres, distanceMetres, catchUpMetres, replacedMetres } of chain.segments)
    expect(distanceMetres + catchUpMetres).toBe(lastMetres - firstMetres + replacedMetres);
  const { signer } = world.turning;
  const jwt = await publishStatusList({ ...world.tables, signer, issuer }, statusListId(contract), world.now);
  const trust = { keys: keys.map((key) => ({ ...key, purpose: STATUS_LIST_PURPOSE })), crypto };
  const read = verifyStatusList(jwt ?? '', trust);
  if (!read.ok) throw new Error(read.reason);
  const live = new Set(chain.live.map(({ claims }) => claims.jti));
  for (const { claims } of verified) {
    const status = statusOf(claims, read.list);
    expect([claims.seq, status.ok && status.status === 'valid']).toEqual([claims.seq, live.has(claims.jti)]);
  }
  for (const { replaces } of statements) seen.add(replaces?.reason ?? 'first');
  seen.add(contract.replace?.outcome ?? 'nothing was wanted');
}

it('I1 I3 I9 I11 chains that are corrected hold, and every wish is answered', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyCase, async ({ sleeps, endsAfterDays, happenings, copies, reversed }) => {
      const { world, close } = await openWorld({ startAt: START });
      try {
        const ends = endsAfterDays === undefined ? {} : { endsAt: instant(START + endsAfterDays * DAY) };
        const ref = await world.sign(ends);
        const { carId } = await world.connect(ref);
        for (const { month, days } of sleeps) {
          const to = START + (month * 30 + days) * DAY;
          world.simulator.fleet.sleep(carId, { from: START + (month * 30 - 12) * DAY, to });
        }
        let sent = 0;
        world.reversed = reversed;
        for (const one of happenings.toSorted((a, b) => a.at - b.at)) {
          world.copies = () => copies[sent++ % copies.length] ?? 1;
          await world.runTo(START + one.at * HOUR);
          // What the test itself calls must not fail.
          if (one.kind !== 'fault') world.faults.failNext('applied', Number.POSITIVE_INFINITY);
          await happen(world, ref, one);
        }
        await world.runTo(END);
        world.copies = () => 1;
        await world.runTo(END + 2 * DAY);
        // One that no call has met until now is none: the auditor's own must not meet it.
        world.faults.failNext('applied', Number.POSITIVE_INFINITY);
        expect(await world.check()).toEqual([]);
        expect(world.deadLetters).toEqual([]);
        expect(wantedOf((await world.contract(ref)).replace)).toBeUndefined();
        await audit(world, ref, seen);
      } finally {
        await close();
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
  expect([...seen]).toEqual(expect.arrayContaining(['first', 'late_reading', 'replaced']));
}, 300_000);
