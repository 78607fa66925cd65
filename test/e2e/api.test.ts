// The tenants' API over real HTTP, from outside: what an integrator does on the first afternoon, what a broken client sends, and how
// long a revoked key still works.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectCar } from '../../infra/local/demo/driver.ts';
import { createTenantWithKey, createVehicleApplication } from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { openOdoseal } from '../../lib/api/client/quickstart.ts';
import { makeVerifyEs256, sha256 } from '../../lib/cli/node-primitives.ts';
import { verifyStatement } from '../../lib/proof/verify.ts';
import { openPlayground } from './open-playground.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const VIN = 'VF7SXHNPTPT000777';
const ACCOUNT = 'quickstart.driver@example.com';
const REFERENCE = 'QUICKSTART-REFERENCE';
const TERMS = { kind: 'lease', reference: REFERENCE, vin: VIN, start: '2026-01-01', zone: 'Europe/Paris' } as const;

let ground: Playground;
let apiKey = '';
/** That were made so far. */
const links: string[] = [];

beforeAll(async () => {
  ground = await openPlayground({ outDir: inject('assembly'), startAt: START });
  const { stack, simulator, secretName } = ground;
  simulator.fleet.addCar({
    account: ACCOUNT,
    model: 'C3',
    year: 2024,
    vin: VIN,
    odometerMetres: 5_000_000,
    metresPerDay: 40_000,
    since: START - 86_400_000,
  });
  await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
  apiKey = await createTenantWithKey(stack, { tenantId: 'rivage', name: 'Rivage', applicationId: 'default' });
});
afterAll(() => ground.close());

const withKey = (key = apiKey) => ({ authorization: `Bearer ${key}` });
const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(ground.stack.publicOrigin + path, { ...init, headers: { ...withKey(), ...init.headers } });
const post = (path: string, body: unknown): Promise<Response> =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

type Odoseal = ReturnType<typeof openOdoseal>;

/** As the README does it; the link is kept. */
async function inviteDriver(odoseal: Odoseal, terms: Parameters<Odoseal['inviteDriver']>[0]) {
  const { contractId, link } = await odoseal.inviteDriver(terms);
  if (link === null) throw new Error('the link is shown once, and not now');
  links.push(link);
  return { contractId, link };
}

/** Sends bytes as they are and reads until the server has said everything. */
async function send(head: string, body: Buffer = Buffer.alloc(0)): Promise<string> {
  const { hostname, port } = new URL(ground.stack.publicOrigin);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  // A server may hang up on rubbish before it has read all of it.
  socket.on('error', () => socket.destroy());
  socket.write(`${head}\r\nHost: ${hostname}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('utf8');
}

const statusOf = (answer: string): number => Number(answer.split(' ')[1]);
const keyLine = (): string => `Authorization: Bearer ${apiKey}`;
const jsonPost = (): string => `POST /v1/contracts HTTP/1.1\r\n${keyLine()}\r\nContent-Type: application/json`;

describe('without a key that works', () => {
  it('the gateway itself refuses a request that has none', async () => {
    const answer = await fetch(`${ground.stack.publicOrigin}/v1/contracts`);
    expect([answer.status, await answer.text()]).toEqual([401, '{"message":"Unauthorized"}']);
  });

  it.each([
    ['an unknown key', () => `ods_${'0'.repeat(32)}_${'A'.repeat(43)}`],
    ['another secret', () => `${apiKey.slice(0, -4)}AAAA`],
    ['no key at all', () => 'hello'],
  ])('we refuse %s with a problem document', async (_, key) => {
    const answer = await fetch(`${ground.stack.publicOrigin}/v1/contracts`, { headers: withKey(key()) });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    const problem = (await answer.json()) as Record<string, unknown>;
    expect(problem).toEqual({
      type: 'urn:odoseal:problem:unauthorized',
      title: 'The API key is missing, unknown, expired or revoked.',
      status: 401,
      code: 'unauthorized',
      requestId: answer.headers.get('apigw-requestid'),
    });
    expect(answer.headers.get('x-request-id')).toBe(problem['requestId']);
  });
});

describe('from a key to an attestation', () => {
  it('it takes five calls: those of the README', async () => {
    const { publicOrigin, accessLog, clock, drain } = ground.stack;
    const before = accessLog.length;
    const odoseal = openOdoseal(publicOrigin, apiKey);
    const { contractId, link } = await inviteDriver(odoseal, TERMS);
    const howItWent = await connectCar(link, ACCOUNT);
    await drain();
    expect(await howItWent()).toBe('Your car is connected');
    expect(await odoseal.connection(contractId)).toMatchObject({ state: 'active', reason: null, vin: VIN });

    await clock.advanceTo(Date.parse('2026-02-01T12:00:00.000Z'));
    const newest = await odoseal.newestAttestation(contractId);
    expect(newest?.claims).toMatchObject({ outcome: 'measured', verdict: 'logical', sub: contractId });
    expect(accessLog.slice(before).filter((line) => line.includes('/v1/'))).toHaveLength(5);

    // The text is also what an auditor believes the car's name by, which a plain JWT library does not read.
    const { keys, issuer } = (await (await fetch(`${publicOrigin}/.well-known/jwks.json`)).json()) as {
      keys: [];
      issuer: string;
    };
    const trust = { keys, issuer, crypto: { sha256, verifyEs256: makeVerifyEs256() } };
    expect(verifyStatement(newest?.sdJwt ?? '', trust)).toMatchObject({
      ok: true,
      claims: { outcome: 'measured', verdict: 'logical', period: { id: '2026-01' } },
      disclosed: { vin: VIN, reference: REFERENCE },
    });
  });

  it('a refusal is an error that says what is wrong', async () => {
    const odoseal = openOdoseal(ground.stack.publicOrigin, apiKey);
    await expect(odoseal.inviteDriver({ ...TERMS, zone: 'Mars/Olympus' })).rejects.toThrow('"field":"zone"');
    expect(await odoseal.newestAttestation('con_00000000000000000000000000000000').catch(String)).toContain(
      'not_found',
    );
  });
});

describe('a client that is broken gets an answer', () => {
  it('to bytes that are no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"reference":"'), Buffer.of(0xc3, 0x28, 0xff), Buffer.from('"}')]);
    const answer = await send(jsonPost(), body);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('"code":"invalid_request"');
    expect(answer).toContain('broken Unicode');
  });

  it('to compressed JSON, which is not understood', async () => {
    const answer = await send(`${jsonPost()}\r\nContent-Encoding: gzip`, Buffer.of(0x1f, 0x8b, 8, 0, 0, 0));
    expect([statusOf(answer), answer.includes('"code":"malformed_json"')]).toEqual([400, true]);
  });

  it('to headers of 20 KB', async () => {
    expect(statusOf(await send(`${jsonPost()}\r\nX-Long: ${'x'.repeat(20_480)}`))).toBe(431);
  });

  it('to a key sent twice', async () => {
    const answer = await send(`GET /v1/contracts HTTP/1.1\r\n${keyLine()}\r\n${keyLine()}`);
    expect([statusOf(answer), answer.includes('"code":"unauthorized"')]).toEqual([401, true]);
  });

  it('to a body above 256 KB, from the function; above 10 MB, from the gateway', async () => {
    const large = await send(jsonPost(), Buffer.alloc(262_145, ' '));
    expect([statusOf(large), large.includes('"code":"body_too_large"')]).toEqual([413, true]);
    expect(statusOf(await send(jsonPost(), Buffer.alloc(6 * 1024 * 1024 + 1, ' ')))).toBe(413);
    const huge = await send(jsonPost(), Buffer.alloc(10 * 1024 * 1024 + 1, ' '));
    expect([statusOf(huge), huge.endsWith('{"message":"Request Entity Too Large"}')]).toEqual([413, true]);
  });

  it.each(['/v1/contracts/../contracts', '/v1/contracts/%2e%2e', '/v1/contracts/%zz', '/v1/contracts/%00'])(
    'to the path %s',
    async (path) => {
      const answer = await send(`GET ${path} HTTP/1.1\r\n${keyLine()}`);
      expect([statusOf(answer), answer.includes('"code":"not_found"')]).toEqual([404, true]);
    },
  );

  it('to a path with an empty part, from the gateway', async () => {
    const answer = await send(`GET /v1//contracts HTTP/1.1\r\n${keyLine()}`);
    expect([statusOf(answer), answer.endsWith('{"message":"Not Found"}')]).toEqual([404, true]);
  });

  it.each(['limit=%ff', 'limit=1&limit=2', 'cursor=%00', '%', '&&a'])('to the query ?%s', async (query) => {
    const answer = await send(`GET /v1/contracts?${query} HTTP/1.1\r\n${keyLine()}`);
    expect([statusOf(answer), answer.includes('"code":"invalid_request"')]).toEqual([400, true]);
  });

  it.each(['OPTIONS', 'DELETE'])('to %s', async (method) => {
    const answer = await send(`${method} /v1/contracts HTTP/1.1\r\n${keyLine()}`);
    expect([statusOf(answer), answer.includes('"code":"method_not_allowed"')]).toEqual([405, true]);
    expect(answer).toMatch(/\r\nallow: POST, GET, HEAD\r\n/i);
  });

  it('to HEAD, with the head of a GET', async () => {
    const [head = '', body] = (await send(`HEAD /v1/contracts HTTP/1.1\r\n${keyLine()}`)).split('\r\n\r\n');
    const got = await send(`GET /v1/contracts HTTP/1.1\r\n${keyLine()}`);
    const saidOf = (text: string) => text.match(/^(?:etag|content-type|content-length): .*$/gim);
    expect([statusOf(head), body, saidOf(head)]).toEqual([200, '', saidOf(got.split('\r\n\r\n')[0] ?? '')]);
    expect(saidOf(head)).toHaveLength(3);
  });
});

describe('a revoked key', () => {
  it('still works for what is left of the authorizer’s 60 seconds, and not a second longer', async () => {
    const { stack } = ground;
    const made = await post('/v1/api-keys', { name: 'export', scopes: ['contracts:read'] });
    const key = (await made.json()) as { readonly id: string; readonly secret: string };
    const status = async (): Promise<number> => (await ask('/v1/contracts', { headers: withKey(key.secret) })).status;
    expect(await status()).toBe(200);
    // The authorizer is not asked again, and what it said then opens nothing else.
    const elsewhere = await ask('/v1/events', { headers: withKey(key.secret) });
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([403, { code: 'missing_scope' }]);
    expect((await ask(`/v1/api-keys/${key.id}`, { method: 'DELETE' })).status).toBe(204);
    await stack.clock.advanceTo(stack.clock.now() + 59_999);
    expect(await status()).toBe(200);
    // What reads the key itself knows better.
    expect((await ask('/v1/me', { headers: withKey(key.secret) })).status).toBe(401);
    await stack.clock.advanceTo(stack.clock.now() + 1);
    expect(await status()).toBe(401);
  });

  it('that nobody used in the last minute works no more at once', async () => {
    const { stack } = ground;
    const made = await stack.invoke('admin', {
      action: 'createApiKey',
      tenantId: 'rivage',
      scopes: ['contracts:read'],
    });
    const key = made as { readonly keyId: string; readonly apiKey: string };
    await stack.invoke('admin', { action: 'revokeApiKey', keyId: key.keyId });
    expect((await ask('/v1/contracts', { headers: withKey(key.apiKey) })).status).toBe(401);
  });
});

it('I12 neither another driver nor anything before leaves a trace of a VIN, key, link, e-mail or reference in any log', async () => {
  const { logs, accessLog, publicOrigin, drain } = ground.stack;
  const odoseal = openOdoseal(publicOrigin, apiKey);
  const { contractId, link } = await inviteDriver(odoseal, { ...TERMS, reference: `${REFERENCE}-2` });
  await connectCar(link, ACCOUNT);
  await drain();
  expect(await odoseal.connection(contractId)).toMatchObject({ state: 'active', vin: VIN });
  const all = [...logs.map(({ text }) => text), ...accessLog].join('\n');
  expect(all).toContain('"message":"calls"');
  const tokens = links.map((one) => new URL(one).pathname.split('/')[2] ?? '');
  for (const canary of [VIN, ACCOUNT, REFERENCE, apiKey.slice(-43), ...tokens]) {
    expect(canary.length).toBeGreaterThan(10);
    expect(all.includes(canary)).toBe(false);
  }
});
