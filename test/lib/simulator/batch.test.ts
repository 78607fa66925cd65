import { describe, expect, it } from 'vitest';
import { ask, type Bench, bench, connected, plugIn, type Reply, START } from './bench.ts';

async function batch(platform: Bench, access: string, id: string, paths: readonly string[]): Promise<Reply> {
  const body = { requests: paths.map((path) => ({ path })) };
  return ask(platform, access, `/v2.0/vehicles/${id}/batch`, { method: 'POST', body });
}

describe('a batch', () => {
  it('answers every path with code, headers and body of its own', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_vehicle_info read_odometer read_vin');
    const { status, body } = await batch(platform, access, car.id, ['/odometer', '/vin', '/', '/permissions']);
    const at = '2026-01-01T00:00:00.000Z';
    const recorded = { 'sc-unit-system': 'metric' };
    expect([status, body]).toEqual([
      200,
      {
        responses: [
          {
            path: '/odometer',
            code: 200,
            headers: { 'sc-unit-system': 'metric', 'sc-data-age': at, 'sc-fetched-at': at },
            body: { distance: 12345.678 },
          },
          { path: '/vin', code: 200, headers: recorded, body: { vin: 'VR7C5XPHEV0000001' } },
          { path: '/', code: 200, headers: recorded, body: { id: car.id, make: 'CITROEN', model: 'C5 X', year: 2023 } },
          {
            path: '/permissions',
            code: 200,
            headers: recorded,
            body: { permissions: ['read_vehicle_info', 'read_odometer', 'read_vin'], paging: { count: 3, offset: 0 } },
          },
        ],
      },
    ]);
  });

  it('fails in parts: one asleep, one without permission, all of them with an object of headers', async () => {
    const platform = bench();
    const sleeps = [{ from: START, to: START + 1 }];
    const { car, access } = await connected(platform, 'read_odometer read_vin', { ...plugIn, sleeps });
    const { status, body } = await batch(platform, access, car.id, ['/odometer', '/vin', '/location']);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      responses: [
        { path: '/odometer', code: 409, headers: {}, body: { type: 'VEHICLE_STATE', code: 'ASLEEP', statusCode: 409 } },
        { path: '/vin', code: 200 },
        { path: '/location', code: 403, headers: {}, body: { type: 'PERMISSION' } },
      ],
    });
  });

  it('fails as a whole for an unknown path, a command path and a body without paths', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_odometer');
    const invalid = { status: 400, body: { type: 'VALIDATION', code: null } };
    expect(await batch(platform, access, car.id, ['/odometer', '/nowhere'])).toMatchObject(invalid);
    expect(await batch(platform, access, car.id, ['odometer'])).toMatchObject(invalid);
    expect(await batch(platform, access, car.id, ['/navigation/destination'])).toMatchObject(invalid);
    expect(await batch(platform, access, car.id, [])).toMatchObject(invalid);
    const path = `/v2.0/vehicles/${car.id}/batch`;
    expect(await ask(platform, access, path, { method: 'POST' })).toMatchObject(invalid);
  });

  it('is refused as a whole for a vehicle that is not covered', async () => {
    const platform = bench();
    const { access } = await connected(platform, 'read_odometer');
    expect((await batch(platform, access, 'nobody', ['/odometer'])).status).toBe(403);
  });
});
