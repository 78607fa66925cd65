// A tenant's server is told, on the local stack with the deployed bundles, roles and queues: the tenant makes its endpoint over the API,
// what arrives verifies with the library that receivers use, and what does not arrive is tried again.
import { createServer, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import { listen, stopListening } from '../../infra/local/listen.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { openReceiver } from '../../lib/api/client/receive-webhook.ts';
import { openPlayground } from './open-playground.ts';
import { replaceAttestation } from './replace-story.ts';
import { askAsStranger, checkBundle, downloadReport, goBothWays, shareReport } from './report-story.ts';
import { keepForAMonth } from './retention-story.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const VIN = 'VF7SXHNPTPT000001';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Made {
  readonly id: string;
  readonly secret: string;
}

type Receive = ReturnType<typeof openReceiver>;

let ground: Playground;
let receiver: Server;
let apiKey: string;
let endpoint: Made;
let replaced: Made;
let report: Awaited<ReturnType<typeof downloadReport>>;
let contractId: string;
let carId: string;
let origin: string;
let receive: Receive;
const received: Received[] = [];
const handled: unknown[] = [];
/** What no body and no line of a log may hold, of all tests so far. */
const secrets: string[] = [];

/** Secrets of webhooks, addresses of files and links: of each the part that opens. */
function keepSecret(...made: readonly string[]): void {
  for (const one of made) {
    const [opens = ''] = /^whsec_.+|(?<=X-Amz-Signature=)[0-9a-f]{64}|(?<=\/s\/)[\w-]{43}$/.exec(one) ?? [];
    expect(opens.length).toBeGreaterThan(32);
    secrets.push(opens);
  }
}

/** Asks the API as the tenant's software does. The shape of an answer is the API's own. */
async function ask<T>(method: string, path: string, sent?: unknown): Promise<T> {
  const response = await fetch(`${ground.stack.publicOrigin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
    },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const text = await response.text();
  expect([method, path, response.status < 300]).toEqual([method, path, true]);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** In whatever was sent or logged until now. */
function expectNothingTold(): void {
  const told = JSON.stringify([received.map(({ body }) => body), ground.stack.logs, ground.stack.accessLog]);
  expect(told).toContain('webhook.test');
  for (const canary of [VIN, 'anna@example.com', ...secrets]) expect(told).not.toContain(canary);
}

/** What arrives within two minutes. */
async function arriving(): Promise<readonly Received[]> {
  const before = received.length;
  await ground.stack.clock.advanceTo(ground.stack.clock.now() + 2 * MINUTE);
  await ground.stack.drain();
  return received.slice(before);
}

/** Whether a signature of what arrived is the one that the library makes with a secret. */
const verifies = (secret: string, { headers, body }: Received): boolean => {
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const expected = new Webhook(secret).sign(String(headers['webhook-id']), at, body);
  return String(headers['webhook-signature']).split(' ').includes(expected);
};

/** What the README's receiver answers at the stack's time: it takes nothing that is minutes old. */
function answerAt(now: number, receive: Receive, { headers, body }: Received): number {
  vi.useFakeTimers({ toFake: ['Date'], now });
  try {
    return receive(headers, body);
  } finally {
    vi.useRealTimers();
  }
}

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const one = { headers, body };
    received.push(one);
    const status = answerAt(ground.stack.clock.now(), receive, one);
    // Out of order at the first knock: the answer is lost, what it was about is done.
    response.writeHead(received.length === 1 ? 503 : status).end();
  });
  origin = await listen(receiver, 0);
  ground = await openPlayground({ outDir: inject('assembly'), startAt: START, copies: 1 });
  const { stack, simulator, secretName } = ground;
  await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
  apiKey = await createTenantWithKey(stack, { tenantId: 'rivage', name: 'Rivage', applicationId: 'default' });
  endpoint = await ask<Made>('POST', '/v1/webhook-endpoints', { url: `${origin}/hooks` });
  receive = openReceiver(endpoint.secret, (event) => handled.push(event));
  const car = { account: 'anna@example.com', model: 'C3', year: 2024, vin: VIN, odometerMetres: 5_000_000 };
  carId = simulator.fleet.addCar({ ...car, since: START - DAY, metresPerDay: 40_000 }).id;
  const terms = { kind: 'lease', reference: 'LEASE-1', vin: VIN, start: '2026-01-01', zone: 'Europe/Paris' };
  const made = await createContractWithLink(stack.publicOrigin, apiKey, terms);
  contractId = made.contractId;
  await connectCar(made.link, 'anna@example.com');
  await stack.drain();
  await stack.clock.advanceTo(START + DAY);
});
afterAll(async () => {
  await ground.close();
  await stopListening(receiver);
});

it('I11 every event arrives, signed, numbered, and again under the same id when it was refused', () => {
  const types = received.map(({ body }) => JSON.parse(body).type);
  expect(new Set(types)).toEqual(new Set(['contract.connected', 'reading.recorded']));
  const [first] = received;
  const again = received.filter(({ headers }) => headers['webhook-id'] === first?.headers['webhook-id']);
  expect(again.map(({ body }) => body)).toEqual([first?.body, first?.body]);
  const bodies = new Set(received.map(({ body }) => body));
  expect([...bodies].map((body) => JSON.parse(body).sequence).toSorted()).toEqual([1, 2]);
  for (const { body } of received) expect(JSON.parse(body).data).toMatchObject({ contractId });
  // The README's receiver verified each, and did each once.
  expect(handled).toEqual([...bodies].map((body) => JSON.parse(body)));
});

it('the receiver of the README refuses what was altered, is old, or is signed with another secret', () => {
  const [first] = received;
  const now = Number(first?.headers['webhook-timestamp']) * 1000;
  const answer = (at: number, secret: string, change: Partial<Received> = {}) =>
    first &&
    answerAt(
      at,
      openReceiver(secret, () => undefined),
      { ...first, ...change },
    );
  expect(answer(now, endpoint.secret)).toBe(204);
  expect(answer(now, endpoint.secret, { body: `${first?.body} ` })).toBe(400);
  expect(answer(now, endpoint.secret, { headers: {} })).toBe(400);
  expect(answer(now + 6 * MINUTE, endpoint.secret)).toBe(400);
  expect(answer(now, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(400);
});

it('a test arrives, is listed with its attempt, arrives again when it is asked for, and never once the endpoint is deleted', async () => {
  const path = `/v1/webhook-endpoints/${endpoint.id}`;
  const asked = await ask<{ readonly id: string; readonly sequence: number }>('POST', `${path}/test`);
  const [test, ...others] = await arriving();
  expect([others, test && verifies(endpoint.secret, test)]).toEqual([[], true]);
  expect(JSON.parse(test?.body ?? '')).toMatchObject({
    type: 'webhook.test',
    sequence: 3,
    data: { endpointId: endpoint.id },
  });
  const { items } = await ask<{ readonly items: readonly unknown[] }>('GET', `${path}/deliveries?limit=1`);
  expect(items).toMatchObject([
    { id: asked.id, sequence: 3, state: 'delivered', attempts: [{ status: 204, error: null }] },
  ]);

  const rotated = await ask<Made>('POST', `${path}/rotate-secret`);
  keepSecret(endpoint.secret, rotated.secret);
  await ask('POST', `${path}/deliveries/${asked.id}/redeliver`);
  const [again, ...more] = await arriving();
  expect([more, again?.body, again?.headers['webhook-id']]).toEqual([[], test?.body, test?.headers['webhook-id']]);
  expect([endpoint, rotated].map(({ secret }) => again && verifies(secret, again))).toEqual([true, true]);

  await ask('POST', `${path}/test`);
  await ask('DELETE', path);
  expect(await arriving()).toEqual([]);
  expect(await ask('GET', '/v1/webhook-endpoints')).toEqual({ items: [] });
});

it('an attestation is stated again with what was declared late, as an auditor verifies, and both that took places are told once', async () => {
  replaced = await ask<Made>('POST', '/v1/webhook-endpoints', { url: `${origin}/replaced` });
  keepSecret(replaced.secret);
  receive = openReceiver(replaced.secret, (event) => handled.push(event));
  const before = handled.length;
  const [january, february, ...again] = await replaceAttestation(ground, { contractId, apiKey, carId });
  await arriving();
  const told = handled.slice(before).map((event) => event as { readonly type: string; readonly data: object });
  const took = again.map(({ id }, n) => ({ attestationId: id, replaces: [january, february][n]?.id }));
  const own = told.filter(({ type }) => type === 'attestation.replaced').map(({ data }) => data);
  expect(own).toHaveLength(2);
  expect(own).toEqual(expect.arrayContaining(took.map((one) => expect.objectContaining({ contractId, ...one }))));
});

it('that every contract’s month is stated is told once for each month, signed, with the month and nothing else', async () => {
  const runs = received.filter(({ body }) => JSON.parse(body).type === 'run.completed');
  const told = ['2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'].map((timestamp, n) => ({
    ...{ type: 'run.completed', timestamp, sequence: expect.any(Number) },
    data: { periodId: ['2026-01', '2026-02'][n] },
  }));
  expect(runs.map(({ body }) => JSON.parse(body))).toEqual(told);
  expect(runs.map((one) => verifies(replaced.secret, one))).toEqual([true, true]);
  expect(await ask('GET', '/v1/runs/2026-01')).toMatchObject({ totals: { complete: true, contracts: 1, attested: 1 } });
});

it('a report is asked for, built, told and downloaded, with a line for each attestation; for another tenant there is none', async () => {
  report = await downloadReport(ground, { contractId, apiKey });
  const told = (await arriving()).map(({ body }) => JSON.parse(body));
  const reportId = report.path.split('/').at(-1);
  expect(told).toMatchObject([{ type: 'report.ready', data: { contractId, reportId } }]);
  await askAsStranger(ground, report.path);
  await checkBundle(ground, { contractId, apiKey });
  keepSecret(report.address, await shareReport(ground, { contractId, apiKey }));
});

it('I12 no VIN, secret, address of a driver or of a file, and no link is in a body, or in a line of a log', async () => {
  const path = '/v1/webhook-endpoints';
  const searched = await ask<Made>('POST', path, { url: `${origin}/searched` });
  const { secret } = await ask<Made>('POST', `${path}/${searched.id}/rotate-secret`);
  await ask('POST', `${path}/${searched.id}/test`);
  // A report has to be of something.
  const { clock } = ground.stack;
  await clock.advanceTo(Math.max(clock.now(), Date.parse('2026-02-02T12:00:00.000Z')));
  const own = await goBothWays(ground, { contractId, apiKey });
  await arriving();
  expect(received.some((one) => verifies(secret, one))).toBe(true);
  keepSecret(searched.secret, secret, own.address, own.url);
  await ask('DELETE', `${path}/${searched.id}`);
  expectNothingTold();
});

it('a contract is erased when its tenant keeps it no longer, and an auditor verifies as before', async () => {
  expect((await fetch(report.address)).status).toBe(200);
  await keepForAMonth(ground, { contractId, apiKey, carId }, VIN);
  expect(await ask('GET', '/v1/reports')).toEqual({ items: [], next: null });
  expect((await fetch(report.address)).status).toBe(404);
  expectNothingTold();
});
