// Ending a contract over HTTP: which days it may end on, that it ends once, and that nothing of a request is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { type Contract, getContract } from '../../../lib/contract/contract.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const stored = async (id: string): Promise<Contract> => {
  const found = await getContract(world.tables.business, 'rivage', id);
  if (found === undefined) throw new Error('no such contract');
  return found;
};

const end = (id: string, day: string, faults = makeFaults()) =>
  world.ask('POST', `/v1/contracts/${id}/end`, {
    body: { end: day },
    business: faults.wrap('business', world.tables.business),
  });

/** Periods of Paris begin on the 15th; it is 5 January: the running one began on 15 December. */
const running = (terms: Readonly<Record<string, unknown>> = {}) => world.contract({ start: '2025-10-20', ...terms });

describe('ending a contract', () => {
  it('sets its end, and makes it due at once, in a turn of its own', async () => {
    const id = await running();
    const { status, body } = await end(id, '2026-01-03');
    expect([status, body['end'], body['endsAt'], body['state']]).toEqual([
      200,
      '2026-01-03',
      '2026-01-02T23:00:00.000Z',
      'ended',
    ]);
    const at = new Date(NOW).toISOString();
    const endsAt = '2026-01-02T23:00:00.000Z';
    expect(await stored(id)).toMatchObject({ endsAt, goal: 'close', dueAt: at, turn: 1, revision: 1 });
    expect((await world.ask('GET', `/v1/contracts/${id}`)).body).toEqual(body);
  });

  it.each([
    [
      '2025-12-14',
      400,
      'Not before 2025-12-15: the contract has not begun, or that month is over and keeps its length',
    ],
    ['2025-12-15', 200, ''],
    ['2026-01-05', 200, ''],
    ['2026-12-31', 200, ''],
    ['2027-01-01', 200, ''],
    ['2027-01-02', 400, 'The contract ends before that, or has ended'],
    ['2026-02-30', 400, 'This day does not exist'],
    ['tomorrow', 400, 'A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31'],
  ])('on %s, of one that ends on 1 January 2027, is answered with %i', async (day, status, message) => {
    const id = await running();
    const before = await world.snapshot();
    const answer = await end(id, day);
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.body['errors']).toEqual([{ field: 'end', message }]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('cancels one that has not begun, or is in its first month, on its first day, and not before', async () => {
    for (const start of ['2026-03-01', '2025-12-20']) {
      const id = await world.contract({ start });
      const day = (of: string) => new Date(Date.parse(of) - 86_400_000).toISOString().slice(0, 10);
      expect((await end(id, day(start))).status).toBe(400);
      expect((await end(id, start)).status).toBe(200);
    }
  });

  it('moves it nearer again, never back, and not once it has ended', async () => {
    const id = await running();
    await end(id, '2026-06-01');
    expect((await end(id, '2026-06-02')).status).toBe(400);
    expect((await end(id, '2026-05-01')).status).toBe(200);
    expect((await end(id, '2026-01-05')).status).toBe(200);
    for (const day of ['2026-01-04', '2026-01-06'])
      expect((await end(id, day)).body['errors']).toEqual([
        { field: 'end', message: 'The contract ends before that, or has ended' },
      ]);
    expect((await stored(id)).turn).toBe(3);
  });

  it('I7 on the day that it has changes nothing, however often', async () => {
    const id = await running();
    const first = await end(id, '2026-01-03');
    const before = await world.snapshot();
    const again = await end(id, '2026-01-03');
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('I1 leaves ten minutes to whoever states a month that is over', async () => {
    const until = Date.parse('2026-01-14T23:00:00.000Z');
    const now = world.later(0);
    // The running period ends at the next midnight of Paris that is a 15th.
    const answers: number[] = [];
    for (const left of [600_001, 600_000]) {
      world.later(until - left - world.later(0));
      answers.push((await end(await running(), '2026-01-03')).status);
    }
    world.later(now - world.later(0));
    expect(answers).toEqual([200, 400]);
  });

  it('I7 goes on from a turn that was taken meanwhile', async () => {
    const id = await running();
    const { business } = world.tables;
    let raced = false;
    const racing: typeof business = {
      ...business,
      update: async (key, change) => {
        if (!raced && key.sk === 'Z#CONTRACT') {
          raced = true;
          await business.update(key, { add: { turn: 1 } });
        }
        return business.update(key, change);
      },
    };
    const body = { end: '2026-01-03' };
    const { status } = await world.ask('POST', `/v1/contracts/${id}/end`, { body, business: racing });
    expect([status, (await stored(id)).turn, (await stored(id)).endsAt]).toEqual([200, 2, '2026-01-02T23:00:00.000Z']);
  });

  const CALLS = ['business.query', 'business.update'];
  it.each(
    CALLS.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])),
  )('I7 that fails at call %i, %s, is no 2xx, and is done when it is sent again', async (nth, fault) => {
    const id = await running();
    const faults = makeFaults();
    faults.failNext(fault, nth);
    await expect(end(id, '2026-01-03', faults)).rejects.toThrow(InjectedFault);
    expect(faults.calls).toEqual(CALLS.slice(0, nth));
    expect((await end(id, '2026-01-03')).status).toBe(200);
    expect(await stored(id)).toMatchObject({ endsAt: '2026-01-02T23:00:00.000Z', turn: 1, revision: 1 });
  });

  it('refuses a link, and a reading, once everything is stated', async () => {
    const id = await running();
    await world.connect(id, { state: 'ended' });
    await world.tables.business.update(keys.contract('rivage', id), { remove: ['dueAt'] });
    for (const path of ['connect-sessions', 'readings']) {
      const { status, body } = await world.ask('POST', `/v1/contracts/${id}/${path}`, {});
      expect([status, body['code']]).toEqual([409, 'contract_over']);
    }
  });
});
