import { describe, expect, it } from 'vitest';
import { connectTriggers, troubleTriggers } from '../../../lib/simulator/documented-triggers.ts';
import { type VendorErrorName, vendorErrors } from '../../../lib/simulator/vendor-error.ts';
import { ask, type Bench, bench, connected, exchange, MINUTE, plugIn, type Reply, returnOf, text } from './bench.ts';

const scope = 'read_vehicle_info read_odometer read_vin';

async function odometer(platform: Bench, access: string, id: string): Promise<Reply> {
  return ask(platform, access, `/v2.0/vehicles/${id}/odometer`);
}

async function batch(platform: Bench, access: string, id: string): Promise<Reply> {
  const body = { requests: [{ path: '/odometer' }, { path: '/vin' }] };
  return ask(platform, access, `/v2.0/vehicles/${id}/batch`, { method: 'POST', body });
}

/** Status, or the codes of the parts. */
function codes({ status, body }: Reply): unknown {
  const parts: unknown = body !== null && typeof body === 'object' && 'responses' in body ? body.responses : null;
  return Array.isArray(parts) ? parts.map((part: { code: number }) => part.code) : status;
}

describe('an injected fault', () => {
  // Written out here: the vocabulary of the simulator is what is tested.
  const names = Object.keys(vendorErrors) as VendorErrorName[];

  it.each(names)('answers once with %s, then all is well', async (error) => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.inject(car.id, { error });
    const [type, code = null] = error.split(':');
    const reply = await odometer(platform, access, car.id);
    expect(reply.body).toMatchObject({ type, code, statusCode: reply.status });
    expect((await odometer(platform, access, car.id)).status).toBe(200);
  });

  it('counts', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.inject(car.id, { error: 'UPSTREAM:NO_RESPONSE', count: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await odometer(platform, access, car.id)).status);
    expect(statuses).toEqual([502, 502, 200]);
  });

  it('about the car fails parts of a batch, each of which counts', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.inject(car.id, { error: 'UPSTREAM:NO_RESPONSE' });
    expect(codes(await batch(platform, access, car.id))).toEqual([502, 200]);
    platform.simulator.fleet.inject(car.id, { error: 'COMPATIBILITY:VEHICLE_NOT_CAPABLE', path: '/vin' });
    expect(codes(await batch(platform, access, car.id))).toEqual([200, 501]);
  });

  it('about the caller fails the batch, and any fault does when told to', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.inject(car.id, { error: 'BILLING:ACCOUNT_SUSPENDED' });
    expect(codes(await batch(platform, access, car.id))).toBe(430);
    platform.simulator.fleet.inject(car.id, { error: 'SERVER:INTERNAL', whole: true });
    expect(codes(await batch(platform, access, car.id))).toBe(500);
  });

  it('throttles with retry-after, also in a part', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.inject(car.id, { error: 'RATE_LIMIT:VEHICLE' });
    expect((await odometer(platform, access, car.id)).headers['retry-after']).toBe('120');
    platform.simulator.fleet.inject(car.id, { error: 'RATE_LIMIT:VEHICLE', retryAfterSeconds: 7 });
    expect((await batch(platform, access, car.id)).body).toMatchObject({
      responses: [{ code: 429, headers: { 'retry-after': '7' } }, { code: 200 }],
    });
  });

  it('carries the documented links and details', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.inject(car.id, { error: 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED' });
    expect((await odometer(platform, access, car.id)).body).toMatchObject({
      resolution: {
        type: 'REAUTHENTICATE',
        url: `http://platform.test/oauth/reauthenticate?response_type=vehicle_id&client_id=11111111-2222-4333-8444-555555555555&vehicle_id=${car.id}`,
      },
    });
    platform.simulator.fleet.inject(car.id, { error: 'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED' });
    expect((await odometer(platform, access, car.id)).body).toMatchObject({
      resolution: { type: 'ACTION_REQUIRED', url: 'https://www.tesla.com/_ak/smartcar.com' },
    });
    platform.simulator.fleet.inject(car.id, { error: 'SERVER:MULTIPLE_RECORDS_FOUND' });
    expect((await odometer(platform, access, car.id)).body).toMatchObject({ detail: [{ capacities: [50, 54] }] });
  });
});

describe('the documented triggers', () => {
  it('are 25 accounts of this generation, 5 of the older one, and 2 that end Connect', () => {
    expect(troubleTriggers).toHaveLength(30);
    expect(troubleTriggers).toContainEqual({
      email: 'vehicle_state.asleep@smartcar.com',
      vin: '0SCLR0002E8896323',
      error: 'VEHICLE_STATE:ASLEEP',
    });
    expect(connectTriggers.filter(({ vin }) => vin !== null).map(({ email }) => email)).toEqual([
      'smartcar@invalid-subscription.com',
      'smartcar@vehicle-incompatible.com',
    ]);
  });

  it.each(troubleTriggers)('$email answers with $error, except from the records', async ({ email, vin, error }) => {
    const platform = bench();
    const back = await returnOf(platform, { email: email.toUpperCase() }, { scope });
    const access = text(await exchange(platform, back.searchParams.get('code')), 'access_token');
    const id = platform.simulator.fleet.carsOf(email)[0]?.car.id ?? '';
    const [type, code] = error.split(':');
    expect((await odometer(platform, access, id)).body).toMatchObject({ type, code });
    expect((await ask(platform, access, `/v2.0/vehicles/${id}/vin`)).body).toEqual({ vin });
  });

  it('work by VIN in test mode', async () => {
    const platform = bench();
    const parameters = { mode: 'test', single_select: 'true', single_select_vin: '0SCLR0002E8896323' };
    const back = await returnOf(platform, { email: 'anybody@example.com' }, parameters);
    const access = text(await exchange(platform, back.searchParams.get('code')), 'access_token');
    const id = platform.simulator.fleet.carsOf('anybody@example.com')[0]?.car.id ?? '';
    expect((await odometer(platform, access, id)).body).toMatchObject({ type: 'VEHICLE_STATE', code: 'ASLEEP' });
    const ended = await returnOf(
      platform,
      { email: 'other@example.com' },
      { ...parameters, single_select_vin: '0SCAUDI0155C49A95' },
    );
    expect(ended.searchParams.get('error')).toBe('invalid_subscription');
  });
});

describe('the bucket of an application', () => {
  it('holds 120 calls, is refilled at 2 a minute, and counts every part of a batch', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    for (let n = 0; n < 59; n++) expect((await batch(platform, access, car.id)).status).toBe(200);
    expect((await odometer(platform, access, car.id)).status).toBe(200);
    expect(await batch(platform, access, car.id)).toMatchObject({
      status: 429,
      body: { type: 'RATE_LIMIT', code: 'SMARTCAR_API', resolution: { type: 'RETRY_LATER' } },
    });
    expect((await odometer(platform, access, car.id)).status).toBe(200);
    expect((await odometer(platform, access, car.id)).status).toBe(429);
    platform.turn(MINUTE);
    expect((await batch(platform, access, car.id)).status).toBe(200);
    expect((await odometer(platform, access, car.id)).status).toBe(429);
  });
});

describe('an untouched bucket', () => {
  it('never holds more than its burst', async () => {
    const platform = bench({ rateLimit: { burst: 2, perMinute: 60 } });
    const { car, access } = await connected(platform, scope);
    expect((await odometer(platform, access, car.id)).status).toBe(200);
    platform.turn(60 * MINUTE);
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await odometer(platform, access, car.id)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe('a throttled vehicle', () => {
  it('tells when it may be asked again, to the second', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, scope, { ...plugIn, throttle: { calls: 2, seconds: 120 } });
    expect(codes(await batch(platform, access, car.id))).toEqual([200, 200]);
    platform.turn(30_500);
    const refused = await odometer(platform, access, car.id);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '90']);
    platform.turn(89_500);
    expect((await odometer(platform, access, car.id)).status).toBe(200);
  });
});
