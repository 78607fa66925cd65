// The api function: payload 2.0 in and out, who is calling, what happens when a store fails, and what it says in its log.
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { httpEvent } from '../../infra/local/http-event.ts';
import { keys } from '../../lib/aws/keys.ts';
import { putConnection } from '../../lib/connection/connection.ts';
import { readReconnectToken } from '../../lib/connection/reconnect-link.ts';
import { createApplication, vehicleApplication } from '../../lib/tenant/application.ts';
import { createTenant } from '../../lib/tenant/tenant.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

const VIN = 'VF7CANARYPT000999';
const EMAIL = 'canary.driver@example.com';
const API_KEY = `ods_${'c'.repeat(32)}_${'S3cr3tCanary'.padEnd(43, 'x')}`;
const REFERENCE = 'CANARY-REFERENCE';
const TERMS = { kind: 'lease', reference: REFERENCE, vin: VIN, start: '2026-01-01', zone: 'Europe/Paris' };
const OPERATOR = { tenantId: 'rivage', keyId: 'key_1', scopes: 'contracts:read contracts:write attestations:read' };

const RECONNECT_KEY = 'canary-reconnect-key';
const reconnectAnswer = z.object({ url: z.string() });

let tables: Tables;
let handler: Handler;
const lines = captureLog();
const links: string[] = [];
const secretsManager = mockClient(SecretsManagerClient);

beforeAll(async () => {
  tables = await openTables();
  for (const [SecretId, SecretString] of [
    ['cursor-key', 'a cursor key'],
    ['reconnect-key', RECONNECT_KEY],
  ] as const)
    secretsManager.on(GetSecretValueCommand, { SecretId }).resolves({ SecretString });
  const variables = {
    BUSINESS_TABLE: 'business',
    ATTESTATIONS_TABLE: 'attestations',
    CURSOR_KEY_ID: 'cursor-key',
    RECONNECT_KEY_ID: 'reconnect-key',
    PUBLIC_ORIGIN: 'https://odoseal.example',
  };
  handler = await loadHandler('api', await endpointOf(tables), variables);
  await createApplication(
    tables.business,
    vehicleApplication.parse({ applicationId: 'default', platform: 'v2', secretId: 'secret' }),
  );
  for (const [tenantId, applicationId] of [
    ['rivage', 'default'],
    ['broken', 'missing'],
  ] as const) {
    await createTenant(tables.business, { tenantId, name: tenantId, applicationId }, 0);
  }
});
afterAll(() => tables.close());

interface Asking {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly authorizer?: unknown;
  readonly change?: (event: Record<string, unknown>) => Record<string, unknown>;
}

async function ask(method: string, path: string, asking: Asking = {}) {
  const { query = '', headers = {}, body = '', change = (event) => event } = asking;
  const request = {
    id: 'gateway-id-1=',
    method,
    rawPath: path,
    rawQuery: query,
    headers: Object.entries({ authorization: `Bearer ${API_KEY}`, ...headers }),
    body: Buffer.from(body),
    sourceIp: '127.0.0.1',
    at: 0,
  };
  const extras = { apiId: 'api', account: '1', routeKey: 'ANY /v1/{proxy+}', pathParameters: {} };
  const authorizer = 'authorizer' in asking ? asking.authorizer : OPERATOR;
  const event = { ...httpEvent(request, { ...extras, authorizer: authorizer as Record<string, unknown> }) };
  const answer = (await handler(change(event))) as {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  const { status, code, requestId, ...parsed } = JSON.parse(answer.body) as Record<string, unknown>;
  return { ...answer, status, code, requestId, parsed };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: unknown, asking: Asking = {}) =>
  ask('POST', '/v1/contracts', { headers: JSON_TYPE, body: JSON.stringify(body), ...asking });

describe('a request', () => {
  it('of payload 2.0 reaches the API, and its answer goes back', async () => {
    const { statusCode, headers, parsed } = await post(TERMS);
    expect(statusCode).toBe(201);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'gateway-id-1=' });
    const { id } = parsed;
    const session = await ask('POST', `/v1/contracts/${id}/connect-sessions`);
    expect([session.statusCode, String(session.parsed['url']).slice(0, 32)]).toEqual([
      201,
      'https://odoseal.example/connect/',
    ]);
    links.push(String(session.parsed['url']).slice(32));
    const list = await ask('GET', '/v1/contracts', { query: 'limit=1' });
    expect((list.parsed['items'] as { id: string }[]).map((item) => item.id)).toEqual([id]);
  });

  it('about a dead connection is answered with its link, made with the key of the secret store', async () => {
    const { parsed } = await post({ ...TERMS, reference: `${REFERENCE}-2` });
    const contractId = String(parsed['id']);
    const ids = { tenantId: 'rivage', contractId, connectionId: contractId.replace('con_', 'cxn_') };
    const made = { applicationId: 'default', createdAt: '2026-01-05T10:00:00.000Z' };
    await putConnection(tables.business, { ...ids, ...made, state: 'reauth_required' });
    const { connectionId } = ids;
    await tables.business.update(keys.contract('rivage', contractId), { set: { connectionId } });
    const answer = await ask('GET', `/v1/contracts/${contractId}/connection`);
    const { url } = reconnectAnswer.parse(answer.parsed['reconnect']);
    const [, link = ''] = url.split('https://odoseal.example/connect/');
    expect(readReconnectToken(RECONNECT_KEY, link, Date.now())).toEqual(ids);
    links.push(link, ...link.split('.'), RECONNECT_KEY);
  });

  it('with a body in base64 is read as one', async () => {
    const change = (event: Record<string, unknown>) => ({
      ...event,
      body: Buffer.from(JSON.stringify({ ...TERMS, reference: 'é' })).toString('base64'),
      isBase64Encoded: true,
    });
    const { statusCode, parsed } = await post({}, { change });
    expect([statusCode, parsed['reference']]).toEqual([201, 'é']);
  });

  it('with bytes that are no UTF-8 creates nothing', async () => {
    const body = Buffer.from(JSON.stringify({ ...TERMS, metadata: { driver: 'Müller' } }), 'latin1').toString('base64');
    const refused = await post({}, { change: (event) => ({ ...event, body, isBase64Encoded: true }) });
    expect([refused.statusCode, refused.code]).toEqual([400, 'malformed_json']);
  });

  it('without a body has none', async () => {
    const { statusCode, parsed } = await ask('POST', '/v1/contracts', { headers: JSON_TYPE });
    expect([statusCode, (parsed['errors'] as unknown[]).length]).toEqual([400, 4]);
  });

  it('with a parameter twice is refused, also when the gateway has joined the two', async () => {
    const { code, parsed } = await ask('GET', '/v1/contracts', { query: 'limit=1&limit=2' });
    expect([code, parsed['errors']]).toEqual([
      'invalid_request',
      [{ field: 'limit', message: 'Given more than once' }],
    ]);
  });

  it('on a path that the gateway has decoded is nowhere', async () => {
    expect((await ask('GET', '/v1/contracts/con_1/../x y')).statusCode).toBe(404);
  });
});

describe('the caller', () => {
  it.each([
    ['an empty context', {}],
    ['no context', null],
    ['a context without scopes', { tenantId: 'rivage', keyId: 'key_1' }],
    ['a context without tenant', { keyId: 'key_1', scopes: 'contracts:read' }],
    ['scopes of another type', { ...OPERATOR, scopes: ['contracts:read'] }],
  ])('is nobody with %s', async (_, authorizer) => {
    const { statusCode, code } = await ask('GET', '/v1/contracts', { authorizer });
    expect([statusCode, code]).toEqual([401, 'unauthorized']);
  });

  it.each([[{}], [{ authorizer: null }], [{ authorizer: {} }], [{ authorizer: { lambda: null } }]])(
    'is nobody with the context %j',
    async (authorizer) => {
      const change = (event: Record<string, unknown>) => {
        const { authorizer: _, ...rest } = event['requestContext'] as Record<string, unknown>;
        return { ...event, requestContext: { ...rest, ...authorizer } };
      };
      expect((await ask('GET', '/v1/contracts', { change })).statusCode).toBe(401);
    },
  );

  it.each(['', 'contracts:write', 'contracts:reads', 'contracts:read,contracts:write', 'CONTRACTS:READ', '*'])(
    'may not list with the scopes %j',
    async (scopes) => {
      const { statusCode } = await ask('GET', '/v1/contracts', { authorizer: { ...OPERATOR, scopes } });
      expect(statusCode).toBe(403);
    },
  );

  it('keeps the scopes it has beside those that nobody knows', async () => {
    const authorizer = { ...OPERATOR, scopes: 'future:scope contracts:read' };
    expect((await ask('GET', '/v1/contracts', { authorizer })).statusCode).toBe(200);
  });
});

describe('a fault', () => {
  const faultsIn = (from: number) => lines.slice(from).filter((line) => line.includes('"level":"error"'));
  const internal = {
    type: 'urn:odoseal:problem:internal',
    title: 'Something went wrong on our side.',
  };

  it('of ours is one problem without a detail, and one line with its code and the request’s id', async () => {
    const from = lines.length;
    const { statusCode, headers, parsed, status, code, requestId } = await post(TERMS, {
      authorizer: { ...OPERATOR, tenantId: 'broken' },
    });
    expect([statusCode, status, code, requestId, parsed]).toEqual([500, 500, 'internal', 'gateway-id-1=', internal]);
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': 'gateway-id-1=',
    });
    expect(faultsIn(from).map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        message: 'fault',
        function: 'api',
        requestId: 'gateway-id-1=',
        code: 'APPLICATION_UNUSABLE',
      }),
    ]);
  });

  it('of the store is told in the same words', async () => {
    await tables.client.send(new DeleteTableCommand({ TableName: 'business' }));
    for (let asked = 0; asked < 2; asked += 1) {
      const from = lines.length;
      const answer = asked === 0 ? await post(TERMS) : await ask('GET', `/v1/contracts/${VIN}`);
      expect([answer.statusCode, answer.parsed]).toEqual([500, internal]);
      expect(faultsIn(from).map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ code: 'STORE_UNAVAILABLE', requestId: 'gateway-id-1=' }),
      ]);
    }
  });
});

describe('the log', () => {
  it('has the request’s id in every line, and no line has another’s', () => {
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ function: 'api', requestId: 'gateway-id-1=' });
  });

  it('I12 holds nothing that was sent: no VIN, key, link, e-mail or reference', async () => {
    const everywhere = { authorizer: OPERATOR, headers: { ...JSON_TYPE, cookie: EMAIL, referer: EMAIL } };
    await ask('GET', `/v1/contracts/${VIN}`, { ...everywhere, query: `${VIN}=${EMAIL}&cursor=${API_KEY}` });
    await ask('GET', `/v1/attestations/${API_KEY}`, everywhere);
    await ask('GET', `/v1/${EMAIL}`, everywhere);
    await ask('POST', '/v1/contracts', { ...everywhere, body: `{"${VIN}":"${EMAIL}"` });
    await post({ ...TERMS, [VIN]: EMAIL, zone: API_KEY });
    await post(TERMS, { authorizer: { ...OPERATOR, tenantId: 'broken', keyId: API_KEY } });
    const all = lines.join('');
    expect(all).toContain('"message":"calls"');
    expect(all).toContain('"message":"fault"');
    for (const canary of [VIN, EMAIL, API_KEY, REFERENCE, ...links]) {
      expect(canary.length).toBeGreaterThan(12);
      expect(all.includes(canary)).toBe(false);
    }
    expect(all).not.toMatch(/eyJ|Bearer|S3cr3t/);
  });
});
