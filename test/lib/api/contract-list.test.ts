// The list of contracts by what they are: every filter, alone and with others, gives the contracts that show it themselves, all of them,
// once, at a bounded price.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { putConnection } from '../../../lib/connection/connection.ts';
import { CONNECTION_STATES } from '../../../lib/connection/connection-state.ts';
import { PERIOD_STATUSES } from '../../../lib/contract/due.ts';
import { SCOPES } from '../../../lib/tenant/scopes.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, CANAL, NOW, openApiWorld, RIVAGE } from './api-world.ts';

type Shown = Readonly<Record<string, unknown>> & { readonly id: string };
type Filters = Readonly<Record<string, string>>;

let world: ApiWorld;
/** As each is shown alone, newest first. */
let contracts: readonly Shown[] = [];

const TERMS = [
  { start: '2026-01-01', end: '2027-01-01', dayOffset: 1 },
  { start: '2026-03-01', end: undefined, dayOffset: 1 },
  { start: '2025-12-01', end: undefined, dayOffset: 1 },
  { start: '2025-10-01', end: '2025-12-01', dayOffset: 1 },
];

beforeAll(async () => {
  world = await openApiWorld();
  const ids: string[] = [];
  const more = ['active', 'none', 'pending', 'failed'] as const;
  for (const [n, state] of [...CONNECTION_STATES, ...more].entries()) {
    world.later(1);
    const terms = { ...TERMS[n % TERMS.length], kind: n % 3 === 0 ? 'lease' : 'insurance', reference: `R ${n}` };
    const id = await world.contract(terms);
    ids.unshift(id);
    // Older than what is shown; a connection that never was is no one's to read from.
    if (n % 2 === 0 && state !== 'none') await world.connect(id, { connectionId: 'cnn_0', state: 'failed' });
    if (state === 'pending') {
      const at = '2026-01-05T10:00:00.000Z';
      const made = {
        tenantId: 'rivage',
        contractId: id,
        connectionId: 'cnn_1',
        applicationId: 'default',
        createdAt: at,
      };
      await putConnection(world.tables.business, { ...made, state });
    } else if (state !== 'none') await world.connect(id, { connectionId: 'cnn_1', state });
  }
  // Somebody began a login after that, in vain.
  await world.connect(ids.at(-2) ?? '', { connectionId: 'cnn_2', state: 'failed' });
  // All of what is over is stated.
  for (const n of [3, 7])
    await world.tables.business.update(keys.contract('rivage', ids.at(-1 - n) ?? ''), { remove: ['dueAt'] });
  contracts = await Promise.all(ids.map(async (id) => (await world.ask('GET', `/v1/contracts/${id}`)).body as Shown));
});
afterAll(() => world.close());

const stateOf = ({ connection }: Shown): string => (connection as { readonly state: string } | null)?.state ?? 'none';

const fits = (shown: Shown, { connectionState, ...own }: Filters): boolean =>
  Object.entries(own).every(([name, value]) => shown[name] === value) &&
  (connectionState === undefined || stateOf(shown) === connectionState);

const list = (filters: Filters, asking = {}) =>
  world.ask('GET', '/v1/contracts', { query: new URLSearchParams(filters).toString(), ...asking });

async function everyPage(filters: Filters, limit: number): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (let cursor: Filters | undefined = {}; cursor !== undefined; ) {
    const { status, body } = await list({ ...filters, ...cursor, limit: String(limit) });
    const items = body['items'] as readonly unknown[];
    expect([status, items.length <= limit]).toEqual([200, true]);
    seen.push(...items);
    cursor = body['next'] === null ? undefined : { cursor: String(body['next']) };
  }
  return seen;
}

const withoutConnection = ({ connection: _, ...shown }: Shown) => shown;

const VALUES = {
  kind: ['insurance', 'lease'],
  state: ['upcoming', 'active', 'ended'],
  periodStatus: PERIOD_STATUSES,
  connectionState: CONNECTION_STATES,
} as const;

describe('a filter', () => {
  it.each(Object.entries(VALUES).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    '%s=%s gives what shows it, and the world has both',
    async (name, value) => {
      const expected = contracts.filter((shown) => fits(shown, { [name]: value }));
      expect([expected.length > 0, expected.length < contracts.length]).toEqual([true, true]);
      expect(await everyPage({ [name]: value }, 100)).toEqual(expected.map(withoutConnection));
    },
  );

  it('and others give what shows them all, in pages of any size', async () => {
    const some = fc.record(
      {
        kind: fc.constantFrom(...VALUES.kind),
        state: fc.constantFrom(...VALUES.state),
        periodStatus: fc.constantFrom(...VALUES.periodStatus),
        connectionState: fc.constantFrom(...VALUES.connectionState),
        reference: fc.constantFrom('R 0', 'R 3', 'R 12', 'R'),
      },
      { requiredKeys: [] },
    );
    const property = fc.asyncProperty(some, fc.integer({ min: 1, max: 6 }), async (filters, limit) => {
      const expected = contracts.filter((shown) => fits(shown, filters)).map(withoutConnection);
      expect(await everyPage(filters, limit)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it.each([
    ['kind=Lease', 'kind', 'One of insurance, lease'],
    ['state=', 'state', 'One of upcoming, active, ended'],
    ['periodStatus=due', 'periodStatus', 'One of upcoming, running, awaited, stated'],
    ['connectionState=connected', 'connectionState', `One of ${CONNECTION_STATES.join(', ')}`],
    ['reference=', 'reference', 'A text of 1 to 128 characters'],
    ['vin=VF7SXHNPTPT000777', 'vin', 'Unknown field'],
    ['kind=lease&kind=lease', 'kind', 'Given more than once'],
  ])('of %s is refused', async (query, field, message) => {
    const { status, body } = await world.ask('GET', '/v1/contracts', { query });
    expect([status, body['errors']]).toEqual([400, [{ field, message }]]);
  });

  it('goes with its own cursor and no other', async () => {
    const filters = [
      {},
      { kind: 'insurance' },
      { state: 'active' },
      { kind: 'insurance', state: 'active' },
      { connectionState: 'pending' },
    ];
    const cursors = await Promise.all(
      filters.map(async (one) => String((await list({ ...one, limit: '1' })).body['next'])),
    );
    for (const [n, cursor] of cursors.entries()) {
      for (const [m, other] of [...filters, { reference: 'R 0' }].entries()) {
        const { status, body } = await list({ ...other, limit: '2', cursor });
        if (n === m) expect([n, m, status]).toEqual([n, m, 200]);
        else
          expect([n, m, status, body['errors']]).toEqual([
            n,
            m,
            400,
            [{ field: 'cursor', message: 'Not a cursor of this list' }],
          ]);
      }
    }
    // The order of parameters is nobody's choice.
    expect((await list({ state: 'active', kind: 'insurance', cursor: cursors[3] ?? '' })).status).toBe(200);
  });
});

describe('a reference', () => {
  it('finds its contract by its key', async () => {
    const faults = makeFaults();
    const { body } = await list({ reference: 'R 5' }, { business: faults.wrap('business', world.tables.business) });
    expect(body).toEqual({
      items: contracts.filter(({ reference }) => reference === 'R 5').map(withoutConnection),
      next: null,
    });
    expect(faults.calls).toEqual(['business.get', 'business.get']);
  });

  it('I13 of another tenant’s contract is as one that nobody has', async () => {
    await world.contract({ reference: 'THEIRS' }, CANAL);
    const cost = async (reference: string) => {
      const faults = makeFaults();
      const { text } = await list({ reference }, { business: faults.wrap('business', world.tables.business) });
      return { text, calls: faults.calls };
    };
    const theirs = await cost('THEIRS');
    expect(theirs).toEqual({ text: '{"items":[],"next":null}', calls: ['business.get'] });
    expect(await cost('NOBODY’S')).toEqual(theirs);
  });

  it('whose contract never appeared finds nothing', async () => {
    const faults = makeFaults();
    faults.failNext('not_applied', 4);
    const business = faults.wrap('business', world.tables.business);
    const body = { kind: 'lease', reference: 'DIED', start: '2026-01-01', zone: 'Europe/Paris' };
    await world.ask('POST', '/v1/contracts', { body, business }).catch(() => undefined);
    expect((await list({ reference: 'DIED' })).body).toEqual({ items: [], next: null });
  });
});

describe('a page', () => {
  const many = { tenantId: 'many', keyId: 'key_many', scopes: SCOPES };
  const price = async (filters: Filters) => {
    const faults = makeFaults();
    const business = faults.wrap('business', world.tables.business);
    const { body } = await list(filters, { caller: many, business });
    return { items: (body['items'] as readonly Shown[]).length, next: body['next'], calls: faults.calls };
  };

  beforeAll(async () => {
    await createTenant(world.tables.business, { tenantId: 'many', name: 'M', applicationId: 'default' }, NOW);
    await world.contract({ kind: 'lease' }, many);
    world.later(1);
    await Promise.all(Array.from({ length: 110 }, () => world.contract({}, many)));
  });

  it('of 100 without a filter is one Query', async () => {
    expect(await price({ limit: '100' })).toMatchObject({ items: 100, calls: ['business.query'] });
    const asked: unknown[] = [];
    const { business: table } = world.tables;
    const business = {
      ...table,
      query: (range: Parameters<typeof table.query>[0]) => {
        asked.push(range.limit);
        return table.query(range);
      },
    };
    for (const filters of [{ limit: '5' }, { limit: '5', kind: 'lease' }])
      await list(filters, { caller: many, business });
    expect(asked).toEqual([6, 101]);
  });

  it('looks at 100 contracts for one Query, whatever is asked for, and goes on from the last of them', async () => {
    const first = await price({ kind: 'lease' });
    expect(first).toEqual({ items: 0, next: expect.any(String), calls: ['business.query'] });
    const second = await price({ kind: 'lease', cursor: String(first.next) });
    expect(second).toEqual({ items: 1, next: null, calls: ['business.query'] });
  });

  it('reads a connection for each contract that it looks at, at most, and none in vain', async () => {
    const none = await price({ connectionState: 'active', limit: '5' });
    expect([none.items, none.calls.length, none.next === null]).toEqual([0, 101, false]);
    const some = await price({ connectionState: 'none', limit: '5' });
    expect([some.items, some.calls.length]).toEqual([5, 11]);
    const upcoming = await price({ connectionState: 'none', state: 'ended' });
    expect(upcoming.calls).toEqual(['business.query']);
  });
});

it('I13 shows a tenant no other’s contracts, whatever the filter', async () => {
  for (const [name, values] of Object.entries(VALUES)) {
    for (const value of values) {
      const { body } = await list({ [name]: value, limit: '100' }, { caller: { ...RIVAGE, tenantId: 'nobody' } });
      expect(body).toEqual({ items: [], next: null });
    }
  }
});
