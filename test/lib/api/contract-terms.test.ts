// What a contract's months are made of may change while none of them can have been stated; what is due then is planned with it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { getContract } from '../../../lib/contract/contract.ts';
import { noteCar } from '../../../lib/contract/same-car.ts';
import { type ApiWorld, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeEach(async () => {
  world = await openApiWorld();
});
afterEach(() => world.close());

const stored = async (contractId: string) => {
  const contract = await getContract(world.tables.business, 'rivage', contractId);
  if (contract === undefined) throw new Error('no such contract');
  return contract;
};

async function change(contractId: string, body: unknown, business?: Table) {
  const path = `/v1/contracts/${contractId}`;
  const { headers } = await world.ask('GET', path);
  const asking = { body, headers: { 'if-match': headers['etag'] ?? '' } };
  return world.ask('PATCH', path, business === undefined ? asking : { ...asking, business });
}

/** In Paris, from 1 January 2026 to 1 January 2027, with months that begin on the 15th: the first ends on 14 January at 23:00 UTC. */
const FIRST_END = Date.parse('2026-01-14T23:00:00.000Z');
const TEN_MINUTES = 600_000;

describe('the terms of a contract', () => {
  it('change in its first month, and its deadline and what is due with them', async () => {
    const id = await world.contract();
    const body = { zone: 'UTC', start: '2026-01-03', dayOffset: 1, deadlineDays: 5, metadata: { branch: 'Lille' } };
    const { status, body: told } = await change(id, body);
    expect(status).toBe(200);
    expect(told).toMatchObject({
      ...body,
      ...{ end: '2027-01-01', startsAt: '2026-01-03T00:00:00.000Z', endsAt: '2027-01-01T00:00:00.000Z' },
    });
    // The first month is what is left of January, and may be closed for five days.
    expect(await stored(id)).toMatchObject({
      ...{ deadlineAt: '2026-02-06T00:00:00.000Z', dueAt: new Date(NOW).toISOString() },
      ...{ goal: 'close', turn: 1, revision: 1 },
    });
    expect(await world.stated(id, '2026-02-06T00:00:00.000Z')).toBe(1);
    const attestation = await world.ask('GET', `/v1/attestations/${await world.statementId(id, 1)}`);
    expect(attestation.body).toMatchObject({
      claims: {
        period: { id: '2026-01', from: '2026-01-03T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', zone: 'UTC' },
      },
    });
  });

  it('stay on their days when the zone alone is another', async () => {
    const id = await world.contract();
    const { body } = await change(id, { zone: 'America/New_York' });
    expect(body).toMatchObject({ start: '2026-01-01', startsAt: '2026-01-01T05:00:00.000Z', end: '2027-01-01' });
    expect((await stored(id)).deadlineAt).toBe('2026-01-22T05:00:00.000Z');
  });

  it('of a contract without an end change too, also to days that are over', async () => {
    const id = await world.contract({ end: undefined });
    const { body } = await change(id, { start: '2025-11-20' });
    expect(body).toMatchObject({ start: '2025-11-20', end: null, endsAt: null, periodStatus: 'awaited' });
    // From 20 November to 15 December, and seven days.
    expect(await stored(id)).toMatchObject({ deadlineAt: '2025-12-21T23:00:00.000Z', goal: 'close', turn: 1 });
    expect((await change(id, { dayOffset: 1 })).body['code']).toBe('terms_fixed');
  });

  it('are fixed from ten minutes before the end of the first month, unless they stay what they are', async () => {
    const [early, late] = [await world.contract(), await world.contract()];
    world.later(FIRST_END - TEN_MINUTES - 1 - NOW);
    expect((await change(early, { dayOffset: 20 })).status).toBe(200);
    world.later(1);
    const before = await world.snapshot();
    for (const body of [{ dayOffset: 20 }, { zone: 'UTC' }, { start: '2026-01-02' }, { deadlineDays: 8 }]) {
      const { status, body: refusal } = await change(late, body);
      expect([status, refusal['code']]).toEqual([409, 'terms_fixed']);
    }
    expect(await world.snapshot()).toEqual(before);
    const same = { zone: 'Europe/Paris', start: '2026-01-01', dayOffset: 15, deadlineDays: 7, metadata: { a: 'b' } };
    expect((await change(late, same)).body).toMatchObject(same);
    expect((await stored(late)).turn).toBe(0);
  });

  it.each([
    [{ zone: 'Mars/Olympus' }, 'zone', 'An IANA time zone, e.g. Europe/Amsterdam'],
    [{ start: '2026-02-30' }, 'start', 'This day does not exist'],
    [{ start: '2027-01-01' }, 'start', 'Must come before the end'],
    [{ zone: 'Pacific/Apia', start: '2011-12-30' }, 'start', 'This day does not exist'],
    [{ dayOffset: 29 }, 'dayOffset', 'A whole number from 1 to 28'],
  ])('%j are refused, naming the field', async (body, field, message) => {
    const id = await world.contract();
    const before = await world.snapshot();
    const answer = await change(id, body);
    expect([answer.status, answer.body['errors']]).toEqual([400, [{ field, message }]]);
    expect(await world.snapshot()).toEqual(before);
  });

  it.each([{ start: '2011-12-30' }, { start: '2011-11-30', end: '2011-12-30' }])(
    'of %j do not move to a zone that never had the day',
    async (days) => {
      const id = await world.contract({ zone: 'UTC', end: undefined, ...days });
      const { status, body } = await change(id, { zone: 'Pacific/Apia' });
      const errors = [{ field: 'zone', message: 'A day of the contract does not exist there' }];
      expect([status, body['errors']]).toEqual([400, errors]);
    },
  );

  /** Something else is written on the contract between its reading and the change. */
  const besides = (id: string, add: Readonly<Record<string, number>>): Table => {
    const { business } = world.tables;
    let isFirst = true;
    return {
      ...business,
      update: async (...update: Parameters<Table['update']>) => {
        if (isFirst) await business.update(keys.contract('rivage', id), { add });
        isFirst = false;
        return business.update(...update);
      },
    };
  };

  it('change beside a turn that is under way, which is spent', async () => {
    const id = await world.contract();
    expect((await change(id, { dayOffset: 20 }, besides(id, { turn: 1 }))).status).toBe(200);
    expect(await stored(id)).toMatchObject({ turn: 2, dayOffset: 20, deadlineAt: '2026-01-26T23:00:00.000Z' });
  });

  it('do not overwrite what somebody else has changed', async () => {
    const id = await world.contract();
    expect((await change(id, { dayOffset: 20 }, besides(id, { revision: 1 }))).status).toBe(412);
    expect(await stored(id)).toMatchObject({ turn: 0, dayOffset: 15 });
  });

  it('that come to be those of another contract of the car are known to share it', async () => {
    const { business } = world.tables;
    const [first, second] = [await world.contract(), await world.contract({ start: '2027-01-01', end: '2028-01-01' })];
    for (const id of [first, second]) {
      await business.update(keys.contract('rivage', id), { set: { boundVin: 'VF72R1HNP4T000101' } });
      await noteCar(business, await stored(id), 'VF72R1HNP4T000101');
    }
    expect((await stored(first)).sharesCar).toBeUndefined();
    await change(second, { start: '2026-12-01' });
    expect([(await stored(first)).sharesCar, (await stored(second)).sharesCar]).toEqual([true, true]);
  });
});
