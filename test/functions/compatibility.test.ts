// The compatibility function: its part of the API and no other, asked as the application whose credentials it reads, and a log that does
// not say of which car.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpEvent } from '../../infra/local/http-event.ts';
import { serveSimulator } from '../../lib/simulator/serve-simulator.ts';
import { makeSimulator } from '../../lib/simulator/simulator.ts';
import { createApplication, vehicleApplication } from '../../lib/tenant/application.ts';
import { createTenant } from '../../lib/tenant/tenant.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

const VIN = 'VF7CANARYPT000999';
const KEY = { tenantId: 'rivage', keyId: 'key_1', scopes: 'contracts:read' };
const CREDENTIALS = {
  clientId: '11111111-2222-4333-8444-555555555555',
  clientSecret: 'S3cr3tCanary',
  managementToken: 'm',
};

const secretsManager = mockClient(SecretsManagerClient);
const lines = captureLog();
let tables: Tables;
let handler: Handler;
let platform: Awaited<ReturnType<typeof serveSimulator>>;

beforeAll(async () => {
  tables = await openTables();
  const simulator = makeSimulator({ clock: () => 0, seed: 1, applications: [{ ...CREDENTIALS, redirectUris: [] }] });
  platform = await serveSimulator(simulator, { port: 0 });
  handler = await loadHandler('compatibility', await endpointOf(tables), {
    BUSINESS_TABLE: 'business',
    VEHICLE_API_ORIGIN: platform.origin,
  });
  secretsManager
    .on(GetSecretValueCommand, { SecretId: 'vehicle-secret' })
    .resolves({ SecretString: JSON.stringify(CREDENTIALS) });
  const application = { applicationId: 'default', platform: 'v2', secretId: 'vehicle-secret' };
  await createApplication(tables.business, vehicleApplication.parse(application));
  await createTenant(tables.business, { tenantId: 'rivage', name: 'Rivage', applicationId: 'default' }, 0);
});
afterAll(async () => {
  await platform.close();
  await tables.close();
});

async function ask(path: string, rawQuery = '', method = 'GET') {
  const request = {
    id: 'gateway-id-1=',
    method,
    rawPath: path,
    rawQuery,
    headers: [],
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    at: 0,
  };
  const extras = { apiId: 'api', account: '1', routeKey: `ANY ${path}`, pathParameters: {} };
  const answer = (await handler(httpEvent(request, { ...extras, authorizer: KEY }))) as {
    readonly statusCode: number;
    readonly body: string;
  };
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Readonly<Record<string, unknown>> };
}

it('I12 asks the platform about a car, and says nothing of it in its log', async () => {
  const { status, body } = await ask('/v1/compatibility', `vin=${VIN}&country=FR`);
  expect([status, body['basis'], body['compatible']]).toEqual([200, 'vin', true]);
  expect(body['brand']).toMatchObject({ make: 'CITROEN' });
  const all = lines.join('');
  expect(all).toContain('"message":"calls"');
  for (const canary of [VIN, CREDENTIALS.clientSecret]) expect(all).not.toContain(canary);
});

it('lists the brands without asking anybody', async () => {
  const asked = secretsManager.calls().length;
  const { status, body } = await ask('/v1/brands');
  expect([status, body['items']]).toEqual([
    200,
    expect.arrayContaining([expect.objectContaining({ make: 'CITROEN' })]),
  ]);
  expect(secretsManager.calls()).toHaveLength(asked);
});

it('answers for no other part of the API', async () => {
  for (const path of ['/v1/contracts', '/v1/brand', '/v1/brands/']) expect((await ask(path)).status).toBe(404);
  expect((await ask('/v1/compatibility', '', 'DELETE')).status).toBe(405);
});
