// What a tenant was told, as it is listed: in order, page by page, for 30 days.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Event, eventOf } from '../../../lib/event/event.ts';
import { type EventPlace, keepTold, listEvents } from '../../../lib/event/told.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
});

afterAll(() => tables.close());

const NOW = Date.parse('2026-02-01T01:00:00.000Z');
const DAY = 86_400_000;

const eventAt = (tenantId: string, n: number): Event =>
  eventOf({
    key: { pk: `T#${tenantId}#C#con_${n}`, sk: 'Z#CONTRACT' },
    type: 'contract.connected',
    change: `cxn_${n}`,
    at: new Date(NOW + n).toISOString(),
    tenantId,
    data: { contractId: `con_${n}` },
  });

/** Every page of the list, so many at a time. */
async function walk(tenantId: string, limit: number, now: number): Promise<readonly Event[]> {
  const found: Event[] = [];
  for (let after: EventPlace | undefined; ; ) {
    const { events, more } = await listEvents(tables.business, tenantId, { limit, after }, now);
    expect(events.length).toBeLessThanOrEqual(limit);
    found.push(...events.map(({ event }) => event));
    after = events.at(-1)?.place ?? after;
    if (!more) return found;
    expect(events).toHaveLength(limit);
  }
}

it('is listed once each and in order, whatever the pages and however many are asked for', async () => {
  let run = 0;
  const pages = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pages, fc.integer({ min: 1, max: 7 }), async (sizes, limit) => {
      run += 1;
      const tenantId = `walk${run}`;
      const told: Event[] = [];
      for (const [n, size] of sizes.entries()) {
        const page = Array.from({ length: size }, (_, i) => eventAt(tenantId, 10 * n + i));
        await keepTold(tables.business, tenantId, page, () => NOW + n * 1000);
        told.push(...page);
      }
      expect(await walk(tenantId, limit, NOW + DAY)).toEqual(told);
    }),
    { numRuns: 25 },
  );
});

it('more than fit on one item are on several, and one tenant’s are nobody else’s', async () => {
  const many = Array.from({ length: 1_201 }, (_, n) => eventAt('many', n));
  await keepTold(tables.business, 'other', [eventAt('other', 1)], () => NOW);
  await keepTold(tables.business, 'many', many, () => NOW);
  const found = await walk('many', 100, NOW + DAY);
  expect(new Set(found.map(({ id }) => id))).toEqual(new Set(many.map(({ id }) => id)));
  expect(found).toHaveLength(1_201);
  expect(await walk('other', 100, NOW + DAY)).toEqual([eventAt('other', 1)]);
  expect(await walk('nobody', 100, NOW + DAY)).toEqual([]);
});

it('told again at the same instant it is there once, at another one twice under one id', async () => {
  const events = [eventAt('twice', 1), eventAt('twice', 2)];
  await keepTold(tables.business, 'twice', events, () => NOW);
  await keepTold(tables.business, 'twice', events, () => NOW);
  expect(await walk('twice', 10, NOW + DAY)).toEqual(events);
  await keepTold(tables.business, 'twice', events, () => NOW + 60_000);
  expect(await walk('twice', 10, NOW + DAY)).toEqual([...events, ...events]);
});

it('is not listed while a page before it may still come, nor after 30 days, expired item or not', async () => {
  await keepTold(tables.business, 'ages', [eventAt('ages', 1)], () => NOW);
  expect(await walk('ages', 10, NOW + 20_000)).toEqual([]);
  expect(await walk('ages', 10, NOW + 20_001)).toEqual([eventAt('ages', 1)]);
  expect(await walk('ages', 10, NOW + 30 * DAY)).toEqual([eventAt('ages', 1)]);
  expect(await walk('ages', 10, NOW + 30 * DAY + 1)).toEqual([]);
  const old = { page: 'E#2020', index: 7 };
  const { events } = await listEvents(tables.business, 'ages', { limit: 10, after: old }, NOW + 31 * DAY);
  expect(events).toEqual([]);
});

it('its item expires after 30 days', async () => {
  await keepTold(tables.business, 'ttl', [eventAt('ttl', 1)], () => NOW);
  const where = { expression: '#pk = :pk', values: { pk: 'T#ttl#EVENTS' } };
  const { items } = await tables.business.query({ where });
  expect(items.map(({ expiresAt }) => expiresAt)).toEqual([(NOW + 30 * DAY) / 1000]);
});
