// The admin function: each of the operator's commands, and that nothing half-right is done.
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../lib/aws/keys.ts';
import { putConnection } from '../../lib/connection/connection.ts';
import { authenticate } from '../../lib/tenant/api-key.ts';
import { getApplication } from '../../lib/tenant/application.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

let tables: Tables;
let admin: Handler;
const lines = captureLog();
const sqs = mockClient(SQSClient);
const APPLICATION = { applicationId: 'default', platform: 'v2', secretId: 'odoseal/test/vehicle-application/default' };
const TENANT = { tenantId: 'rivage', name: 'Rivage Assurances', applicationId: 'default' };
const KEY = { action: 'createApiKey', tenantId: 'rivage', scopes: ['contracts:read', 'contracts:write'] };

beforeAll(async () => {
  tables = await openTables();
  admin = await loadHandler('admin', await endpointOf(tables), {
    BUSINESS_TABLE: 'business',
    TEND_QUEUE_URL: 'https://sqs.test/tend',
  });
  await admin({ action: 'createApplication', application: APPLICATION });
  await admin({ action: 'createTenant', ...TENANT });
});
afterAll(() => tables.close());

// The boundary of the function: what it returns is what the operator gets.
const createKey = async (more: object = {}) =>
  (await admin({ ...KEY, ...more })) as { readonly keyId: string; readonly apiKey: string };

describe('createApplication', () => {
  it('stores an application with what was left out filled in, once', async () => {
    const application = { ...APPLICATION, applicationId: 'second', burst: 60 };
    expect(await admin({ action: 'createApplication', application })).toEqual({ created: true });
    expect(await getApplication(tables.business, 'second')).toEqual({
      ...application,
      refillPerMinute: 2,
      spreadMinutes: 360,
      vinPolicy: 'every_read',
      mode: 'live',
    });
    const other = { ...application, burst: 120 };
    expect(await admin({ action: 'createApplication', application: other })).toEqual({
      created: false,
      reason: 'exists',
    });
    expect((await getApplication(tables.business, 'second')).burst).toBe(60);
  });
});

describe('createTenant', () => {
  it('stores a tenant once', async () => {
    expect(await tables.business.get(keys.tenant('rivage'))).toMatchObject(TENANT);
    expect(await admin({ action: 'createTenant', ...TENANT, name: 'Other' })).toEqual({
      created: false,
      reason: 'exists',
    });
    expect(await tables.business.get(keys.tenant('rivage'))).toMatchObject(TENANT);
  });

  it('refuses a vehicle application that does not exist', async () => {
    const tenant = { ...TENANT, tenantId: 'canal', applicationId: 'missing' };
    expect(await admin({ action: 'createTenant', ...tenant })).toEqual({
      created: false,
      reason: 'unknown_application',
    });
    expect(await tables.business.get(keys.tenant('canal'))).toBeUndefined();
  });
});

describe('createApiKey', () => {
  it('shows a key that works, and stores its secret as a hash alone', async () => {
    const { keyId, apiKey } = await createKey();
    expect(apiKey).toMatch(/^ods_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    const caller = { tenantId: 'rivage', keyId, scopes: KEY.scopes };
    expect(await authenticate(tables.business, `Bearer ${apiKey}`, Date.now())).toEqual(caller);
    const stored = JSON.stringify(await tables.business.get(keys.apiKey(keyId)));
    expect(stored).not.toContain(apiKey.slice(-43));
    expect(lines.join('')).not.toContain(apiKey.slice(-43));
  });

  it('makes another one each time', async () => {
    expect((await createKey()).apiKey).not.toBe((await createKey()).apiKey);
  });

  it('takes an end, which is kept', async () => {
    const { apiKey } = await createKey({ validUntil: '2030-01-01T00:00:00.000Z' });
    const at = (instant: string) => authenticate(tables.business, `Bearer ${apiKey}`, Date.parse(instant));
    expect(await at('2029-12-31T23:59:59.999Z')).toBeDefined();
    expect(await at('2030-01-01T00:00:00.000Z')).toBeUndefined();
  });

  it('refuses a tenant that does not exist', async () => {
    expect(await createKey({ tenantId: 'nobody' })).toEqual({ created: false, reason: 'unknown_tenant' });
  });
});

describe('revokeApiKey', () => {
  it('ends a key; one that does not exist cannot be ended', async () => {
    const { keyId, apiKey } = await createKey();
    expect(await admin({ action: 'revokeApiKey', keyId })).toEqual({ revoked: true });
    expect(await authenticate(tables.business, `Bearer ${apiKey}`, Date.now())).toBeUndefined();
    expect(await admin({ action: 'revokeApiKey', keyId: 'key_unknown' })).toEqual({ revoked: false });
  });
});

describe('withdrawConsent', () => {
  it('ends a connection, again and again; one that does not exist cannot be ended', async () => {
    const ids = { tenantId: 'rivage', contractId: 'con_1', connectionId: 'cnn_1' };
    const createdAt = '2026-01-01T00:00:00.000Z';
    await putConnection(tables.business, { ...ids, applicationId: 'default', state: 'active', createdAt });
    const command = { action: 'withdrawConsent', ...ids };
    sqs.rejectsOnce(new Error('no answer')).resolves({});
    await expect(admin(command)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(await admin(command)).toEqual({ withdrawn: true });
    expect(await admin(command)).toEqual({ withdrawn: true });
    const MessageBody = JSON.stringify({ kind: 'bind', ...ids });
    const sent = { QueueUrl: 'https://sqs.test/tend', Entries: [{ Id: '0', MessageBody, DelaySeconds: 0 }] };
    expect(sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input)).toEqual([sent, sent, sent]);
    const item = await tables.business.get(keys.connection('rivage', 'con_1', 'cnn_1'));
    expect(item).toMatchObject({ state: 'withdrawn', withdrawnAt: expect.stringMatching(/Z$/) });
    expect(await admin({ ...command, connectionId: 'cnn_2' })).toEqual({ withdrawn: false });
    expect(await admin({ ...command, tenantId: 'canal' })).toEqual({ withdrawn: false });
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(3);
  });
});

describe('what is no command', () => {
  const longest = 'x'.repeat(65);
  it.each([
    [undefined],
    [null],
    ['createTenant'],
    [[]],
    [{}],
    [{ action: 'dropTenant', tenantId: 'rivage' }],
    [{ action: 'createTenant' }],
    [{ action: 'createTenant', ...TENANT, tenantId: 'new', extra: 1 }],
    [{ action: 'createTenant', ...TENANT, tenantId: 'New' }],
    [{ action: 'createTenant', ...TENANT, tenantId: 'a#b' }],
    [{ action: 'createTenant', ...TENANT, tenantId: 'new', name: '' }],
    [{ action: 'createApplication', application: { ...APPLICATION, applicationId: 'new', extra: 1 } }],
    [{ action: 'createApplication', application: { ...APPLICATION, applicationId: 'new' }, extra: 1 }],
    [{ action: 'createApplication', application: { ...APPLICATION, applicationId: 'new', platform: 'v1' } }],
    [{ ...KEY, scopes: [] }],
    [{ ...KEY, scopes: ['everything'] }],
    [{ ...KEY, validUntil: 'tomorrow' }],
    [{ ...KEY, validUntil: '2026-02-30T00:00:00Z' }],
    [{ ...KEY, extra: 1 }],
    [{ action: 'revokeApiKey', keyId: longest }],
    [{ action: 'revokeApiKey', keyId: 'key_1', extra: 1 }],
    [{ action: 'withdrawConsent', tenantId: 'rivage', contractId: 'con_1' }],
    [{ action: 'withdrawConsent', tenantId: 'rivage', contractId: 'con_1', connectionId: 'cnn_1', extra: 1 }],
  ])('is refused: %j', async (command) => {
    const from = lines.length;
    await expect(admin(command)).rejects.toMatchObject({ name: '$ZodError' });
    expect(lines.slice(from).join('')).not.toContain('DynamoDB');
  });
});
