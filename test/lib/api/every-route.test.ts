// Generated from the route table, so that a new route is covered by itself: nobody, each other scope, and the same answer at the same
// price for what is another tenant's and what is not there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import { type Described, takesBody } from '../../../lib/api/route.ts';
import { authenticate } from '../../../lib/tenant/api-key.ts';
import { SCOPES } from '../../../lib/tenant/scopes.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, CANAL, openApiWorld, RIVAGE } from './api-world.ts';
import { bodyFor, fill, headersFor, queryFor } from './requests.ts';

let world: ApiWorld;
/** Every kind of id that a path can name: of the tenant's own things. */
let ids: Readonly<Record<string, string>> = {};
/** Of a key that had every scope. */
let revoked = '';

/** Who calls, as the authorizer finds out. */
const callerOf = (secret: string) => authenticate(world.tables.business, `Bearer ${secret}`, world.later(0));

beforeAll(async () => {
  world = await openApiWorld();
  ids = await world.things();
  const { id, secret } = await world.apiKey({ scopes: [...SCOPES] });
  revoked = String(secret);
  expect(await callerOf(revoked)).toEqual({ tenantId: 'rivage', keyId: id, scopes: [...SCOPES] });
  await world.ask('DELETE', `/v1/api-keys/${id}`);
});
afterAll(() => world.close());

const UNKNOWN: Readonly<Record<string, string>> = {
  contractId: `con_${'7'.repeat(32)}`,
  attestationId: `att_${'7'.repeat(32)}_1_${'7'.repeat(22)}`,
  endpointId: `whe_${'7'.repeat(32)}`,
  keyId: `key_${'7'.repeat(32)}`,
  reportId: `rep_${'7'.repeat(32)}`,
  shareId: `shr_${'7'.repeat(32)}`,
  deliveryId: `dlv_${'7'.repeat(32)}_1`,
};

let asked = 0;
const asking = (route: Described): Asking => {
  asked += 1;
  const headers = headersFor(route);
  return takesBody(route) ? { headers, body: bodyFor(route, `R-${asked}`) } : { query: queryFor(route) };
};

/** What is deleted has ended, or is gone, for the others; what is erased is over before. */
async function idsFor(route: Described) {
  if (route.name === 'eraseContract') return { ...ids, contractId: await world.over() };
  return route.method === 'DELETE' ? world.things() : ids;
}

const named = (of: readonly Described[]) => of.map((route) => [`${route.method} ${route.path}`, route] as const);

it('the routes and what each needs are these', () => {
  expect(allRoutes.map(({ method, path, scope }) => `${method} ${path}: ${scope}`)).toEqual([
    'POST /v1/contracts: contracts:write',
    'POST /v1/contract-batches: contracts:write',
    'GET /v1/contracts: contracts:read',
    'GET /v1/contracts/{contractId}: contracts:read',
    'PATCH /v1/contracts/{contractId}: contracts:write',
    'POST /v1/contracts/{contractId}/end: contracts:write',
    'POST /v1/contracts/{contractId}/erase: contracts:erase',
    'POST /v1/contracts/{contractId}/connect-sessions: contracts:write',
    'GET /v1/contracts/{contractId}/connection: contracts:read',
    'DELETE /v1/contracts/{contractId}/connection: connections:withdraw',
    'GET /v1/contracts/{contractId}/readings: contracts:read',
    'POST /v1/contracts/{contractId}/readings: readings:request',
    'GET /v1/contracts/{contractId}/odometer-events: contracts:read',
    'POST /v1/contracts/{contractId}/odometer-events: odometer:declare',
    'GET /v1/contracts/{contractId}/mileage: contracts:read',
    'GET /v1/contracts/{contractId}/attestations: attestations:read',
    'GET /v1/attestations: attestations:read',
    'GET /v1/attestations/{attestationId}: attestations:read',
    'POST /v1/attestations/{attestationId}/presentation: attestations:read',
    'POST /v1/attestations/{attestationId}/replace: attestations:replace',
    'GET /v1/runs/{period}: attestations:read',
    'GET /v1/events: events:read',
    'GET /v1/me: null',
    'POST /v1/api-keys: api-keys:manage',
    'GET /v1/api-keys: api-keys:manage',
    'DELETE /v1/api-keys/{keyId}: api-keys:manage',
    'GET /v1/compatibility: contracts:read',
    'GET /v1/brands: contracts:read',
    'POST /v1/webhook-endpoints: webhooks:write',
    'GET /v1/webhook-endpoints: webhooks:read',
    'GET /v1/webhook-endpoints/{endpointId}: webhooks:read',
    'PATCH /v1/webhook-endpoints/{endpointId}: webhooks:write',
    'DELETE /v1/webhook-endpoints/{endpointId}: webhooks:write',
    'POST /v1/webhook-endpoints/{endpointId}/rotate-secret: webhooks:write',
    'POST /v1/webhook-endpoints/{endpointId}/test: webhooks:write',
    'GET /v1/webhook-endpoints/{endpointId}/deliveries: webhooks:read',
    'POST /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver: webhooks:write',
    'POST /v1/reports: reports:create',
    'GET /v1/reports: reports:read',
    'GET /v1/reports/{reportId}: reports:read',
    'GET /v1/reports/{reportId}/download: reports:read',
    'POST /v1/reports/{reportId}/shares: reports:share',
    'GET /v1/reports/{reportId}/shares: reports:read',
    'GET /v1/reports/{reportId}/shares/{shareId}: reports:read',
    'DELETE /v1/reports/{reportId}/shares/{shareId}: reports:share',
  ]);
});

describe.each(named(allRoutes))('%s', (_, route) => {
  it('does its work for its tenant', async () => {
    const { status } = await world.ask(route.method, fill(route.path, await idsFor(route)), asking(route));
    expect(Object.keys(route.answers)).toContain(String(status));
  });

  it('does it with what it needs alone: its one scope, or none', async () => {
    const caller = { ...RIVAGE, scopes: route.scope === null ? [] : [route.scope] };
    const asked = { ...asking(route), caller };
    const { status } = await world.ask(route.method, fill(route.path, await idsFor(route)), asked);
    expect(Object.keys(route.answers)).toContain(String(status));
  });

  it('I13 answers 401 to nobody, and asks no table', async () => {
    const faults = makeFaults();
    const { status } = await world.ask(route.method, fill(route.path, ids), {
      ...asking(route),
      caller: undefined,
      business: faults.wrap('business', world.tables.business),
      attestations: faults.wrap('attestations', world.tables.attestations),
      seal: faults.wrap('kms', { seal: world.seal }).seal,
    });
    expect([status, faults.calls]).toEqual([401, []]);
  });

  it('I13 answers 401 to a key that was revoked, as to nobody, and changes nothing', async () => {
    const before = await world.snapshot();
    const caller = await callerOf(revoked);
    const { status, body } = await world.ask(route.method, fill(route.path, ids), { ...asking(route), caller });
    expect([status, body['code']]).toEqual([401, 'unauthorized']);
    expect(await world.snapshot()).toEqual(before);
  });

  if (route.scope === null) {
    it.each([...SCOPES])('does it with %s alone', async (scope) => {
      const caller = { ...RIVAGE, scopes: [scope] };
      const { status } = await world.ask(route.method, fill(route.path, ids), { ...asking(route), caller });
      expect(Object.keys(route.answers)).toContain(String(status));
    });
    return;
  }

  const others = SCOPES.filter((scope) => scope !== route.scope);
  it.each([...others.map((scope) => [scope]), [], others])('answers 403 to %s', async (...scopes) => {
    const before = await world.snapshot();
    const caller = { ...RIVAGE, scopes: scopes.filter((scope) => scope !== undefined) };
    const { status, body } = await world.ask(route.method, fill(route.path, ids), { ...asking(route), caller });
    expect([status, body['detail']]).toEqual([403, `This needs the scope ${route.scope}.`]);
    expect(await world.snapshot()).toEqual(before);
  });
});

it.each(named(allRoutes))(
  '%s refuses a parameter that it does not know, by its name, and asks no table',
  async (_, route) => {
    const faults = makeFaults();
    const { status, body } = await world.ask(route.method, fill(route.path, ids), {
      ...asking(route),
      query: `${queryFor(route)}&unknown=1`,
      business: faults.wrap('business', world.tables.business),
      attestations: faults.wrap('attestations', world.tables.attestations),
      seal: faults.wrap('kms', { seal: world.seal }).seal,
    });
    expect([status, body['errors'], faults.calls]).toEqual([400, [{ field: 'unknown', message: 'Unknown field' }], []]);
  },
);

/** Their addresses name nothing of anybody's: what they show is the caller's own. */
const OF_THE_CALLER = allRoutes.filter(({ method, path }) => method === 'GET' && !/\{\w+Id\}/.test(path));

it.each(named(OF_THE_CALLER))('I13 %s shows another tenant none of ours', async (_, route) => {
  const own = Object.entries(ids).flatMap(([name, id]) => (name.endsWith('Id') ? [id.slice('con_'.length)] : []));
  const asked = { query: queryFor(route), caller: CANAL };
  const { status, text } = await world.ask('GET', fill(route.path, ids), asked);
  expect([status, own.filter((id) => text.includes(id))]).toEqual([200, []]);
});

/** A month is nobody's. */
const OF_SOMEBODY = allRoutes.filter(({ path }) => path.includes('{') && !path.includes('{period}'));

describe.each(named(OF_SOMEBODY))('%s', (_, route) => {
  const cost = async (values: Readonly<Record<string, string>>) => {
    const faults = makeFaults();
    const { text, headers, status } = await world.ask(route.method, fill(route.path, values), {
      ...asking(route),
      caller: CANAL,
      business: faults.wrap('business', world.tables.business),
      attestations: faults.wrap('attestations', world.tables.attestations),
      seal: faults.wrap('kms', { seal: world.seal }).seal,
    });
    return { status, text, headers, calls: faults.calls };
  };

  it('I13 gives one answer for "not yours", "not there" and "no id", with the same calls to the stores', async () => {
    const before = await world.snapshot();
    const notYours = await cost(ids);
    expect(notYours.status).toBe(404);
    expect(notYours.calls.length).toBeGreaterThan(0);
    expect(await cost(UNKNOWN)).toEqual(notYours);
    expect(await cost(Object.fromEntries(Object.keys(UNKNOWN).map((name) => [name, 'x'])))).toEqual(notYours);
    expect(await world.snapshot()).toEqual(before);
  });

  it('I13 gives that answer also when the request is wrong', async () => {
    const wrong = async (values: Readonly<Record<string, string>>) => {
      const raw = takesBody(route) ? { raw: '{"unknown":1}' } : { query: 'unknown=1' };
      return world.ask(route.method, fill(route.path, values), { ...raw, caller: CANAL });
    };
    const notYours = await wrong(ids);
    expect(notYours.status).toBe(400);
    expect(await wrong(UNKNOWN)).toEqual(notYours);
  });
});
