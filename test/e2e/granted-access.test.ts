// Least privilege, both ways, on the product's own templates: the whole service runs with what its roles grant, every grant is needed
// by it, and without one grant exactly the calls that need it are refused.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { connectAndLook, connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import { listen, stopListening } from '../../infra/local/listen.ts';
import type { Playground } from '../../infra/local/playground.ts';
import type { StatementClaims } from '../../lib/proof/claims.ts';
import { openPlayground } from './open-playground.ts';
import { reconnect } from './reconnect-story.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const VIN = 'VF7SXHNPTPT000777';
const OTHER_VIN = 'VF7SXHNPTPT000778';
const ACCOUNT = 'driver@example.com';
const PUSHING_ACCOUNT = 'second.driver@example.com';
const TENANT = 'granted';

const folder = inject('assembly');
const without = `${folder}-without`;
afterAll(() => {
  rmSync(without, { recursive: true, force: true });
});

const termsOf = (reference: string, vin?: string) => ({
  kind: 'lease',
  reference,
  start: '2026-01-01',
  zone: 'Europe/Paris',
  ...(vin === undefined ? {} : { vin }),
});

const refusals = ({ stack }: Playground): readonly string[] =>
  stack.logs.map(({ text }) => text).filter((text) => text.includes('is not authorized to perform'));

interface Tenant {
  readonly apiKey: string;
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
  readonly get: (path: string) => Promise<Response>;
}

const openTenant = async ({ stack, secretName, v3SecretName }: Playground): Promise<Tenant> => {
  await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName });
  const twin = { applicationId: 'default-v3', platform: 'v3', twin: 'default' };
  await createVehicleApplication(stack, { ...twin, secretId: v3SecretName });
  const apiKey = await createTenantWithKey(stack, { tenantId: TENANT, name: 'Granted', applicationId: 'default' });
  const headers = { authorization: `Bearer ${apiKey}` };
  const url = (path: string) => `${stack.publicOrigin}${path}`;
  return {
    apiKey,
    get: (path) => fetch(url(path), { headers }),
    ask: (method, path, body, more) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      return fetch(url(path), { method, headers: { ...headers, ...type, ...more }, ...sent });
    },
  };
};

const addCar = ({ simulator }: Playground) => {
  const car = { account: ACCOUNT, model: 'C3', year: 2024, vin: VIN, odometerMetres: 5_000_000 };
  const { id } = simulator.fleet.addCar(car);
  simulator.fleet.drive(id, 40_000);
  return id;
};

const connect = async ({ stack }: Playground, { apiKey }: Tenant, terms: unknown): Promise<string> => {
  const { contractId, link } = await createContractWithLink(stack.publicOrigin, apiKey, terms);
  await connectCar(link, ACCOUNT);
  await stack.drain();
  return contractId;
};

/** Ends the copy of a function that works a request, at its `n`-th call of a kind: the next request meets a fresh copy. */
const crashOnce = async (
  { stack }: Playground,
  caller: string,
  name: string,
  n: number,
  request: () => Promise<unknown>,
): Promise<void> => {
  let left = n;
  stack.crash((call) => {
    if (call.caller === caller && call.name === name) left -= 1;
    return call.caller === caller && call.name === name && left === 0 ? 'before' : undefined;
  });
  await request();
  stack.crash(undefined);
};

/** A car that tells by itself. */
const connectPushing = async (ground: Playground): Promise<void> => {
  const { stack, simulator, pushingSecretName } = ground;
  const application = { applicationId: 'pushing', platform: 'v3', secretId: pushingSecretName };
  await createVehicleApplication(stack, application);
  await ground.pushTo('pushing', 20 * 86_400_000);
  const apiKey = await createTenantWithKey(stack, { tenantId: 'pushed', name: 'Pushed', applicationId: 'pushing' });
  const car = {
    account: PUSHING_ACCOUNT,
    model: 'C4',
    year: 2024,
    vin: 'VF7SXHNPTPT000779',
    odometerMetres: 5_000_000,
  };
  simulator.fleet.addCar(car);
  const { link } = await createContractWithLink(stack.publicOrigin, apiKey, termsOf('PUSHED'));
  await connectCar(link, PUSHING_ACCOUNT);
  await stack.drain();
};

/** A month with everything that can happen on the way, from the first contract to the published keys and the log; events go to `hooks`. */
const playMonth = async (ground: Playground, hooks: string): Promise<void> => {
  const { stack, simulator } = ground;
  const tenant = await openTenant(ground);
  expect((await tenant.ask('POST', '/v1/webhook-endpoints', { url: hooks })).status).toBe(201);
  const car = addCar(ground);
  await connectPushing(ground);
  const contractId = await connect(ground, tenant, termsOf('CAR', VIN));
  await createContractWithLink(stack.publicOrigin, tenant.apiKey, termsOf('NEVER-CONNECTED'));
  // A platform that fails for a while, and one that refuses a token.
  simulator.fleet.inject(car, { error: 'SERVER:INTERNAL', count: 2 });
  simulator.fleet.inject(car, { error: 'AUTHENTICATION' });
  await stack.clock.advanceTo(Date.parse('2026-02-12T00:00:00.000Z'));
  // A reference whose contract never appeared, taken over by the repeated request.
  const create = () => createContractWithLink(stack.publicOrigin, tenant.apiKey, termsOf('CRASHED'));
  await crashOnce(ground, 'api', 'DynamoDB.PutItem', 2, () => create().catch(() => undefined));
  await stack.clock.advanceTo(stack.clock.now() + 120_000);
  const { link } = await create();
  // A copy of connect that did not make the tenant's data key, and a driver with another car than the contract's.
  await crashOnce(ground, 'connect', 'DynamoDB.GetItem', 1, () => fetch(link));
  // The platform is away for a moment: the binding waits.
  simulator.interrupt({ path: '/vehicles', when: 'before' });
  await connect(ground, tenant, termsOf('OTHER-CAR', OTHER_VIN));
  await stack.clock.advanceTo(stack.clock.now() + 120_000);
  await readEverything(ground, tenant, contractId);
  await correct(ground, tenant, contractId);
  await reconnect(ground, { contractId, apiKey: tenant.apiKey, account: ACCOUNT, carId: car });
  const withdrawn = await connectAndWithdraw(ground, tenant);
  await report(ground, tenant, withdrawn);
  const bundle = await tenant.ask('POST', '/v1/reports', { contractId, format: 'bundle' });
  await stack.drain();
  expect((await tenant.get(`${bundle.headers.get('location')}/download`)).status).toBe(200);
  const pdf = await tenant.ask('POST', '/v1/reports', { contractId, format: 'pdf', language: 'fr' });
  await stack.drain();
  expect((await tenant.get(`${pdf.headers.get('location')}/download`)).status).toBe(200);
  await tryEndpoint(ground, tenant, hooks);
  await moveToV3(ground, tenant, contractId);
  await erase(ground, tenant, withdrawn);
  // The shape is the API's own.
  const shown = (await (await tenant.get(`/v1/contracts/${contractId}`)).json()) as {
    readonly connection: { readonly id: string };
  };
  const connectionId = shown.connection.id;
  await stack.invoke('admin', { action: 'revokeApiKey', keyId: `key_${tenant.apiKey.split('_')[1]}` });
  const ids = { tenantId: TENANT, contractId, connectionId };
  expect(await stack.invoke('admin', { action: 'withdrawConsent', ...ids })).toEqual({ withdrawn: true });
  await keepKeys(ground);
  // Two hours later, the last share of another day.
  await stack.invoke('check-log', { full: true });
  await stack.drain();
};

/** The operator announces the signing keys, and says of one that it has leaked. */
const keepKeys = async ({ stack }: Playground): Promise<void> => {
  const { announced } = (await stack.invoke('admin', { action: 'announceKeys' })) as { announced: { kid: string }[] };
  expect(announced).toHaveLength(3);
  const since = new Date(stack.clock.now()).toISOString();
  const leak = { action: 'compromiseKey', kid: announced[0]?.kid, since };
  expect(await stack.invoke('admin', leak)).toMatchObject({ compromised: true });
  await stack.clock.advanceTo(stack.clock.now() + 120_000);
};

/** A second endpoint, with everything that can be done with it; it is deleted before it was told that it is disabled. */
const tryEndpoint = async ({ stack }: Playground, { ask, get }: Tenant, url: string): Promise<void> => {
  const create = () => ask('POST', '/v1/webhook-endpoints', { url }, { 'idempotency-key': 'second' });
  const made = await create();
  const again = await create();
  expect([made.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
  const path = `${made.headers.get('location')}`;
  const tests = [await ask('POST', `${path}/test`), await ask('POST', `${path}/test`)];
  expect(tests.map(({ status }) => status)).toEqual([202, 202]);
  await stack.clock.advanceTo(stack.clock.now() + 120_000);
  // The shape is the API's own.
  const listed = (await (await get(`${path}/deliveries?limit=1`)).json()) as {
    readonly items: readonly { readonly id: string }[];
    readonly next: string;
  };
  expect((await get(`${path}/deliveries?limit=1&cursor=${listed.next}`)).status).toBe(200);
  expect((await ask('POST', `${path}/deliveries/${listed.items[0]?.id}/redeliver`)).status).toBe(202);
  expect((await ask('POST', `${path}/rotate-secret`)).status).toBe(200);
  const disabled = await ask('PATCH', path, { state: 'disabled' }, { 'if-match': '*' });
  expect([disabled.status, (await ask('DELETE', path)).status]).toEqual([200, 204]);
  expect((await get('/v1/webhook-endpoints')).status).toBe(200);
};

/** Reports on a month and on a contract, which goes with what is erased of that. */
const report = async ({ stack }: Playground, { ask, get }: Tenant, contractId: string): Promise<void> => {
  const create = (body: object) =>
    ask('POST', '/v1/reports', { ...body, format: 'csv' }, { 'idempotency-key': 'report' });
  const made = await create({ contractId });
  expect([made.status, (await create({ contractId })).status]).toEqual([202, 202]);
  expect((await ask('POST', '/v1/reports', { periodId: '2026-01', format: 'csv' })).status).toBe(202);
  await stack.drain();
  const { next } = (await (await get('/v1/reports?limit=1')).json()) as { readonly next: string };
  const { items } = (await (await get(`/v1/reports?limit=1&cursor=${next}`)).json()) as { readonly items: unknown };
  expect(items).toMatchObject([{ state: 'ready' }]);
  expect(await (await get(`${made.headers.get('location')}/download`)).text()).toContain('contract,reference,');
};

/** Links to a bundle: one is opened and revoked; it goes with the contract. */
const share = async ({ ask, get }: Tenant, shares: string): Promise<void> => {
  // The shape is the API's own.
  const { id, url } = (await (await ask('POST', shares, {})).json()) as { readonly id: string; readonly url: string };
  expect([(await fetch(url)).status, (await fetch(url, { method: 'POST' })).status]).toEqual([200, 200]);
  expect((await get(shares)).status).toBe(200);
  expect((await get(`${shares}/${id}`)).status).toBe(200);
  expect((await ask('DELETE', `${shares}/${id}`)).status).toBe(204);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
};

/** January is stated again: an odometer was replaced by one that went on with the same number. The run of February finds its way round it. */
const correct = async ({ stack }: Playground, { ask, get }: Tenant, contractId: string): Promise<void> => {
  const contract = `/v1/contracts/${contractId}`;
  const figures = { at: '2026-01-20T10:00:00.000Z', oldMetres: 5_640_000, newMetres: 5_640_000 };
  const declared = { kind: 'replacement', ...figures, evidence: 'invoice-17' };
  expect((await ask('POST', `${contract}/odometer-events`, declared)).status).toBe(201);
  // The shapes are the API's own.
  const { items } = (await (await get(`${contract}/attestations`)).json()) as { items: readonly { id: string }[] };
  const wish = { reason: 'odometer_declared' };
  expect((await ask('POST', `/v1/attestations/${items[0]?.id}/replace`, wish)).status).toBe(202);
  await stack.clock.advanceTo(stack.clock.now() + 10 * 60_000);
  await stack.drain();
  const shown = (await (await get(contract)).json()) as { replacementRequest: unknown };
  expect(shown.replacementRequest).toMatchObject({ state: 'replaced' });
};

/** A driver who connects the car for another contract, looks at what is shared, and ends it; the insurer ends the contract. */
const connectAndWithdraw = async ({ stack }: Playground, { apiKey, ask }: Tenant): Promise<string> => {
  const { contractId, link } = await createContractWithLink(stack.publicOrigin, apiKey, termsOf('WITHDRAWN', VIN));
  const { ownData } = await connectAndLook(link, ACCOUNT);
  await stack.drain();
  const address = await ownData();
  expect(await (await fetch(address)).text()).toContain('<h1>My data</h1>');
  expect(await (await fetch(address, { method: 'POST' })).text()).toContain('<h1>You have withdrawn your consent</h1>');
  await stack.drain();
  expect((await ask('POST', `/v1/contracts/${contractId}/end`, { end: '2026-02-13' })).status).toBe(200);
  return contractId;
};

/** What the contract of the driver who withdrew knows of them goes, once its last month is stated: asked for before the tenant's retention is over. */
const erase = async ({ stack }: Playground, tenant: Tenant, contractId: string): Promise<void> => {
  const { ask, get } = tenant;
  const retention = { action: 'updateTenant', tenantId: TENANT, retentionMonths: 120 };
  expect(await stack.invoke('admin', retention)).toEqual({ updated: true });
  await stack.clock.advanceTo(stack.clock.now() + 86_400_000);
  const bundle = await ask('POST', '/v1/reports', { contractId, format: 'bundle' });
  await stack.drain();
  await share(tenant, `${bundle.headers.get('location')}/shares`);
  // With a link of its own.
  expect((await ask('POST', '/v1/reports', { contractId, format: 'pdf', share: {} })).status).toBe(202);
  await stack.drain();
  expect((await ask('POST', `/v1/contracts/${contractId}/erase`)).status).toBe(202);
  await stack.clock.advanceTo(stack.clock.now() + 3 * 3_600_000);
  await stack.drain();
  expect(await (await get(`/v1/contracts/${contractId}`)).json()).toMatchObject({
    ...{ reference: contractId, vin: null, connection: null },
    erasure: { erasedAt: expect.any(String) },
  });
};

/** The operator moves the tenant; the next month's reading moves the car. */
const moveToV3 = async ({ stack }: Playground, { get }: Tenant, contractId: string): Promise<void> => {
  const command = { action: 'upgrade', tenantId: TENANT, to: 'default-v3' };
  expect(await stack.invoke('admin', command)).toMatchObject({ upgrading: true, sent: 1, next: null });
  await stack.drain();
  await stack.clock.advanceTo(Date.parse('2026-03-02T00:00:00.000Z'));
  await stack.drain();
  const listed = (await (await get(`/v1/contracts/${contractId}/attestations`)).json()) as {
    readonly items: readonly { readonly id: string }[];
  };
  const newest = await (await get(`/v1/attestations/${listed.items[0]?.id}`)).json();
  expect(newest).toMatchObject({ claims: { outcome: 'measured', platform: 'v3', period: { id: '2026-02' } } });
  expect(await stack.invoke('admin', command)).toMatchObject({ counts: { upgraded: 1 }, sent: 0 });
};

const readEverything = async ({ stack }: Playground, { get }: Tenant, contractId: string): Promise<void> => {
  const paths = ['/v1/contracts', `/v1/contracts/${contractId}`, `/v1/contracts/${contractId}/attestations`];
  const answers = await Promise.all(paths.map(get));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  // The shape is the API's own.
  const listed = (await answers[2]?.json()) as {
    readonly items: readonly { readonly id: string; readonly claims: StatementClaims }[];
  };
  expect(listed.items).toHaveLength(1);
  expect((await get(`/v1/attestations/${listed.items[0]?.id}`)).status).toBe(200);
  // A page that begins with a cursor, and a question to the platform: each with a secret of its own.
  expect((await get('/v1/runs/2026-01')).status).toBe(200);
  const { next } = (await (await get('/v1/contracts?limit=1')).json()) as { readonly next: string };
  expect((await get(`/v1/contracts?limit=1&cursor=${next}`)).status).toBe(200);
  expect((await get(`/v1/compatibility?vin=${VIN}&country=FR`)).status).toBe(200);
  for (const path of ['.well-known/jwks.json', 'verify', 'log/vkey', 'log/checkpoint', 'log/tile/entries/000.p/1'])
    expect((await fetch(`${stack.publicOrigin}/${path}`)).status).toBe(200);
  expect((await fetch(listed.items[0]?.claims.status.status_list.uri ?? '')).status).toBe(200);
};

/** Granted, and never asked for at the local endpoint. */
const NOT_SEEN: Readonly<Record<string, string>> = {
  'logs:CreateLogStream':
    'the Lambda runtime opens a log stream for each copy of a function; here logs are caught from the copy',
  'logs:PutLogEvents': 'the Lambda runtime writes the log; here it is caught from the copy',
};

describe('the whole service with what its roles grant', () => {
  it('is refused nothing, and needs every grant', async () => {
    // Out of order at the first knock.
    let knocks = 0;
    const receiver = createServer((request, response) => {
      knocks += 1;
      const status = knocks === 1 ? 503 : 204;
      request.resume().on('end', () => response.writeHead(status).end());
    });
    const hooks = `${await listen(receiver, 0)}/hooks`;
    const ground = await openPlayground({ startAt: START, outDir: folder });
    try {
      await playMonth(ground, hooks);
      const used = ground.stack.access.used();
      const unused = ground.stack.access.granted().filter((grant) => !used.has(grant));
      expect(refusals(ground)).toEqual([]);
      const actionOf = (grant: string) => grant.split(' ')[1] ?? '';
      expect(unused.filter((grant) => !Object.hasOwn(NOT_SEEN, actionOf(grant)))).toEqual([]);
      expect(new Set(unused.map(actionOf))).toEqual(new Set(Object.keys(NOT_SEEN)));
    } finally {
      await ground.close();
      await stopListening(receiver);
    }
  });
});

describe('without one grant', () => {
  /** A copy of the assembly in which one function's role lacks one statement. */
  const withoutStatement = (logicalId: RegExp, fits: (statement: string) => boolean): number => {
    cpSync(folder, without, { recursive: true });
    const file = join(without, readdirSync(without).find((name) => name.endsWith('-service.template.json')) ?? '');
    const template = JSON.parse(readFileSync(file, 'utf8'));
    let removed = 0;
    for (const [id, { Type, Properties }] of Object.entries<{ Type: string; Properties: Record<string, never> }>(
      template.Resources,
    )) {
      if (Type !== 'AWS::IAM::Policy' || !logicalId.test(id)) continue;
      const document: { Statement: unknown[] } = Properties['PolicyDocument'] ?? { Statement: [] };
      const kept = document.Statement.filter((statement) => !fits(JSON.stringify(statement)));
      removed += document.Statement.length - kept.length;
      document.Statement = kept;
    }
    writeFileSync(file, JSON.stringify(template));
    return removed;
  };

  it('exactly the call that needs it is refused', async () => {
    expect(withoutStatement(/^ApiRole/, (statement) => statement.includes('/index/byTenant'))).toBe(1);
    const ground = await openPlayground({ startAt: START, outDir: without });
    try {
      const tenant = await openTenant(ground);
      const { get } = tenant;
      addCar(ground);
      const contractId = await connect(ground, tenant, termsOf('CAR', VIN));
      const statuses = await Promise.all(
        ['/v1/contracts', `/v1/contracts/${contractId}`].map(async (path) => (await get(path)).status),
      );
      expect(statuses).toEqual([500, 200]);
      const table = ground.stack.deployment.tables.find(({ name }) => name.includes('Business'))?.name;
      expect(refusals(ground)).toEqual([
        `User: arn:aws:sts::000000000000:assumed-role/api/api is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-central-1:000000000000:table/${table}/index/byTenant because no identity-based policy allows the dynamodb:Query action`,
      ]);
    } finally {
      await ground.close();
    }
  });
});
