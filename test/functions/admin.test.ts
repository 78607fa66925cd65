// The admin function: each of the operator's commands, and that nothing half-right is done.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/aws/digest.ts';
import { keys, runsPartition } from '../../lib/aws/keys.ts';
import { moveConnection, putConnection } from '../../lib/connection/connection.ts';
import { readKeyEvents } from '../../lib/ledger/key-events.ts';
import { thumbprint } from '../../lib/proof/thumbprint.ts';
import { authenticate } from '../../lib/tenant/api-key.ts';
import { createApplication, getApplication, vehicleApplication } from '../../lib/tenant/application.ts';
import { isWebhookWindowOpen } from '../../lib/tenant/webhook-window.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

let tables: Tables;
let admin: Handler;
const lines = captureLog();
const sqs = mockClient(SQSClient);
const kms = mockClient(KMSClient);
const APPLICATION = { applicationId: 'default', platform: 'v2', secretId: 'odoseal/test/vehicle-application/default' };
const TENANT = { tenantId: 'rivage', name: 'Rivage Assurances', applicationId: 'default' };
const KEY = { action: 'createApiKey', tenantId: 'rivage', scopes: ['contracts:read', 'contracts:write'] };

/** What a contract needs to be read back. */
const terms = {
  ...{
    kind: 'insurance',
    reference: 'POL-7',
    startsAt: '2026-01-01T00:00:00.000Z',
    zone: 'Europe/Paris',
    dayOffset: 1,
  },
  ...{ policy: 'after', deadlineDays: 10, applicationId: 'default', platform: 'v2', spreadMinutes: 0 },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', chainSecret: 'chain', saltSecret: 'salt' },
  ...{ turn: 1, dueShard: 'D#0', goal: 'close', failures: 0, attempts: { seq: 1, counts: {} } },
};

beforeAll(async () => {
  tables = await openTables();
  admin = await loadHandler('admin', await endpointOf(tables), {
    BUSINESS_TABLE: 'business',
    TEND_QUEUE_URL: 'https://sqs.test/tend',
    ATTESTATIONS_TABLE: 'attestations',
    LOG_TABLE: 'log',
    ISSUER: 'https://odoseal.example',
    STATEMENT_KEY_IDS: 'first,second',
    STATUS_LIST_KEY_IDS: 'lists',
    PDF_SEAL_KEY_IDS: 'seals',
    STATEMENT_KEY_ID: 'second',
    STATUS_LIST_KEY_ID: 'lists',
    PDF_SEAL_KEY_ID: 'seals',
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

describe('the twin of an application', () => {
  const twin = { ...APPLICATION, applicationId: 'default-v3', platform: 'v3', twin: 'default' };

  it('is named by both, also when the first attempt ended between them', async () => {
    const create = { action: 'createApplication', application: twin };
    await createApplication(tables.business, vehicleApplication.parse(twin));
    expect(await getApplication(tables.business, 'default')).not.toHaveProperty('twin');
    expect(await admin(create)).toEqual({ created: false, reason: 'exists' });
    expect((await getApplication(tables.business, 'default')).twin).toBe('default-v3');
    expect(await admin(create)).toEqual({ created: false, reason: 'exists' });
  });

  it.each([
    ['is not there', { twin: 'missing' }],
    ['is on the same version', { platform: 'v2' }],
    ['is of another mode', { mode: 'simulated' }],
    ['has a twin already', {}],
  ])('that %s is refused, and nothing is made', async (_, member) => {
    const application = { ...twin, applicationId: 'third', ...member };
    const answer = await admin({ action: 'createApplication', application });
    expect(answer).toEqual({ created: false, reason: 'unsuitable_twin' });
    expect(await tables.business.get(keys.application('third'))).toBeUndefined();
    expect((await getApplication(tables.business, 'default')).twin).toBe('default-v3');
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

  it('has its runs counted, before it is there; and of one that is there already, when it is repeated', async () => {
    const run = async () => {
      const { items } = await tables.business.query({
        where: { expression: '#pk = :pk', values: { pk: runsPartition(TENANT.tenantId) } },
      });
      return items;
    };
    const [first, ...others] = await run();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ tenantId: 'rivage', step: 0, tenantKey: 'RUNS' });
    const { pk, sk, periodId } = first ?? {};
    const begun = Date.now() - Date.parse(`${periodId}-01T00:00:00.000Z`);
    expect(begun).toBeGreaterThan(27 * 86_400_000);
    expect(begun).toBeLessThan(60 * 86_400_000);
    await tables.business.remove({ pk: String(pk), sk: String(sk) });
    expect(await admin({ action: 'createTenant', ...TENANT })).toMatchObject({ created: false });
    expect(await run()).toEqual([first]);
  });

  it('refuses a vehicle application that does not exist', async () => {
    const tenant = { ...TENANT, tenantId: 'canal', applicationId: 'missing' };
    expect(await admin({ action: 'createTenant', ...tenant })).toEqual({
      created: false,
      reason: 'unknown_application',
    });
    expect(await tables.business.get(keys.tenant('canal'))).toBeUndefined();
    const where = { expression: '#pk = :pk', values: { pk: runsPartition('canal') } };
    expect((await tables.business.query({ where })).items).toEqual([]);
  });
});

describe('updateTenant', () => {
  it('changes what is named, and no tenant that does not exist', async () => {
    await admin({ action: 'createTenant', ...TENANT, tenantId: 'moved' });
    const returnUrls = ['https://rivage.example/done'];
    expect(await admin({ action: 'updateTenant', tenantId: 'moved', returnUrls })).toEqual({ updated: true });
    expect(await admin({ action: 'updateTenant', tenantId: 'moved', name: 'Moved' })).toEqual({ updated: true });
    const stored = await tables.business.get(keys.tenant('moved'));
    expect(stored).toMatchObject({ ...TENANT, tenantId: 'moved', name: 'Moved', returnUrls });
    expect(stored).not.toHaveProperty('action');
    const unknown = { updated: false, reason: 'unknown_tenant' };
    expect(await admin({ action: 'updateTenant', tenantId: 'nobody', returnUrls })).toEqual(unknown);
    expect(await tables.business.get(keys.tenant('nobody'))).toBeUndefined();
  });
});

describe('the schedule of a tenant', () => {
  it('is what new contracts are made with', async () => {
    await admin({ action: 'createTenant', ...TENANT, tenantId: 'scheduled' });
    const schedule = { policy: 'around', deadlineDays: 20 };
    expect(await admin({ action: 'updateTenant', tenantId: 'scheduled', schedule })).toEqual({ updated: true });
    expect(await tables.business.get(keys.tenant('scheduled'))).toMatchObject({ schedule });
  });
});

describe('the retention of a tenant', () => {
  it.each([1, 24, 120])('is set to %i months, and due a day later', async (retentionMonths) => {
    const tenantId = `keeps-${retentionMonths}`;
    await admin({ action: 'createTenant', ...TENANT, tenantId });
    const before = Date.now();
    expect(await admin({ action: 'updateTenant', tenantId, retentionMonths })).toEqual({ updated: true });
    const stored = await tables.business.get(keys.tenant(tenantId));
    expect(stored).toMatchObject({ retentionMonths, dueShard: 'D#0' });
    expect(Date.parse(String(stored?.['dueAt']))).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(await admin({ action: 'updateTenant', tenantId, retentionMonths: null })).toEqual({ updated: true });
    const kept = await tables.business.get(keys.tenant(tenantId));
    for (const name of ['retentionMonths', 'dueAt', 'dueShard']) expect(kept).not.toHaveProperty(name);
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

  it('takes a name and an end, which are kept', async () => {
    const { keyId, apiKey } = await createKey({ name: 'first', validUntil: '2030-01-01T00:00:00.000Z' });
    expect(await tables.business.get(keys.apiKey(keyId))).toMatchObject({ name: 'first', tenantKey: 'T#rivage#KEYS' });
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
    expect(await admin(command)).toEqual({ withdrawn: true });
    const item = await tables.business.get(keys.connection('rivage', 'con_1', 'cnn_1'));
    expect(item).toMatchObject({
      state: 'withdrawn',
      dueAt: item?.['withdrawnAt'],
      dueShard: expect.stringMatching(/^D#/),
    });
    expect(await admin(command)).toEqual({ withdrawn: true });
    expect(await tables.business.get(keys.connection('rivage', 'con_1', 'cnn_1'))).toEqual(item);
    expect(await admin({ ...command, connectionId: 'cnn_2' })).toEqual({ withdrawn: false });
    expect(await admin({ ...command, tenantId: 'canal' })).toEqual({ withdrawn: false });
    expect(sqs.commandCalls(SendMessageBatchCommand)).toEqual([]);
  });
});

describe('upgrade', () => {
  it('moves the tenant, sends a message for each connection, and says how each stood', async () => {
    const ids = { tenantId: 'rivage', contractId: 'con_7', connectionId: 'cnn_7' };
    const contract = {
      ...keys.contract('rivage', 'con_7'),
      ...terms,
      ...ids,
      tenantKey: 'T#rivage',
      tenantSort: 'con_7',
    };
    await tables.business.put(contract);
    const active = {
      ...ids,
      applicationId: 'default',
      state: 'active',
      createdAt: '2026-01-01T00:00:00.000Z',
    } as const;
    await putConnection(tables.business, active);
    sqs.reset();
    sqs.resolves({});
    const command = { action: 'upgrade', tenantId: 'rivage', to: 'default-v3' };
    const nothing = { listed: 0, not_listed: 0, missing_permission: 0, driver_unknown: 0, not_connected: 0 };
    expect(await admin(command)).toEqual({
      upgrading: true,
      counts: { ...nothing, upgraded: 0, to_do: 1 },
      sent: 1,
      next: null,
    });
    const MessageBody = JSON.stringify({ kind: 'upgrade', ...ids });
    expect(sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input)).toEqual([
      {
        QueueUrl: 'https://sqs.test/tend',
        Entries: [{ Id: '0', MessageBody, MessageGroupId: 'rivage', DelaySeconds: 0 }],
      },
    ]);
    expect(await tables.business.get(keys.tenant('rivage'))).toMatchObject({ applicationId: 'default-v3' });
    // What is listed waits for its reading; what has moved and left something behind is sent to put it away.
    const listed = { applicationId: 'default-v3', outcome: 'listed', at: '2026-01-01T00:00:00.000Z' } as const;
    await moveConnection(tables.business, ids, ['active'], { state: 'active', upgrade: listed }, 0);
    expect(await admin(command)).toMatchObject({ counts: { listed: 1, to_do: 0 }, sent: 0 });
    const moved = { state: 'active', applicationId: 'default-v3', movedFrom: 'default' } as const;
    await moveConnection(tables.business, ids, ['active'], moved, 0, { forget: ['upgrade'] });
    expect(await admin(command)).toMatchObject({ counts: { upgraded: 1 }, sent: 1 });
    expect(await admin({ ...command, after: 'con_7' })).toMatchObject({ counts: { upgraded: 0 }, next: null });
    expect(await admin({ ...command, to: 'default' })).toEqual({ upgrading: false, reason: 'no_twin' });
  });
});

describe('openWebhookWindow', () => {
  it('opens the window of an application for ten minutes, and of none that does not exist', async () => {
    const before = Date.now();
    const opened = await admin({ action: 'openWebhookWindow', applicationId: 'default' });
    const { until } = opened as { readonly until: string };
    expect(opened).toEqual({ opened: true, until: expect.stringMatching(/Z$/) });
    expect(Date.parse(until) - before).toBeGreaterThanOrEqual(600_000);
    expect(await isWebhookWindowOpen(tables.business, 'default', Date.parse(until) - 1)).toBe(true);
    expect(await isWebhookWindowOpen(tables.business, 'default', Date.parse(until))).toBe(false);
    const missing = await admin({ action: 'openWebhookWindow', applicationId: 'missing' });
    expect(missing).toEqual({ opened: false, reason: 'unknown_application' });
    expect(await isWebhookWindowOpen(tables.business, 'missing', before)).toBe(false);
  });
});

describe('signing keys', () => {
  const MADE = Date.parse('2026-01-01T00:00:00.000Z');
  const kids = new Map<string, string>();

  beforeAll(() => {
    const pairs = new Map(
      ['first', 'second', 'lists', 'seals'].map((keyId) => [
        keyId,
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
      ]),
    );
    for (const [keyId, key] of pairs) {
      const PublicKey = new Uint8Array(key.export({ format: 'der', type: 'spki' }));
      kms.on(GetPublicKeyCommand, { KeyId: keyId }).resolves({ PublicKey });
      const { x = '', y = '' } = key.export({ format: 'jwk' });
      kids.set(keyId, thumbprint({ x, y }, sha256));
    }
    kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'any', CreationDate: new Date(MADE) } });
  });

  const command = (action: string, more: object = {}) => admin({ action, ...more });
  const since = '2026-03-02T08:30:00Z';

  it('are announced once, each with its purpose', async () => {
    const announced = [
      { purpose: 'statement', kid: kids.get('first') },
      { purpose: 'statement', kid: kids.get('second') },
      { purpose: 'status-list', kid: kids.get('lists') },
      { purpose: 'pdf-seal', kid: kids.get('seals') },
    ];
    expect(await command('announceKeys')).toEqual({ announced });
    expect(await command('announceKeys')).toEqual({ announced: [] });
    const events = await readKeyEvents(tables.attestations);
    expect(events.map(({ keyId, event, at }) => [keyId, event, at]).toSorted()).toEqual(
      ['first', 'lists', 'seals', 'second'].map((keyId) => [keyId, 'added', MADE / 1000]),
    );
  });

  it('are retired, but not as long as they sign', async () => {
    expect(await command('retireKey', { kid: kids.get('second') })).toEqual({ retired: false, reason: 'still_signs' });
    expect(await command('retireKey', { kid: kids.get('lists') })).toEqual({ retired: false, reason: 'still_signs' });
    expect(await command('retireKey', { kid: kids.get('seals') })).toEqual({ retired: false, reason: 'still_signs' });
    expect(await command('retireKey', { kid: kids.get('first') })).toMatchObject({ retired: true });
  });

  it('are said to have leaked, with what the log held before', async () => {
    const kid = kids.get('second');
    const refused = await command('compromiseKey', { kid, since, logSize: 3 });
    expect(refused).toEqual({ compromised: false, reason: 'no_such_checkpoint' });
    const answer = { compromised: true, since: '2026-03-02T08:30:00.000Z', logSize: 0 };
    expect(await command('compromiseKey', { kid, since })).toEqual(answer);
    const [leak] = (await readKeyEvents(tables.attestations)).filter(({ event }) => event === 'compromised');
    expect(leak).toMatchObject({ kid, compromise: { since: Date.parse(since) / 1000, logSize: 0 } });
  });
});

it('the runbook has commands on signing keys that are commands', async () => {
  const runbook = readFileSync(new URL('../../infra/RUNBOOK.md', import.meta.url), 'utf8');
  const written = [...runbook.matchAll(/npm run invoke -- STAGE admin '(\{[^']*Keys?"[^']*\})'/g)].map(
    ([, json = '']) => json,
  );
  const parsed: { readonly action: string }[] = written.map((json) => JSON.parse(json));
  expect(new Set(parsed.map(({ action }) => action))).toEqual(new Set(['announceKeys', 'retireKey', 'compromiseKey']));
  const outcomes = await Promise.all(parsed.map(admin));
  expect(outcomes.filter((outcome) => outcome === undefined)).toEqual([]);
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
    [{ action: 'updateTenant', tenantId: 'rivage' }],
    [{ action: 'updateTenant', tenantId: 'rivage', name: '' }],
    [{ action: 'updateTenant', tenantId: 'rivage', returnUrls: ['https://rivage.example'] }],
    [{ action: 'updateTenant', tenantId: 'rivage', returnUrls: ['http://rivage.example/'] }],
    [{ action: 'updateTenant', tenantId: 'rivage', returnUrls: Array(21).fill('https://rivage.example/') }],
    [{ action: 'updateTenant', tenantId: 'rivage', applicationId: 'other' }],
    [{ action: 'updateTenant', tenantId: 'rivage', retentionMonths: 0 }],
    [{ action: 'updateTenant', tenantId: 'rivage', retentionMonths: 121 }],
    [{ action: 'updateTenant', tenantId: 'rivage', retentionMonths: 1.5 }],
    [{ action: 'updateTenant', tenantId: 'rivage', retentionMonths: '24' }],
    [{ action: 'updateTenant', tenantId: 'rivage', retentionMonths: 0, name: 'Rivage' }],
    [{ action: 'updateTenant', tenantId: 'rivage', schedule: { policy: 'after' } }],
    [{ action: 'updateTenant', tenantId: 'rivage', schedule: { deadlineDays: 10 } }],
    [{ action: 'updateTenant', tenantId: 'rivage', schedule: { policy: 'before', deadlineDays: 10 } }],
    [{ action: 'updateTenant', tenantId: 'rivage', schedule: { policy: 'after', deadlineDays: 0 } }],
    [{ action: 'updateTenant', tenantId: 'rivage', schedule: { policy: 'after', deadlineDays: 21 } }],
    [{ action: 'updateTenant', tenantId: 'rivage', schedule: { policy: 'after', deadlineDays: 10, hour: 3 } }],
    [{ ...KEY, scopes: [] }],
    [{ ...KEY, scopes: ['everything'] }],
    [{ ...KEY, validUntil: 'tomorrow' }],
    [{ ...KEY, validUntil: '2026-02-30T00:00:00Z' }],
    [{ ...KEY, extra: 1 }],
    [{ action: 'revokeApiKey', keyId: longest }],
    [{ action: 'revokeApiKey', keyId: 'key_1', extra: 1 }],
    [{ action: 'withdrawConsent', tenantId: 'rivage', contractId: 'con_1' }],
    [{ action: 'announceKeys', extra: 1 }],
    [{ action: 'retireKey' }],
    [{ action: 'retireKey', kid: longest }],
    [{ action: 'compromiseKey', kid: 'k' }],
    [{ action: 'compromiseKey', kid: 'k', since: 'yesterday' }],
    [{ action: 'compromiseKey', kid: 'k', since: '2026-03-02T08:30:00Z', logSize: -1 }],
    [{ action: 'upgrade', tenantId: 'rivage' }],
    [{ action: 'upgrade', tenantId: 'rivage', to: 'default-v3', extra: 1 }],
    [{ action: 'withdrawConsent', tenantId: 'rivage', contractId: 'con_1', connectionId: 'cnn_1', extra: 1 }],
  ])('is refused: %j', async (command) => {
    const from = lines.length;
    await expect(admin(command)).rejects.toMatchObject({ name: '$ZodError' });
    expect(lines.slice(from).join('')).not.toContain('DynamoDB');
  });
});
