// The vendor's own SDK, unchanged, against the served simulator: if it can read the answers, they are in the vendor's form.
// Every call is noted; the last test holds the notes against what the SDK offers.

import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signatureOf } from '../../../lib/simulator/deliveries.ts';
import { connectAsOwner } from '../../../lib/simulator/owner.ts';
import { type ServedSimulator, serveSimulator } from '../../../lib/simulator/serve-simulator.ts';
import { application, bench, plugIn } from './bench.ts';

interface Access {
  readonly accessToken: string;
  readonly refreshToken: string;
}

type Call = (...inputs: readonly unknown[]) => Promise<Record<string, unknown>>;
type SdkVehicle = Record<string, Call>;

interface Sdk {
  readonly AuthClient: new (
    options: object,
  ) => {
    getAuthUrl(scope: readonly string[], options: object): string;
    exchangeCode(code: string | null): Promise<Access>;
    exchangeRefreshToken(token: string): Promise<Access>;
  };
  readonly Vehicle: new (id: unknown, token: string, options?: object) => SdkVehicle;
  readonly getVehicles: (token: string) => Promise<{ vehicles: readonly string[] }>;
  readonly getVehicle: (token: string, id: string) => Promise<{ body: object; headers: Record<string, string> }>;
  readonly getUser: Call;
  readonly getConnections: Call;
  readonly getCompatibility: Call;
  readonly getCompatibilityMatrix: Call;
  readonly deleteConnections: Call;
  readonly setApiVersion: (version: string) => void;
  readonly getApiVersion: () => string;
  readonly hashChallenge: (key: string, challenge: string) => string;
  readonly verifyPayload: (key: string, signature: string, body: object) => boolean;
}

// The SDK ships no types; this names the part of it that is called here.
const smartcar = createRequire(import.meta.url)('smartcar') as Sdk;

/** What the SDK of this version offers: functions, and methods of its two classes. */
const OFFERED = [
  ...['AuthClient.exchangeCode', 'AuthClient.exchangeRefreshToken', 'AuthClient.getAuthUrl'],
  ...['Vehicle.attributes', 'Vehicle.batch', 'Vehicle.battery', 'Vehicle.batteryCapacity', 'Vehicle.charge'],
  ...['Vehicle.diagnosticSystemStatus', 'Vehicle.diagnosticTroubleCodes', 'Vehicle.disconnect', 'Vehicle.engineOil'],
  ...['Vehicle.fuel', 'Vehicle.getChargeLimit', 'Vehicle.getSignal', 'Vehicle.getSignals', 'Vehicle.location'],
  ...['Vehicle.lock', 'Vehicle.lockStatus', 'Vehicle.nominalCapacity', 'Vehicle.odometer', 'Vehicle.permissions'],
  ...['Vehicle.request', 'Vehicle.sendDestination', 'Vehicle.serviceHistory', 'Vehicle.setChargeLimit'],
  ...['Vehicle.startCharge', 'Vehicle.stopCharge', 'Vehicle.subscribe', 'Vehicle.tirePressure', 'Vehicle.unlock'],
  ...['Vehicle.unsubscribe', 'Vehicle.vin', 'deleteConnections', 'getApiVersion', 'getCompatibility'],
  ...['getCompatibilityMatrix', 'getConnections', 'getUser', 'getVehicle', 'getVehicles', 'hashChallenge'],
  ...['setApiVersion', 'verifyPayload'],
];

const called = new Set<string>();

/** Notes every call of an object's functions; its own classes are looked into, not called. */
function noteCalls(owner: object, prefix: string): readonly string[] {
  return Object.getOwnPropertyNames(owner).flatMap((name) => {
    const value: unknown = Reflect.get(owner, name);
    if (typeof value !== 'function' || name === 'constructor') return [];
    if (/^[A-Z]/.test(name)) return noteCalls(value.prototype, `${name}.`);
    Reflect.set(owner, name, function noted(this: unknown, ...inputs: readonly unknown[]): unknown {
      called.add(`${prefix}${name}`);
      return Reflect.apply(value, this, inputs);
    });
    return [`${prefix}${name}`];
  });
}

const offered = noteCalls(smartcar, '');

const scope = [
  ...['read_vehicle_info', 'read_vin', 'read_odometer', 'read_location', 'read_battery', 'read_charge', 'read_fuel'],
  ...['read_tires', 'read_engine_oil', 'read_security', 'read_service_history', 'read_diagnostics'],
  ...['control_charge', 'control_security', 'control_navigation'],
];

const platform = bench({ rateLimit: { burst: 1000, perMinute: 1000 } });
let served: ServedSimulator;

beforeAll(async () => {
  served = await serveSimulator(platform.simulator, { port: 0 });
  for (const name of ['API', 'AUTH', 'API_V3', 'MANAGEMENT_API']) vi.stubEnv(`SMARTCAR_${name}_ORIGIN`, served.origin);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await served.close();
});

async function connectWithSdk(email: string): Promise<{ access: Access; vehicle: SdkVehicle; id: string }> {
  const client = new smartcar.AuthClient({
    clientId: application.clientId,
    clientSecret: application.clientSecret,
    redirectUri: 'http://localhost:3000/callback',
  });
  const url = client.getAuthUrl(scope, { state: 's', makeBypass: 'CITROEN', singleSelect: { enabled: true } });
  const back = new URL(await connectAsOwner(url, { email }, (request) => fetch(request, { redirect: 'manual' })));
  const first = await client.exchangeCode(back.searchParams.get('code'));
  const access = await client.exchangeRefreshToken(first.refreshToken);
  const { vehicles } = await smartcar.getVehicles(access.accessToken);
  const id = vehicles[0] ?? '';
  return { access, id, vehicle: new smartcar.Vehicle(id, access.accessToken) };
}

function withoutMeta({ meta: _, ...body }: Record<string, unknown>): Record<string, unknown> {
  return body;
}

async function call(
  vehicle: SdkVehicle,
  method: string,
  ...inputs: readonly unknown[]
): Promise<Record<string, unknown>> {
  return withoutMeta((await vehicle[method]?.(...inputs)) ?? {});
}

/** The SDK answers a batch with one function for each path. */
function readPart(batch: Record<string, unknown> | undefined, name: string): unknown {
  const part = batch?.[name];
  return typeof part === 'function' ? part() : undefined;
}

describe('the official SDK', () => {
  it('connects, exchanges, refreshes and makes every call of the seed page', async () => {
    const car = platform.simulator.fleet.addCar({ ...plugIn, account: 'sdk@example.com' });
    const { access, vehicle, id } = await connectWithSdk('sdk@example.com');
    expect(id).toBe(car.id);
    expect(access.accessToken).toMatch(/^[0-9a-f-]{36}$/);

    const sent = { status: 'success', message: 'Successfully sent request to vehicle' };
    expect(await call(vehicle, 'location')).toEqual({ latitude: 48.870012, longitude: 2.304032 });
    expect(await call(vehicle, 'odometer')).toEqual({ distance: 12345.678 });
    expect(await call(vehicle, 'lock')).toEqual(sent);
    expect(await call(vehicle, 'unlock')).toEqual(sent);
    expect(await call(vehicle, 'battery')).toEqual({ percentRemaining: 0.42, range: 21 });
    expect(await call(vehicle, 'batteryCapacity')).toEqual({ capacity: 12.4 });
    expect(await call(vehicle, 'charge')).toEqual({ isPluggedIn: true, state: 'NOT_CHARGING' });
    expect(await call(vehicle, 'startCharge')).toEqual(sent);
    expect(await call(vehicle, 'setChargeLimit', 0.8)).toEqual(sent);
    expect(await call(vehicle, 'getChargeLimit')).toEqual({ limit: 0.8 });
    expect(await call(vehicle, 'charge')).toEqual({ isPluggedIn: true, state: 'CHARGING' });
    expect(await call(vehicle, 'stopCharge')).toEqual(sent);
    expect(await call(vehicle, 'fuel')).toEqual({ amountRemaining: 25.5, percentRemaining: 0.51, range: 357 });
    expect(await call(vehicle, 'tirePressure')).toEqual({
      frontLeft: 230,
      frontRight: 231,
      backLeft: 224,
      backRight: 225,
    });
    expect(await call(vehicle, 'engineOil')).toEqual({ lifeRemaining: 0.38 });
    expect(await call(vehicle, 'attributes')).toEqual({ id: car.id, make: 'CITROEN', model: 'C5 X', year: 2023 });
    expect(await call(vehicle, 'vin')).toEqual({ vin: 'VR7C5XPHEV0000001' });
    expect(await call(vehicle, 'permissions')).toEqual({ permissions: scope, paging: { count: 15, offset: 0 } });
    expect(await call(vehicle, 'disconnect')).toEqual({ status: 'success' });
    await expect(call(vehicle, 'odometer')).rejects.toMatchObject({ statusCode: 403, type: 'PERMISSION' });
  });

  it('reads the calls beyond the seed page', async () => {
    platform.simulator.fleet.addCar({ ...plugIn, account: 'more@example.com', vin: 'VR7C5XPHEV0000002' });
    const { access, vehicle, id } = await connectWithSdk('more@example.com');
    expect(await call(vehicle, 'nominalCapacity')).toEqual({
      availableCapacities: [{ capacity: 12.4, description: null }],
      capacity: { nominal: 12.4, source: 'SMARTCAR' },
      url: null,
    });
    expect(await call(vehicle, 'lockStatus')).toMatchObject({ isLocked: true });
    expect(await call(vehicle, 'sendDestination', 48.85, 2.35)).toMatchObject({ status: 'success' });
    expect(await call(vehicle, 'serviceHistory')).toMatchObject({
      data: [{ serviceDate: '2025-10-03T00:00:00.000Z', odometerDistance: 12345 }],
    });
    expect(await call(vehicle, 'diagnosticTroubleCodes')).toEqual({ activeCodes: [] });
    expect(await call(vehicle, 'subscribe', 'webhook-1')).toEqual({ webhookId: 'webhook-1', vehicleId: id });
    expect(await call(vehicle, 'unsubscribe', application.managementToken, 'webhook-1')).toEqual({ status: 'success' });
    const user = await smartcar.getUser(access.accessToken);
    const connections = await smartcar.getConnections(application.managementToken, { vehicleId: id });
    expect(withoutMeta(connections)).toEqual({
      connections: [{ vehicleId: id, userId: user['id'], connectedAt: '2026-01-01T00:00:00.000Z', mode: 'live' }],
      paging: { cursor: null },
    });
    const { clientId, clientSecret } = application;
    const compatible = await smartcar.getCompatibility('VR7C5XPHEV0000002', ['read_odometer'], 'US', {
      clientId,
      clientSecret,
    });
    expect(withoutMeta(compatible)).toEqual({
      compatible: true,
      reason: null,
      capabilities: [{ permission: 'read_odometer', endpoint: '/odometer', capable: true, reason: null }],
    });
    expect(withoutMeta(await smartcar.deleteConnections(application.managementToken, { vehicleId: id }))).toEqual({
      connections: [{ userId: user['id'], vehicleId: id }],
    });
  });

  it('reads a batch, its ages and a part that failed', async () => {
    platform.simulator.fleet.addCar({ ...plugIn, account: 'batch@example.com', powertrain: 'BEV' });
    const { vehicle } = await connectWithSdk('batch@example.com');
    const batch = await vehicle['batch']?.(['/odometer', '/vin', '/fuel']);
    const part = (name: string): unknown => readPart(batch, name);
    expect(part('odometer')).toMatchObject({
      distance: 12345.678,
      meta: { dataAge: new Date('2026-01-01T00:00:00.000Z'), unitSystem: 'metric' },
    });
    expect(part('vin')).toMatchObject({ vin: 'VR7C5XPHEV0000001' });
    expect(() => part('fuel')).toThrow('COMPATIBILITY:VEHICLE_NOT_CAPABLE - This vehicle is not able to do this.');
  });

  it('understands a throttled vehicle', async () => {
    const car = platform.simulator.fleet.addCar({ ...plugIn, account: 'busy@example.com' });
    const { vehicle } = await connectWithSdk('busy@example.com');
    platform.simulator.fleet.inject(car.id, { error: 'RATE_LIMIT:VEHICLE', retryAfterSeconds: 90 });
    await expect(call(vehicle, 'odometer')).rejects.toMatchObject({
      statusCode: 429,
      type: 'RATE_LIMIT',
      code: 'VEHICLE',
      retryAfter: '90',
      resolution: { type: 'RETRY_LATER' },
    });
  });

  it('reads V3 with the token of a vehicle, in the shape it was made for and in the newest', async () => {
    platform.simulator.fleet.addCar({ ...plugIn, account: 'v3@example.com', vin: 'VR7C5XPHEV0000003' });
    const { access, vehicle, id } = await connectWithSdk('v3@example.com');
    const odometer = { code: 'odometer-traveleddistance', group: 'Odometer', status: { value: 'SUCCESS' } };
    expect(await vehicle['getSignal']?.('odometer-traveleddistance')).toMatchObject({
      body: { type: 'signal', attributes: { ...odometer, body: { value: 12345.678, unit: 'kilometers' } } },
      headers: { 'content-type': 'application/json' },
    });
    const { body } = await smartcar.getVehicle(access.accessToken, id);
    expect(body).toMatchObject({ id, type: 'vehicle', attributes: { make: 'CITROEN', powertrainType: 'PHEV' } });
    platform.simulator.behave({ vehicleTokens: 'same_shapes' });
    expect(await vehicle['getSignal']?.('odometer-traveleddistance')).toMatchObject({
      body: { data: { attributes: { ...odometer, body: { value: 12345.678, unit: 'km' } } } },
    });
    const all = await vehicle['getSignals']?.();
    expect(all).toMatchObject({
      body: { data: expect.arrayContaining([expect.objectContaining({ type: 'signal' })]) },
    });
    await expect(call(vehicle, 'getSignal', 'vin')).rejects.toMatchObject({ statusCode: 404, type: 'SDK_ERROR' });
  });

  it('makes requests of its user’s own, and reads what is left', async () => {
    platform.simulator.fleet.addCar({ ...plugIn, account: 'rest@example.com', vin: 'VR7C5XPHEV0000004' });
    const { vehicle } = await connectWithSdk('rest@example.com');
    expect(await vehicle['request']?.('GET', 'odometer', undefined, { 'sc-unit-system': 'imperial' })).toMatchObject({
      body: { distance: 7671.248658 },
      meta: { unitSystem: 'imperial' },
    });
    expect(await call(vehicle, 'diagnosticSystemStatus')).toEqual({
      systems: [
        { systemId: 'SYSTEM_TPMS', status: 'OK', description: null },
        { systemId: 'SYSTEM_ABS', status: 'OK', description: null },
      ],
    });
    const { clientId, clientSecret } = application;
    const matrix = await smartcar.getCompatibilityMatrix('EUROPE', {
      clientId,
      clientSecret,
      make: 'CITROEN',
      type: 'BEV',
    });
    expect(withoutMeta(matrix)).toMatchObject({ CITROEN: [{ model: 'ë-C4', type: 'BEV' }] });
  });

  it('computes of a webhook what the simulator does, for the vendor’s own vectors', () => {
    const answer = '9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e';
    expect([smartcar.hashChallenge('amt', 'challenge'), signatureOf('amt', 'challenge')]).toEqual([answer, answer]);
    const signature = signatureOf('amt', '{"pizza":"pasta"}');
    expect(signature).toBe('4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70');
    expect(smartcar.verifyPayload('amt', signature, { pizza: 'pasta' })).toBe(true);
    expect(smartcar.verifyPayload('amt', signature, { pizza: 'pesto' })).toBe(false);
  });

  it('takes a delivery of the simulator for genuine', async () => {
    const eventId = platform.simulator.sendTest(application.clientId, 'https://receiver.test/events');
    const delivery = platform.simulator.dueDeliveries().find((each) => each.eventId === eventId);
    const signature = delivery?.headers['sc-signature'] ?? '';
    const body: object = JSON.parse(delivery?.body ?? '');
    expect(smartcar.verifyPayload(application.managementToken, signature, body)).toBe(true);
  });

  it('is told when a version is not there', async () => {
    smartcar.setApiVersion('6.0');
    expect(smartcar.getApiVersion()).toBe('6.0');
    await expect(smartcar.getUser('any')).rejects.toMatchObject({ statusCode: 404, code: 'VERSION' });
    smartcar.setApiVersion('2.0');
  });

  it('offers no call that was not made here, and none of which we do not know', () => {
    expect(offered.toSorted()).toEqual(OFFERED);
    expect([...called].sort()).toEqual(OFFERED);
  });
});
