// The authorize function: it lets everybody through, and says who it is, or that it is nobody.
import { beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../lib/aws/keys.ts';
import { createApiKey, revokeApiKey } from '../../lib/tenant/api-key.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

let tables: Tables;
let handler: Handler;
const lines = captureLog();
const NOBODY = { isAuthorized: true, context: {} };
let made: { readonly keyId: string; readonly apiKey: string };

/** Not the random source of the product: keys of these tests are told apart by their first byte. */
let seed = 0;
const bytes = (length: number): Uint8Array => {
  seed += 1;
  return new Uint8Array(length).fill(seed);
};
const create = (validUntil?: string) => {
  const scopes = ['contracts:read', 'attestations:read'] as const;
  const wanted = { tenantId: 'rivage', scopes, validUntil };
  return createApiKey(tables.business, wanted, Date.now(), bytes).then(({ key, apiKey }) => ({ ...key, apiKey }));
};

beforeAll(async () => {
  tables = await openTables();
  handler = await loadHandler('authorize', await endpointOf(tables), { BUSINESS_TABLE: 'business' });
  made = await create();
});

const authorize = (authorization: string) => handler({ version: '2.0', headers: { authorization } });

describe('a key', () => {
  it('is its tenant with its scopes, as the strings that a context may hold', async () => {
    const context = { tenantId: 'rivage', keyId: made.keyId, scopes: 'contracts:read attestations:read' };
    expect(await authorize(`Bearer ${made.apiKey}`)).toEqual({ isAuthorized: true, context });
  });

  it('works until the instant it is valid until', async () => {
    const { apiKey } = await create('2999-01-01T00:00:00.000Z');
    expect(await authorize(`Bearer ${apiKey}`)).not.toEqual(NOBODY);
    const expired = await create('2001-01-01T00:00:00.000Z');
    expect(await authorize(`Bearer ${expired.apiKey}`)).toEqual(NOBODY);
  });

  it('is nobody once it is revoked', async () => {
    const { keyId, apiKey } = await create();
    expect(await authorize(`Bearer ${apiKey}`)).not.toEqual(NOBODY);
    expect(await revokeApiKey(tables.business, keyId, Date.now())).toBe(true);
    expect(await authorize(`Bearer ${apiKey}`)).toEqual(NOBODY);
  });

  it('whose stored scopes nobody knows is nobody', async () => {
    const { keyId, apiKey } = await create();
    await tables.business.update(keys.apiKey(keyId), { set: { scopes: ['everything'] } });
    expect(await authorize(`Bearer ${apiKey}`)).toEqual(NOBODY);
  });

  const wrong: readonly (readonly [string, (key: string) => string])[] = [
    ['unknown', (key) => `Bearer ${key.replace(/ods_.{32}/, `ods_${'0'.repeat(32)}`)}`],
    ['of another secret', (key) => `Bearer ${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`],
    ['cut short', (key) => `Bearer ${key.slice(0, -1)}`],
    ['too long', (key) => `Bearer ${key}A`],
    ['in another case', (key) => `Bearer ${key.toUpperCase()}`],
    ['without a scheme', (key) => key],
    ['under another scheme', (key) => `Basic ${key}`],
    ['sent twice', (key) => `Bearer ${key},Bearer ${key}`],
    ['with a line break', (key) => `Bearer ${key}\n`],
    ['with two spaces', (key) => `Bearer  ${key}`],
    ['absent', () => ''],
  ];
  it.each(wrong)('that is %s is nobody', async (_, change) => {
    expect(await authorize(change(made.apiKey))).toEqual(NOBODY);
  });

  it.each([[{}], [{ headers: {} }], [{ headers: { Authorization: 'Bearer x' } }]])(
    'is needed: %j is nobody',
    async (event) => {
      expect(await handler(event)).toEqual(NOBODY);
    },
  );
});

it('I12 its log says how many calls, and nothing of a key', async () => {
  const from = lines.length;
  for (const key of [made.apiKey, `${made.apiKey}A`]) await authorize(`Bearer ${key}`);
  expect(lines.length).toBeGreaterThan(from);
  const all = lines.join('');
  expect(all).toContain('"DynamoDB.GetItem":1');
  expect(all).not.toContain(made.apiKey.slice(4, 36));
  expect(all).not.toContain(made.apiKey.slice(37));
});

it('I12 a store that does not answer is a fault with a code, and nobody is let through', async () => {
  await tables.close();
  const from = lines.length;
  await expect(authorize(`Bearer ${made.apiKey}`)).rejects.toThrow('the store did not answer');
  const all = lines.slice(from).join('');
  expect(all).toContain('"code":"STORE_UNAVAILABLE"');
  expect(all).not.toContain(made.apiKey.slice(37));
});
