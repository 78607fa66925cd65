// Statements that are stated again: what is wanted with what is known now, and after it every later month whose opening that moves, each
// put once whatever fails, is repeated or gets in between. After every test the chain verifies as an auditor would verify it.
import { describe, expect, it } from 'vitest';
import { type Corrected, correctChain } from '../../../lib/attestation/correct-chain.ts';
import { type IssueCase, statePeriods } from '../../../lib/attestation/issue.ts';
import { newestStatement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { askReplacement } from '../../../lib/contract/ask-replacement.ts';
import { askErasure } from '../../../lib/contract/erasure.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { putOdometerEvent } from '../../../lib/reading/odometer-event.ts';
import type { Fault } from '../../stores/faults.ts';
import { allStatements, type ContractRef } from './check-store.ts';
import { AGAIN, chainOf, comesLate, LATE, MONTHS, SLEEP, threeMonths, wantAgain } from './corrections.ts';
import { underEveryFault } from './every-fault.ts';
import { DEADLINE, FEBRUARY, readingsOf, watchReads } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, type World } from './world.ts';

let world: World;
const open = useWorld((opened) => {
  world = opened;
});

const want = (ref: ContractRef, seq: number) => wantAgain(world, ref, seq);
const chainNow = (ref: ContractRef) => chainOf(world, ref);

/** Then it turns out what the car showed when January was nearly over. */
const threeMonthsAndLate = async (terms = {}): Promise<ContractRef> => {
  const contract = await threeMonths(world, terms);
  await comesLate(world, contract, ...LATE);
  return contract;
};

const outcomeOf = async (ref: ContractRef) => (await world.contract(ref)).replace?.outcome;

describe('a statement that is wanted again', () => {
  it('I3 I9 is put with what is known now, and so is the next one, whose opening moves; the one after stands', async () => {
    const contract = await threeMonthsAndLate();
    const [before] = await world.claims(contract);
    const asked = watchReads(world);
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect(await chainNow(contract)).toEqual(AGAIN);
    const [, , , january, february] = await world.claims(contract);
    if (before?.outcome !== 'measured' || january?.outcome !== 'measured' || february?.outcome !== 'measured')
      throw new Error('not measured');
    expect(before.closing.metres).not.toBe(LATE[1]);
    expect([january.closing.metres, february.opening]).toEqual([LATE[1], january.closing]);
    expect([january.attempts, january.period]).toEqual([before.attempts, before.period]);
    expect((await world.contract(contract)).replace).toMatchObject({
      seq: 1,
      reason: 'late_reading',
      outcome: 'replaced',
      answeredAt: expect.any(String),
    });
    expect(asked).toEqual([]);
    await world.runTo('2026-05-05T00:00:00.000Z');
    expect((await chainNow(contract)).slice(5)).toEqual([[6, 4, '2026-04']]);
  });

  it('that would say the same again is not put', async () => {
    const contract = await threeMonthsAndLate();
    for (const seq of [3, 2]) {
      await want(contract, seq);
      await world.runTo(world.now + 15 * MINUTE);
      expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([MONTHS, 'unchanged']);
    }
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    for (const seq of [5, 4]) {
      await want(contract, seq);
      await world.runTo(world.now + 15 * MINUTE);
      expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([AGAIN, 'unchanged']);
    }
  });

  it('can be wanted again after it was stated again', async () => {
    const contract = await threeMonthsAndLate();
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    await comesLate(world, contract, '2026-01-31T22:59:00.000Z', 11_091_000);
    await want(contract, 4);
    await world.runTo(world.now + 15 * MINUTE);
    expect((await chainNow(contract)).slice(5)).toEqual([
      [6, 3, '2026-01', 4, 'late_reading'],
      [7, 3, '2026-02', 5, 'boundary_moved'],
    ]);
  });

  it('that had no reading is measured from those that came; the next one has less to catch up with', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY + 2 * DAY);
    world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:ASLEEP');
    await world.runTo('2026-03-20T00:00:00.000Z');
    world.simulator.fleet.setTrouble(carId, null);
    await world.runTo('2026-04-05T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured' },
      { outcome: 'no_reading', reason: 'asleep' },
      { outcome: 'measured', catchUpFrom: new Date(FEBRUARY).toISOString() },
    ]);
    await want(contract, 2);
    await world.runTo(world.now + 15 * MINUTE);
    expect((await chainNow(contract)).slice(3)).toEqual([
      [4, 3, '2026-02', 2, 'late_reading'],
      [5, 3, '2026-03', 3, 'boundary_moved'],
    ]);
    const [, , , february, march] = await world.claims(contract);
    expect(february).toMatchObject({ outcome: 'measured', closing: { method: 'interpolated' } });
    expect(march).toMatchObject({ outcome: 'measured' });
    expect(march).not.toHaveProperty('catchUpFrom');
  });

  it('that closes beside a declared replacement of the odometer is put all the same', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, SLEEP);
    const at = '2026-02-01T10:00:00.000Z';
    world.simulator.fleet.setOdometer(carId, 5_000, Date.parse(at));
    await world.runTo('2026-02-01T12:00:00.000Z');
    const proof = { id: 'ode_1', declaredAt: new Date(world.now).toISOString(), keyId: 'key_1', evidence: 'invoice' };
    const figures = { at, oldMetres: 11_150_000, newMetres: 5_000 };
    await putOdometerEvent(world.tables.business, contract, { kind: 'replacement', ...figures, ...proof });
    await world.runTo('2026-03-05T00:00:00.000Z');
    const [january] = await world.claims(contract);
    expect(january).toMatchObject({ closing: { method: 'interpolated', after: { requestId: 'declared' } } });
    await comesLate(world, contract, ...LATE);
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect((await chainNow(contract)).slice(2)).toEqual([
      [3, 2, '2026-01', 1, 'late_reading'],
      [4, 2, '2026-02', 2, 'boundary_moved'],
    ]);
  });

  it('whose readings are gone is left as it is', async () => {
    const contract = await threeMonthsAndLate();
    const march = (await readingsOf(world, contract)).find(
      ({ recordedAt }) => recordedAt === '2026-02-28T23:00:00.000Z',
    );
    if (march === undefined) throw new Error('no such reading');
    const { business } = world.tables;
    const key = keys.reading(contract.tenantId, contract.contractId, march.recordedAt, march.id);
    const item = await business.get(key);
    await business.remove(key);
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([MONTHS, 'not_possible']);
    await business.put({ ...item, ...key });
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([AGAIN, 'replaced']);
  });

  it('of a contract that is over is stated again; meanwhile nothing is erased, and then it may be', async () => {
    const contract = await threeMonthsAndLate({ endsAt: '2026-03-31T22:00:00.000Z' });
    expect((await world.contract(contract)).dueAt).toBeUndefined();
    await want(contract, 1);
    expect(await askErasure(world.tables.business, await world.contract(contract), world.now)).toEqual({
      kind: 'not_over',
    });
    await world.runTo(world.now + 15 * MINUTE);
    const after = await world.contract(contract);
    expect([await chainNow(contract), after.replace?.outcome, after.dueAt]).toEqual([AGAIN, 'replaced', undefined]);
    expect((await askErasure(world.tables.business, after, world.now)).kind).toBe('asked');
    expect(await want(contract, 4)).toEqual({ kind: 'erased' });
    expect((await world.contract(contract)).dueAt).toBeUndefined();
  });
});

describe('what gets in between', () => {
  it('one who asks twice asks once, and another statement has to wait', async () => {
    const contract = await threeMonthsAndLate();
    const [one, other] = [await want(contract, 1), await want(contract, 1)];
    expect(one.kind).toBe('asked');
    expect(other).toEqual(one);
    expect(await want(contract, 2)).toEqual({ kind: 'waits' });
    await world.runTo(world.now + 15 * MINUTE);
    expect(await chainNow(contract)).toEqual(AGAIN);
  });

  it('one who asks with an older view of the contract decides on what it is now', async () => {
    const contract = await threeMonthsAndLate({ endsAt: '2026-03-31T22:00:00.000Z' });
    const { business, attestations } = world.tables;
    const stale = await world.contract(contract);
    const [, second] = await allStatements(attestations, contract);
    if (second === undefined) throw new Error('no such statement');
    await want(contract, 1);
    const wish = { ...second, reason: 'other' } as const;
    expect(await askReplacement(business, stale, wish, world.now)).toEqual({ kind: 'waits' });
    await world.runTo(world.now + 15 * MINUTE);
    const over = await world.contract(contract);
    expect((await askErasure(business, over, world.now)).kind).toBe('asked');
    expect(await askReplacement(business, over, wish, world.now)).toEqual({ kind: 'erased' });
    expect(await chainNow(contract)).toEqual(AGAIN);
  });

  it('a read that is due waits for the turn after: a platform that does not answer keeps nobody from correcting', async () => {
    const contract = await threeMonthsAndLate();
    // A day after April: what was told last, the car told by itself.
    await world.runTo('2026-05-01T21:54:00.000Z');
    world.now = Date.parse('2026-05-01T22:10:00.000Z');
    await want(contract, 1);
    const before = world.faults.calls.length;
    await world.runTo(world.now + 2 * HOUR);
    const calls = world.faults.calls.slice(before);
    const puts = calls.flatMap((call, n) => (call === 'attestations.put' ? [n] : []));
    expect(puts.length).toBe(3);
    expect(calls.indexOf('vehicle.read')).toBeGreaterThan(puts[1] ?? Number.POSITIVE_INFINITY);
    expect(await chainNow(contract)).toEqual([...AGAIN, [6, 4, '2026-04']]);
  });

  it('messages that arrive twice put each number once', async () => {
    const contract = await threeMonthsAndLate();
    world.copies = () => 2;
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([AGAIN, 'replaced']);
  });

  it('I1 a turn that states the next month meanwhile: it is stated once, and again where its opening moved', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, SLEEP);
    await world.runTo('2026-02-20T00:00:00.000Z');
    await comesLate(world, contract, ...LATE);
    let once = true;
    world.afterAnswer = async () => {
      if (once) await want(contract, 1);
      once = false;
    };
    await world.runTo('2026-03-05T00:00:00.000Z');
    expect(await chainNow(contract)).toEqual([
      [1, 1, '2026-01'],
      [2, 2, '2026-02'],
      [3, 2, '2026-01', 1, 'late_reading'],
      [4, 2, '2026-02', 2, 'boundary_moved'],
    ]);
    expect(await outcomeOf(contract)).toBe('replaced');
  });

  describe('while a month is past its deadline', () => {
    const BETWEEN = [...AGAIN, [6, 4, '2026-04']];

    /** January is wanted again, April has to be stated, and between two statements of that turn something happens. */
    const atSignature = async (nth: number, happens: (contract: ContractRef, stale: IssueCase) => Promise<unknown>) => {
      const contract = await threeMonthsAndLate();
      const [entry] = world.simulator.fleet.carsOf('driver1@example.com');
      world.simulator.fleet.setTrouble(entry?.car.id ?? '', 'VEHICLE_STATE:ASLEEP');
      await world.runTo('2026-05-10T21:55:00.000Z');
      await want(contract, 1);
      const { business, attestations } = world.tables;
      const dossier = await readDossier(business, contract.tenantId, contract.contractId);
      if (dossier === undefined) throw new Error('no contract');
      const stale = { ...dossier, readings: dossier.readings, head: await newestStatement(attestations, contract) };
      const { signer } = world.turning;
      let signed = 0;
      const sign: typeof signer.sign = async (text) => {
        signed += 1;
        if (signed === nth) await happens(contract, stale);
        return signer.sign(text);
      };
      Object.assign(world.turning, { signer: { publicJwk: () => signer.publicJwk(), sign } });
      world.now = Date.parse('2026-05-10T22:05:00.000Z');
      await world.plan();
      await world.deliver();
      return contract;
    };

    it('I1 one who looked before the correction began states nothing in the middle of it', async () => {
      const contract = await atSignature(2, (_, stale) => statePeriods(world.turning, stale, world.now));
      expect(await chainNow(contract)).toEqual(BETWEEN);
    });

    it('I1 one that knows of no wish, and finds a chain in the middle of it, leaves it to whoever does', async () => {
      let found: Corrected | undefined;
      const contract = await atSignature(2, async (ref, { contract: { replace: _, turn, ...before } }) => {
        const head = await newestStatement(world.tables.attestations, ref);
        const stale = { dossier: { contract: { ...before, turn: turn - 1 } }, head };
        found = await correctChain(world.turning, stale, world.now);
      });
      expect([found?.isLeft, found?.head?.seq]).toEqual([true, 4]);
      expect(await chainNow(contract)).toEqual(BETWEEN);
    });

    it('I1 a turn that is overtaken in the middle states no month; the next one goes on where it stopped', async () => {
      const contract = await atSignature(1, ({ tenantId, contractId }) =>
        world.tables.business.update(keys.contract(tenantId, contractId), { add: { turn: 1 } }),
      );
      expect(await chainNow(contract)).toEqual(AGAIN.slice(0, 4));
      await world.runTo(world.now + 2 * HOUR);
      expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([BETWEEN, 'replaced']);
    });
  });

  it('the newest statement again: the next month opens where it closes now', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, SLEEP);
    await world.runTo('2026-02-20T00:00:00.000Z');
    await comesLate(world, contract, ...LATE);
    await want(contract, 1);
    await world.runTo('2026-03-05T00:00:00.000Z');
    const [, january, february] = await world.claims(contract);
    expect(january).toMatchObject({ closing: { metres: LATE[1] } });
    expect(february).toMatchObject({ period: { id: '2026-02' }, opening: { metres: LATE[1] } });
  });

  it('a deadline that is past: what is left is put first', async () => {
    const contract = await world.sign();
    await world.runTo(DEADLINE + HOUR);
    await want(contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect([await chainNow(contract), await outcomeOf(contract)]).toEqual([MONTHS.slice(0, 1), 'unchanged']);
  });
});

it('I1 I3 I7 ends the same way whichever call of its turn fails, applied or not', async () => {
  const play = async (nth: number, fault: Fault | undefined) => {
    await open({});
    const contract = await threeMonthsAndLate();
    const before = world.faults.calls.length;
    await want(contract, 1);
    if (fault !== undefined) world.faults.failNext(fault, nth);
    await world.runTo(world.now + 6 * HOUR);
    const { dueAt } = await world.contract(contract);
    const calls = world.faults.calls.slice(before);
    return { calls, end: [await chainNow(contract), await outcomeOf(contract), dueAt, world.deadLetters.length] };
  };
  const end = await underEveryFault(play, () => world.check());
  expect(end.slice(0, 2)).toEqual([AGAIN, 'replaced']);
}, 240_000);
