// Contracts over the API: what is created is what was given, lists hold still, links work. Refusals that every route shares are in
// refusals.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { findConnectSession } from '../../../lib/connection/connect-session.ts';
import { startOfDay } from '../../../lib/mileage/period.ts';
import { type Caller, SCOPES } from '../../../lib/tenant/scopes.ts';
import { changeTenant, createTenant } from '../../../lib/tenant/tenant.ts';
import { type ApiWorld, CANAL, NOW, openApiWorld, RIVAGE, TERMS } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const ID = /^con_[0-9a-f]{32}$/;
const MINIMAL = { kind: 'lease', reference: 'LEASE-1', start: '2026-02-01', zone: 'Europe/Amsterdam' };

describe('creating a contract', () => {
  it('answers 201 with everything that was given, and where it is', async () => {
    const { status, headers, body } = await world.ask('POST', '/v1/contracts', { body: TERMS });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(ID),
      state: 'active',
      periodStatus: 'running',
      kind: 'insurance',
      reference: 'POL-1001',
      vin: 'VF72R1HNP4T000101',
      start: '2026-01-01',
      end: '2027-01-01',
      startsAt: '2025-12-31T23:00:00.000Z',
      endsAt: '2026-12-31T23:00:00.000Z',
      zone: 'Europe/Paris',
      dayOffset: 15,
      policy: 'around',
      deadlineDays: 7,
      allowance: null,
      metadata: {},
      legalHold: false,
      erasure: null,
      readingRequest: null,
      replacementRequest: null,
      createdAt: '2026-01-05T09:00:00.000Z',
      connection: null,
    });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/contracts/${body['id']}`,
      etag: (await world.ask('GET', `/v1/contracts/${body['id']}`)).headers['etag'],
      'x-request-id': 'req-1',
    });
    expect((await world.ask('GET', `/v1/contracts/${body['id']}`)).body).toEqual(body);
  });

  it('fills in what may be left out', async () => {
    const { status, body } = await world.ask('POST', '/v1/contracts', { body: MINIMAL });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'upcoming',
      vin: null,
      start: '2026-02-01',
      end: null,
      startsAt: '2026-01-31T23:00:00.000Z',
      endsAt: null,
      dayOffset: 1,
      policy: 'after',
      deadlineDays: 10,
    });
  });

  it('that does not say how it is read is read as the tenant’s schedule says, made alone or with others; those that are there stay', async () => {
    const own = await createTenant(
      world.tables.business,
      { tenantId: 'scheduled', name: 'S', applicationId: 'default' },
      NOW,
    );
    const caller = { ...RIVAGE, tenantId: 'scheduled' };
    const post = async (more: object) =>
      (await world.ask('POST', '/v1/contracts', { body: { ...MINIMAL, ...more }, caller })).body;
    const before = await post({});
    const schedule = { policy: 'around', deadlineDays: 7 } as const;
    await changeTenant(world.tables.business, 'scheduled', { schedule }, NOW);
    expect([own, await post({ reference: 'a' })]).toMatchObject([true, schedule]);
    expect(await post({ reference: 'b', policy: 'after' })).toMatchObject({ policy: 'after', deadlineDays: 7 });
    expect(await post({ reference: 'c', deadlineDays: 10 })).toMatchObject({ policy: 'around', deadlineDays: 10 });
    const contracts = [
      { ...MINIMAL, reference: 'd' },
      { ...MINIMAL, reference: 'e', policy: 'after', deadlineDays: 1 },
    ];
    const { body } = await world.ask('POST', '/v1/contract-batches', { body: { contracts }, caller });
    expect(body['items']).toMatchObject([{ contract: schedule }, { contract: { policy: 'after', deadlineDays: 1 } }]);
    const stays = await world.ask('GET', `/v1/contracts/${before['id']}`, { caller });
    expect(stays.body).toMatchObject({ policy: 'after', deadlineDays: 10 });
  });

  it.each([
    ['upcoming', { start: '2026-01-06' }],
    ['active', { start: '2026-01-05' }],
    ['active', { start: '2025-01-01', end: '2026-01-06' }],
    ['ended', { start: '2025-01-01', end: '2026-01-05' }],
  ])('is %s for %j on 5 January', async (state, days) => {
    const id = await world.contract({ end: undefined, ...days });
    expect((await world.ask('GET', `/v1/contracts/${id}`)).body['state']).toBe(state);
  });

  it('normalises the VIN', async () => {
    const id = await world.contract({ vin: ' vf7-sxhnptpt 000105 ' });
    expect((await world.ask('GET', `/v1/contracts/${id}`)).body['vin']).toBe('VF7SXHNPTPT000105');
  });

  it.each([
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z'],
    ['UTC', '2026-03-01', '2026-03-01T00:00:00.000Z'],
  ])('begins with the first instant of the day in %s', async (zone, start, startsAt) => {
    const id = await world.contract({ zone, start });
    expect((await world.ask('GET', `/v1/contracts/${id}`)).body).toMatchObject({ zone, start, startsAt });
    expect(startOfDay(zone, start)).toBe(startsAt);
  });

  it('takes what a JSON document may look like', async () => {
    const raw = ` {"\\u006bind":"lease","reference":"  é\\u00e9\\/","start":"2026-02-01","zone":"UTC","dayOffset":1e1}\n`;
    const refused = await world.ask('POST', '/v1/contracts', { raw });
    expect(refused.body['errors']).toEqual([{ field: 'reference', message: 'No spaces at either end' }]);
    const headers = { 'content-type': 'Application/JSON; charset=UTF-8' };
    const { status, body } = await world.ask('POST', '/v1/contracts', { raw: raw.replace('  é', 'é'), headers });
    expect([status, body['reference'], body['dayOffset']]).toEqual([201, 'éé/', 10]);
  });

  it('refuses a tenant that is gone, and one whose application is broken is our fault', async () => {
    const stranger: Caller = { tenantId: 'nobody', keyId: 'key_x', scopes: SCOPES };
    const { status, body } = await world.ask('POST', '/v1/contracts', { body: TERMS, caller: stranger });
    expect([status, body['code']]).toEqual([401, 'unauthorized']);
    await createTenant(world.tables.business, { tenantId: 'broken', name: 'B', applicationId: 'missing' }, NOW);
    const broken: Caller = { ...stranger, tenantId: 'broken' };
    await expect(world.ask('POST', '/v1/contracts', { body: TERMS, caller: broken })).rejects.toThrow();
  });
});

describe('a reference', () => {
  const taken = { field: 'reference', message: 'Taken by another contract' };

  it('names one contract of a tenant', async () => {
    const body = { ...MINIMAL, reference: 'TWICE' };
    expect((await world.ask('POST', '/v1/contracts', { body })).status).toBe(201);
    const before = await world.snapshot();
    const second = await world.ask('POST', '/v1/contracts', { body: { ...body, kind: 'insurance' } });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'reference_taken', errors: [taken] });
    expect(await world.snapshot()).toEqual(before);
  });

  it('is free for every other tenant', async () => {
    const body = { ...MINIMAL, reference: 'SHARED' };
    expect((await world.ask('POST', '/v1/contracts', { body })).status).toBe(201);
    expect((await world.ask('POST', '/v1/contracts', { body, caller: CANAL })).status).toBe(201);
  });

  it('goes to exactly one of 20 that want it at once', async () => {
    const body = { ...MINIMAL, reference: 'RACE' };
    const before = await world.snapshot();
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask('POST', '/v1/contracts', { body })));
    const won = answers.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await world.snapshot()).toHaveLength(before.length + 2);
    const got = await world.ask('GET', `/v1/contracts/${won[0]?.body['id']}`);
    expect(got.body['reference']).toBe('RACE');
  });

  it('is its maker’s also when the answer to its reservation got lost and the call was repeated', async () => {
    const { business } = world.tables;
    let puts = 0;
    const repeating = {
      ...business,
      put: async (...put: Parameters<typeof business.put>) => {
        puts += 1;
        const applied = await business.put(...put);
        return puts === 1 ? business.put(...put) : applied;
      },
    };
    const body = { ...MINIMAL, reference: 'REPEATED' };
    expect((await world.ask('POST', '/v1/contracts', { body, business: repeating })).status).toBe(201);
  });

  it('whose maker died is free again after a minute', async () => {
    const { business } = world.tables;
    const dying = {
      ...business,
      put: async (...[item, condition]: Parameters<typeof business.put>) =>
        item.sk === 'REFERENCE' ? business.put(item, condition) : Promise.reject(new Error('died')),
    };
    const body = { ...MINIMAL, reference: 'ORPHAN' };
    await expect(world.ask('POST', '/v1/contracts', { body, business: dying })).rejects.toThrow('died');
    expect((await world.ask('POST', '/v1/contracts', { body })).status).toBe(409);
    world.later(60_000);
    expect((await world.ask('POST', '/v1/contracts', { body })).status).toBe(201);
    expect((await world.ask('POST', '/v1/contracts', { body })).status).toBe(409);
  });
});

const advice = z.object({ title: z.string(), text: z.string() });
const shown = z.object({ driverMust: z.object({ en: advice, nl: advice, fr: advice, de: advice }) });

describe('getting a contract', () => {
  it('shows the connection that is read from', async () => {
    const id = await world.contract();
    await world.connect(id, {
      connectionId: 'cnn_a',
      connectedAt: '2026-01-05T10:05:00.000Z',
      make: 'CITROEN',
      model: 'C3',
      year: 2025,
      vin: 'VF7SXHNPTPT000105',
      vendorVehicleId: 'never-shown',
      permissions: ['read_odometer', 'read_vin', 'read_vehicle_info', 'read_battery'],
      consent: {
        consentId: 'never-shown',
        textVersion: '2026-11-nl',
        agreedAt: '2026-01-05T10:02:00.000Z',
        asked: ['read_odometer', 'read_vin', 'read_vehicle_info'],
      },
    });
    const { body, text } = await world.ask('GET', `/v1/contracts/${id}`);
    expect(body['connection']).toEqual({
      id: 'cnn_a',
      state: 'active',
      reason: null,
      driverMust: null,
      reconnect: null,
      consent: {
        textVersion: '2026-11-nl',
        agreedAt: '2026-01-05T10:02:00.000Z',
        asked: ['read_odometer', 'read_vin', 'read_vehicle_info'],
        granted: ['read_odometer', 'read_vin', 'read_vehicle_info', 'read_battery'],
      },
      readable: true,
      platform: 'v2',
      connectedAt: '2026-01-05T10:05:00.000Z',
      withdrawnAt: null,
      make: 'CITROEN',
      model: 'C3',
      year: 2025,
      vin: 'VF7SXHNPTPT000105',
    });
    expect((await world.ask('GET', `/v1/contracts/${id}/connection`)).body).toEqual(body['connection']);
    expect(text).not.toMatch(/never-shown|[sS]ecret|tenantKey|dueAt|turn/);
  });

  it.each([
    ['action_required', 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION', 'Activate your car’s online service'],
    ['action_required', 'VEHICLE_STATE:REMOTE_ACCESS_DISABLED', 'Allow remote access in your car'],
    ['action_required', 'invented_tomorrow', 'The maker wants something from you first'],
    ['reauth_required', 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED', 'Log in at the maker again'],
    ['reauth_required', 'token_refused', 'Connect your car again'],
    ['failed', 'no_vehicles', 'No car in this account'],
  ] as const)('%s because of %s says what the driver has to do, in every language', async (state, reason, title) => {
    const id = await world.contract();
    await world.connect(id, { connectionId: id.replace('con_', 'cxn_'), state, reason });
    const { body } = await world.ask('GET', `/v1/contracts/${id}`);
    const { driverMust } = shown.parse(body['connection']);
    expect(driverMust.en.title).toBe(title);
    expect(new Set(Object.values(driverMust).map(({ text }) => text)).size).toBe(4);
    expect(Object.keys(driverMust)).toEqual(['en', 'nl', 'fr', 'de']);
  });

  it('shows how the newest authorization ended when none led to a car', async () => {
    const id = await world.contract();
    await world.connect(id, { connectionId: 'cnn_1', state: 'failed', reason: 'access_denied' });
    await world.connect(id, { connectionId: 'cnn_2', state: 'failed', reason: 'wrong_vin' });
    const { body } = await world.ask('GET', `/v1/contracts/${id}`);
    expect(body['connection']).toMatchObject({ id: 'cnn_2', state: 'failed', reason: 'wrong_vin', readable: false });
  });
});

describe('a connect session', () => {
  it('is a link for the driver, stored as a hash', async () => {
    const id = await world.contract();
    const now = world.later(0);
    const { status, body } = await world.ask('POST', `/v1/contracts/${id}/connect-sessions`, {
      body: { expiresInSeconds: 259_200 },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^cse_[0-9a-f]{32}$/),
      contract: id,
      secretShown: false,
      url: expect.stringMatching(/^https:\/\/api\.odoseal\.example\/connect\/[A-Za-z0-9_-]{43}$/),
      expiresAt: new Date(now + 3 * 86_400_000).toISOString(),
      returnUrl: null,
    });
    const token = String(body['url']).split('/').at(-1);
    expect(JSON.stringify(await world.snapshot())).not.toContain(token);
  });

  it.each([
    ['no body', {}],
    ['an empty object', { body: {} }],
  ])('lives 14 days with %s', async (_, asking) => {
    const path = `/v1/contracts/${await world.contract()}/connect-sessions`;
    const { body } = await world.ask('POST', path, asking);
    expect(Date.parse(String(body['expiresAt'])) - world.later(0)).toBe(14 * 86_400_000);
  });

  it.each([300, 7_776_000])('lives %i seconds where that is asked for', async (expiresInSeconds) => {
    const path = `/v1/contracts/${await world.contract()}/connect-sessions`;
    const { body } = await world.ask('POST', path, { body: { expiresInSeconds } });
    expect(Date.parse(String(body['expiresAt'])) - world.later(0)).toBe(expiresInSeconds * 1000);
  });

  it.each([
    ['expiresInSeconds', [0, 299, 7_776_001, 300.5, '300', null], 'A whole number from 300 to 7776000'],
    [
      'returnUrl',
      ['', 'https://rivage.example', 'http://rivage.example/', 'javascript:alert(1)', null],
      'An https URL as browsers write it, without credentials and fragment, of at most 2,048 characters',
    ],
    ['language', ['es', 'NL', 'nl-BE', '', null], 'One of en, nl, fr, de'],
  ])('refuses another %s', async (field, values, message) => {
    const path = `/v1/contracts/${await world.contract()}/connect-sessions`;
    const before = await world.snapshot();
    for (const value of values) {
      const { status, body } = await world.ask('POST', path, { body: { [field]: value } });
      expect([status, body['errors']]).toEqual([400, [{ field, message }]]);
    }
    expect(await world.snapshot()).toEqual(before);
  });

  it('keeps a return URL of its tenant’s, and refuses every other one', async () => {
    const path = `/v1/contracts/${await world.contract()}/connect-sessions`;
    const returnUrl = 'https://rivage.example/done?x=1';
    const send = (url: string, caller = RIVAGE) => world.ask('POST', path, { body: { returnUrl: url }, caller });
    const refused = [400, [{ field: 'returnUrl', message: 'Not one of your return URLs' }]];
    const before = await send(returnUrl);
    expect([before.status, before.body['errors']]).toEqual(refused);
    await changeTenant(world.tables.business, 'rivage', { returnUrls: ['https://rivage.example/', returnUrl] }, NOW);
    const { status, body } = await send(returnUrl);
    expect([status, body['returnUrl']]).toEqual([201, returnUrl]);
    const token = String(body['url']).split('/').at(-1) ?? '';
    expect((await findConnectSession(world.tables.business, token, world.later(0)))?.returnUrl).toBe(returnUrl);
    const stored = await world.snapshot();
    for (const other of [
      `${returnUrl}1`,
      'https://rivage.example/done',
      'https://rivage.example/DONE?x=1',
      'https://rivage.example.evil.example/',
    ])
      expect([other, (await send(other)).status]).toEqual([other, 400]);
    expect(await world.snapshot()).toEqual(stored);
    // Another tenant’s list is of no use, nor is its contract looked at twice.
    const theirs = `/v1/contracts/${await world.contract({}, CANAL)}/connect-sessions`;
    expect((await world.ask('POST', theirs, { body: { returnUrl }, caller: CANAL })).status).toBe(400);
    expect((await send(returnUrl, CANAL)).status).toBe(404);
  });

  it('keeps the language that it was made in', async () => {
    const path = `/v1/contracts/${await world.contract()}/connect-sessions`;
    const { body } = await world.ask('POST', path, { body: { language: 'nl' } });
    const token = String(body['url']).split('/').at(-1) ?? '';
    expect((await findConnectSession(world.tables.business, token, world.later(0)))?.language).toBe('nl');
  });
});
