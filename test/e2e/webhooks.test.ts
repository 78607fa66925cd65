// A tenant's server is told, on the local stack with the deployed bundles, roles and queues: what arrives verifies with the library that
// receivers use, and what does not arrive is tried again.
import { createServer, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import { listen, stopListening } from '../../infra/local/listen.ts';
import { bootPlayground, type Playground } from '../../infra/local/playground.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const DAY = 86_400_000;
const VIN = 'VF7SXHNPTPT000001';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let ground: Playground;
let receiver: Server;
let secret: string;
let endpointId: string;
let contractId: string;
const received: Received[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push({ headers, body });
    // Out of order at the first knock.
    response.writeHead(received.length === 1 ? 503 : 204).end();
  });
  const origin = await listen(receiver, 0);
  ground = await bootPlayground({ outDir: inject('assembly'), startAt: START, copies: 1 });
  const { stack, simulator, secretName } = ground;
  await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
  const apiKey = await createTenantWithKey(stack, { tenantId: 'rivage', name: 'Rivage', applicationId: 'default' });
  const endpoint = { action: 'createWebhookEndpoint', tenantId: 'rivage', url: `${origin}/hooks` };
  // The boundary of the function: what it returns is what the operator gets.
  ({ secret, endpointId } = (await stack.invoke('admin', endpoint)) as { secret: string; endpointId: string });
  const car = { account: 'anna@example.com', model: 'C3', year: 2024, vin: VIN, odometerMetres: 5_000_000 };
  simulator.fleet.addCar({ ...car, since: START - DAY, metresPerDay: 40_000 });
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
  const webhook = new Webhook(secret);
  for (const { headers, body } of received) {
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(webhook.sign(String(headers['webhook-id']), at, body));
    expect(JSON.parse(body).data).toMatchObject({ contractId });
  }
});

it('I12 no VIN, secret or address of a driver is in a body, or in a line of a log', () => {
  const told = JSON.stringify([received.map(({ body }) => body), ground.stack.logs]);
  for (const canary of [VIN, secret, 'anna@example.com']) expect(told).not.toContain(canary);
  expect(endpointId).toMatch(/^whe_/);
});
