// The webhook-endpoints function: its part of the API and no other, secrets sealed under the names of their owner, and a log that says
// nothing of them.
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpEvent } from '../../infra/local/http-event.ts';
import { getEndpoint } from '../../lib/webhook/endpoint.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

const KEY = { tenantId: 'rivage', keyId: 'key_1', scopes: 'webhooks:read webhooks:write contracts:read' };
const URL_CANARY = 'https://rivage.example/hooks?token=CANARY-of-a-receiver';

let tables: Tables;
let handler: Handler;
const lines = captureLog();
const kms = mockClient(KMSClient);

beforeAll(async () => {
  tables = await openTables();
  handler = await loadHandler('webhook-endpoints', await endpointOf(tables), {
    BUSINESS_TABLE: 'business',
    CURSOR_KEY_ID: 'cursor-key',
    WEBHOOK_KEY_ID: 'webhook-key',
    WEBHOOK_LOOPBACK: 'refused',
  });
  kms.on(EncryptCommand).resolves({ CiphertextBlob: Buffer.from('sealed') });
});
afterAll(() => tables.close());

async function ask(method: string, path: string, body?: unknown) {
  const request = {
    id: 'gateway-id-1=',
    method,
    rawPath: path,
    rawQuery: '',
    headers: body === undefined ? [] : [['content-type', 'application/json'] as const],
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    sourceIp: '127.0.0.1',
    at: 0,
  };
  const extras = { apiId: 'api', account: '1', routeKey: 'ANY /v1/webhook-endpoints', pathParameters: {} };
  const answer = (await handler({ ...httpEvent(request, { ...extras, authorizer: KEY }) })) as {
    readonly statusCode: number;
    readonly body: string;
  };
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Readonly<Record<string, unknown>> };
}

it('shows a secret once and keeps it sealed under the names of its owner', async () => {
  const { status, body } = await ask('POST', '/v1/webhook-endpoints', { url: URL_CANARY });
  const endpointId = String(body['id']);
  expect([status, endpointId, body['secret']]).toEqual([
    201,
    expect.stringMatching(/^whe_[0-9a-f]{32}$/),
    expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
  ]);
  const { Plaintext, ...sealed } = kms.commandCalls(EncryptCommand)[0]?.args[0].input ?? {};
  expect(Buffer.from(Plaintext ?? []).toString()).toBe(body['secret']);
  const EncryptionContext = { purpose: 'webhook', tenantId: 'rivage', endpointId };
  expect(sealed).toEqual({ KeyId: 'webhook-key', EncryptionContext });
  expect(await getEndpoint(tables.business, { tenantId: 'rivage', endpointId })).toMatchObject({
    url: URL_CANARY,
    state: 'enabled',
    secrets: [{ sealed: Buffer.from('sealed').toString('base64') }],
  });
  expect((await ask('GET', `/v1/webhook-endpoints/${endpointId}/deliveries`)).body).toEqual({ items: [], next: null });
  expect(lines.join('')).toContain('"message":"calls"');
  for (const canary of ['CANARY-of-a-receiver', String(body['secret'])]) expect(lines.join('')).not.toContain(canary);
});

it('takes no endpoint on the machine that it runs on', async () => {
  for (const url of ['http://127.0.0.1:9000/hooks', 'https://127.0.0.1/hooks', 'http://localhost/hooks']) {
    const { status, body } = await ask('POST', '/v1/webhook-endpoints', { url });
    expect([status, body['errors']]).toEqual([400, [expect.objectContaining({ field: 'url' })]]);
  }
});

it('answers for no other part of the API', async () => {
  for (const path of ['/v1/contracts', '/v1/webhook-endpoint', '/v1/webhook-endpoints/'])
    expect((await ask('GET', path)).status).toBe(404);
  expect((await ask('DELETE', '/v1/webhook-endpoints')).status).toBe(405);
});
