// Readings as stored: written once, never changed, in the order the car measured.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseReading, putReading, type StoredReading } from '../../../lib/reading/reading.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
});

afterAll(() => tables.close());

const reading: StoredReading = {
  id: 'rdg_1',
  metres: 160_934,
  recordedAt: '2026-01-31T22:00:00.000Z',
  fetchedAt: '2026-02-01T00:10:00.000Z',
  requestId: 'none',
  unit: 'mi',
  distance: 100,
  source: 'poll',
  vin: undefined,
  connectionId: 'cxn_1',
  seq: 1,
  outcome: 'read',
};

const readFor = { tenantId: 'acme', contractId: 'con_1', periodId: '2026-01', firstAsleep: false };

it('comes back as it was put, from its contract and under its time of measurement', async () => {
  expect(await putReading(tables.business, readFor, reading)).toBe(true);
  const item = await tables.business.get({ pk: 'T#acme#C#con_1', sk: 'R#2026-01-31T22:00:00.000Z#rdg_1' });
  expect(parseReading(item ?? {})).toEqual(reading);
});

it('is not changed by another with its time and id', async () => {
  expect(await putReading(tables.business, readFor, { ...reading, metres: 1 })).toBe(false);
  const item = await tables.business.get({ pk: 'T#acme#C#con_1', sk: 'R#2026-01-31T22:00:00.000Z#rdg_1' });
  expect(item?.['metres']).toBe(160_934);
});

it('I11 carries the event that tells of it, and of a car that slept', async () => {
  const ids = { contractId: 'con_1', connectionId: 'cxn_1', periodId: '2026-01' };
  const recorded = {
    type: 'reading.recorded',
    tenantId: 'acme',
    at: reading.fetchedAt,
    data: { ...ids, readingId: 'rdg_2' },
  };
  const asleep = { type: 'period.asleep', tenantId: 'acme', at: reading.fetchedAt, data: ids };
  const marksOf = async (id: string, firstAsleep: boolean) => {
    await putReading(tables.business, { ...readFor, firstAsleep }, { ...reading, id });
    return tables.business.get({ pk: 'T#acme#C#con_1', sk: `R#2026-01-31T22:00:00.000Z#${id}` });
  };
  expect(await marksOf('rdg_2', false)).toMatchObject({ untoldAt: reading.fetchedAt, marks: [recorded] });
  const late = await marksOf('rdg_3', true);
  expect(late?.['marks']).toMatchObject([{ type: 'reading.recorded' }, asleep]);
});

it('that is not one is a fault, not a guess', () => {
  expect(() => parseReading({ ...reading, metres: 1.5 })).toThrow();
  expect(() => parseReading({ ...reading, unit: 'furlongs' })).toThrow();
  expect(() => parseReading({ ...reading, fetchedAt: undefined })).toThrow();
});
