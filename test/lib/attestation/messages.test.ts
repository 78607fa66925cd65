// Turns as messages: late, double, lost, more than the rate budget allows.
import { describe, expect, it } from 'vitest';
import { runTurns } from '../../../lib/attestation/turn.ts';
import { takeRequests } from '../../../lib/reading/budget.ts';
import type { ContractRef } from './check-store.ts';
import { DEADLINE, FEBRUARY, stateOf, watchReads } from './month.ts';
import { useWorld } from './use-world.ts';
import { HOUR, MINUTE, TENANT, type Waiting, type World } from './world.ts';

let world: World;
const reopen = useWorld((opened) => {
  world = opened;
});

describe('the rate budget', () => {
  it('exhausted: later, and no attempt', async () => {
    await reopen({ application: { burst: 5, refillPerMinute: 0.1 } });
    const contracts: ContractRef[] = [];
    for (let n = 0; n < 5; n += 1) {
      const contract = await world.sign();
      await world.connect(contract);
      contracts.push(contract);
    }
    await world.runTo(FEBRUARY - 1);
    const before = world.count('vehicle.read');
    await world.runTo(FEBRUARY + 5 * MINUTE);
    expect(world.count('vehicle.read') - before).toBe(2);
    await world.runTo(FEBRUARY + 3 * HOUR);
    expect(world.count('vehicle.read') - before).toBe(5);
    for (const contract of contracts)
      expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', attempts: { counts: { read: 2 } } }]);
  });

  it('with less left than a read needs keeps what is left, for the read that comes next', async () => {
    await reopen({ application: { burst: 5, refillPerMinute: 1 } });
    for (let n = 0; n < 3; n += 1) await world.connect(await world.sign());
    await world.runTo(FEBRUARY - 1);
    const asked = watchReads(world);
    await world.runTo(FEBRUARY);
    expect(asked).toHaveLength(2);
    const application = await world.turning.application('default');
    expect(await takeRequests(world.tables.business, application, 5, world.now)).toBe(1);
  });

  it('said by the platform to be empty: nobody is asked until it has refilled', async () => {
    await reopen({ application: { burst: 100, refillPerMinute: 2 } });
    const first = await world.sign();
    const { carId } = await world.connect(first);
    const second = await world.sign({ startsAt: '2025-12-31T23:00:00.000Z' });
    await world.connect(second);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.inject(carId, { error: 'RATE_LIMIT:SMARTCAR_API', retryAfterSeconds: 1800, whole: true });
    const asked = watchReads(world);
    await world.runTo(FEBRUARY + 29 * MINUTE);
    expect(asked).toHaveLength(2);
    await world.runTo(FEBRUARY + 4 * HOUR);
    expect(await world.claims(first)).toMatchObject([{ attempts: { counts: { read: 2, rate_limited: 1 } } }]);
    expect(await world.claims(second)).toMatchObject([{ outcome: 'measured' }]);
  });
});

describe('messages', () => {
  it('whose newest statement cannot be read fails, and leaves no rejection behind that would end the function', async () => {
    const ref = await world.sign();
    const query = () => Promise.reject(new Error('no chain'));
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    try {
      const message = { ...ref, turn: (await world.contract(ref)).turn };
      const { attestations } = world.turning;
      const done = await runTurns({ ...world.turning, attestations: { ...attestations, query } }, [message]);
      expect(done).toMatchObject([{ message: 'no chain' }]);
      // Node tells of them once a round of the event loop has passed.
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it('stand for themselves: a budget that cannot be taken from fails only those that need it', async () => {
    const silent = await world.sign();
    await world.runTo(FEBRUARY - HOUR);
    const { business } = world.turning;
    const update: typeof business.update = (key, change) =>
      key.sk === 'BUDGET' ? Promise.reject(new Error('no budget')) : business.update(key, change);
    const again = await world.sign();
    await world.connect(again);
    const messages = await Promise.all(
      [silent, again].map(async (ref) => ({ ...ref, turn: (await world.contract(ref)).turn })),
    );
    const done = await runTurns({ ...world.turning, business: { ...business, update } }, messages);
    expect(done).toMatchObject([undefined, { message: 'no budget' }]);
  });

  const due = async () => {
    const contract = await world.sign();
    await world.connect(contract);
    const sent: Waiting[] = [];
    world.copies = (message) => {
      if (message.queue === 'read') sent.push(message);
      return 1;
    };
    await world.runTo(FEBRUARY + MINUTE);
    const last = sent.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return { contract, last };
  };

  it('with a turn that is over are dropped: nothing is asked, written or sent', async () => {
    const { last } = await due();
    const before = world.faults.calls.length;
    expect(await world.read([last, last])).toEqual([undefined, undefined]);
    const calls = world.faults.calls.slice(before);
    expect(new Set(calls)).toEqual(new Set(['business.query', 'attestations.query']));
    expect(world.waiting).toEqual([]);
  });

  it('that have been tended use the token they find, however short it lives: nothing goes round for ever', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    const { vault } = world.turning;
    const read: typeof vault.read = async (owner) => {
      const pair = await vault.read(owner);
      return pair && { ...pair, accessExpiresAt: world.now + 30_000 };
    };
    const turning = { ...world.turning, vault: { ...vault, read } };
    const turnNow = async () => ({ ...contract, turn: (await world.contract(contract)).turn });

    await runTurns(turning, [await turnNow()]);
    expect([world.count('vehicle.read'), world.waiting.map(({ queue }) => queue)]).toEqual([0, ['tend']]);

    await runTurns(turning, [{ ...(await turnNow()), tended: true }]);
    expect([world.count('vehicle.read'), world.waiting.length]).toEqual([1, 1]);
  });

  it('I1 that arrive at two workers at once: one statement', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.copies = ({ queue }) => (queue === 'read' ? 3 : 1);
    const { attestations } = world.turning;
    const written: boolean[] = [];
    const put: typeof attestations.put = async (item, condition) => {
      const won = await attestations.put(item, condition);
      if ('signingInput' in item) written.push(won);
      return won;
    };
    Object.assign(world.turning, { attestations: { ...attestations, put } });
    await world.runTo(FEBRUARY + 5 * MINUTE);
    expect(world.count('vehicle.read')).toBeGreaterThan(2);
    expect(written.toSorted()).toEqual([false, false, true]);
    expect(await world.claims(contract)).toHaveLength(1);
    await world.runTo('2026-03-01T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([{ seq: 1 }, { seq: 2, verdict: 'logical' }]);
  });

  it('that find no tokens any more: the driver has to reconnect', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.turning.vault.remove({ tenantId: TENANT, connectionId });
    await world.read([
      { queue: 'read', body: { ...(await world.contract(contract)), kind: 'turn' }, visibleAt: 0, receives: 0 },
    ]);
    expect(await stateOf(world, contract, connectionId)).toBe('reauth_required');
    expect((await world.contract(contract)).dueAt).toBe(new Date(DEADLINE).toISOString());
    expect(world.count('vehicle.read')).toBe(0);
  });

  it('that are lost after the turn was taken: the planner gives another turn when the lease ends', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.copies = () => 0;
    await world.runTo(FEBRUARY + 30 * MINUTE);
    world.copies = () => 1;
    expect(await world.claims(contract)).toEqual([]);
    await world.runTo(FEBRUARY + 61 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', attempts: { counts: { read: 2 } } }]);
  });
});
