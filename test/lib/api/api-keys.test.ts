// API keys over HTTP: who one is, and keys that are made, shown once, listed and revoked. No key makes one that is more than itself.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { authenticate, createApiKey } from '../../../lib/tenant/api-key.ts';
import { SCOPES, type Scope } from '../../../lib/tenant/scopes.ts';
import { changeTenant } from '../../../lib/tenant/tenant.ts';
import { makeFaults } from '../../stores/faults.ts';
import { makeCrashes } from '../connection/crashes.ts';
import { type ApiWorld, CANAL, NOW, openApiWorld, RIVAGE } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const DAY = 86_400_000;
const inDays = (days: number): string => new Date(NOW + days * DAY).toISOString();

/** A key that calls; made as an operator makes it. */
async function caller(scopes: readonly Scope[], validUntil?: string) {
  const wanted = { tenantId: 'rivage', scopes, validUntil };
  const { key } = await createApiKey(world.tables.business, wanted, NOW, randomBytes);
  return { tenantId: key.tenantId, keyId: key.keyId, scopes };
}

const manager = (...more: readonly Scope[]) => caller(['api-keys:manage', ...more]);

const whoIs = (secret: unknown, now = NOW) => authenticate(world.tables.business, `Bearer ${String(secret)}`, now);

const create = (body: object, by = RIVAGE) =>
  world.ask('POST', '/v1/api-keys', { body: { name: 'billing', scopes: ['contracts:read'], ...body }, caller: by });

describe('me', () => {
  it('is the tenant and the key, as it is stored', async () => {
    const by = await caller(['events:read', 'contracts:read'], inDays(30));
    const { status, body } = await world.ask('GET', '/v1/me', { caller: by });
    expect([status, body]).toEqual([
      200,
      {
        tenant: {
          ...{ id: 'rivage', name: 'rivage SA', retentionMonths: null },
          schedule: { policy: 'after', deadlineDays: 10 },
        },
        key: {
          id: by.keyId,
          name: null,
          scopes: ['events:read', 'contracts:read'],
          expiresAt: inDays(30),
          createdAt: new Date(NOW).toISOString(),
          createdBy: null,
          revokedAt: null,
        },
      },
    ]);
  });

  it('has the settings that the operator made for the tenant', async () => {
    const settings = { retentionMonths: 24, schedule: { policy: 'around', deadlineDays: 5 } } as const;
    await changeTenant(world.tables.business, 'canal', settings, NOW);
    const { body } = await world.ask('GET', '/v1/me', { caller: CANAL });
    expect(body['tenant']).toEqual({ id: 'canal', name: 'canal SA', ...settings });
  });

  it('is nobody once the key was revoked, or expired, whatever the authorizer remembers', async () => {
    const revoked = await manager();
    expect((await world.ask('DELETE', `/v1/api-keys/${revoked.keyId}`, { caller: revoked })).status).toBe(204);
    const expired = await caller(['contracts:read'], new Date(NOW).toISOString());
    for (const by of [revoked, expired])
      expect((await world.ask('GET', '/v1/me', { caller: by })).body['code']).toBe('unauthorized');
  });
});

describe('a new key', () => {
  it('works with what was asked for, and is stored as a hash alone', async () => {
    const by = await manager('contracts:read', 'events:read');
    const { status, body, headers } = await create({ expiresAt: inDays(1) }, by);
    const { id: keyId, secret, ...rest } = body;
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    expect(secret).toMatch(/^ods_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    expect(rest).toEqual({
      name: 'billing',
      scopes: ['contracts:read'],
      expiresAt: inDays(1),
      createdAt: new Date(NOW).toISOString(),
      createdBy: by.keyId,
      revokedAt: null,
      secretShown: false,
    });
    expect(await whoIs(secret)).toEqual({ tenantId: 'rivage', keyId, scopes: ['contracts:read'] });
    expect(await whoIs(secret, NOW + DAY)).toBeUndefined();
    expect(JSON.stringify(await world.snapshot())).not.toContain(String(secret).slice(-43));
  });

  it('has no scope that its maker does not have: the refusal names which, and nothing is made', async () => {
    const by = await manager('contracts:read');
    const before = await world.snapshot();
    const { status, body } = await create({ scopes: ['contracts:read', 'contracts:write', 'events:read'] }, by);
    expect([status, body['code'], body['errors']]).toEqual([
      400,
      'invalid_request',
      [
        { field: 'scopes.1', message: 'Not a scope of the key you ask with' },
        { field: 'scopes.2', message: 'Not a scope of the key you ask with' },
      ],
    ]);
    expect(await world.snapshot()).toEqual(before);
  });

  it('has a scope of its maker’s or none, whatever is asked for', async () => {
    const some = fc.subarray([...SCOPES], { minLength: 1 });
    const property = fc.asyncProperty(some, some, async (held, wanted) => {
      const by = await manager(...held.filter((scope) => scope !== 'api-keys:manage'));
      const { status } = await create({ scopes: wanted }, by);
      expect(status).toBe(wanted.every((scope) => by.scopes.includes(scope)) ? 201 : 400);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('expires when its maker does at the latest, and does so when nothing is said', async () => {
    const by = await caller(['api-keys:manage', 'contracts:read'], inDays(30));
    const late = await create({ expiresAt: new Date(NOW + 30 * DAY + 1).toISOString() }, by);
    const errors = [{ field: 'expiresAt', message: 'The key you ask with expires before that' }];
    expect([late.status, late.body['errors']]).toEqual([400, errors]);
    expect((await create({ expiresAt: inDays(30) }, by)).body['expiresAt']).toBe(inDays(30));
    expect((await create({}, by)).body['expiresAt']).toBe(inDays(30));
    expect((await create({})).body['expiresAt']).toBeNull();
  });

  const instantRule = 'An instant in UTC, YYYY-MM-DDThh:mm:ssZ, from the year 2000 to 2099';
  const nameRule = 'A text of 1 to 100 characters, without control characters';
  const scopesRule = 'One scope or more, each once';
  it.each([
    ['expiresAt', new Date(NOW).toISOString(), 'An instant to come'],
    ['expiresAt', '2027-02-30T00:00:00.000Z', instantRule],
    ['expiresAt', '2027-01-01', instantRule],
    ['expiresAt', null, instantRule],
    ['name', '', nameRule],
    ['name', 'n'.repeat(101), nameRule],
    ['name', 'a\nb', nameRule],
    ['scopes', [], scopesRule],
    ['scopes', ['contracts:read', 'contracts:read'], scopesRule],
    ['scopes', 'contracts:read', scopesRule],
  ])('with %s %j is refused by that field', async (field, value, message) => {
    const { status, body } = await create({ [field]: value });
    expect([status, body['errors']]).toEqual([400, [{ field, message }]]);
  });

  it('is not made by a key that was revoked a moment ago, and that the authorizer still lets through', async () => {
    const by = await manager('contracts:read');
    await world.ask('DELETE', `/v1/api-keys/${by.keyId}`);
    const before = await world.snapshot();
    expect((await create({}, by)).body['code']).toBe('unauthorized');
    expect(await world.snapshot()).toEqual(before);
  });

  it('is shown once: a repetition says that it was, and whoever died before it was shown gets another secret', async () => {
    const headers = { 'idempotency-key': 'make-1' };
    // Newest first: of one millisecond it would be chance.
    world.later(1);
    const body = { name: 'nightly', scopes: ['contracts:read'] };
    const crashes = makeCrashes();
    // Reservation, own key, the new key: dies with the new key put.
    crashes.plan(3, 'applied', 'dies');
    const business = crashes.wrap('business', world.tables.business);
    await world.ask('POST', '/v1/api-keys', { body, headers, business }).catch(() => undefined);
    const { items } = (await world.ask('GET', '/v1/api-keys', { query: 'limit=1' })).body;
    const [{ id }] = items as readonly [{ readonly id: string }];
    const before = await world.tables.business.get(keys.apiKey(id));
    world.later(60_000);
    const made = await world.ask('POST', '/v1/api-keys', { body, headers });
    expect([made.status, made.body['id']]).toEqual([201, id]);
    expect(await whoIs(made.body['secret'])).toHaveProperty('keyId', id);
    expect(await world.tables.business.get(keys.apiKey(id))).toEqual({
      ...before,
      hash: expect.not.stringMatching(String(before?.['hash'])),
    });
    const again = await world.ask('POST', '/v1/api-keys', { body, headers });
    expect(again.body).toEqual({ ...made.body, secret: null, secretShown: true });
  });
});

describe('the list', () => {
  it('has every key of the tenant, newest first, page by page, without a secret or a hash', async () => {
    const own = await openApiWorld();
    const made: unknown[] = [];
    for (let n = 0; n < 3; n += 1) {
      own.later(1);
      made.unshift((await own.apiKey({ name: `key ${n}` }))['id']);
    }
    await own.ask('DELETE', `/v1/api-keys/${made[1]}`);
    const first = await own.ask('GET', '/v1/api-keys', { query: 'limit=3' });
    const second = await own.ask('GET', '/v1/api-keys', { query: `limit=3&cursor=${first.body['next']}` });
    const items = [first, second].flatMap(({ body }) => body['items'] as readonly Readonly<Record<string, unknown>>[]);
    expect(items.map(({ id }) => id)).toEqual([...made, RIVAGE.keyId]);
    expect(items.map(({ revokedAt }) => revokedAt === null)).toEqual([true, false, true, true]);
    expect([items[3]?.['name'], items[3]?.['createdBy'], second.body['next']]).toEqual(['all of it', null, null]);
    const stored = (await own.tables.business.get(keys.apiKey(String(made[0]))))?.['hash'];
    expect(first.text.includes(String(stored))).toBe(false);
    expect(Object.keys(items[0] ?? {}).toSorted()).toEqual([
      'createdAt',
      'createdBy',
      'expiresAt',
      'id',
      'name',
      'revokedAt',
      'scopes',
    ]);
    const theirs = await own.ask('GET', '/v1/api-keys', { caller: CANAL });
    expect((theirs.body['items'] as readonly { readonly id: string }[]).map(({ id }) => id)).toEqual([CANAL.keyId]);
    const borrowed = { query: `cursor=${first.body['next']}`, caller: CANAL };
    expect((await own.ask('GET', '/v1/api-keys', borrowed)).status).toBe(400);
    await own.close();
  });

  it('takes one Query', async () => {
    const faults = makeFaults();
    await world.ask('GET', '/v1/api-keys', { business: faults.wrap('business', world.tables.business) });
    expect(faults.calls).toEqual(['business.query']);
  });
});

describe('revoking', () => {
  it('ends a key at once in the store, keeps when, and may be repeated', async () => {
    const { id, secret } = (await create({})).body;
    const at = world.later(1000);
    expect((await world.ask('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    world.later(1000);
    const before = await world.snapshot();
    const again = await world.ask('DELETE', `/v1/api-keys/${id}`);
    expect([again.status, again.text]).toEqual([204, '']);
    expect(await world.snapshot()).toEqual(before);
    expect((await world.tables.business.get(keys.apiKey(String(id))))?.['revokedAt']).toBe(new Date(at).toISOString());
    expect(await whoIs(secret)).toBeUndefined();
  });

  it('is for keys that may do no more: the refusal names what the other has, and leaves it', async () => {
    const small = await manager('contracts:read');
    const others = [await manager('contracts:read', 'contracts:write', 'events:read'), RIVAGE];
    const before = await world.snapshot();
    const answers = others.map(({ keyId }) => world.ask('DELETE', `/v1/api-keys/${keyId}`, { caller: small }));
    const [stronger, all] = await Promise.all(answers);
    expect([stronger?.status, stronger?.body['code'], stronger?.body['detail']]).toEqual([
      403,
      'missing_scope',
      'The key has scopes that the one you ask with does not have: contracts:write, events:read.',
    ]);
    expect([all?.status, all?.body['code']]).toEqual([403, 'missing_scope']);
    expect(await world.snapshot()).toEqual(before);
    // One that was revoked is no other case.
    const gone = await manager('contracts:write');
    await world.ask('DELETE', `/v1/api-keys/${gone.keyId}`);
    expect((await world.ask('DELETE', `/v1/api-keys/${gone.keyId}`, { caller: small })).status).toBe(403);
  });

  it('is possible for a key just where it could have made the other one, whatever they hold', async () => {
    const some = fc.subarray(SCOPES.filter((scope) => scope !== 'api-keys:manage'));
    const property = fc.asyncProperty(some, some, fc.boolean(), async (held, others, alsoManages) => {
      const by = await manager(...held);
      const scopes: Scope[] = [...others, ...(alsoManages || others.length === 0 ? ['api-keys:manage' as const] : [])];
      const { keyId } = await caller(scopes);
      const { status } = await world.ask('DELETE', `/v1/api-keys/${keyId}`, { caller: by });
      expect(status).toBe((await create({ scopes }, by)).status === 201 ? 204 : 403);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('leaves the keys that were made with it', async () => {
    const by = await manager('contracts:read');
    const { secret } = (await create({}, by)).body;
    await world.ask('DELETE', `/v1/api-keys/${by.keyId}`, { caller: by });
    expect(await whoIs(secret)).toHaveProperty('tenantId', 'rivage');
  });

  it('I13 of another tenant’s key, also a revoked one, is as of one that is not there, and leaves it', async () => {
    const { id, secret } = (await create({})).body;
    const revoked = (await create({})).body;
    await world.ask('DELETE', `/v1/api-keys/${revoked['id']}`);
    const before = await world.snapshot();
    const answers = [];
    for (const keyId of [id, revoked['id'], `key_${'7'.repeat(32)}`, 'x']) {
      const faults = makeFaults();
      const business = faults.wrap('business', world.tables.business);
      const { status, text } = await world.ask('DELETE', `/v1/api-keys/${keyId}`, { caller: CANAL, business });
      answers.push({ status, text, calls: faults.calls });
    }
    expect(answers[0]).toMatchObject({ status: 404, calls: ['business.get'] });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await world.snapshot()).toEqual(before);
    expect(await whoIs(secret)).toHaveProperty('keyId', id);
  });

  it('whose answer got lost is repeated, and has happened once', async () => {
    const { id } = (await create({})).body;
    for (const fault of ['not_applied', 'applied'] as const) {
      const faults = makeFaults();
      // It is read first.
      faults.failNext(fault, 2);
      const business = faults.wrap('business', world.tables.business);
      await world.ask('DELETE', `/v1/api-keys/${id}`, { business }).catch(() => undefined);
      expect((await world.ask('DELETE', `/v1/api-keys/${id}`)).status).toBe(204);
    }
  });
});
