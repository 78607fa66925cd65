// The sweep against a store whose calls fail, applied or not, against another sweep, and against marks that come in between.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '../../../lib/aws/table.ts';
import { type Event, eventOf } from '../../../lib/event/event.ts';
import { appendMarks, putMarks } from '../../../lib/event/mark.ts';
import { SweepError, type Sweeping, sweep } from '../../../lib/event/sweep.ts';
import { tell } from '../../../lib/event/tell.ts';
import { type EventPlace, listEvents } from '../../../lib/event/told.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-02-01T01:00:00.000Z');
const MINUTE = 60_000;

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
});

afterAll(() => tables.close());

const keyOf = (tenantId: string, n: number) => ({ pk: `T#${tenantId}#C#con_${n}`, sk: 'Z#CONTRACT' });

const eventFor = (tenantId: string, n: number, change = 'a'): Event =>
  eventOf({
    key: keyOf(tenantId, n),
    type: 'contract.connected',
    change,
    at: new Date(NOW - MINUTE).toISOString(),
    tenantId,
    data: { contractId: `con_${n}` },
  });

async function mark(tenantId: string, n: number, change = 'a'): Promise<Event> {
  const event = eventFor(tenantId, n, change);
  await tables.business.update(keyOf(tenantId, n), appendMarks(keyOf(tenantId, n), [event]));
  return event;
}

/** Ids of all that the tenant was told, in order. */
async function told(tenantId: string): Promise<readonly string[]> {
  const { events } = await listEvents(tables.business, tenantId, { limit: 1_000 }, NOW + 30 * MINUTE);
  return events.map(({ event }) => event.id);
}

const marksOf = async (tenantId: string, n: number) => (await tables.business.get(keyOf(tenantId, n)))?.['marks'];

/** What was offered to endpoints since the test began, by tenant. */
let offered: (readonly [string, string])[] = [];

beforeEach(() => {
  offered = [];
});

const sweeping = (business: Table): Sweeping => ({
  business,
  offer: async (tenantId, events) => void offered.push(...events.map(({ id }) => [tenantId, id] as const)),
});

const ids = (events: readonly Event[]): readonly string[] => events.map(({ id }) => id).toSorted();

it('I11 tells what is marked, of every tenant, and leaves the items as if nothing had been marked', async () => {
  const put = { ...keyOf('one', 1), kept: 'k' };
  await tables.business.put({ ...put, ...putMarks(put, [eventFor('one', 1)]) });
  await mark('one', 2, 'a');
  await mark('one', 2, 'b');
  await mark('two', 1);
  expect(await sweep(sweeping(tables.business), () => NOW)).toEqual({ events: 4, oldestMs: MINUTE });
  expect([...(await told('one'))].toSorted()).toEqual(
    ids([eventFor('one', 1), eventFor('one', 2, 'a'), eventFor('one', 2, 'b')]),
  );
  expect(await told('two')).toEqual([eventFor('two', 1).id]);
  expect(await tables.business.get(keyOf('one', 1))).toEqual(put);
  expect(await tables.business.get(keyOf('one', 2))).toEqual(keyOf('one', 2));
  expect(await sweep(sweeping(tables.business), () => NOW)).toEqual({ events: 0, oldestMs: 0 });
});

it('I11 offers what it tells, and keeps the marks of what could not be offered', async () => {
  const event = await mark('offer', 1);
  const away = { business: tables.business, offer: () => Promise.reject(new Error('the queue is away')) };
  await expect(sweep(away, () => NOW)).rejects.toThrow(SweepError);
  expect(await marksOf('offer', 1)).toEqual([event]);
  await sweep(sweeping(tables.business), () => NOW);
  expect(offered).toEqual([['offer', event.id]]);
});

it('I11 tells what could not be marked where it happened, of whatever tenants, and once per telling', async () => {
  const events = [eventFor('told1', 1), eventFor('told2', 1), eventFor('told1', 2)];
  await tell(tables.business, events, NOW);
  await tell(tables.business, events, NOW);
  expect(await sweep(sweeping(tables.business), () => NOW)).toMatchObject({ events: 3 });
  expect([...(await told('told1'))].toSorted()).toEqual(ids([eventFor('told1', 1), eventFor('told1', 2)]));
  expect(await told('told2')).toEqual([eventFor('told2', 1).id]);
  expect(await sweep(sweeping(tables.business), () => NOW)).toMatchObject({ events: 0 });
});

it('what a store without marks costs: one query for each shard', async () => {
  const faults = makeFaults();
  await sweep(sweeping(faults.wrap('business', tables.business)), () => NOW);
  expect(faults.calls).toEqual(Array.from({ length: 4 }, () => 'business.query'));
});

it('I11 a mark that lands between reading and clearing is not lost', async () => {
  await mark('between', 1, 'a');
  const late: Table = {
    ...tables.business,
    put: async (...put) => {
      await mark('between', 1, 'b');
      return tables.business.put(...put);
    },
  };
  await sweep(sweeping(late), () => NOW);
  expect(await marksOf('between', 1)).toEqual([eventFor('between', 1, 'a'), eventFor('between', 1, 'b')]);
  await sweep(sweeping(tables.business), () => NOW + MINUTE);
  expect(new Set(await told('between'))).toEqual(
    new Set(ids([eventFor('between', 1, 'a'), eventFor('between', 1, 'b')])),
  );
  expect(await marksOf('between', 1)).toBeUndefined();
});

it('I11 a mark that comes after another sweep has cleared is not cleared with what is gone', async () => {
  await mark('after', 1, 'a');
  const overtaken: Table = {
    ...tables.business,
    put: async (...put) => {
      await sweep(sweeping(tables.business), () => NOW);
      await mark('after', 1, 'b');
      return tables.business.put(...put);
    },
  };
  await sweep(sweeping(overtaken), () => NOW + 1);
  expect(await marksOf('after', 1)).toEqual([eventFor('after', 1, 'b')]);
  await sweep(sweeping(tables.business), () => NOW + MINUTE);
  expect(new Set(await told('after'))).toEqual(new Set(ids([eventFor('after', 1, 'a'), eventFor('after', 1, 'b')])));
});

it('I11 two sweeps at once tell everything', async () => {
  const events = await Promise.all(Array.from({ length: 20 }, (_, n) => mark('both', n)));
  await Promise.all([sweep(sweeping(tables.business), () => NOW), sweep(sweeping(tables.business), () => NOW + 1)]);
  expect([...new Set(await told('both'))].toSorted()).toEqual(ids(events));
  expect(await sweep(sweeping(tables.business), () => NOW)).toMatchObject({ events: 0 });
});

describe('I11 whatever call fails', () => {
  /** Two tenants, three items: queries of four shards, a page for each tenant, three clearings. */
  const CALLS = 9;

  it('a sweep that goes well makes as many calls as are broken here', async () => {
    for (const [tenantId, n] of [
      ['well', 1],
      ['well', 2],
      ['better', 1],
    ] as const)
      await mark(tenantId, n);
    const faults = makeFaults();
    await sweep(sweeping(faults.wrap('business', tables.business)), () => NOW);
    expect(faults.calls).toHaveLength(CALLS);
  });

  it.each(
    Array.from({ length: CALLS }, (_, n) => n + 1).flatMap((nth) => [
      [nth, 'not_applied'] as const,
      [nth, 'applied'] as const,
    ]),
  )('call %i, %s: the sweep fails, the next one tells what is left, and nobody misses anything', async (nth, fault) => {
    const [one, two] = [`first${nth}${fault}`, `second${nth}${fault}`];
    const events = [await mark(one, 1), await mark(one, 2), await mark(two, 1)];
    const faults = makeFaults();
    faults.failNext(fault, nth);
    await expect(sweep(sweeping(faults.wrap('business', tables.business)), () => NOW)).rejects.toThrow(SweepError);
    await sweep(sweeping(tables.business), () => NOW + MINUTE);
    expect(new Set([...(await told(one)), ...(await told(two))])).toEqual(new Set(ids(events)));
    for (const [tenantId, n] of [
      [one, 1],
      [one, 2],
      [two, 1],
    ] as const)
      expect(await marksOf(tenantId, n)).toBeUndefined();
  });
});

it('marks that cannot be read are heard of, and stand in nobody’s way', async () => {
  const key = keyOf('broken', 1);
  await tables.business.put({ ...key, ...putMarks(key, [eventFor('broken', 1)]), marks: [{ id: 'evt_1' }] });
  await mark('broken', 2);
  await expect(sweep(sweeping(tables.business), () => NOW)).rejects.toMatchObject({ code: 'SWEEP_INCOMPLETE' });
  expect(await told('broken')).toEqual([eventFor('broken', 2).id]);
  expect(await marksOf('broken', 2)).toBeUndefined();
  await tables.business.remove(key);
});

it('more than one sweep takes up is taken up by the next', async () => {
  const events = await Promise.all(Array.from({ length: 60 }, (_, n) => mark('crowd', n)));
  const swept: number[] = [];
  do swept.push((await sweep(sweeping(tables.business), () => NOW + swept.length * MINUTE, 5)).events);
  while (swept.at(-1) !== 0);
  expect(Math.max(...swept)).toBe(20);
  expect(ids(events)).toEqual([...(await told('crowd'))].toSorted());
});

it('whoever follows the list while a sweep lasts longer than a page takes to settle misses no event', async () => {
  const events: Event[] = [];
  for (let n = 0; n < 260; n++) events.push(await mark('follows', n));
  let now = NOW;
  const seen: string[] = [];
  let after: EventPlace | undefined;
  const follow = async (): Promise<void> => {
    const listed = await listEvents(tables.business, 'follows', { limit: 1_000, after }, now);
    after = listed.events.at(-1)?.place ?? after;
    seen.push(...listed.events.map(({ event }) => event.id));
  };
  const offer = async (): Promise<void> => {
    now += 9_000;
    await follow();
  };
  await sweep({ business: tables.business, offer }, () => now);
  now += MINUTE;
  await follow();
  expect(seen.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
});
