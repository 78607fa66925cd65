// API keys: shown once, stored as a hash, refused with one answer.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, createApiKey, revokeApiKey } from '../../../lib/tenant/api-key.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-01-05T10:00:00.000Z');
const UNTIL = '2026-02-01T00:00:00.000Z';

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
});

afterAll(() => tables.close());

const WANTED = { tenantId: 'acme', scopes: ['contracts:read'] } as const;

const create = async (validUntil?: string) => {
  const { key, apiKey } = await createApiKey(tables.business, { ...WANTED, validUntil }, NOW, randomBytes);
  return { ...key, apiKey };
};

const authorize = (header: string, now = NOW) => authenticate(tables.business, header, now);

describe('a key', () => {
  it('tells who calls and with which scopes', async () => {
    const { keyId, apiKey } = await create();
    expect(apiKey).toMatch(/^ods_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    const caller = { tenantId: 'acme', keyId, scopes: ['contracts:read'] };
    expect(await authorize(`Bearer ${apiKey}`)).toEqual(caller);
  });

  it('may stand behind its scheme in any case (RFC 9110 §11.1)', async () => {
    const { keyId, apiKey } = await create();
    expect(await authorize(`bearer ${apiKey}`)).toHaveProperty('keyId', keyId);
    expect(await authorize(`BEARER ${apiKey}`)).toHaveProperty('keyId', keyId);
  });

  it('is stored without its secret', async () => {
    const { keyId, apiKey } = await create(UNTIL);
    const item = await tables.business.get({ pk: `KEY#${keyId}`, sk: 'KEY' });
    expect(item).toEqual({
      pk: `KEY#${keyId}`,
      sk: 'KEY',
      tenantKey: 'T#acme#KEYS',
      tenantSort: keyId,
      keyId,
      tenantId: 'acme',
      hash: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      scopes: ['contracts:read'],
      validUntil: UNTIL,
      createdAt: '2026-01-05T10:00:00.000Z',
    });
    expect(JSON.stringify(item)).not.toContain(apiKey.slice(-43));
  });

  it('works until the instant it is valid until, and not at it', async () => {
    const { apiKey } = await create(UNTIL);
    expect(await authorize(`Bearer ${apiKey}`, Date.parse(UNTIL) - 1)).toHaveProperty('tenantId', 'acme');
    expect(await authorize(`Bearer ${apiKey}`, Date.parse(UNTIL))).toBeUndefined();
  });

  it('does not work once it is revoked', async () => {
    const { keyId, apiKey } = await create();
    expect(await revokeApiKey(tables.business, keyId, NOW)).toBe(true);
    expect(await authorize(`Bearer ${apiKey}`)).toBeUndefined();
    expect(await authorize(`Bearer ${apiKey}`, NOW - 86_400_000)).toBeUndefined();
  });

  it('that does not exist cannot be revoked into existence', async () => {
    expect(await revokeApiKey(tables.business, 'key_nobody', NOW)).toBe(false);
    expect(await tables.business.get({ pk: 'KEY#key_nobody', sk: 'KEY' })).toBeUndefined();
  });
});

describe('a refusal', () => {
  it('I13 is the same, and takes the same one read, for an unknown key, a wrong secret, an expired and a revoked one', async () => {
    const right = await create();
    const expired = await create('2026-01-01T00:00:00.000Z');
    const revoked = await create();
    await revokeApiKey(tables.business, revoked.keyId, NOW);
    const secret = right.apiKey.slice(-43);
    const other = secret.startsWith('A') ? 'B' : 'A';
    const refused = [
      `Bearer ods_${'0'.repeat(32)}_${secret}`,
      `Bearer ${right.apiKey.slice(0, -43)}${other}${secret.slice(1)}`,
      `Bearer ${expired.apiKey}`,
      `Bearer ${revoked.apiKey}`,
    ];
    for (const header of refused) {
      const faults = makeFaults();
      expect(await authenticate(faults.wrap('business', tables.business), header, NOW)).toBeUndefined();
      expect(faults.calls).toEqual(['business.get']);
    }
  });

  it('of a malformed header asks nobody', async () => {
    const { apiKey } = await create();
    const malformed = [
      '',
      apiKey,
      `Basic ${apiKey}`,
      `Bearer  ${apiKey}`,
      `Bearer ${apiKey} `,
      `Bearer ${apiKey}\n`,
      `Bearer ${apiKey.slice(0, -1)}`,
      `Bearer ${apiKey.replace('ods_', 'sk_')}`,
      `Bearer ${apiKey.toUpperCase()}`,
      `Bearer ods_${'g'.repeat(32)}_${'A'.repeat(43)}`,
    ];
    const faults = makeFaults();
    const business = faults.wrap('business', tables.business);
    const answers = await Promise.all(malformed.map((header) => authenticate(business, header, NOW)));
    expect(answers).toEqual(malformed.map(() => undefined));
    expect(faults.calls).toEqual([]);
  });

  it('of an item that is no key is the same', async () => {
    const { keyId, apiKey } = await create();
    await tables.business.put({ pk: `KEY#${keyId}`, sk: 'KEY', keyId, scopes: 'all' });
    expect(await authorize(`Bearer ${apiKey}`)).toBeUndefined();
  });
});
