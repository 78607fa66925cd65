// Asking for a reading over HTTP: what is noted, what joins what, what is refused, and that nothing is lost or asked twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { type Contract, getContract } from '../../../lib/contract/contract.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

/** A contract that is read from, and next due in ten days. */
async function connected(set: Partial<Contract> = {}): Promise<string> {
  const id = await world.contract({ dayOffset: 1 });
  await world.connect(id, {});
  const dueAt = iso(world.later(0) + 240 * HOUR);
  await world.tables.business.update(keys.contract('rivage', id), { set: { goal: 'close', dueAt, ...set } });
  return id;
}

const stored = async (id: string): Promise<Contract> => {
  const found = await getContract(world.tables.business, 'rivage', id);
  if (found === undefined) throw new Error('no such contract');
  return found;
};

const ask = (id: string, faults = makeFaults()) =>
  world.ask('POST', `/v1/contracts/${id}/readings`, { business: faults.wrap('business', world.tables.business) });

const answered = (id: string, outcome: 'read' | 'asleep', at: number) =>
  world.tables.business.update(keys.contract('rivage', id), {
    set: {
      asked: {
        at: iso(at),
        outcome,
        answeredAt: iso(at + 60_000),
        ...(outcome === 'read' ? { readingId: 'rdg_1' } : {}),
      },
    },
  });

describe('asking for a reading', () => {
  it('makes the contract due at once, in a turn of its own, and calls nobody', async () => {
    const id = await connected();
    const now = world.later(0);
    const { status, body, headers } = await ask(id);
    const waiting = {
      askedAt: iso(now),
      state: 'waiting',
      expectedBy: iso(now + 300_000),
      answeredAt: null,
      reading: null,
    };
    expect([status, body, headers['location']]).toEqual([202, waiting, `/v1/contracts/${id}`]);
    expect(await stored(id)).toMatchObject({ asked: { at: iso(now) }, goal: 'asked', dueAt: iso(now), turn: 1 });
    expect((await world.ask('GET', `/v1/contracts/${id}`)).body['readingRequest']).toEqual(waiting);
    expect(world.platformCalls).toEqual([]);
  });

  it('joins the one that waits: however many ask, there is one turn', async () => {
    const id = await connected();
    const first = await ask(id);
    world.later(60_000);
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(id)));
    for (const { status, body } of answers) expect([status, body]).toEqual([202, first.body]);
    expect((await stored(id)).turn).toBe(1);
  });

  it('of ten at once is asked once', async () => {
    const id = await connected();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect((await stored(id)).turn).toBe(1);
  });

  it.each(['open', 'before', 'close'] as const)('joins a turn to %s that is under way', async (goal) => {
    const now = world.later(0);
    const id = await connected({ goal, dueAt: iso(now + HOUR), turn: 4 });
    const { status, body } = await ask(id);
    expect([status, body['state'], body['expectedBy']]).toEqual([202, 'waiting', iso(now + HOUR + 300_000)]);
    expect(await stored(id)).toMatchObject({ asked: { at: iso(now) }, goal, dueAt: iso(now + HOUR), turn: 4 });
  });

  it.each(['deadline', 'tend'] as const)('waits for no turn to %s: that asks no car', async (goal) => {
    const now = world.later(0);
    const id = await connected({ goal, dueAt: iso(now + HOUR), turn: 4 });
    await ask(id);
    expect(await stored(id)).toMatchObject({ goal: 'asked', dueAt: iso(now), turn: 5 });
  });

  // 7: the wait began in the turn that stated the month before.
  it.each([1, 7])('heeds who wants to be left alone for a time, whichever statement comes next: %i', async (seq) => {
    const attempts = { seq, counts: { rate_limited: 2 }, last: 'rate_limited' } as const;
    const id = await connected({ failures: 2, attempts });
    const { dueAt, connectionId = '' } = await stored(id);
    const waits = { until: String(dueAt), connectionId, firm: true };
    await world.tables.business.update(keys.contract('rivage', id), { set: { waits } });
    expect((await ask(id)).body['state']).toBe('waiting');
    expect(await stored(id)).toMatchObject({ goal: 'close', dueAt, turn: 0, failures: 2, waits });
  });

  it('does not heed what only the schedule wants, what is over, and what was said of another connection', async () => {
    const now = world.later(0);
    const until = iso(now + 3 * HOUR);
    for (const other of [{}, { until: iso(now) }, { connectionId: 'cnx_other' }]) {
      const id = await connected({ failures: 2 });
      const { connectionId = '' } = await stored(id);
      const isEmpty = Object.keys(other).length === 0;
      const waits = { until, connectionId, ...(isEmpty ? {} : { firm: true }), ...other };
      await world.tables.business.update(keys.contract('rivage', id), { set: { waits } });
      await ask(id);
      expect(await stored(id)).toMatchObject({ goal: 'asked', turn: 1 });
    }
  });

  it('of a car that sleeps does not wait for the next try, and counts no failure anew', async () => {
    const attempts = { seq: 1, counts: { asleep: 3 }, last: 'asleep' } as const;
    const id = await connected({ failures: 3, attempts });
    await ask(id);
    expect(await stored(id)).toMatchObject({ goal: 'asked', dueAt: iso(world.later(0)), failures: 3, attempts });
  });

  it.each(['read', 'asleep'] as const)(
    'again is refused for 15 minutes after one that was answered with %s',
    async (outcome) => {
      const id = await connected();
      const at = world.later(0);
      await answered(id, outcome, at);
      const shown = (await world.ask('GET', `/v1/contracts/${id}`)).body['readingRequest'];
      const reading = outcome === 'read' ? 'rdg_1' : null;
      const answer = { state: outcome, expectedBy: null, answeredAt: iso(at + 60_000), reading };
      expect(shown).toEqual({ askedAt: iso(at), ...answer });
      world.later(899_000);
      const { status, body, headers } = await ask(id);
      expect([status, body['code'], headers['retry-after']]).toEqual([429, 'asked_recently', '1']);
      expect((await stored(id)).turn).toBe(0);
      world.later(1000);
      expect((await ask(id)).status).toBe(202);
      expect(await stored(id)).toMatchObject({ asked: { at: iso(at + 900_000) }, turn: 1 });
    },
  );

  it.each(['withdrawn', 'reauth_required', 'pending', 'replaced'] as const)(
    'I10 of a car whose connection is %s is refused, and nothing is noted',
    async (state) => {
      const id = await connected();
      await world.connect(id, { connectionId: 'cnn_2', state });
      const before = await world.snapshot();
      const { status, body } = await ask(id);
      expect([status, body['code']]).toEqual([409, 'not_connected']);
      expect(await world.snapshot()).toEqual(before);
    },
  );

  it('of a contract that has not begun, or is over, is refused', async () => {
    const upcoming = await world.contract({ start: '2026-12-01', end: '2027-12-01' });
    await world.connect(upcoming, {});
    const over = await connected();
    await world.tables.business.update(keys.contract('rivage', over), { remove: ['dueAt'] });
    for (const [id, code] of [
      [upcoming, 'contract_not_begun'],
      [over, 'contract_over'],
    ] as const) {
      const before = await world.snapshot();
      const { status, body } = await ask(id);
      expect([status, body['code']]).toEqual([409, code]);
      expect(await world.snapshot()).toEqual(before);
    }
  });

  it('I7 goes on from a turn that was taken meanwhile', async () => {
    const id = await connected();
    const { business } = world.tables;
    // The planner takes the contract's turn between our reading and our update.
    let raced = false;
    const racing: typeof business = {
      ...business,
      update: async (key, change) => {
        if (!raced && key.sk === 'Z#CONTRACT') {
          raced = true;
          await business.update(key, { set: { dueAt: iso(world.later(0) + HOUR) }, add: { turn: 1 } });
        }
        return business.update(key, change);
      },
    };
    const { status, body } = await world.ask('POST', `/v1/contracts/${id}/readings`, { business: racing });
    expect([status, body['state']]).toEqual([202, 'waiting']);
    expect(await stored(id)).toMatchObject({ asked: { at: iso(world.later(0)) }, goal: 'close', turn: 1 });
  });

  const CALLS = ['business.query', 'business.update'];
  it.each(
    CALLS.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])),
  )('I7 that fails at call %i, %s, is no 2xx, and is asked once when it is sent again', async (nth, fault) => {
    const id = await connected();
    const faults = makeFaults();
    faults.failNext(fault, nth);
    await expect(ask(id, faults)).rejects.toThrow(InjectedFault);
    expect(faults.calls).toEqual(CALLS.slice(0, nth));
    expect((await ask(id)).status).toBe(202);
    expect(await stored(id)).toMatchObject({ asked: { at: iso(world.later(0)) }, goal: 'asked', turn: 1 });
  });
});
