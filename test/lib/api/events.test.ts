// Events as a tenant lists them: in the order in which they were told, to the end, and on from there.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Event, eventOf } from '../../../lib/event/event.ts';
import { keepTold } from '../../../lib/event/told.ts';
import { type ApiWorld, CANAL, NOW, openApiWorld } from './api-world.ts';

const MINUTE = 60_000;

let world: ApiWorld;
beforeEach(async () => {
  world = await openApiWorld();
  world.later(MINUTE);
});
afterEach(() => world.close());

const eventAt = (n: number, tenantId = 'rivage'): Event => {
  const key = { pk: 'contract', sk: `reading ${n}` };
  const data = { contractId: 'con_1', readingId: `rdg_${n}` };
  return eventOf({ key, type: 'reading.recorded', change: String(n), at: new Date(NOW).toISOString(), tenantId, data });
};

const tell = (events: readonly Event[], at: number, tenantId = 'rivage') =>
  keepTold(world.tables.business, tenantId, events, () => at);

interface Listed {
  readonly items: readonly { readonly data: { readonly readingId: string } }[];
  readonly next: string | null;
  readonly more: boolean;
}

async function page(query: string): Promise<Omit<Listed, 'items'> & { readonly told: readonly string[] }> {
  const { status, body } = await world.ask('GET', '/v1/events', { query });
  expect(status).toBe(200);
  // The declaration of the route has been held against it by now.
  const { items, ...rest } = body as unknown as Listed;
  return { told: items.map(({ data }) => data.readingId), ...rest };
}

describe('GET /v1/events', () => {
  it('shows what was told, as it was told', async () => {
    await tell([eventAt(1)], NOW);
    const { body } = await world.ask('GET', '/v1/events');
    expect(body).toMatchObject({
      items: [
        {
          id: eventAt(1).id,
          type: 'reading.recorded',
          timestamp: '2026-01-05T09:00:00.000Z',
          data: { contractId: 'con_1', readingId: 'rdg_1' },
        },
      ],
      more: false,
    });
  });

  it.each([1, 2, 3, 5, 6])('is whole in pages of %i, over what was told together', async (limit) => {
    await tell([eventAt(1), eventAt(2), eventAt(3)], NOW);
    await tell([eventAt(4), eventAt(5)], NOW + 1);
    await tell([eventAt(6)], NOW + 2);
    const seen: string[] = [];
    let from = '';
    for (let more = true; more; ) {
      const got = await page(`limit=${limit}${from}`);
      seen.push(...got.told);
      more = got.more;
      from = `&cursor=${got.next}`;
    }
    expect(seen).toEqual(['rdg_1', 'rdg_2', 'rdg_3', 'rdg_4', 'rdg_5', 'rdg_6']);
  });

  it('goes on where it ended when something is told later', async () => {
    await tell([eventAt(1)], NOW);
    const { next } = await page('');
    expect(await page(`cursor=${next}`)).toEqual({ told: [], next, more: false });
    await tell([eventAt(2)], NOW + MINUTE);
    world.later(MINUTE);
    expect(await page(`cursor=${next}`)).toMatchObject({ told: ['rdg_2'], more: false });
  });

  it('has no cursor before anything was told', async () => {
    expect(await page('')).toEqual({ told: [], next: null, more: false });
  });

  it('I13 shows nobody what another tenant was told, and takes no cursor of another', async () => {
    await tell([eventAt(1)], NOW);
    const { next } = await page('');
    const { body } = await world.ask('GET', '/v1/events', { caller: CANAL });
    expect(body).toEqual({ items: [], next: null, more: false });
    const stolen = await world.ask('GET', '/v1/events', { caller: CANAL, query: `cursor=${next}` });
    expect([stolen.status, stolen.body['errors']]).toEqual([
      400,
      [{ field: 'cursor', message: 'Not a cursor of this list' }],
    ]);
  });
});
