// Tenants as stored.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { changeTenant, createTenant, getTenant, tenantOf } from '../../../lib/tenant/tenant.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-01-05T10:00:00.000Z');
const acme = { tenantId: 'acme', name: 'Acme Insurance', applicationId: 'default' };

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
});

afterAll(() => tables.close());

it('is made once: a second one with its id changes nothing', async () => {
  expect(await createTenant(tables.business, acme, NOW)).toBe(true);
  expect(await createTenant(tables.business, { ...acme, name: 'Other' }, NOW)).toBe(false);
  expect(await getTenant(tables.business, 'acme')).toEqual(acme);
  expect(await getTenant(tables.business, 'nobody')).toBeUndefined();
});

it('is stored under its own partition', async () => {
  expect(await tables.business.get({ pk: 'T#acme', sk: 'TENANT' })).toEqual({
    pk: 'T#acme',
    sk: 'TENANT',
    ...acme,
    createdAt: '2026-01-05T10:00:00.000Z',
  });
});

it('changes in what is said and in nothing else; one that is not there stays so', async () => {
  await createTenant(tables.business, { ...acme, tenantId: 'canal' }, NOW);
  const returnUrls = ['https://canal.example/'];
  expect(await changeTenant(tables.business, 'canal', { returnUrls }, NOW)).toBe(true);
  expect(await getTenant(tables.business, 'canal')).toEqual({ ...acme, tenantId: 'canal', returnUrls });
  expect(await changeTenant(tables.business, 'canal', { name: 'Canal', returnUrls: undefined }, NOW)).toBe(true);
  expect(await getTenant(tables.business, 'canal')).toEqual({ ...acme, tenantId: 'canal', name: 'Canal', returnUrls });
  expect(await changeTenant(tables.business, 'nobody', { returnUrls }, NOW)).toBe(false);
  expect(await getTenant(tables.business, 'nobody')).toBeUndefined();
});

describe('a retention', () => {
  const DAY = 86_400_000;
  const iso = (at: number): string => new Date(at).toISOString();
  const item = async (tenantId: string) => {
    const { retentionMonths, dueAt, dueShard } = (await tables.business.get(keys.tenant(tenantId))) ?? {};
    return { retentionMonths, dueAt, dueShard };
  };

  it('has the tenant due a day after it was set, moves only when it is another, and goes with what makes it due', async () => {
    const { business } = tables;
    await createTenant(business, { ...acme, tenantId: 'quay' }, NOW);
    const set = (retentionMonths: number | null, now: number) =>
      changeTenant(business, 'quay', { retentionMonths }, now);
    const due = (retentionMonths: number, at: number) => ({ retentionMonths, dueAt: iso(at), dueShard: 'D#0' });
    expect(await set(24, NOW)).toBe(true);
    expect(await item('quay')).toEqual(due(24, NOW + DAY));
    expect(await set(24, NOW + 5)).toBe(true);
    expect(await item('quay')).toEqual(due(24, NOW + DAY));
    expect(await set(12, NOW + 7)).toBe(true);
    expect(await item('quay')).toEqual(due(12, NOW + 7 + DAY));
    expect(await changeTenant(business, 'quay', { name: 'Quay' }, NOW + 9)).toBe(true);
    expect(await item('quay')).toEqual(due(12, NOW + 7 + DAY));
    expect(await getTenant(business, 'quay')).toEqual({ ...acme, tenantId: 'quay', name: 'Quay', retentionMonths: 12 });
    expect(await set(null, NOW + 9)).toBe(true);
    expect(await item('quay')).toEqual({ retentionMonths: undefined, dueAt: undefined, dueShard: undefined });
    expect(await set(null, NOW + 9)).toBe(true);
  });

  it('that stays changes what is said beside it', async () => {
    await createTenant(tables.business, { ...acme, tenantId: 'dock' }, NOW);
    const change = { retentionMonths: 3, name: 'Dock' };
    await changeTenant(tables.business, 'dock', { retentionMonths: 3 }, NOW);
    expect(await changeTenant(tables.business, 'dock', change, NOW + 1)).toBe(true);
    expect(await getTenant(tables.business, 'dock')).toMatchObject(change);
    expect((await item('dock')).dueAt).toBe(iso(NOW + DAY));
  });

  it.each([24, null])('of %j makes no tenant', async (retentionMonths) => {
    expect(await changeTenant(tables.business, 'nobody', { retentionMonths }, NOW)).toBe(false);
    expect(await tables.business.get(keys.tenant('nobody'))).toBeUndefined();
  });
});

it('is named by its own key, and by none of what it owns', () => {
  expect(tenantOf(keys.tenant('acme'))).toBe('acme');
  const others = [keys.contract('acme', 'con_1'), keys.run('acme', '2026-01'), keys.apiKey('key_1')];
  expect(others.map(tenantOf)).toEqual([undefined, undefined, undefined]);
  expect(tenantOf({ pk: 'T#acme', sk: 'OTHER' })).toBeUndefined();
});
