// The examples of the document are answers of the API: a story in which every route of the table is asked once, with a clock that
// stands and random bytes that are the same every time. `npx vitest run test/lib/api/examples.test.ts -u` records it anew.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import type { Example } from '../../../lib/api/openapi.ts';
import { followRuns } from '../../../lib/attestation/follow-runs.ts';
import { tallyRuns } from '../../../lib/attestation/tally-runs.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Message } from '../../../lib/aws/queue.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { putReading } from '../../../lib/reading/reading.ts';
import { buildReport } from '../../../lib/report/build.ts';
import { makePrint } from '../../../lib/report/pdf/print.ts';
import type { RandomBytes } from '../../../lib/tenant/id.ts';
import { changeTenant } from '../../../lib/tenant/tenant.ts';
import { attemptDelivery, type Delivering, deliveryMessage, resendDue } from '../../../lib/webhook/deliver.ts';
import { makeBucket } from '../report/bucket.ts';
import { bundlingOf } from '../report/bundling.ts';
import { printing } from '../report/printing.ts';
import { type ApiWorld, type Asking, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

/** The same bytes for the same step, whatever steps come before it. */
function bytesOf(step: string): RandomBytes {
  let drawn = 0;
  return (length) => {
    drawn += 1;
    const bytes = createHash('shake256', { outputLength: length }).update(`${step} ${drawn}`).digest();
    return new Uint8Array(bytes);
  };
}

const told: Record<string, Example> = {};

/** Asks the route of this name, and remembers what was said. @returns the parsed answer */
async function tell(name: string, path: string, asking: Pick<Asking, 'body' | 'query' | 'headers'> = {}) {
  const route = allRoutes.find((each) => each.name === name);
  if (route === undefined) throw new Error(`no route is called ${name}`);
  world.later(1000);
  const { status, text, body, headers } = await world.ask(route.method, path, { ...asking, random: bytesOf(name) });
  const answer = headers['content-type'] === 'application/json' ? body : text;
  const { headers: _, ...shown } = asking;
  told[name] = { path, ...shown, status, answer };
  return body;
}

/** The same once more, in another form. */
async function tellAs(name: string, path: string, accept: string): Promise<void> {
  const { headers, text } = await world.ask('GET', path, { headers: { accept }, random: bytesOf(name) });
  const before = told[name];
  if (before === undefined || headers['content-type'] !== accept) throw new Error(`${name} has no ${accept}`);
  told[name] = { ...before, forms: { ...before.forms, [accept]: text } };
}

const RETURN_URL = 'https://insurer.example/car-connected';

const CONTRACT = {
  kind: 'insurance',
  reference: 'POL-1001',
  vin: 'VF72R1HNP4T000101',
  start: '2026-01-01',
  zone: 'Europe/Paris',
};

/** The driver connects the car, which is read twice: before the end of January, and after it. */
async function january(contractId: string): Promise<void> {
  const connectionId = `cxn_${contractId.slice('con_'.length)}`;
  const car = { vin: CONTRACT.vin, make: 'CITROEN', model: 'C3', year: 2025 };
  const connectedAt = '2026-01-05T09:20:00.000Z';
  const granted = ['read_odometer', 'read_vin', 'read_vehicle_info'];
  const agreedAt = '2026-01-05T09:18:00.000Z';
  const consent = { consentId: 'cns_1', textVersion: '2026-11-fr', agreedAt, asked: granted };
  const told = { permissions: granted, consent };
  await world.connect(contractId, {
    connectionId,
    state: 'active',
    createdAt: connectedAt,
    connectedAt,
    ...car,
    ...told,
  });
  for (const [recordedAt, metres] of [
    ['2026-01-05T09:15:00.000Z', 11_345_678],
    ['2026-02-01T00:55:10.000Z', 12_345_678],
  ] as const) {
    const id = `rdg_${Buffer.from(bytesOf(recordedAt)(16)).toString('hex')}`;
    const fetchedAt = new Date(Date.parse(recordedAt) + 1_000_000).toISOString();
    const requestId = '26c14915-0c26-43c5-8e42-9edfc2a66a0f';
    const measured = { metres, distance: metres / 1000, unit: 'km', recordedAt, fetchedAt, requestId } as const;
    const counted = { source: 'poll', connectionId, seq: 1, outcome: 'read' } as const;
    const readFor = { tenantId: 'rivage', contractId, periodId: '2026-01', firstAsleep: false };
    await putReading(world.tables.business, readFor, { id, vin: CONTRACT.vin, ...measured, ...counted });
  }
  await world.stated(contractId, '2026-02-01T01:12:41.000Z');
}

/** January is complete, and that has been noticed. */
async function countRuns(): Promise<void> {
  const { business, attestations } = world.tables;
  await followRuns(business, 'rivage', Date.parse('2026-01-28T12:00:00.000Z'));
  await tallyRuns({ business, attestations, clock: () => world.later(0) }, Number.POSITIVE_INFINITY);
}

async function tellOfReports(contractId: string): Promise<void> {
  const body = { contractId, from: '2026-01', to: '2026-01', format: 'csv' };
  const { id } = await tell('createReport', '/v1/reports', { body });
  const { business, attestations } = world.tables;
  const building = {
    business,
    attestations,
    files: makeBucket().bucket,
    bundling: bundlingOf(world.tables),
    print: makePrint(printing),
    clock: () => world.later(2_000),
    random: randomBytes,
  };
  await buildReport(building, { tenantId: 'rivage', reportId: String(id) }, false);
  await tell('listReports', '/v1/reports', { query: 'limit=25' });
  await tell('getReport', `/v1/reports/${id}`);
  await tell('downloadReport', `/v1/reports/${id}/download`);
  await tellOfShares(await world.readyReport({ contractId, format: 'bundle' }, bytesOf('a bundle')));
}

async function tellOfShares(reportId: string): Promise<void> {
  const body = { withhold: ['vin', 'vendorVehicleId', 'consentId'], viewLimit: 5, expiresAt: '2026-02-20T00:00:00Z' };
  const { id } = await tell('createShare', `/v1/reports/${reportId}/shares`, { body });
  await tell('listShares', `/v1/reports/${reportId}/shares`, { query: 'limit=25' });
  await tell('getShare', `/v1/reports/${reportId}/shares/${id}`);
  await tell('revokeShare', `/v1/reports/${reportId}/shares/${id}`);
}

/** By now the sweep has told of January. */
async function sweepEvents(): Promise<void> {
  await sweep({ business: world.tables.business, offer: () => Promise.resolve() }, () => world.later(0));
  world.later(60_000);
}

/** The tenant's server takes what it is sent. */
async function sendTest(): Promise<void> {
  const messages: Message[] = [];
  const delivering: Delivering = {
    business: world.tables.business,
    sendWebhooks: async (batch) => void messages.push(...batch),
    open: () => Promise.resolve('whsec_a2V5'),
    post: () => Promise.resolve({ kind: 'answered', status: 204 }),
    clock: () => world.later(40_000),
  };
  await resendDue(delivering, world.later(0));
  for (const { body } of messages) await attemptDelivery(delivering, deliveryMessage.parse(body));
}

async function tellOfWebhooks(): Promise<void> {
  const body = { url: 'https://insurer.example/hooks', types: ['attestation.issued', 'connection.reauth_required'] };
  const { id } = await tell('createWebhookEndpoint', '/v1/webhook-endpoints', { body });
  const endpoint = `/v1/webhook-endpoints/${id}`;
  await tell('listWebhookEndpoints', '/v1/webhook-endpoints');
  await tell('getWebhookEndpoint', endpoint);
  const { id: deliveryId } = await tell('testWebhookEndpoint', `${endpoint}/test`);
  await sendTest();
  await tell('listWebhookDeliveries', `${endpoint}/deliveries`, { query: 'limit=25' });
  await tell('redeliverWebhook', `${endpoint}/deliveries/${deliveryId}/redeliver`);
  await tell('rotateWebhookSecret', `${endpoint}/rotate-secret`);
  const { headers } = await world.ask('GET', endpoint);
  await tell('changeWebhookEndpoint', endpoint, {
    body: { state: 'disabled', types: null },
    headers: { 'if-match': headers['etag'] ?? '' },
  });
  await tell('deleteWebhookEndpoint', endpoint);
}

async function tellOfKeys(): Promise<void> {
  await tell('getMe', '/v1/me');
  const body = {
    name: 'nightly export',
    scopes: ['contracts:read', 'attestations:read'],
    expiresAt: '2027-02-01T00:00:00.000Z',
  };
  const { id } = await tell('createApiKey', '/v1/api-keys', { body });
  await tell('listApiKeys', '/v1/api-keys');
  await tell('revokeApiKey', `/v1/api-keys/${id}`);
}

/** For a while the driver's login is dead, and there is a link. */
async function tellOfDeadConnection(contractId: string): Promise<void> {
  const connection = keys.connection('rivage', contractId, contractId.replace('con_', 'cxn_'));
  const { business } = world.tables;
  await business.update(connection, { set: { state: 'reauth_required', reason: 'token_refused' } });
  await tell('getConnection', `/v1/contracts/${contractId}/connection`);
  await business.update(connection, { set: { state: 'active' }, remove: ['reason'] });
}

it('the examples are what the API answers', async () => {
  const { id } = await tell('createContract', '/v1/contracts', { body: CONTRACT });
  const contract = `/v1/contracts/${id}`;
  await tell('getCompatibility', '/v1/compatibility', { query: `vin=${CONTRACT.vin}&country=FR` });
  await tell('listBrands', '/v1/brands');
  await changeTenant(world.tables.business, 'rivage', { returnUrls: [RETURN_URL] }, NOW);
  await tell('createConnectSession', `${contract}/connect-sessions`, {
    body: { language: 'fr', expiresInSeconds: 1_209_600, returnUrl: RETURN_URL },
  });
  await january(String(id));
  world.later(Date.parse('2026-02-02T09:00:00.000Z') - NOW);
  await tell('listContracts', '/v1/contracts', { query: 'limit=25' });
  await tell('getContract', contract);
  await tellOfDeadConnection(String(id));
  const { headers } = await world.ask('GET', contract);
  await tell('changeContract', contract, {
    body: { allowance: { per: 'year', metres: 15_000_000 }, metadata: { branch: 'Lille' } },
    headers: { 'if-match': headers['etag'] ?? '' },
  });
  const lines = ['POL-1002', 'POL-1001'].map((reference) => ({
    ...CONTRACT,
    vin: undefined,
    reference,
    start: '2026-02-01',
  }));
  await tell('createContracts', '/v1/contract-batches', { body: { contracts: lines } });
  await tell('declareOdometerEvent', `${contract}/odometer-events`, {
    body: {
      kind: 'reading',
      at: '2026-01-31T17:30:00Z',
      metres: 12_340_000,
      evidence: 'photo 4711',
    },
  });
  await tell('listOdometerEvents', `${contract}/odometer-events`);
  await tell('getMileage', `${contract}/mileage`, { query: 'from=2026-01-01&to=2026-02-01' });
  await tell('listReadings', `${contract}/readings`);
  await tell('listContractAttestations', `${contract}/attestations`);
  await tell('listAttestations', '/v1/attestations', { query: 'period=2026-01' });
  const statement = await world.statementId(String(id), 1);
  await tell('getAttestation', `/v1/attestations/${statement}`);
  await tellAs('getAttestation', `/v1/attestations/${statement}`, 'application/sd-jwt');
  await tell('presentAttestation', `/v1/attestations/${statement}/presentation`, {
    body: { withhold: ['vin', 'vendorVehicleId'] },
  });
  await countRuns();
  await tell('getRun', '/v1/runs/2026-01');
  await tellAs('getRun', '/v1/runs/2026-01', 'text/csv');
  await tellOfReports(String(id));
  await sweepEvents();
  await tell('endContract', `${contract}/end`, { body: { end: '2026-02-16' } });
  await tell('askForReading', `${contract}/readings`);
  await tell('replaceAttestation', `/v1/attestations/${statement}/replace`, { body: { reason: 'late_reading' } });
  const ended = await world.over(bytesOf('over'));
  await tell('eraseContract', `/v1/contracts/${ended}/erase`);
  await tell('withdrawConnection', `${contract}/connection`);
  await tell('listEvents', '/v1/events', { query: 'limit=25' });
  await tellOfWebhooks();
  await tellOfKeys();

  const all = Object.fromEntries(allRoutes.map(({ name }) => [name, told[name]]));
  await expect(`${JSON.stringify(all, undefined, 2)}\n`).toMatchFileSnapshot('../../../lib/api/examples.json');
});

it('every route has an example, which went well', () => {
  for (const { name, answers } of allRoutes) expect(Object.keys(answers), name).toContain(String(told[name]?.status));
});
