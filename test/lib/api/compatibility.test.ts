// Asking whether a car can be connected: what the platform is asked, what its answer becomes, what is refused before it is asked, and
// what happens when it cannot answer. The platform is the simulator, which knows VINs of every kind.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeAll } from '../../../lib/reading/budget.ts';
import { createApplication } from '../../../lib/tenant/application.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { VehicleError } from '../../../lib/vehicle/vehicle-error.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';
import { expectRefused, fields } from './refused.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
  await createApplication(world.tables.business, {
    ...{ applicationId: 'on-v3', platform: 'v3', secretId: 'none', vinPolicy: 'every_read', mode: 'live' },
    ...{ burst: 120, refillPerMinute: 2, spreadMinutes: 0 },
  });
  await createTenant(world.tables.business, { tenantId: 'newer', name: 'newer', applicationId: 'on-v3' }, 0);
});
afterAll(() => world.close());
beforeEach(() => {
  world.later(24 * 3_600_000);
  world.platformCalls.length = 0;
});

const CITROEN = 'VF7SXHNPTPT000321';
const NEWER = { tenantId: 'newer', keyId: 'key_newer', scopes: ['contracts:read'] } as const;

const check = (vin: string, country: string, asking = {}) =>
  world.ask('GET', '/v1/compatibility', { query: `vin=${encodeURIComponent(vin)}&country=${country}`, ...asking });

const permissions = ['read_odometer', 'read_vin', 'read_vehicle_info'];
const each = (capable: boolean | null, reason: string | null = null) =>
  permissions.map((permission) => ({ permission, capable, reason }));

describe('on V2', () => {
  it('a car is asked for by VIN and country, with the permissions a statement needs', async () => {
    const { status, headers, body } = await check('vf7 sxhnpt-pt000321', 'NL');
    expect([status, headers['cache-control'], body]).toEqual([
      200,
      'no-store',
      {
        ...{ compatible: true, reason: null, message: null, basis: 'vin', country: 'NL' },
        brand: { make: 'CITROEN', name: 'Citroën', regions: ['EUROPE'] },
        capabilities: each(null),
      },
    ]);
    expect(world.platformCalls.map((url) => [...new URL(url).searchParams])).toEqual([
      [
        ['vin', CITROEN],
        ['scope', permissions.join(' ')],
        ['country', 'NL'],
        ['mode', 'simulated'],
      ],
    ]);
  });

  it.each([
    ['5YJXCDE22HF068739', { compatible: true, reason: null, capabilities: each(true) }],
    [
      'WAUAFAFL1GN014882',
      {
        compatible: false,
        reason: 'permission_not_available',
        message: 'This car can be connected, but does not give everything a statement needs.',
        capabilities: each(false, 'vehicle_not_capable'),
      },
    ],
    [
      'WBAKE5C58DJ107700',
      {
        compatible: false,
        reason: 'vehicle_not_compatible',
        message: 'This car cannot be connected.',
        capabilities: each(null),
      },
    ],
  ])('the documented VIN %s is told in our words', async (vin, expected) => {
    expect((await check(vin, 'US')).body).toMatchObject({ ...expected, basis: 'vin' });
  });

  it('a VIN whose brand nobody can tell is answered without one', async () => {
    expect((await check('XXX25K0H40N010999', 'DE')).body).toMatchObject({ compatible: false, brand: null });
  });

  it('credentials that were rotated are read again, once', async () => {
    const right = world.secrets[0] ?? '';
    const { clientId } = JSON.parse(right);
    const stale = JSON.stringify({ clientId, clientSecret: 'stale' });
    world.secrets.unshift(stale);
    expect((await check(CITROEN, 'NL')).status).toBe(200);
    expect(world.platformCalls).toHaveLength(2);
    world.secrets.splice(0, 1, stale);
    await expect(check(CITROEN, 'NL')).rejects.toThrow(VehicleError);
    world.secrets.splice(0, 1, right);
  });
});

describe('on V3, which is asked nothing', () => {
  it.each([
    [CITROEN, 'NL', null, 'only_brand_known'],
    [CITROEN, 'US', false, 'brand_not_compatible'],
    [CITROEN, 'JP', null, 'country_unknown'],
    ['XXX25K0H40N010999', 'NL', null, 'brand_unknown'],
  ])('%s in %s is %j for %s', async (vin, country, compatible, reason) => {
    const { status, body } = await check(vin, country, { caller: NEWER });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        ...{ compatible, reason, message: expect.stringMatching(/^[A-Z].+\.$/), basis: 'brand' },
        capabilities: each(null),
      }),
    ]);
    expect(world.platformCalls).toEqual([]);
  });
});

describe('what is wrong is named, and nobody is asked', () => {
  it.each([
    ['', ['vin', 'country']],
    ['vin=VF7SXHNPTPT000321', ['country']],
    ['country=NL', ['vin']],
    ['vin=VF7SXHNPTPT00032O&country=NL', ['vin']],
    ['vin=0SCGMCT0386A85356&country=nl', ['country']],
    ['vin=VF7SXHNPTPT000321&country=NLD', ['country']],
    ['vin=VF7SXHNPTPT000321&country=XQ', ['country']],
    ['vin=VF7SXHNPTPT000321&country=NL&scope=read_location', ['scope']],
    ['vin=VF7SXHNPTPT000321&country=NL&country=US', ['country']],
  ])('%j', async (query, expected) => {
    const answer = await expectRefused(world.ask, 'invalid_request', ['GET', '/v1/compatibility'], { query });
    expect(fields(answer)).toEqual(expected);
    expect(world.platformCalls).toEqual([]);
  });

  it('also where only the platform knows that a VIN is none', async () => {
    const query = 'vin=0SCLR0002E8896323&country=NL';
    const answer = await expectRefused(world.ask, 'invalid_request', ['GET', '/v1/compatibility'], { query });
    expect(answer.body['errors']).toEqual([{ field: 'vin', message: 'The vehicle platform does not take this VIN' }]);
    expect(world.platformCalls).toHaveLength(1);
  });

  it('I12 and no answer holds the VIN', async () => {
    const answers = [
      await check(CITROEN, 'NL'),
      await check(CITROEN, 'XQ'),
      await check(CITROEN, 'JP', { caller: NEWER }),
    ];
    for (const { text, headers } of answers) expect(text + JSON.stringify(headers)).not.toContain(CITROEN);
  });
});

describe('the budget of the application', () => {
  it('is taken from, and an empty one is told with the seconds until it is not', async () => {
    const bucket = { applicationId: 'default', burst: 120, refillPerMinute: 2 };
    expect(await takeAll(world.tables.business, bucket, 59, world.later(0))).toBe(true);
    expect((await check(CITROEN, 'NL')).status).toBe(200);
    const { headers } = await expectRefused(world.ask, 'vehicle_platform_busy', ['GET', '/v1/compatibility'], {
      query: `vin=${CITROEN}&country=NL`,
    });
    expect(headers['retry-after']).toBe('30');
    expect(world.platformCalls).toHaveLength(1);
    world.later(30_000);
    expect((await check(CITROEN, 'NL')).status).toBe(200);
  });

  it('is left by half to what is due, however much is asked', async () => {
    const application = { applicationId: 'default', burst: 120, refillPerMinute: 2 };
    const answers: number[] = [];
    for (let n = 0; n < 62; n += 1) answers.push((await check(CITROEN, 'NL')).status);
    expect([answers.filter((status) => status === 200).length, answers.at(-1)]).toEqual([60, 503]);
    expect(await takeAll(world.tables.business, application, 60, world.later(0))).toBe(true);
  });

  it('is empty for readings too when the platform says so', async () => {
    world.simulator.exhaust('3c1b8a1e-6f2d-4a4b-8a0e-0d0a51ea1001', 600);
    const first = await check(CITROEN, 'NL');
    expect([first.status, first.headers['retry-after']]).toEqual([503, '60']);
    expect((await check(CITROEN, 'NL')).status).toBe(503);
    expect(world.platformCalls).toHaveLength(1);
  });
});

it('a platform that does not answer is told as busy, in one try', async () => {
  world.simulator.interrupt({ path: '/v2.0/compatibility', status: 504 });
  const { status, body, headers } = await check(CITROEN, 'NL');
  expect([status, body['code'], headers['retry-after']]).toEqual([503, 'vehicle_platform_busy', '60']);
  expect(world.platformCalls).toHaveLength(1);
});

it('the brands are the documented ones, each with its regions', async () => {
  const { status, body } = await world.ask('GET', '/v1/brands');
  const items = body['items'] as readonly { make: string; regions: readonly string[] }[];
  expect([status, items.length, items[0]]).toEqual([
    200,
    45,
    { make: 'CITROEN', name: 'Citroën', regions: ['EUROPE'] },
  ]);
  expect(items.filter(({ regions }) => !regions.includes('EUROPE')).map(({ make }) => make)).toEqual([
    'ACURA',
    'BUICK',
    'HONDA',
    'INFINITI',
    'LEXUS',
    'SUBARU',
    'TOYOTA',
  ]);
});
