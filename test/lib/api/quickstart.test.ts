// The client that the README shows, asked over HTTP: whatever a reference is made of, its contract is made once.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOdoseal } from '../../../lib/api/client/quickstart.ts';
import { type ApiWorld, openApiWorld, TERMS } from './api-world.ts';

let world: ApiWorld;
const server = createServer(async (request, response) => {
  let raw = '';
  for await (const chunk of request) raw += chunk;
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const asked = { headers: Object.fromEntries(headers), ...(raw === '' ? {} : { raw }) };
  const answer = await world.ask(String(request.method), String(request.url), asked);
  response.writeHead(answer.status, answer.headers).end(answer.text);
});

beforeAll(async () => {
  world = await openApiWorld();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world.close();
});

it.each(['POL-1', 'Pólis 12', '契'.repeat(128), '"\\'])('a contract for %s is made once', async (reference) => {
  const { port } = server.address() as AddressInfo;
  const odoseal = openOdoseal(`http://127.0.0.1:${port}`, 'ods_key');
  const invited = await odoseal.inviteDriver({ ...TERMS, reference });
  expect(invited.contractId).toMatch(/^con_/);
  expect((await odoseal.inviteDriver({ ...TERMS, reference })).contractId).toBe(invited.contractId);
});
