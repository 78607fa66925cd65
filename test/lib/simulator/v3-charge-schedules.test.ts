import { describe, expect, it } from 'vitest';
import { type Bench, bench, connectedV3, plugIn, type Reply, send, type V3Connected } from './bench.ts';

const scope = 'read_vehicle_info control_charge';
const home = { latitude: 52.37, longitude: 4.89 };
const daily = { location: home, startTime: '23:00', stopTime: '06:30' };

type Ask = (method: 'POST' | 'DELETE', path: string, attributes?: object) => Promise<Reply>;

async function owner(
  platform: Bench,
  permissions = scope,
  car = plugIn,
): Promise<V3Connected & { readonly tell: Ask }> {
  const result = await connectedV3(platform, permissions, car);
  const headers = { authorization: `Bearer ${result.bearer}`, 'sc-user-id': result.userId };
  const tell: Ask = (method, path, attributes) =>
    send(platform, `/v3/vehicles/${result.car.id}/charge-schedules/${path}`, {
      method,
      headers,
      ...(attributes === undefined ? {} : { body: JSON.stringify({ data: { attributes } }) }),
    });
  return { ...result, tell };
}

const told = (reply: Reply): [status: number, code: unknown] => {
  const { errors } = JSON.parse(JSON.stringify(reply.body)) as { errors?: readonly { type: string; code: string }[] };
  return [reply.status, errors?.map(({ type, code }) => `${type}:${code}`)[0]];
};

const idOf = (reply: Reply): string => (JSON.parse(JSON.stringify(reply.body)) as { data: { id: string } }).data.id;

describe('charge schedules, V3', () => {
  it.each([
    ['daily', daily],
    ['daily', { location: home, stopTime: '06:30' }],
    ['weekly', { location: home, days: [{ day: 'MONDAY', startTime: '23:00' }] }],
    ['workweek', { location: home, weekdays: { startTime: '23:00' } }],
    ['workweek', { location: home, weekends: { stopTime: '08:00' } }],
  ])('%s, as %j, is kept as it was told', async (kind, attributes) => {
    const platform = bench();
    const { car, tell } = await owner(platform);
    const made = await tell('POST', kind, attributes);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      data: {
        type: 'command-execution',
        attributes: {
          commandType: `charge-schedules-${kind}`,
          status: { value: 'SUCCESS' },
          parameters: attributes,
        },
      },
    });
    expect(platform.simulator.fleet.find(car.id)?.condition.chargeSchedules).toEqual([
      { id: idOf(made), kind, told: attributes },
    ]);
  });

  it('are taken away by id, once, each alone', async () => {
    const platform = bench();
    const { car, tell } = await owner(platform);
    const first = idOf(await tell('POST', 'daily', daily));
    const second = idOf(await tell('POST', 'daily', daily));
    expect((await tell('DELETE', first)).status).toBe(204);
    expect(platform.simulator.fleet.find(car.id)?.condition.chargeSchedules.map(({ id }) => id)).toEqual([second]);
    expect(told(await tell('DELETE', first))).toEqual([404, 'RESOURCE_NOT_FOUND:PATH']);
    expect(told(await tell('POST', 'monthly', daily))).toEqual([404, 'RESOURCE_NOT_FOUND:INVALID_PATH']);
  });

  it.each([
    ['daily', {}],
    ['daily', { startTime: '23:00' }],
    ['daily', { location: home }],
    ['daily', { location: { latitude: 91, longitude: 0 }, startTime: '23:00' }],
    ['daily', { location: home, startTime: 23 }],
    ['weekly', daily],
    ['weekly', { location: home, days: [] }],
    ['workweek', { location: home, days: [{}] }],
    ['workweek', { location: home, weekdays: 'all' }],
  ])('%s, as %j, are refused', async (kind, attributes) => {
    const platform = bench();
    const { car, tell } = await owner(platform);
    expect(told(await tell('POST', kind, attributes))).toEqual([400, 'VALIDATION:INVALID_INPUT_FORMAT']);
    expect(platform.simulator.fleet.find(car.id)?.condition.chargeSchedules).toEqual([]);
  });

  it('go through what every command goes through', async () => {
    const refusals: [number, unknown][] = [];
    const platform = bench();
    const { car, tell } = await owner(platform);
    const { fleet } = platform.simulator;
    const path = '/charge-schedules/daily';
    fleet.inject(car.id, { error: 'UPSTREAM:NO_RESPONSE', path });
    refusals.push(told(await tell('POST', 'daily', daily)));
    fleet.setTrouble(car.id, 'VEHICLE_STATE:UNREACHABLE');
    refusals.push(told(await tell('POST', 'daily', daily)), told(await tell('DELETE', 'any')));
    fleet.setTrouble(car.id, null);
    fleet.simulate(car.id, 'paused');
    refusals.push(told(await tell('POST', 'daily', daily)), told(await tell('DELETE', 'any')));
    const burning = await owner(bench(), scope, { ...plugIn, powertrain: 'ICE' });
    refusals.push(told(await burning.tell('POST', 'daily', daily)), told(await burning.tell('DELETE', 'any')));
    const reading = await owner(bench(), 'read_vehicle_info');
    refusals.push(told(await reading.tell('POST', 'daily', daily)), told(await reading.tell('DELETE', 'any')));
    expect(refusals).toEqual([
      [502, 'UPSTREAM:NO_RESPONSE'],
      ...Array(4).fill([409, 'VEHICLE_STATE:UNREACHABLE']),
      ...Array(2).fill([501, 'COMPATIBILITY:VEHICLE_NOT_CAPABLE']),
      ...Array(2).fill([403, 'AUTHENTICATION:ACCESS_DENIED']),
    ]);
  });

  it('are accepted first and told later where commands are slow', async () => {
    const { tell } = await owner(bench({}, { commands: 'accepted' }));
    expect((await tell('POST', 'daily', daily)).status).toBe(202);
    expect(told(await tell('POST', 'daily', {}))).toEqual([202, 'VALIDATION:INVALID_INPUT_FORMAT']);
  });
});
