// The run of a month over a small fleet in which every contract stands somewhere else: exact values, in pages of any size, at a bounded
// price, as JSON and as a table.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRuns } from '../../../lib/attestation/follow-runs.ts';
import { tallyRuns } from '../../../lib/attestation/tally-runs.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Connection } from '../../../lib/connection/connection.ts';
import type { Outcome } from '../../../lib/contract/attempts.ts';
import { putReading } from '../../../lib/reading/reading.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, CANAL, NOW, openApiWorld } from './api-world.ts';

interface Line {
  readonly reference: string;
  readonly status: string;
  readonly verdict: string | null;
  readonly reason: string | null;
}

const MONTH = { start: '2026-01-01', end: undefined, dayOffset: 1, deadlineDays: 10, vin: undefined };
const FROM = '2025-12-31T23:00:00.000Z';
const TO = '2026-01-31T23:00:00.000Z';
const AFTER_DEADLINE = '2026-02-12T00:00:00.000Z';

let world: ApiWorld;
/** Ids by reference, in the order in which they were made. */
const made = new Map<string, string>();

async function contract(reference: string, terms: object = {}): Promise<string> {
  world.later(1);
  const id = await world.contract({ ...MONTH, reference, ...terms });
  made.set(reference, id);
  return id;
}

const connected = async (reference: string, connection: Partial<Connection> = {}): Promise<string> => {
  const id = await contract(reference);
  await world.connect(id, connection);
  return id;
};

let read = 0;
async function reading(
  contractId: string,
  recordedAt: string,
  metres: number,
  outcome: 'read' | 'not_yet_recorded' = 'read',
) {
  read += 1;
  const measured = { metres, distance: metres / 1000, unit: 'km', recordedAt, fetchedAt: recordedAt } as const;
  const readFor = { tenantId: 'rivage', contractId, periodId: '2026-01', firstAsleep: false };
  const counted = { source: 'poll', requestId: `req_${read}`, connectionId: 'cnn_1', seq: 1, outcome } as const;
  await putReading(world.tables.business, readFor, { id: `rdg_${read}`, ...measured, ...counted });
}

const tried = (contractId: string, last: Outcome, seq = 1) =>
  world.tables.business.update(keys.contract('rivage', contractId), {
    set: { attempts: { seq, counts: { [last]: 2 }, last } },
  });

/** Connected, and stated by two readings. */
async function attested(reference: string, closing: number): Promise<string> {
  const id = await connected(reference);
  await reading(id, '2025-12-31T23:00:00.000Z', 10_000_000);
  await reading(id, '2026-01-31T23:00:00.000Z', closing);
  return id;
}

async function makeFleet(): Promise<void> {
  await contract('=BEFORE', { start: '2025-11-01', end: '2026-01-01' });
  await contract('=AFTER', { start: '2026-02-01' });
  await contract('upcoming', { start: '2026-02-10', dayOffset: 15 });
  await contract('running', { dayOffset: 15 });
  await connected('due');
  await tried(await connected('due, platform away'), 'unavailable');
  const second = await contract('due, refused last month', { start: '2025-12-01' });
  await world.connect(second, {});
  await world.stated(second, '2026-01-15T00:00:00.000Z');
  await tried(second, 'refused', 1);
  await reading(await connected('read'), '2026-02-01T00:55:10.000Z', 12_345_678);
  await tried(await connected('asleep'), 'asleep');
  await reading(await connected('asleep, nothing new'), '2026-01-20T10:00:00.000Z', 11_000_000, 'not_yet_recorded');
  await contract('driver: never');
  // Half past nine in UTC, half an hour ago.
  await contract('driver: deadline was just now', { zone: 'Pacific/Marquesas', deadlineDays: 4 });
  await connected('driver: gave up', { state: 'failed' });
  await connected('driver: reconnect', { state: 'reauth_required' });
  const withdrawnAt = '2026-01-30T10:00:00.000Z';
  const withdrawn = await connected('driver: withdrawn', { state: 'withdrawn', withdrawnAt });
  await reading(withdrawn, '2026-02-01T00:55:10.000Z', 12_345_678);
  await tried(await connected('driver: must act', { state: 'action_required' }), 'refused');
  await tried(await connected('driver: may have to act'), 'owner_must_act');
  await tried(await connected('failed: refused'), 'refused');
  await contract('failed: overdue', { deadlineDays: 3 });
  await world.stated(await attested('+logical', 11_000_000), TO);
  await world.stated(await attested('illogical', 9_000_000), TO);
  const replaced = await attested('replaced', 200_000);
  const event = { kind: 'replacement', at: '2026-01-03T10:00:00Z', oldMetres: 10_300_000, newMetres: 0, evidence: 'x' };
  expect((await world.ask('POST', `/v1/contracts/${replaced}/odometer-events`, { body: event })).status).toBe(201);
  await world.stated(replaced, TO);
  await world.stated(await connected('none: asleep'), AFTER_DEADLINE);
  await world.stated(await contract('none: never', { start: '2025-11-01' }), AFTER_DEADLINE);
  await world.stated(await connected('none: reconnect', { state: 'reauth_required' }), AFTER_DEADLINE);
  await world.stated(await connected('none: withdrawn', { state: 'withdrawn' }), AFTER_DEADLINE);
  await world.stated(await connected('none: "refused"', { state: 'action_required' }), AFTER_DEADLINE);
}

beforeAll(async () => {
  world = await openApiWorld();
  await makeFleet();
  world.later(Date.parse('2026-02-05T10:00:00.000Z') - world.later(0));
  await contract('driver: contract made late', { deadlineDays: 1 });
});
afterAll(() => world.close());

const run = (query = 'limit=100', asking = {}, period = '2026-01') =>
  world.ask('GET', `/v1/runs/${period}`, { query, ...asking });

const short = ({ reference, status, verdict, reason }: Line) => [reference, status, verdict, reason];

const JANUARY = [
  ['driver: contract made late', 'waiting_for_driver', null, 'not_connected'],
  ['none: "refused"', 'no_reading', 'no_judgement', 'refused'],
  ['none: withdrawn', 'no_reading', 'no_judgement', 'consent_withdrawn'],
  ['none: reconnect', 'no_reading', 'no_judgement', 'reconnect_needed'],
  ['none: never', 'no_reading', 'no_judgement', 'not_connected'],
  ['none: asleep', 'no_reading', 'no_judgement', 'asleep'],
  ['replaced', 'attested', 'no_judgement', null],
  ['illogical', 'attested', 'illogical', null],
  ['+logical', 'attested', 'logical', null],
  ['failed: overdue', 'failed', null, 'overdue'],
  ['failed: refused', 'failed', null, 'refused'],
  ['driver: may have to act', 'waiting_for_driver', null, 'refused'],
  ['driver: must act', 'waiting_for_driver', null, 'refused'],
  ['driver: withdrawn', 'waiting_for_driver', null, 'consent_withdrawn'],
  ['driver: reconnect', 'waiting_for_driver', null, 'reconnect_needed'],
  ['driver: gave up', 'waiting_for_driver', null, 'not_connected'],
  ['driver: deadline was just now', 'waiting_for_driver', null, 'not_connected'],
  ['driver: never', 'waiting_for_driver', null, 'not_connected'],
  ['asleep, nothing new', 'asleep', null, null],
  ['asleep', 'asleep', null, null],
  ['read', 'read', null, null],
  ['due, refused last month', 'due', null, null],
  ['due, platform away', 'due', null, null],
  ['due', 'due', null, null],
  ['running', 'running', null, null],
  ['upcoming', 'upcoming', null, null],
] as const;

const COUNTS = {
  contracts: 26,
  upcoming: 1,
  running: 1,
  due: 3,
  read: 1,
  asleep: 2,
  waiting_for_driver: 8,
  failed: 2,
  attested: 3,
  no_reading: 5,
  byVerdict: { logical: 1, illogical: 1, no_judgement: 1 },
  byReason: { asleep: 1, not_connected: 1, reconnect_needed: 1, consent_withdrawn: 1, refused: 1 },
};

type Counts = { readonly [name: string]: number | Counts };

const sum = (one: Counts, other: Counts): Counts =>
  Object.fromEntries(
    Object.entries(one).map(([name, value]) => {
      const more = other[name] ?? 0;
      return [
        name,
        typeof value === 'number' || typeof more === 'number' ? Number(value) + Number(more) : sum(value, more),
      ];
    }),
  );

async function everyPage(limit: number, status?: string) {
  const items: Line[] = [];
  let counts: Counts | undefined;
  for (let more: string | undefined = ''; more !== undefined; ) {
    const filter = status === undefined ? '' : `&status=${status}`;
    const { status: code, body } = await run(`limit=${limit}${filter}${more}`);
    expect([code, body['period']]).toEqual([200, '2026-01']);
    items.push(...(body['items'] as readonly Line[]));
    const own = body['counts'] as Counts;
    counts = counts === undefined ? own : sum(counts, own);
    more = body['next'] === null ? undefined : `&cursor=${body['next']}`;
  }
  return { counts, lines: items.map(short) };
}

describe('a run', () => {
  it('tells where each contract stands that has the month, and how many stand there', async () => {
    const { body } = await run();
    expect((body['items'] as readonly Line[]).map(short)).toEqual(JANUARY);
    expect([body['counts'], body['next']]).toEqual([COUNTS, null]);
  });

  it('has all of a line', async () => {
    const items = (await run()).body['items'] as readonly Line[];
    const id = made.get('+logical') ?? '';
    const period = { from: FROM, to: TO, deadline: '2026-02-10T23:00:00.000Z' };
    expect(items.find(({ reference }) => reference === '+logical')).toEqual({
      contract: id,
      reference: '+logical',
      ...period,
      status: 'attested',
      verdict: 'logical',
      reason: null,
      distanceMetres: 1_000_000,
      attestation: await world.statementId(id, 1),
    });
    expect(items.find(({ reference }) => reference === 'upcoming')).toMatchObject({
      from: '2026-02-09T23:00:00.000Z',
      to: '2026-02-14T23:00:00.000Z',
      distanceMetres: null,
      attestation: null,
    });
    expect(items.find(({ status, verdict }) => status === 'attested' && verdict === 'illogical')).toMatchObject({
      distanceMetres: null,
    });
  });

  it.each([1, 2, 5, 28, 29])('is in pages of %i the same, and its counts are their sums', async (limit) => {
    expect(await everyPage(limit)).toEqual({ counts: COUNTS, lines: JANUARY });
  });

  it.each(['waiting_for_driver', 'attested', 'upcoming'])('shows %s alone, and counts all', async (status) => {
    const lines = JANUARY.filter(([, own]) => own === status);
    expect(await everyPage(7, status)).toEqual({ counts: COUNTS, lines });
  });

  it.each([
    ['2025-11', ['=BEFORE', 'none: never']],
    ['2025-12', ['=BEFORE', 'none: never', 'due, refused last month', 'running']],
  ])('of %s tells the statements of that month, at their numbers', async (period, references) => {
    const { body } = await run('limit=100', {}, period);
    const shown = (body['items'] as readonly (Line & { readonly attestation: string | null })[]).toReversed();
    expect(shown.map(({ reference }) => reference).toSorted()).toEqual(references.toSorted());
    for (const { reference, attestation } of shown) {
      const seq = period === '2025-12' && reference === 'none: never' ? 2 : 1;
      const id = made.get(reference) ?? '';
      const isStated = reference.startsWith('none') || reference.startsWith('due');
      expect([reference, attestation]).toEqual([reference, isStated ? await world.statementId(id, seq) : null]);
    }
    expect((await run('limit=100&status=no_reading')).body['items']).toMatchObject([
      {},
      {},
      {},
      { attestation: await world.statementId(made.get('none: never') ?? '', 3) },
      {},
    ]);
  });

  it('of a month to come has all that will have it', async () => {
    const { body } = await run('limit=100', {}, '2026-03');
    expect(body['counts']).toMatchObject({ contracts: 27, upcoming: 27 });
  });

  it('of a month that no contract has is empty', async () => {
    const { body } = await run('limit=100', {}, '2025-10');
    expect([body['items'], body['next'], (body['counts'] as Counts)['contracts']]).toEqual([[], null, 0]);
  });

  it('of a contract that was ended before its first month was over has none', async () => {
    const caller = { ...CANAL, tenantId: 'one' };
    await createTenant(world.tables.business, { tenantId: 'one', name: 'One', applicationId: 'default' }, NOW);
    const id = await world.contract({ ...MONTH, start: '2026-02-10' }, caller);
    const ended = await world.ask('POST', `/v1/contracts/${id}/end`, { caller, body: { end: '2026-02-10' } });
    expect([ended.status, ended.body['end']]).toEqual([200, '2026-02-10']);
    const { status, body } = await run('', { caller }, '2026-02');
    expect([status, body['items']]).toEqual([200, []]);
  });

  it('tells no statement where a number of the chain is that of another month', async () => {
    const caller = { ...CANAL, tenantId: 'rivage' };
    const { attestations } = world.tables;
    const other = {
      ...attestations,
      getMany: async (wanted: Parameters<typeof attestations.getMany>[0]) => {
        const items = await attestations.getMany(wanted);
        return items.map((item) => ({ ...item, period: { ...(item['period'] as object), id: '2026-02' } }));
      },
    };
    const stated = (await run('limit=100', { caller })).body['items'] as readonly { readonly attestation: unknown }[];
    const found = (await run('limit=100', { caller, attestations: other })).body['items'];
    // Looked up in the chain instead, which says which month each is of.
    expect(found).toEqual(stated);
    expect(stated.filter(({ attestation }) => attestation !== null)).not.toEqual([]);
  });
});

describe('the totals', () => {
  const tally = () => tallyRuns({ ...world.tables, clock: () => world.later(0) }, Number.POSITIVE_INFINITY, 4);
  const totalsOf = async (asking = {}, period = '2026-01') => (await run('limit=1', asking, period)).body['totals'];

  it('are null before anybody has counted', async () => {
    expect(await totalsOf()).toBeNull();
  });

  it('are those of the whole run on every page, from one count to the next', async () => {
    // The fleet was made when January ran; every month until now is looked at for the first time.
    await followRuns(world.tables.business, 'rivage', Date.parse('2026-01-05T09:00:00.000Z'));
    for (let months = 0; months < 3; months += 1) await tally();
    const asOf = new Date(world.later(0)).toISOString();
    expect(await totalsOf()).toEqual({ asOf, complete: false, ...COUNTS });
    world.later(60_000);
    expect(await totalsOf()).toEqual({ asOf, complete: false, ...COUNTS });
    expect(await totalsOf({}, '2026-03')).toBeNull();
    expect(await totalsOf({}, '2025-10')).toBeNull();
  });

  it('I13 are a tenant’s own', async () => {
    expect([await totalsOf({ caller: CANAL }), await totalsOf({ caller: { ...CANAL, tenantId: 'nobody' } })]).toEqual([
      null,
      null,
    ]);
  });
});

describe('a page', () => {
  const priceOf = async (query: string, asking = {}, period?: string) => {
    const faults = makeFaults();
    const { business, attestations } = world.tables;
    const stores = {
      business: faults.wrap('business', business),
      attestations: faults.wrap('attestations', attestations),
    };
    const { text, status } = await run(query, { ...stores, ...asking }, period);
    return { status, text, calls: faults.calls };
  };

  it('costs one query of contracts, one read of statements, one of each contract that is over and not stated, and one of what was counted', async () => {
    const { calls } = await priceOf('limit=100');
    const unstated = JANUARY.filter(
      ([, status]) => !['attested', 'no_reading', 'running', 'upcoming'].includes(status),
    );
    expect(unstated).toHaveLength(16);
    const page = ['business.query', 'attestations.getMany'];
    expect(calls).toEqual([...page, ...unstated.map(() => 'business.query'), 'business.get']);
    expect((await priceOf('limit=100', {}, '2026-03')).calls).toEqual([...page, 'business.get']);
    const table = { headers: { accept: 'text/csv' } };
    expect((await priceOf('limit=100', table, '2026-03')).calls).toEqual(page);
  });

  it('I13 shows another tenant nothing, as one that has nothing, for the same calls', async () => {
    const theirs = await priceOf('', { caller: CANAL });
    expect(JSON.parse(theirs.text)).toMatchObject({ counts: { contracts: 0 }, items: [], next: null });
    expect(await priceOf('', { caller: { ...CANAL, tenantId: 'nobody' } })).toEqual(theirs);
  });

  it('has a cursor of its own month, filter and tenant', async () => {
    const next = String((await run('limit=1')).body['next']);
    const status = async (query: string, asking = {}, period?: string) =>
      (await run(`${query}&cursor=${next}`, asking, period)).status;
    expect(await status('limit=2')).toBe(200);
    expect(await status('status=due')).toBe(400);
    expect(await status('limit=1', {}, '2026-02')).toBe(400);
    expect(await status('limit=1', { caller: CANAL })).toBe(400);
    expect(await status('status=late')).toBe(400);
  });

  it.each(['2026-13', '2026-00', '2026-1', '1999-12', '2026-01-01', 'x'])('of %s is nowhere', async (period) => {
    expect((await run('', {}, period)).status).toBe(404);
  });
});

describe('as a table', () => {
  const accept = { headers: { accept: 'text/csv' } };

  it('has a header, a line for each, and nothing that runs', async () => {
    const { status, headers, text } = await run('limit=100', accept);
    expect([status, headers['content-type'], headers['vary'], headers['link'], headers['cache-control']]).toEqual([
      200,
      'text/csv',
      'accept',
      undefined,
      'no-store',
    ]);
    const lines = text.split('\r\n');
    expect([lines.length, lines.at(-1)]).toEqual([28, '']);
    const id = (reference: string) => String(made.get(reference));
    const attestation = (reference: string) => world.statementId(id(reference), 1);
    const month = `${FROM},${TO},2026-02-10T23:00:00.000Z`;
    expect(lines[0]).toBe('contract,reference,from,to,deadline,status,verdict,reason,distanceMetres,attestation');
    expect([lines[2], lines[9], lines[12], lines[24]]).toEqual([
      `${id('none: "refused"')},"none: ""refused""",${month},no_reading,no_judgement,refused,,${await attestation('none: "refused"')}`,
      `${id('+logical')},'+logical,${month},attested,logical,,1000000,${await attestation('+logical')}`,
      `${id('driver: may have to act')},driver: may have to act,${month},waiting_for_driver,,refused,,`,
      `${id('due')},due,${month},due,,,,`,
    ]);
  });

  it('says where it goes on, with what was asked for', async () => {
    const all: string[] = [];
    let query: string | undefined = 'limit=5&status=waiting_for_driver';
    while (query !== undefined) {
      const { text, headers } = await run(query, accept);
      const [, ...lines] = text.trimEnd().split('\r\n');
      all.push(...lines);
      const [, next] = /^<\/v1\/runs\/2026-01\?([^>]*)>; rel="next"$/.exec(headers['link'] ?? '') ?? [];
      expect(next === undefined).toBe(headers['link'] === undefined);
      query = next;
    }
    const whole = (await run('limit=100&status=waiting_for_driver', accept)).text.trimEnd().split('\r\n');
    expect([all.length, all]).toEqual([8, whole.slice(1)]);
  });

  it('is given to who asks for it, and nothing else is', async () => {
    const typeFor = async (given: string) => (await run('', { headers: { accept: given } })).headers['content-type'];
    expect(await typeFor('*/*')).toBe('application/json');
    expect(await typeFor('application/json;q=0.1, text/*')).toBe('text/csv');
    const { status, body } = await run('', { headers: { accept: 'application/pdf' } });
    expect([status, body['detail']]).toEqual([406, 'There is application/json and text/csv.']);
  });
});
