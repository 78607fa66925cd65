// The attestations of one month across contracts, whose months begin on other days in other zones: exactly those that are stated, each
// as it is alone, in pages of any size, at a bounded price.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type Answer, type ApiWorld, type Asking, CANAL, NOW, openApiWorld } from './api-world.ts';

const PATH = '/v1/attestations';

let world: ApiWorld;
/** Ids by reference. */
const made = new Map<string, string>();

/** Stated up to `until`, unless that is left out. */
async function contract(reference: string, terms: object, until?: string): Promise<void> {
  world.later(1);
  const always = { reference, start: '2025-10-20', end: undefined, dayOffset: 1, deadlineDays: 1, vin: undefined };
  const id = await world.contract({ ...always, ...terms });
  made.set(reference, id);
  if (until !== undefined) await world.stated(id, until);
}

beforeAll(async () => {
  world = await openApiWorld();
  await contract('Paris', {}, '2026-01-05T00:00:00.000Z');
  await contract('stated up to November', {}, '2025-12-05T00:00:00.000Z');
  await contract('Auckland', { zone: 'Pacific/Auckland', dayOffset: 28 }, '2026-01-30T00:00:00.000Z');
  await contract('never stated', {});
  await contract('from February', { start: '2026-02-10' });
  await contract('Apia', { zone: 'Pacific/Apia', start: '2025-12-14', dayOffset: 15 }, '2026-01-18T00:00:00.000Z');
  await contract('ended in November', { end: '2025-11-20' }, '2026-01-05T00:00:00.000Z');
  await contract('its first', { start: '2025-12-31' }, '2026-01-05T00:00:00.000Z');
});
afterAll(() => world.close());

const numbered = (reference: string, seq: number): Promise<string> => world.statementId(made.get(reference) ?? '', seq);

const list = (query: string, asking: Asking = {}) => world.ask('GET', PATH, { query, ...asking });

const idsOf = ({ body }: Pick<Answer, 'body'>): readonly string[] =>
  (body['items'] as readonly { readonly id: string }[]).map(({ id }) => id);

const DECEMBER = (): Promise<readonly string[]> =>
  Promise.all([numbered('its first', 1), numbered('Apia', 2), numbered('Auckland', 4), numbered('Paris', 3)]);

describe('the attestations of a month', () => {
  it('are those of the month that begins then on its own day in its own zone, newest contract first', async () => {
    const { status, body } = await list('period=2025-12');
    expect([status, body['next']]).toEqual([200, null]);
    expect(idsOf({ body })).toEqual(await DECEMBER());
    const months = (body['items'] as readonly { readonly claims: { readonly period: object } }[]).map(
      ({ claims }) => claims.period,
    );
    expect(months).toEqual([
      { id: '2025-12', from: '2025-12-30T23:00:00.000Z', to: '2025-12-31T23:00:00.000Z', zone: 'Europe/Paris' },
      { id: '2025-12', from: '2025-12-14T11:00:00.000Z', to: '2026-01-14T11:00:00.000Z', zone: 'Pacific/Apia' },
      { id: '2025-12', from: '2025-12-27T11:00:00.000Z', to: '2026-01-27T11:00:00.000Z', zone: 'Pacific/Auckland' },
      { id: '2025-12', from: '2025-11-30T23:00:00.000Z', to: '2025-12-31T23:00:00.000Z', zone: 'Europe/Paris' },
    ]);
  });

  it('are each what it is alone', async () => {
    const { body } = await list('period=2025-12');
    const alone = (await DECEMBER()).map(async (id) => (await world.ask('GET', `${PATH}/${id}`)).body);
    expect(body['items']).toEqual(await Promise.all(alone));
  });

  it('of the month before are others', async () => {
    const ended = await numbered('ended in November', 2);
    const others = await Promise.all([
      numbered('Apia', 1),
      numbered('Auckland', 3),
      numbered('stated up to November', 2),
    ]);
    expect(idsOf(await list('period=2025-11'))).toEqual([ended, ...others, await numbered('Paris', 2)]);
  });

  it.each(['2025-08', '2026-02', '2099-12'])('of %s are none', async (period) => {
    const { status, body } = await list(`period=${period}`);
    expect([status, body]).toEqual([200, { items: [], next: null }]);
  });

  it.each([1, 2, 3, 7, 8, 100])('are complete in pages that look at %i contracts', async (limit) => {
    const seen: string[] = [];
    let pages = 0;
    for (let more: string | undefined = ''; more !== undefined; pages += 1) {
      const page = await list(`period=2025-12&limit=${limit}${more}`);
      seen.push(...idsOf(page));
      more = page.body['next'] === null ? undefined : `&cursor=${page.body['next']}`;
    }
    expect([seen, pages]).toEqual([await DECEMBER(), Math.ceil(8 / limit)]);
  });

  it('need a month, and nothing unknown', async () => {
    const month = 'A month, YYYY-MM, from 2000-01 to 2099-12';
    const errors = async (query: string) => {
      const { status, body } = await list(query);
      return [status, body['errors']];
    };
    expect(await errors('')).toEqual([400, [{ field: 'period', message: `Missing: ${month}` }]]);
    for (const period of ['2025-13', '2025-00', '2025-1', '1999-12', '2025-12-01', '', 'x'])
      expect(await errors(`period=${period}`)).toEqual([400, [{ field: 'period', message: month }]]);
    expect(await errors('period=2025-12&verdict=logical')).toEqual([
      400,
      [{ field: 'verdict', message: 'Unknown field' }],
    ]);
  });

  it('have a cursor of their own month and tenant', async () => {
    const next = String((await list('period=2025-12&limit=1')).body['next']);
    const status = async (period: string, asking = {}) =>
      (await list(`period=${period}&limit=1&cursor=${next}`, asking)).status;
    expect(await status('2025-12')).toBe(200);
    expect(await status('2025-11')).toBe(400);
    expect(await status('2025-12', { caller: CANAL })).toBe(400);
  });

  const priceOf = async (asking: Asking) => {
    const faults = makeFaults();
    const { business, attestations } = world.tables;
    const stores = {
      business: faults.wrap('business', business),
      attestations: faults.wrap('attestations', attestations),
    };
    const { text } = await list('period=2025-12&limit=100', { ...stores, ...asking });
    return { text, calls: faults.calls };
  };

  it('cost one query of contracts and one read of statements', async () => {
    expect((await priceOf({})).calls).toEqual(['business.query', 'attestations.getMany']);
  });

  it('I13 are none for a tenant without any, as for one that is not there, for the same calls', async () => {
    const theirs = await priceOf({ caller: CANAL });
    expect(JSON.parse(theirs.text)).toEqual({ items: [], next: null });
    await createTenant(world.tables.business, { tenantId: 'empty', name: 'Empty', applicationId: 'default' }, NOW);
    expect(await priceOf({ caller: { ...CANAL, tenantId: 'empty' } })).toEqual(theirs);
    expect(await priceOf({ caller: { ...CANAL, tenantId: 'nobody' } })).toEqual(theirs);
  });
});
