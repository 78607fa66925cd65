// The reports function: its part of the API and no other, a message for whoever builds, an address that is told to the caller alone.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { httpEvent } from '../../infra/local/http-event.ts';
import { beginAttempt, makeReady } from '../../lib/report/report.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

const SCOPES = 'reports:create reports:read contracts:read';

let tables: Tables;
let handler: Handler;
const lines = captureLog();
const sqs = mockClient(SQSClient);
const secretsManager = mockClient(SecretsManagerClient);

beforeAll(async () => {
  tables = await openTables();
  handler = await loadHandler('reports', await endpointOf(tables), {
    BUSINESS_TABLE: 'business',
    CURSOR_KEY_ID: 'cursor-key',
    REPORT_QUEUE_URL: 'https://sqs.test/report',
    REPORT_BUCKET: 'odoseal-reports',
    PUBLIC_ORIGIN: 'https://odoseal.example',
  });
  secretsManager.on(GetSecretValueCommand, { SecretId: 'cursor-key' }).resolves({ SecretString: 'a cursor key' });
});
beforeEach(() => {
  lines.length = 0;
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
});
afterAll(() => tables.close());

async function ask(method: string, path: string, body?: unknown, scopes = SCOPES) {
  const [rawPath = '', rawQuery = ''] = path.split('?');
  const headers = body === undefined ? [] : [['content-type', 'application/json'] as const];
  const request = {
    ...{ id: 'gateway-id-1=', method, rawPath, rawQuery, headers, sourceIp: '127.0.0.1', at: 0 },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  };
  const authorizer = { tenantId: 'rivage', keyId: 'key_1', scopes };
  const extras = { apiId: 'api', account: '1', routeKey: 'ANY /v1/reports', pathParameters: {}, authorizer };
  const answer = (await handler({ ...httpEvent(request, extras) })) as {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  const read: Readonly<Record<string, unknown>> = answer.body === '' ? {} : JSON.parse(answer.body);
  return { status: answer.statusCode, headers: answer.headers, body: read };
}

it('notes what was asked for and hands it to whoever builds it', async () => {
  const { status, headers, body } = await ask('POST', '/v1/reports', { periodId: '2026-01', format: 'csv' });
  expect([status, headers['location'], body['state']]).toEqual([202, `/v1/reports/${body['id']}`, 'queued']);
  const sent = sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);
  expect(sent).toMatchObject([{ QueueUrl: 'https://sqs.test/report' }]);
  const message = { kind: 'build', tenantId: 'rivage', reportId: body['id'] };
  expect(sent[0]?.Entries?.map(({ MessageBody = '' }) => JSON.parse(MessageBody))).toEqual([message]);
  expect((await ask('GET', `/v1/reports/${body['id']}`)).body).toEqual(body);
});

it('says which field is wrong with a PDF of a whole month, and asks nobody', async () => {
  const { status, body } = await ask('POST', '/v1/reports', { periodId: '2026-01', format: 'pdf' });
  const errors = [{ field: 'format', message: 'A PDF is of one contract: contractId' }];
  expect([status, body['errors'], sqs.commandCalls(SendMessageBatchCommand)]).toEqual([400, errors, []]);
});

it('fails, generic outside, when the queue does not take a message', async () => {
  sqs.on(SendMessageBatchCommand).rejects(new Error('CANARY of a queue'));
  const { status, body } = await ask('POST', '/v1/reports', { periodId: '2026-01', format: 'csv' });
  expect([status, body['code']]).toEqual([500, 'internal']);
  expect(lines.join('')).toContain('"level":"error"');
  expect(JSON.stringify(body) + lines.join('')).not.toContain('CANARY');
});

it('sends to the file of a report that is ready, for a minute, and tells nobody else where', async () => {
  const { body } = await ask('POST', '/v1/reports', { periodId: '2026-01', format: 'csv' });
  const id = { tenantId: 'rivage', reportId: String(body['id']) };
  expect((await ask('GET', `/v1/reports/${body['id']}/download`)).body['code']).toBe('report_not_ready');
  const report = await beginAttempt(tables.business, id);
  if (report === undefined) throw new Error('no report');
  await makeReady(tables.business, report, { lines: 0, bytes: 2, sha256: '' }, Date.now());
  const { status, headers } = await ask('GET', `/v1/reports/${body['id']}/download`);
  const { pathname, searchParams } = new URL(headers['location'] ?? '');
  expect([status, pathname]).toEqual([303, `/odoseal-reports/rivage/${body['id']}/1`]);
  expect(searchParams.get('X-Amz-Expires')).toBe('60');
  expect(searchParams.get('response-content-disposition')).toBe(`attachment; filename="${body['id']}.csv"`);
  expect(lines.join('')).toContain('"message":"calls"');
  expect(lines.join('')).not.toContain(searchParams.get('X-Amz-Signature'));
});

it('lists page by page, with cursors of this deployment', async () => {
  const { body: first } = await ask('GET', '/v1/reports?limit=1');
  const { status, body: second } = await ask('GET', `/v1/reports?limit=1&cursor=${first['next']}`);
  expect([status, first['items']]).toEqual([200, [expect.objectContaining({ format: 'csv' })]]);
  expect(second['items']).not.toEqual(first['items']);
});

it('answers for no other part of the API, and not without the scope', async () => {
  for (const path of ['/v1/contracts', '/v1/report', '/v1/reports/']) expect((await ask('GET', path)).status).toBe(404);
  expect((await ask('DELETE', '/v1/reports')).status).toBe(405);
  const { status, body } = await ask('GET', '/v1/reports', undefined, 'reports:create');
  expect([status, body['code']]).toEqual([403, 'missing_scope']);
});
