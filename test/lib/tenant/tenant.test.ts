// Tenants as stored.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeTenant, createTenant, getTenant } from '../../../lib/tenant/tenant.ts';
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
  expect(await changeTenant(tables.business, 'canal', { returnUrls })).toBe(true);
  expect(await getTenant(tables.business, 'canal')).toEqual({ ...acme, tenantId: 'canal', returnUrls });
  expect(await changeTenant(tables.business, 'canal', { name: 'Canal', returnUrls: undefined })).toBe(true);
  expect(await getTenant(tables.business, 'canal')).toEqual({ ...acme, tenantId: 'canal', name: 'Canal', returnUrls });
  expect(await changeTenant(tables.business, 'nobody', { returnUrls })).toBe(false);
  expect(await getTenant(tables.business, 'nobody')).toBeUndefined();
});
