// What is declared of an odometer, over HTTP: what is kept, what is refused because the readings or an earlier declaration stand against
// it, and that nothing of a request is lost or doubled.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { getContract } from '../../../lib/contract/contract.ts';
import { MOST_ODOMETER_EVENTS } from '../../../lib/reading/declare-odometer.ts';
import { putPushed } from '../../../lib/reading/reading.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, NOW, openApiWorld, RIVAGE } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const VIN = 'VF72R1HNP4T000101';

const replacement = (at: string, oldMetres: number, newMetres: number) => ({
  ...{ kind: 'replacement', at, oldMetres, newMetres },
  evidence: 'invoice 7',
});
const manual = (at: string, metres: number) => ({ kind: 'reading', at, metres, evidence: 'photo 3' });

const post = (id: string, body: unknown, asking: Asking = {}) =>
  world.ask('POST', `/v1/contracts/${id}/odometer-events`, { body, ...asking });

const list = async (id: string, query = '') => {
  const { body } = await world.ask('GET', `/v1/contracts/${id}/odometer-events`, { query });
  return { items: body['items'] as readonly Record<string, unknown>[], next: body['next'] };
};

/** @param day of January */
async function readAt(contractId: string, day: string, metres: number, vin = VIN): Promise<void> {
  const recordedAt = `2026-01-${day}T${day === '31' ? '22:55' : '12:00'}:00.000Z`;
  await putPushed(
    world.tables.business,
    { tenantId: 'rivage', contractId },
    {
      ...{ id: `rdg_${day}_${metres}`, metres, distance: metres / 1000, unit: 'km', vin, recordedAt },
      ...{ fetchedAt: recordedAt, requestId: 'req', source: 'push', connectionId: 'cnn_1' },
    },
  );
}

async function contract(): Promise<string> {
  const id = await world.contract({ start: '2025-12-01', dayOffset: 1 });
  await world.connect(id, { vin: VIN });
  return id;
}

describe('declaring', () => {
  it('a replaced odometer keeps when, both values, the evidence and who declared it', async () => {
    const id = await contract();
    const { status, body, headers } = await post(id, replacement('2026-01-04T10:00:00Z', 50_600_000, 5_000));
    const event = {
      id: expect.stringMatching(/^ode_[0-9a-f]{32}$/),
      ...{ kind: 'replacement', at: '2026-01-04T10:00:00.000Z', declaredAt: new Date(NOW).toISOString() },
      ...{ declaredBy: RIVAGE.keyId, evidence: 'invoice 7', metres: null, oldMetres: 50_600_000, newMetres: 5_000 },
    };
    expect([status, body, headers['location']]).toEqual([201, event, `/v1/contracts/${id}/odometer-events`]);
    expect(await list(id)).toEqual({ items: [body], next: null });
  });

  it('what was read off keeps it, whatever the car said', async () => {
    const id = await contract();
    await readAt(id, '03', 9_000_000);
    const { status, body } = await post(id, manual('2026-01-04T10:00:00.250Z', 7));
    expect([status, body['at'], body['metres'], body['oldMetres']]).toEqual([201, '2026-01-04T10:00:00.250Z', 7, null]);
    const { body: readings } = await world.ask('GET', `/v1/contracts/${id}/readings`);
    expect((readings['items'] as readonly { id: string }[]).map((one) => one.id)).toEqual(['rdg_03_9000000']);
  });

  it('is listed newest first by when it was so, in pages', async () => {
    const id = await contract();
    for (const day of ['02', '04', '01', '03']) await post(id, manual(`2026-01-${day}T00:00:00Z`, Number(day)));
    const first = await list(id, 'limit=3');
    expect(first.items.map(({ metres }) => metres)).toEqual([4, 3, 2]);
    const second = await list(id, `limit=3&cursor=${first.next}`);
    expect([second.items.map(({ metres }) => metres), second.next]).toEqual([[1], null]);
    expect((await list(id, 'limit=4')).next).toBeNull();
  });

  it.each([
    ['kind', { ...manual('2026-01-02T10:00:00Z', 1), kind: 'photo' }],
    ['at', manual('2026-02-30T10:00:00Z', 1)],
    ['at', manual('2026-01-02', 1)],
    ['at', manual('2026-01-02T10:00:00+01:00', 1)],
    ['at', manual('2026-01-05T09:00:00.001Z', 1)],
    ['at', manual('2025-11-30T22:59:59.999Z', 1)],
    ['metres', manual('2026-01-02T10:00:00Z', -1)],
    ['metres', manual('2026-01-02T10:00:00Z', 0.5)],
    ['evidence', { ...manual('2026-01-02T10:00:00Z', 1), evidence: '' }],
    ['oldMetres', { ...manual('2026-01-02T10:00:00Z', 1), oldMetres: 1 }],
    ['newMetres', { ...replacement('2026-01-02T10:00:00Z', 1, 1), newMetres: undefined }],
  ])('is refused by %s, and nothing is kept', async (field, body) => {
    const id = await contract();
    const before = await world.snapshot();
    const { status, body: answer } = await post(id, body);
    const named = (answer['errors'] as readonly { field: string }[]).map((error) => error.field);
    expect([status, named]).toEqual([400, [field]]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('at the first instant of the contract, and now, is taken', async () => {
    const id = await contract();
    for (const at of ['2025-11-30T23:00:00Z', '2026-01-05T09:00:00Z'])
      expect((await post(id, manual(at, 1))).status).toBe(201);
  });
});

describe('a replacement', () => {
  it.each([
    ['below what was read before it', 49_998_389, 0, 'oldMetres'],
    ['as low as rounding makes it', 49_998_390, 0, undefined],
    ['above what was read after it', 50_000_000, 2_001_611, 'newMetres'],
    ['as high as rounding makes it', 50_000_000, 2_001_610, undefined],
  ])('%s is held against the readings', async (_, oldMetres, newMetres, field) => {
    const id = await contract();
    await readAt(id, '01', 50_000_000);
    await readAt(id, '03', 2_000_000);
    // Of another car, and so no witness.
    await readAt(id, '02', 1, 'VF72R1HNP4T000202');
    const { status, body } = await post(id, replacement('2026-01-02T13:00:00Z', oldMetres, newMetres));
    const errors = body['errors'] as readonly { field: string }[] | undefined;
    expect([status, errors?.map((error) => error.field)]).toEqual(
      field === undefined ? [201, undefined] : [400, [field]],
    );
  });

  it('waits while another has yet to be told, and not once a statement has told it', async () => {
    const id = await contract();
    await readAt(id, '01', 50_000_000);
    expect((await post(id, replacement('2026-01-02T00:00:00Z', 50_000_000, 0))).status).toBe(201);
    const waits = await post(id, replacement('2026-01-04T00:00:00Z', 100_000, 0));
    expect([waits.status, waits.body['code']]).toEqual([409, 'replacement_waits']);
    expect((await post(id, manual('2026-01-04T00:00:00Z', 100_000))).status).toBe(201);
    await readAt(id, '31', 900_000);
    const now = world.later(0);
    world.later(Date.parse('2026-02-02T00:00:00.000Z') - now);
    await world.stated(id, '2026-02-02T00:00:00.000Z');
    // Before the boundary that the statement has fixed, and behind it.
    expect((await post(id, replacement('2026-01-04T00:00:00Z', 50_000, 0))).status).toBe(201);
    expect((await post(id, replacement('2026-02-01T00:00:00Z', 900_000, 0))).status).toBe(201);
    world.later(now - world.later(0));
    const { body } = await world.ask('GET', `/v1/contracts/${id}/attestations`);
    const [january] = body['items'] as readonly { claims: Record<string, unknown> }[];
    expect(january?.claims['replaced']).toEqual([{ at: '2026-01-02T00:00:00.000Z', old: 50_000_000, new: 0 }]);
  });

  it('of two that are declared at once, one waits', async () => {
    const id = await contract();
    const days = ['02', '03', '04'];
    const answers = await Promise.all(days.map((day) => post(id, replacement(`2026-01-${day}T00:00:00Z`, 9_000, 0))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect((await list(id)).items).toHaveLength(1);
  });
});

it('there are as many as a contract may have, and no more', async () => {
  const id = await contract();
  await world.tables.business.update(keys.contract('rivage', id), { set: { declared: MOST_ODOMETER_EVENTS - 1 } });
  expect((await post(id, manual('2026-01-02T00:00:00Z', 1))).status).toBe(201);
  const { status, body } = await post(id, manual('2026-01-02T00:00:00Z', 2));
  expect([status, body['code']]).toEqual([409, 'too_many_odometer_events']);
  expect((await list(id)).items).toHaveLength(1);
});

const WRITES = ['business.update', 'business.put'] as const;
it.each(
  WRITES.flatMap((write) => (['not_applied', 'applied'] as const).map((fault): [string, Fault] => [write, fault])),
)('I7 that fails at %s, %s, is no 2xx, and is kept once when it is sent again', async (write, fault) => {
  const id = await contract();
  const headers = { 'idempotency-key': `${write} ${fault}` };
  const body = replacement('2026-01-02T00:00:00Z', 9_000, 0);
  const faults = makeFaults();
  const { business } = world.tables;
  const watched = faults.wrap('business', business);
  let seen = 0;
  const armed: typeof business = {
    ...watched,
    update: (key, change) => arm('business.update', key.sk === 'Z#CONTRACT', () => watched.update(key, change)),
    put: (item, condition) => arm('business.put', item.sk.startsWith('X#'), () => watched.put(item, condition)),
  };
  function arm<T>(name: string, isOurs: boolean, work: () => Promise<T>): Promise<T> {
    if (isOurs && name === write && seen++ === 0) faults.failNext(fault);
    return work();
  }
  await expect(post(id, body, { headers, business: armed })).rejects.toThrow(InjectedFault);
  expect(seen).toBe(1);
  const again = await post(id, body, { headers });
  expect([again.status, (await list(id)).items]).toEqual([201, [again.body]]);
});

it('the mileage counts on over it, and counts what was read off beside it', async () => {
  const id = await contract();
  await readAt(id, '01', 50_000_000);
  await readAt(id, '04', 30_000);
  await post(id, replacement('2026-01-03T00:00:00Z', 50_100_000, 10_000));
  await post(id, manual('2026-01-03T00:00:00Z', 50_100_000));
  await post(id, manual('2025-12-31T00:00:00Z', 49_000_000));
  const { body } = await world.ask('GET', `/v1/contracts/${id}/mileage`, { query: 'from=2026-01-01' });
  expect(body).toMatchObject({
    readToRead: { metres: 120_000 },
    verdict: 'no_judgement',
    reasons: ['odometer_replaced'],
    manualReadings: 1,
  });
});

it('a contract says in its own answer nothing of it, and keeps its tag', async () => {
  const id = await contract();
  const before = await world.ask('GET', `/v1/contracts/${id}`);
  await post(id, manual('2026-01-02T00:00:00Z', 1));
  expect((await world.ask('GET', `/v1/contracts/${id}`)).headers['etag']).toBe(before.headers['etag']);
  expect((await getContract(world.tables.business, 'rivage', id))?.declared).toBe(1);
});
