// How far a car went between two days, over HTTP: the figures of the statements' rules for any span, and what is not known said so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putPushed } from '../../../lib/reading/reading.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const VIN = 'VF72R1HNP4T000101';

/** Without daylight saving between the days below. */
const TERMS = { start: '2026-01-01', end: '2027-01-01', zone: 'Europe/Amsterdam', dayOffset: 1 };

interface Read {
  readonly at: string;
  readonly metres: number;
  readonly vin?: string;
}

async function contractWith(
  reads: readonly Read[],
  terms: Readonly<Record<string, unknown>> = {},
  connection: Parameters<ApiWorld['connect']>[1] = { state: 'active' },
): Promise<string> {
  const contractId = await world.contract({ ...TERMS, ...terms });
  await world.connect(contractId, { ...connection, vin: VIN });
  for (const { at, metres, vin } of reads) {
    const recordedAt = new Date(at).toISOString();
    const ids = { id: `rdg_${at.slice(0, 13)}`, connectionId: 'cnn_1', requestId: 'req' };
    const measured = { metres, distance: metres / 1000, unit: 'km', recordedAt, fetchedAt: recordedAt } as const;
    const reading = {
      ...ids,
      ...measured,
      source: 'push',
      platform: 'v3',
      ...(vin === undefined ? {} : { vin }),
    } as const;
    await putPushed(world.tables.business, { tenantId: 'rivage', contractId }, reading);
  }
  return contractId;
}

async function mileage(contractId: string, query = ''): Promise<Record<string, unknown>> {
  const { status, body } = await world.ask('GET', `/v1/contracts/${contractId}/mileage`, { query });
  expect(status).toBe(200);
  return body;
}

/** One kilometre an hour, read every ten days at noon UTC. */
const STEADY: readonly Read[] = ['01-01', '01-11', '01-21', '01-31', '02-10', '02-20'].map((day, n) => ({
  at: `2026-${day}T12:00:00.000Z`,
  metres: 1_000_000 + n * 240_000,
}));

describe('GET /v1/contracts/{contractId}/mileage', () => {
  it('between two days is interpolated at both ends, with what is certain around it', async () => {
    const contractId = await contractWith(STEADY);
    // 12 h into a day at 1 km/h: 11 January 00:00 local is 13 h before the reading.
    expect(await mileage(contractId, 'from=2026-01-11&to=2026-02-01')).toEqual({
      from: '2026-01-10T23:00:00.000Z',
      to: '2026-01-31T23:00:00.000Z',
      known: true,
      why: null,
      manualReadings: 0,
      estimateMetres: 21 * 24_000,
      // From the last reading before the one end to the first behind the other.
      lowerMetres: 1_720_000 - 1_240_000,
      upperMetres: 1_960_000 - 1_000_000,
      readToRead: { metres: 720_000, from: '2026-01-11T12:00:00.000Z', to: '2026-02-10T12:00:00.000Z' },
      opening: {
        at: '2026-01-10T23:00:00.000Z',
        metres: 1_227_000,
        lowerMetres: 1_000_000,
        upperMetres: 1_240_000,
        method: 'interpolated',
        readings: ['rdg_2026-01-01T12', 'rdg_2026-01-11T12'],
      },
      closing: {
        at: '2026-01-31T23:00:00.000Z',
        metres: 1_731_000,
        lowerMetres: 1_720_000,
        upperMetres: 1_960_000,
        method: 'interpolated',
        readings: ['rdg_2026-01-31T12', 'rdg_2026-02-10T12'],
      },
      partial: false,
      verdict: 'logical',
      reasons: [],
      shown: { unit: 'km', estimate: '504.0', lower: '480.0', upper: '960.0' },
      allowance: null,
      pool: null,
    });
  });

  it('reads on from where the time before read to, as the statements of months do', async () => {
    const contractId = await contractWith(STEADY);
    const days = ['2026-01-03', '2026-01-15', '2026-01-22', '2026-02-11'];
    const spans = [];
    for (const [n, to] of days.entries())
      spans.push((await mileage(contractId, n === 0 ? `to=${to}` : `from=${days[n - 1]}&to=${to}`))['readToRead']);
    expect(spans).toEqual([
      { metres: 240_000, from: '2026-01-01T12:00:00.000Z', to: '2026-01-11T12:00:00.000Z' },
      { metres: 240_000, from: '2026-01-11T12:00:00.000Z', to: '2026-01-21T12:00:00.000Z' },
      { metres: 240_000, from: '2026-01-21T12:00:00.000Z', to: '2026-01-31T12:00:00.000Z' },
      { metres: 480_000, from: '2026-01-31T12:00:00.000Z', to: '2026-02-20T12:00:00.000Z' },
    ]);
  });

  it('is written in miles when asked for', async () => {
    const contractId = await contractWith(STEADY);
    const { estimateMetres, shown } = await mileage(contractId, 'from=2026-01-11&to=2026-02-01&unit=mi');
    // 504 km ÷ 1.609344
    expect([estimateMetres, shown]).toEqual([
      504_000,
      { unit: 'mi', estimate: '313.2', lower: '298.3', upper: '596.5' },
    ]);
  });

  it('without days is from the contract’s start to the newest reading, as far as readings reach', async () => {
    const contractId = await contractWith(STEADY);
    expect(await mileage(contractId)).toMatchObject({
      from: '2025-12-31T23:00:00.000Z',
      to: '2026-02-20T12:00:00.000Z',
      estimateMetres: 1_200_000,
      lowerMetres: 1_200_000,
      upperMetres: 1_200_000,
      opening: { at: '2026-01-01T12:00:00.000Z', method: 'first_reading' },
      closing: { method: 'read' },
      partial: true,
      allowance: null,
    });
  });

  it('tells the allowance from the contract’s start: 365 days of the year, of which 50 and a half are gone', async () => {
    const allowance = { per: 'year', metres: 7_300_000 };
    const contractId = await contractWith(STEADY, { allowance });
    const answer = await mileage(contractId);
    // 20,000 m a day for 50 days and 13 hours; 1,200 km in 50 days are 8,760 km in 365.
    expect(answer['allowance']).toEqual({
      allowedMetres: 1_010_833,
      usedMetres: 1_200_000,
      balanceMetres: 1_010_833 - 1_200_000,
      projection: {
        at: '2026-12-31T23:00:00.000Z',
        metres: 8_760_000,
        allowedMetres: 7_300_000,
        excessMetres: 1_460_000,
      },
    });
    expect(await mileage(contractId, 'from=2026-01-01')).toMatchObject({ estimateMetres: 1_200_000, allowance: null });
  });

  it('does not project from less than four weeks', async () => {
    const contractId = await contractWith(STEADY.slice(0, 3), { allowance: { per: 'year', metres: 7_300_000 } });
    expect(await mileage(contractId)).toMatchObject({ allowance: { usedMetres: 480_000, projection: null } });
  });

  it('of a contract without an end is projected to the end of its year', async () => {
    const allowance = { per: 'year', metres: 7_300_000 };
    const contractId = await contractWith(STEADY, { allowance, start: '2025-07-01', end: undefined });
    const { allowance: told } = await mileage(contractId);
    // 24 km a day for the 365 days from 1 July.
    expect(told).toMatchObject({
      projection: {
        at: '2026-06-30T22:00:00.000Z',
        metres: 8_760_000,
        allowedMetres: 7_300_000,
        excessMetres: 1_460_000,
      },
    });
  });

  it('without a last day ends with the contract, whatever the car drives afterwards', async () => {
    const terms = { allowance: { per: 'year', metres: 7_300_000 }, end: '2026-02-01' };
    const contractId = await contractWith(STEADY, terms);
    expect(await mileage(contractId)).toMatchObject({
      to: '2026-01-31T23:00:00.000Z',
      // 30 days and 11 hours at a kilometre an hour.
      estimateMetres: 731_000,
      allowance: { allowedMetres: 620_000, usedMetres: 731_000, balanceMetres: -111_000 },
    });
    const { status, body } = await world.ask('GET', `/v1/contracts/${contractId}/mileage`, { query: 'to=2026-02-02' });
    expect([status, body['errors']]).toEqual([400, [{ field: 'to', message: 'After the contract' }]]);
    expect(await mileage(contractId, 'to=2026-02-01')).toMatchObject({ estimateMetres: 731_000 });
  });

  it('of a day that the car has yet to measure is not known', async () => {
    const contractId = await contractWith(STEADY);
    expect(await mileage(contractId, 'to=2026-03-01')).toMatchObject({
      known: false,
      why: 'no_closing_reading',
      estimateMetres: null,
      opening: null,
      shown: null,
    });
  });

  it('from a day that no reading has reached, with no last one, is not known and has no end yet', async () => {
    const contractId = await contractWith(STEADY, { end: undefined });
    const nothingYet = { known: false, why: 'no_closing_reading', to: null, estimateMetres: null };
    expect(await mileage(contractId, 'from=2026-02-21')).toMatchObject({
      from: '2026-02-20T23:00:00.000Z',
      ...nothingYet,
    });
    expect(await mileage(contractId, 'from=2099-01-01')).toMatchObject(nothingYet);
    // The newest reading is of 20 February, noon.
    expect(await mileage(contractId, 'from=2026-02-20')).toMatchObject({ to: '2026-02-20T12:00:00.000Z', known: true });
  });

  it('before the contract begins is not known either, whatever was read', async () => {
    const contractId = await contractWith(STEADY, { start: '2026-03-01' });
    expect(await mileage(contractId)).toMatchObject({ known: false, why: 'no_closing_reading', to: null });
  });

  it('I10 uses nothing that came after the driver had withdrawn', async () => {
    const withdrawn = { state: 'withdrawn', withdrawnAt: '2026-02-01T00:00:00.000Z' } as const;
    const contractId = await contractWith(STEADY, {}, withdrawn);
    expect(await mileage(contractId)).toMatchObject({ to: '2026-01-31T12:00:00.000Z', estimateMetres: 720_000 });
  });

  it('without any reading is not known', async () => {
    const contractId = await contractWith([]);
    expect(await mileage(contractId)).toMatchObject({ known: false, why: 'no_closing_reading', to: null });
  });

  it('over an odometer that fell has a verdict and no figure', async () => {
    const contractId = await contractWith([...STEADY, { at: '2026-03-01T12:00:00.000Z', metres: 1_100_000 }]);
    expect(await mileage(contractId)).toMatchObject({
      known: true,
      verdict: 'illogical',
      reasons: ['rollback'],
      estimateMetres: null,
      readToRead: { metres: null },
      shown: null,
    });
    // What came before is as it was.
    expect(await mileage(contractId, 'from=2026-01-11&to=2026-02-01')).toMatchObject({ estimateMetres: 504_000 });
  });

  it('of another car says so', async () => {
    const other = { at: '2026-03-01T12:00:00.000Z', metres: 2_300_000, vin: 'VF7SXHNPTPT999999' };
    const contractId = await contractWith([...STEADY, other]);
    expect(await mileage(contractId)).toMatchObject({ verdict: 'illogical', reasons: ['vin_mismatch'] });
  });

  it.each([
    ['from=2026-02-30', 'from', 'This day does not exist'],
    ['to=2026-02-30', 'to', 'This day does not exist'],
    ['from=2025-12-31', 'from', 'Before the contract'],
    ['from=2027-01-01', 'from', 'After the contract'],
    ['from=2099-01-01', 'from', 'After the contract'],
    ['from=2027-01-01&to=2027-01-02', 'from', 'After the contract'],
    ['from=2026-02-01&to=2026-02-01', 'to', 'Must come after from'],
    ['from=2026-02-02&to=2026-02-01', 'to', 'Must come after from'],
    ['from=yesterday', 'from', 'A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31'],
    ['unit=ly', 'unit', 'One of km, mi'],
  ])('%s is refused, naming the field', async (query, field, message) => {
    const contractId = await contractWith([]);
    const { status, body } = await world.ask('GET', `/v1/contracts/${contractId}/mileage`, { query });
    expect([status, body['errors']]).toEqual([400, [{ field, message }]]);
  });
});
