import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../lib/simulator/condition.ts';
import { ask, type Bench, bench, connected, plugIn, type Reply } from './bench.ts';

const scope = 'read_charge read_security control_charge control_security control_navigation';
const success = { status: 'success', message: 'Successfully sent request to vehicle' };

async function command(
  platform: Bench,
  endpoint: string,
  body: unknown,
  condition: Partial<Condition> = {},
): Promise<Reply> {
  const { car, access } = await connected(platform, scope);
  platform.simulator.fleet.setCondition(car.id, condition);
  return ask(platform, access, `/v2.0/vehicles/${car.id}${endpoint}`, { method: 'POST', body });
}

describe('a command', () => {
  it.each<[string, object, keyof Condition, unknown]>([
    ['/security', { action: 'UNLOCK' }, 'locked', false],
    ['/charge', { action: 'START' }, 'charging', true],
    ['/charge/limit', { limit: 0.8 }, 'chargeLimit', 0.8],
    ['/charge/limit', { limit: '0.5' }, 'chargeLimit', 0.5],
    [
      '/navigation/destination',
      { latitude: 48.85, longitude: 2.35 },
      'destination',
      { latitude: 48.85, longitude: 2.35 },
    ],
  ])('changes the car: POST %s %j', async (endpoint, body, name, value) => {
    const platform = bench();
    const reply = await command(platform, endpoint, body);
    expect([reply.status, reply.body]).toEqual([200, success]);
    expect(platform.simulator.fleet.carsOf(plugIn.account)[0]?.condition[name]).toEqual(value);
  });

  it.each<[string, object, Partial<Condition>, string]>([
    ['/security', { action: 'LOCK' }, { doorOpen: true }, 'DOOR_OPEN'],
    ['/security', { action: 'LOCK' }, { hoodOpen: true }, 'HOOD_OPEN'],
    ['/security', { action: 'LOCK' }, { trunkOpen: true }, 'TRUNK_OPEN'],
    ['/security', { action: 'LOCK' }, { inMotion: true }, 'IN_MOTION'],
    ['/security', { action: 'UNLOCK' }, { ignitionOn: true }, 'IGNITION_ON'],
    ['/charge', { action: 'START' }, { pluggedIn: false }, 'CHARGING_PLUG_NOT_CONNECTED'],
    ['/charge', { action: 'STOP' }, { pluggedIn: false }, 'CHARGING_PLUG_NOT_CONNECTED'],
    ['/charge', { action: 'STOP' }, {}, 'NOT_CHARGING'],
    // The battery of the car stands at 0.42.
    ['/charge', { action: 'START' }, { chargeLimit: 0.4 }, 'FULLY_CHARGED'],
  ])('is refused by the state of the car: POST %s %j %j', async (endpoint, body, condition, code) => {
    const platform = bench();
    const before = { ...platform.simulator.fleet.carsOf(plugIn.account)[0]?.condition };
    const reply = await command(platform, endpoint, body, condition);
    expect([reply.status, reply.body]).toMatchObject([409, { type: 'VEHICLE_STATE', code }]);
    expect(platform.simulator.fleet.carsOf(plugIn.account)[0]?.condition).toMatchObject({ ...before, ...condition });
  });

  it.each<[string, unknown, string]>([
    ['/security', { action: 'OPEN' }, 'action'],
    ['/charge/limit', { limit: 0.49 }, 'limit'],
    ['/charge/limit', { limit: 1.01 }, 'limit'],
    ['/navigation/destination', { latitude: 91, longitude: 0 }, 'latitude'],
    ['/navigation/destination', { latitude: 0 }, 'longitude'],
    ['/charge', undefined, ''],
  ])('is refused with the field that is wrong: POST %s %j', async (endpoint, body, field) => {
    const reply = await command(bench(), endpoint, body);
    expect(reply).toMatchObject({ status: 400, body: { type: 'VALIDATION', code: null, detail: [{ field }] } });
  });

  it('needs its own permission', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_security');
    const path = `/v2.0/vehicles/${car.id}/security`;
    expect((await ask(platform, access, path, { method: 'POST', body: { action: 'LOCK' } })).status).toBe(403);
  });

  it.each<[Partial<Condition>, object]>([
    [{}, { isPluggedIn: true, state: 'NOT_CHARGING' }],
    [{ charging: true }, { isPluggedIn: true, state: 'CHARGING' }],
    [{ chargeLimit: 0.4 }, { isPluggedIn: true, state: 'FULLY_CHARGED' }],
    [
      { chargeLimit: 0.4, pluggedIn: false },
      { isPluggedIn: false, state: 'NOT_CHARGING' },
    ],
  ])('leaves a charging state: %j', async (condition, body) => {
    const platform = bench();
    const { car, access } = await connected(platform, scope);
    platform.simulator.fleet.setCondition(car.id, condition);
    expect((await ask(platform, access, `/v2.0/vehicles/${car.id}/charge`)).body).toEqual(body);
  });
});
