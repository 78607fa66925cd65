// Addresses, methods and callers that the API refuses: each refusal is a problem document that names the field and never its value, carries the
// request's id twice, and leaves every table as it was.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../../lib/api/problem.ts';
import type { Item } from '../../../lib/aws/table.ts';
import { type ApiWorld, type Asking, CANAL, openApiWorld, RIVAGE, TERMS } from './api-world.ts';
import { expectRefused } from './refused.ts';

let world: ApiWorld;
let id = '';
let before: readonly Item[] = [];
beforeAll(async () => {
  world = await openApiWorld();
  id = await world.contract();
});
afterAll(() => world.close());
beforeEach(async () => {
  before = await world.snapshot();
});
afterEach(async () => {
  expect(await world.snapshot()).toEqual(before);
});

const refused = (code: ProblemCode, method: string, path: string, asking?: Asking) =>
  expectRefused(world.ask, code, [method, path], asking);

describe('an address', () => {
  it.each([
    '/',
    '',
    '/v1',
    '/v1/',
    '/v2/contracts',
    '/V1/contracts',
    '/v1/contracts/',
    '/v1//contracts',
    '//v1/contracts',
    '/v1/contracts/%2e%2e',
    '/v1/contracts/..',
    '/v1/contracts/../attestations',
    '/v1/contracts/con_%00',
    '/v1/contracts/a b',
    '/v1/contracts/con_1?x',
    '/v1/contracts/{contractId}',
    '/v1/contracts/con_1/',
    '/v1/contracts/con_1/mileages',
    '/v1/contracts/con_1%2Fattestations',
    '/v1/%63ontracts',
    '/v1/attestation',
    '/v1/contracts/%',
    '/v1/contracts/é',
    `/v1/contracts/${'a'.repeat(65)}`,
    '/v1/contracts/con_1#x',
    '/v1/contracts;v=1',
    '/v1/contracts/T#canal#C#con_1',
  ])('%s is nowhere', async (path) => {
    await refused('not_found', 'GET', path);
    await refused('not_found', 'POST', path, { body: TERMS });
  });

  it.each([
    'con_',
    'con_1',
    'CON_00000000000000000000000000000000',
    'con_g0000000000000000000000000000000',
    'x',
    '-',
    '__proto__',
  ])('with the malformed id %s leads to nothing', async (text) => {
    await refused('not_found', 'GET', `/v1/contracts/${text}`);
    await refused('not_found', 'GET', `/v1/contracts/${text}/attestations`);
    await refused('not_found', 'POST', `/v1/contracts/${text}/connect-sessions`, { body: {} });
  });

  it.each([
    ['/v1/contracts', 'POST, GET, HEAD', ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'get', 'BREW']],
    ['/v1/contracts/con_1', 'GET, HEAD, PATCH', ['POST', 'PUT', 'DELETE', 'OPTIONS']],
    ['/v1/contract-batches', 'POST', ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']],
    ['/v1/contracts/con_1/connect-sessions', 'POST', ['GET', 'DELETE', 'HEAD', 'OPTIONS']],
    ['/v1/contracts/con_1/attestations', 'GET, HEAD', ['POST', 'DELETE', 'OPTIONS']],
    ['/v1/attestations/att_1', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS']],
    ['/v1/reports', 'POST, GET, HEAD', ['PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    ['/v1/reports/rep_1', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS']],
    ['/v1/reports/rep_1/download', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS']],
    ['/v1/reports/rep_1/shares', 'POST, GET, HEAD', ['PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    ['/v1/reports/rep_1/shares/shr_1', 'GET, HEAD, DELETE', ['POST', 'PUT', 'PATCH', 'OPTIONS']],
    ['/v1/webhook-endpoints', 'POST, GET, HEAD', ['PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    ['/v1/webhook-endpoints/whe_1', 'GET, HEAD, PATCH, DELETE', ['POST', 'PUT', 'OPTIONS']],
    ['/v1/webhook-endpoints/whe_1/rotate-secret', 'POST', ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']],
    ['/v1/webhook-endpoints/whe_1/test', 'POST', ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']],
    ['/v1/webhook-endpoints/whe_1/deliveries', 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS']],
    ['/v1/webhook-endpoints/whe_1/deliveries/dlv_1/redeliver', 'POST', ['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']],
  ])('%s takes only %s', async (path, allow, others) => {
    for (const method of others) {
      const { headers } = await refused('method_not_allowed', method, path);
      expect(headers['allow']).toBe(allow);
    }
  });
});

it.each(['/v1/contracts', '/v1/me', '/v1/contracts/con_1'])('HEAD of %s is answered as GET is', async (path) => {
  const [got, asked] = [await world.ask('GET', path), await world.ask('HEAD', path)];
  expect([asked.status, asked.headers, asked.text]).toEqual([got.status, got.headers, got.text]);
  const etag = { 'if-none-match': got.headers['etag'] ?? '' };
  const again = await world.ask('HEAD', path, { headers: etag });
  expect(again.status).toBe(got.status === 200 ? 304 : 404);
});

describe('a caller', () => {
  it('who is nobody is told so before anything else', async () => {
    const caller = undefined;
    const { headers } = await refused('unauthorized', 'GET', '/v1/contracts', { caller });
    expect(headers['www-authenticate']).toBe('Bearer');
    await refused('unauthorized', 'GET', '/v1/nowhere', { caller });
    await refused('unauthorized', 'DELETE', '/v1/contracts', { caller });
    await refused('unauthorized', 'POST', '/v1/contracts', { caller, raw: '{' });
  });

  it('without the scope is told which, before the body is looked at', async () => {
    const caller = { ...RIVAGE, scopes: ['contracts:read', 'attestations:read'] } as const;
    const { body } = await refused('missing_scope', 'POST', '/v1/contracts', { caller, raw: '{' });
    expect(body['detail']).toBe('This needs the scope contracts:write.');
    expect(body).not.toHaveProperty('errors');
  });

  it('of another tenant finds nothing of this one', async () => {
    const caller = CANAL;
    await refused('not_found', 'GET', `/v1/contracts/${id}`, { caller });
    await refused('not_found', 'GET', `/v1/contracts/${id}/attestations`, { caller });
    await refused('not_found', 'POST', `/v1/contracts/${id}/connect-sessions`, { caller, body: {} });
  });
});
