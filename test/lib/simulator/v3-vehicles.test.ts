import { describe, expect, it } from 'vitest';
import { earlyShapes } from '../../../lib/simulator/behaviour.ts';
import {
  ask,
  type Bench,
  bench,
  connected,
  connectedV3,
  DAY,
  HOUR,
  MINUTE,
  plugIn,
  type Reply,
  START,
  subscribed,
  type V3Connected,
} from './bench.ts';

const scope = 'read_vehicle_info read_odometer read_vin';
const everything = `${scope} read_battery read_charge read_fuel read_tires read_location read_engine_oil read_security control_charge control_security control_navigation`;
const ODOMETER = 'odometer-traveleddistance';
const VIN = 'vehicleidentification-vin';

function json(reply: Reply): Record<string, never> & { data: never } {
  return JSON.parse(JSON.stringify(reply.body));
}

function errorOf(reply: Reply): unknown {
  const [{ type, code }] = (json(reply) as unknown as { errors: [{ type: string; code: string }] }).errors;
  return [reply.status, type, code];
}

interface Element {
  readonly id: string;
  readonly attributes: {
    readonly status: { readonly value: string; readonly error?: object };
    readonly body?: unknown;
  };
  readonly meta: unknown;
}

function elements(reply: Reply): readonly Element[] {
  return (json(reply) as unknown as { data: readonly Element[] }).data;
}

async function subscribedCar(platform: Bench, permissions = scope, car = plugIn): Promise<V3Connected> {
  const result = await connectedV3(platform, permissions, car);
  await subscribed(platform, result);
  return result;
}

describe('a vehicle, V3', () => {
  it('is told without a user', async () => {
    const platform = bench();
    const { car, bearer } = await connectedV3(platform, scope);
    const content = {
      id: car.id,
      type: 'vehicle',
      attributes: { make: 'CITROEN', model: 'C5 X', year: 2023, powertrainType: 'PHEV', mode: 'live' },
      links: { self: `http://platform.test/v3/vehicles/${car.id}` },
    };
    expect((await ask(platform, bearer, `/v3/vehicles/${car.id}/`)).body).toEqual({ data: content });
    platform.simulator.behave({ resources: 'bare' });
    expect((await ask(platform, bearer, `/v3/vehicles/${car.id}`)).body).toEqual(content);
  });

  it('may be 404 while its connection is listed', async () => {
    const platform = bench();
    const { car, bearer, ask: askVehicle } = await connectedV3(platform, scope);
    platform.simulator.fleet.loseOnV3(car.id);
    expect(errorOf(await askVehicle(''))).toEqual([404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND']);
    expect(elements(await ask(platform, bearer, '/v3/connections'))).toHaveLength(1);
    expect(errorOf(await ask(platform, bearer, '/v3/vehicles/nowhere'))).toEqual([
      404,
      'RESOURCE_NOT_FOUND',
      'VEHICLE_NOT_FOUND',
    ]);
  });

  it('knows no paths of V2', async () => {
    const platform = bench();
    const { ask: askVehicle } = await connectedV3(platform, scope);
    expect(errorOf(await askVehicle('/battery'))).toEqual([404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH']);
  });
});

describe('signals', () => {
  it('are read from a store that is empty until the vehicle is subscribed', async () => {
    const platform = bench();
    const car = await connectedV3(platform, scope);
    const empty = await car.ask('/signals');
    expect([empty.status, elements(empty), json(empty)['meta']]).toEqual([
      200,
      [],
      { pageNumber: 1, pageSize: 1, totalCount: 0 },
    ]);
    expect(errorOf(await car.ask(`/signals/${ODOMETER}`))).toEqual([404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND']);
    expect((await car.ask('')).status).toBe(200);
    await subscribed(platform, car);
    expect(elements(await car.ask('/signals')).map(({ id }) => id)).toContain(ODOMETER);
    expect((await car.ask(`/signals/${ODOMETER}`)).status).toBe(200);
  });

  it('stay away while the receiver of the webhook has not proven itself', async () => {
    const platform = bench({ webhooks: [{ callbackUri: 'https://receiver.test/', autoSubscribe: true }] });
    const car = await connectedV3(platform, scope);
    expect((await ask(platform, car.bearer, '/v3/subscriptions')).body).toMatchObject({ meta: { totalCount: 1 } });
    expect(elements(await car.ask('/signals'))).toEqual([]);
  });

  it('are there at once where the store is set to be filled, and for the token of a vehicle', async () => {
    const platform = bench({}, { signalStore: 'always_filled' });
    const car = await connectedV3(platform, scope);
    expect((await car.ask(`/signals/${ODOMETER}`)).status).toBe(200);
    const other = bench();
    const { car: own, access } = await connected(other, scope);
    expect((await ask(other, access, `/v3/vehicles/${own.id}/signals/${ODOMETER}`)).status).toBe(200);
  });

  it('are told in the newest shape', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform);
    const at = '2026-01-01T00:00:00.000Z';
    const self = `http://platform.test/v3/vehicles/${car.id}`;
    expect((await askVehicle(`/signals/${ODOMETER}`)).body).toEqual({
      data: {
        id: ODOMETER,
        type: 'signal',
        attributes: {
          code: ODOMETER,
          name: 'TraveledDistance',
          group: 'Odometer',
          status: { value: 'SUCCESS' },
          body: { value: 12345.678, unit: 'km' },
        },
        meta: { ingestedAt: at, retrievedAt: at, oemUpdatedAt: at },
        links: { self: `${self}/signals/${ODOMETER}` },
      },
      included: { vehicle: expect.objectContaining({ id: car.id, type: 'vehicle', links: { self } }) },
    });
    expect((await askVehicle(`/signals/${VIN}`)).body).toMatchObject({
      data: { attributes: { body: { value: 'VR7C5XPHEV0000001' } }, meta: { ingestedAt: at } },
    });
  });

  it('are told in the early shape: bare, kilometers, epoch milliseconds or seconds', async () => {
    const platform = bench({}, earlyShapes);
    const { ask: askVehicle } = await subscribedCar(platform);
    expect((await askVehicle(`/signals/${ODOMETER}`)).body).toMatchObject({
      id: ODOMETER,
      attributes: { body: { value: 12345.678, unit: 'kilometers' } },
      meta: { retrievedAt: START, oemUpdatedAt: START },
    });
    platform.simulator.behave({ times: 'epoch_s' });
    expect((await askVehicle(`/signals/${ODOMETER}`)).body).toMatchObject({ meta: { oemUpdatedAt: START / 1000 } });
  });

  it('need a user when an application asks', async () => {
    const platform = bench();
    const { car, bearer } = await subscribedCar(platform);
    const reply = await ask(platform, bearer, `/v3/vehicles/${car.id}/signals`);
    expect(reply.body).toEqual({
      errors: [
        {
          status: '400',
          type: 'VALIDATION',
          code: 'MISSING_PARAMETER',
          title: 'Missing Parameter',
          detail: 'missing userId',
          resolution: { type: 'UNKNOWN_RESOLUTION_TYPE' },
          suggestedUserMessage: 'Your request could not be completed.',
          links: { about: 'https://smartcar.com/docs/errors/api-errors/v3/validation-errors#missing-parameter' },
          meta: { debug: { requestId: reply.headers['sc-request-id'] } },
        },
      ],
    });
    const headers = { 'sc-user-id': 'somebody-else' };
    expect((await ask(platform, bearer, `/v3/vehicles/${car.id}/signals`, { headers })).status).toBe(403);
  });

  it('show the recording, also of a car that sleeps since', async () => {
    const platform = bench();
    const sleeps = [{ from: START + HOUR, to: START + 5 * DAY }];
    const car = await subscribedCar(platform, scope, { ...plugIn, metresPerDay: 24_000, sleeps });
    platform.turn(2 * DAY);
    const { bearer: _, ...rest } = car;
    const fresh = await connectedV3(platform, scope, { ...plugIn, account: 'other@example.com' });
    const headers = { 'sc-user-id': rest.userId };
    const path = `/v3/vehicles/${rest.car.id}/signals/${ODOMETER}`;
    expect((await ask(platform, fresh.bearer, path, { headers })).body).toMatchObject({
      data: {
        attributes: { status: { value: 'SUCCESS' }, body: { value: 12346.678 } },
        meta: { retrievedAt: '2026-01-03T00:00:00.000Z', oemUpdatedAt: '2026-01-01T01:00:00.000Z' },
      },
    });
  });

  it('are as old as the documents say when asked to be: a day, or the minutes of the make when subscribed', async () => {
    const platform = bench({}, { freshness: 'documented', signalStore: 'always_filled' });
    const car = await connectedV3(platform, scope, { ...plugIn, metresPerDay: 24_000 });
    const value = async (): Promise<unknown> => {
      const element = json(await car.ask(`/signals/${ODOMETER}`)).data as Element;
      return element.attributes.body;
    };
    platform.turn(50 * MINUTE);
    expect(await value()).toEqual({ value: 12345.678, unit: 'km' });
    await subscribed(platform, car);
    platform.turn(9 * MINUTE);
    expect(await value()).toEqual({ value: 12346.511, unit: 'km' });
  });

  it('fail one by one inside a 200', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform, everything, { ...plugIn, powertrain: 'ICE' });
    platform.simulator.fleet.inject(car.id, { error: 'UPSTREAM:NO_RESPONSE', path: '/odometer' });
    platform.simulator.withdrawPermission(car.id, 'read_fuel');
    const reply = await askVehicle('/signals');
    const found = new Map(elements(reply).map((each) => [each.id, each]));
    expect(reply.status).toBe(200);
    expect(found.get(ODOMETER)).toMatchObject({
      attributes: {
        status: {
          value: 'ERROR',
          error: {
            type: 'UPSTREAM',
            code: 'NO_RESPONSE',
            title: 'No Response',
            detail: 'The manufacturer did not answer.',
            resolution: { type: 'RETRY_LATER' },
          },
        },
      },
      meta: { ingestedAt: '2026-01-01T00:00:00.000Z' },
    });
    expect(found.get(ODOMETER)?.attributes.body).toBeUndefined();
    expect(found.get(VIN)?.attributes.status).toEqual({ value: 'SUCCESS' });
    expect(found.get('tractionbattery-stateofcharge')?.attributes.status.error).toMatchObject({
      type: 'COMPATIBILITY',
      code: 'VEHICLE_NOT_CAPABLE',
      resolution: { type: 'UNKNOWN_RESOLUTION_TYPE' },
    });
    expect(found.get('internalcombustionengine-fuellevel')?.attributes.status.error).toMatchObject({
      type: 'PERMISSION',
      code: 'UNKNOWN',
    });
    expect((await askVehicle(`/signals/${ODOMETER}`)).body).toMatchObject({
      data: { attributes: { status: { value: 'SUCCESS' } } },
    });
  });

  it('keep the unit when the state of the car is the trouble, and the VIN when the car is', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform);
    platform.simulator.fleet.setTrouble(car.id, 'VEHICLE_STATE:UNREACHABLE');
    const found = elements(await askVehicle('/signals'));
    expect(found.find(({ id }) => id === ODOMETER)?.attributes.body).toEqual({ value: null, unit: 'km' });
    expect(found.find(({ id }) => id === VIN)?.attributes.status.value).toBe('SUCCESS');
  });

  it('may lack the VIN, which then is like a code nobody knows', async () => {
    const platform = bench();
    const { ask: askVehicle } = await subscribedCar(platform, scope, { ...plugIn, missingSignals: [VIN] });
    for (const code of [VIN, 'vin']) {
      expect(errorOf(await askVehicle(`/signals/${code}`))).toEqual([404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND']);
    }
    expect(elements(await askVehicle('/signals')).map(({ id }) => id)).not.toContain(VIN);
  });

  it('are refused as a whole for the caller’s faults and for limits', async () => {
    const platform = bench();
    const throttle = { calls: 1, seconds: 60 };
    const { car, ask: askVehicle } = await subscribedCar(platform, scope, { ...plugIn, throttle });
    platform.simulator.fleet.inject(car.id, { error: 'BILLING:VEHICLE_REQUEST_LIMIT' });
    expect(errorOf(await askVehicle('/signals'))).toEqual([430, 'BILLING', 'VEHICLE_REQUEST_LIMIT']);
    expect((await askVehicle('/signals')).status).toBe(200);
    const busy = await askVehicle('/signals');
    expect([errorOf(busy), busy.headers['retry-after']]).toEqual([[429, 'RATE_LIMIT', 'VEHICLE'], '60']);
  });

  it('hold everything the seed calls ask for', async () => {
    const platform = bench();
    const { ask: askVehicle } = await subscribedCar(platform, everything);
    const bodies = Object.fromEntries(
      elements(await askVehicle('/signals')).map((each) => [each.id, each.attributes.body]),
    );
    expect(bodies).toMatchObject({
      'tractionbattery-stateofcharge': { value: 42, unit: 'percent' },
      'tractionbattery-range': { value: 21, type: 'DEFAULT', additionalValues: [], unit: 'km' },
      'tractionbattery-nominalcapacity': { capacity: 12.4, source: 'SMARTCAR', unit: 'kWh' },
      'charge-ischarging': { value: false },
      'charge-ischargingcableconnected': { value: true },
      'charge-detailedchargingstatus': { value: 'NOT_CHARGING' },
      'charge-chargelimits': {
        values: [{ type: 'GLOBAL', limit: 100, condition: null }],
        activeLimit: 100,
        unit: 'percent',
      },
      'internalcombustionengine-fuellevel': { value: 51, unit: 'percent' },
      'internalcombustionengine-amountremaining': { value: 25.5, unit: 'liters' },
      'internalcombustionengine-range': { value: 357, unit: 'km' },
      'internalcombustionengine-oillife': { value: 38, unit: 'percent' },
      'location-preciselocation': { latitude: 48.870012, longitude: 2.304032, locationType: 'LAST_PARKED' },
      'closure-islocked': { value: true },
    });
    expect(bodies['wheel-tires']).toMatchObject({ values: [{ row: 0, column: 0, tirePressure: 230 }, {}, {}, {}] });
  });
});

describe('commands, V3', () => {
  it('do what they say and tell how it went', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform, everything);
    const command = (path: string, attributes?: object): Promise<Reply> =>
      askVehicle(`/commands${path}`, { method: 'POST', body: attributes && { data: { attributes } } });
    const limit = await command('/charge/set-limit', { percent: 80 });
    const at = '2026-01-01T00:00:00.000Z';
    expect([limit.status, limit.body]).toEqual([
      200,
      {
        data: {
          id: expect.any(String),
          type: 'command-execution',
          attributes: {
            commandType: 'charge-set-limit',
            status: { value: 'SUCCESS' },
            executionMode: 'SYNCHRONOUS',
            parameters: { percent: 80 },
          },
          meta: { executedAt: at, completedAt: at, durationInSeconds: 0 },
        },
      },
    ]);
    const condition = (): object => platform.simulator.fleet.find(car.id)?.condition ?? {};
    expect(condition()).toMatchObject({ chargeLimit: 0.8 });
    for (const path of ['/security/unlock', '/charge/start']) expect((await command(path)).status).toBe(200);
    expect(condition()).toMatchObject({ locked: false, charging: true });
    for (const path of ['/security/lock', '/charge/stop']) expect((await command(path)).status).toBe(200);
    expect(condition()).toMatchObject({ locked: true, charging: false });
    await command('/navigation/set-destination', { latitude: 48.85, longitude: 2.35 });
    expect(condition()).toMatchObject({ destination: { latitude: 48.85, longitude: 2.35 } });
  });

  it('open the charging port, and close it unless the cable is in it', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform, everything);
    const { fleet } = platform.simulator;
    const command = (path: string): Promise<Reply> => askVehicle(`/commands${path}`, { method: 'POST' });
    expect((await command('/charge-port/open')).status).toBe(200);
    expect(fleet.find(car.id)?.condition.chargingPortOpen).toBe(true);
    expect((await command('/charge-port/close')).status).toBe(409);
    fleet.setCondition(car.id, { pluggedIn: false });
    expect((await command('/charge-port/close')).status).toBe(200);
    expect(fleet.find(car.id)?.condition.chargingPortOpen).toBe(false);
  });

  it('are refused by the car, for lack of permission, and for a limit that is no percent', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform, `${scope} control_charge`);
    const post = async (path: string, body?: object): Promise<unknown> =>
      errorOf(await askVehicle(`/commands${path}`, { method: 'POST', body }));
    platform.simulator.fleet.setCondition(car.id, { pluggedIn: false });
    expect(await post('/charge/start')).toEqual([409, 'VEHICLE_STATE', 'CHARGING_PLUG_NOT_CONNECTED']);
    expect(await post('/security/lock')).toEqual([403, 'AUTHENTICATION', 'ACCESS_DENIED']);
    for (const percent of [49, 101, 80.5, '80']) {
      expect(await post('/charge/set-limit', { data: { attributes: { percent } } })).toEqual([
        400,
        'VALIDATION',
        'INVALID_INPUT_FORMAT',
      ]);
    }
    expect(await post('/climate/start')).toEqual([404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH']);
  });

  it('that are slow answer 202, and only the body tells the outcome', async () => {
    const platform = bench({}, { commands: 'accepted' });
    const { car, ask: askVehicle } = await subscribedCar(platform, everything);
    expect((await askVehicle('/commands/charge/start', { method: 'POST' })).body).toMatchObject({
      data: { attributes: { status: { value: 'SUCCESS' } } },
    });
    platform.simulator.fleet.setCondition(car.id, { doorOpen: true });
    const refused = await askVehicle('/commands/security/lock', { method: 'POST' });
    expect([refused.status, errorOf(refused)]).toEqual([202, [202, 'VEHICLE_STATE', 'DOOR_OPEN']]);
  });
});

describe('a vehicle of the vendor’s simulator', () => {
  const unreal = { ...plugIn, account: 'sim@example.com', simulation: 'parked' } as const;

  it('is only offered in simulated mode, and has no VIN signal', async () => {
    const platform = bench();
    await expect(connected(platform, scope, unreal)).rejects.toThrow('No text in access_token');
    const { ask: askVehicle } = await subscribedCar(bench(), scope, unreal);
    expect((await askVehicle(`/signals/${VIN}`)).status).toBe(404);
    expect((await askVehicle(`/signals/${ODOMETER}`)).status).toBe(200);
  });

  it('answers as the documents say in each state of its simulation', async () => {
    const platform = bench();
    const { car, ask: askVehicle } = await subscribedCar(platform, everything, unreal);
    const { fleet } = platform.simulator;
    const post = async (path: string, body?: object): Promise<unknown> => {
      const reply = await askVehicle(`/commands${path}`, { method: 'POST', body });
      return reply.status === 200 ? 200 : errorOf(reply);
    };
    const limit = { data: { attributes: { percent: 80 } } };
    expect(await post('/security/lock')).toBe(200);
    expect(await post('/charge/start')).toEqual([409, 'VEHICLE_STATE', 'CHARGING_PLUG_NOT_CONNECTED']);
    fleet.simulate(car.id, 'driving');
    expect(await post('/security/unlock')).toEqual([409, 'VEHICLE_STATE', 'IN_MOTION']);
    expect(await post('/charge/stop')).toEqual([409, 'VEHICLE_STATE', 'CHARGING_PLUG_NOT_CONNECTED']);
    fleet.simulate(car.id, 'charging');
    expect(await post('/charge/start')).toBe(200);
    expect(await post('/security/unlock')).toBe(200);
    expect(await post('/charge/set-limit', limit)).toEqual([501, 'COMPATIBILITY', 'SMARTCAR_NOT_CAPABLE']);
    expect(await post('/charge/stop')).toBe(200);
    fleet.simulate(car.id, 'paused');
    expect(await post('/security/lock')).toEqual([409, 'VEHICLE_STATE', 'UNREACHABLE']);
    expect((await askVehicle(`/signals/${ODOMETER}`)).body).toMatchObject({
      data: { attributes: { status: { value: 'SUCCESS' } } },
    });
    const trouble = async (): Promise<unknown> => {
      const element = json(await askVehicle(`/signals/${ODOMETER}`)).data as Element;
      return element.attributes.status.error;
    };
    fleet.simulate(car.id, 'not_started');
    expect(await trouble()).toMatchObject({ type: 'CONNECTED_SERVICES_ACCOUNT', code: 'ACCOUNT_ISSUE' });
    fleet.simulate(car.id, 'removed');
    expect(await trouble()).toMatchObject({ type: 'CONNECTED_SERVICES_ACCOUNT', code: 'VEHICLE_MISSING' });
  });
});
