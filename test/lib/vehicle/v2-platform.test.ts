// The domain interface over V2: what a reading holds, what it survives, what it refuses.
import { describe, expect, it } from 'vitest';
import type { WireResponse } from '../../../lib/vehicle/transport.ts';
import { makeV2Platform } from '../../../lib/vehicle/v2-platform.ts';
import { REQUEST_ID } from './local-server.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const NOW = Date.parse('2026-03-01T00:00:05.000Z');
const VIN = 'VF7AAAAAAAA000001';

const platformOn = (...answers: readonly WireResponse[]) => {
  const { transport, sent } = recordedTransport(...answers);
  const platform = makeV2Platform({ transport, apiOrigin: 'https://api.example', deadlineMs: 7, clock: () => NOW });
  return { platform, sent };
};

const measured = {
  'sc-data-age': '2026-02-28T22:00:00.000Z',
  'sc-fetched-at': '2026-03-01T00:00:04.000Z',
  'sc-unit-system': 'metric',
};

const odometerPart = (headers: object = measured, distance = 104.32) => ({
  path: '/odometer',
  code: 200,
  headers,
  body: { distance },
});
const vinPart = { path: '/vin', code: 200, headers: {}, body: { vin: VIN } };
const refusedPart = (path: string, code: number, type: string, name: string | null) => ({
  path,
  code,
  headers: {},
  body: { type, code: name, statusCode: code },
});

const readWith = (...parts: readonly object[]) =>
  platformOn(answered(200, { responses: parts })).platform.read('a', 'car-1', { withVin: true, deadlineMs: 300_000 });

describe('reading a vehicle', () => {
  it('with its VIN is one call that gives metres, both instants and the request id', async () => {
    const { platform, sent } = platformOn(answered(200, { responses: [odometerPart(), vinPart] }));

    expect(await platform.read('a', 'car-1', { withVin: true, deadlineMs: 300_000 })).toEqual({
      odometer: {
        metres: 104_320,
        unit: 'km',
        distance: 104.32,
        recordedAt: '2026-02-28T22:00:00.000Z',
        fetchedAt: '2026-03-01T00:00:04.000Z',
        requestId: REQUEST_ID,
      },
      vin: VIN,
    });
    expect(sent.map(({ operation, deadlineMs }) => [operation, deadlineMs])).toEqual([['batch', 300_000]]);
  });

  it('without its VIN asks for the odometer alone', async () => {
    const { platform, sent } = platformOn(answered(200, { distance: 104.32 }, measured));

    expect(await platform.read('a', 'car-1', { withVin: false, deadlineMs: 300_000 })).toEqual({
      odometer: {
        metres: 104_320,
        unit: 'km',
        distance: 104.32,
        recordedAt: '2026-02-28T22:00:00.000Z',
        fetchedAt: '2026-03-01T00:00:04.000Z',
        requestId: REQUEST_ID,
      },
    });
    expect(sent.map(({ operation, deadlineMs }) => [operation, deadlineMs])).toEqual([['odometer', 300_000]]);
  });

  it('counts what the platform will bill: every part', () => {
    const { platform } = platformOn();

    expect([platform.billedRequests({ withVin: true }), platform.billedRequests({ withVin: false })]).toEqual([2, 1]);
  });

  it('miles by the header become metres, and stay as sent beside them', async () => {
    const part = odometerPart({ ...measured, 'sc-unit-system': 'imperial' }, 64.82);

    expect((await readWith(part, vinPart)).odometer).toMatchObject({ metres: 104_318, unit: 'mi', distance: 64.82 });
  });

  it('without a unit header is in the metric system that was asked for', async () => {
    const { 'sc-unit-system': _units, ...rest } = measured;

    expect((await readWith(odometerPart(rest), vinPart)).odometer).toMatchObject({ metres: 104_320, unit: 'km' });
  });

  it('in an unknown unit system is refused', async () => {
    const error = await thrownBy(readWith(odometerPart({ ...measured, 'sc-unit-system': 'nautical' }), vinPart));

    expect(error).toMatchObject({ fault: 'unusable_answer', meaning: 'transient', field: 'sc-unit-system' });
  });

  it('falls back to when the platform fetched it, where the car does not say when it measured', async () => {
    const { 'sc-data-age': _age, ...rest } = measured;

    expect((await readWith(odometerPart(rest), vinPart)).odometer).toMatchObject({
      recordedAt: '2026-03-01T00:00:04.000Z',
      fetchedAt: '2026-03-01T00:00:04.000Z',
    });
  });

  it('takes the clock for the fetch where only the measurement has an instant', async () => {
    const { 'sc-fetched-at': _fetched, ...rest } = measured;

    expect((await readWith(odometerPart(rest), vinPart)).odometer).toMatchObject({
      recordedAt: '2026-02-28T22:00:00.000Z',
      fetchedAt: '2026-03-01T00:00:05.000Z',
    });
  });

  it('without any instant is refused: it proves nothing about a month', async () => {
    expect(await thrownBy(readWith(odometerPart({}), vinPart))).toMatchObject({
      fault: 'unusable_answer',
      field: 'sc-data-age',
    });
  });

  it('throws what refused the odometer, whatever the VIN says', async () => {
    expect(await thrownBy(readWith(refusedPart('/odometer', 409, 'VEHICLE_STATE', 'ASLEEP'), vinPart))).toMatchObject({
      meaning: 'asleep',
      operation: 'odometer',
    });
  });

  it.each([
    ['UPSTREAM', 'NO_RESPONSE', 502, 'transient'],
    ['COMPATIBILITY', 'VEHICLE_NOT_CAPABLE', 501, 'not_capable'],
    ['RESOURCE_NOT_FOUND', 'PATH', 404, 'operator'],
    ['RATE_LIMIT', 'VEHICLE', 429, 'vehicle_rate_limited'],
  ])('keeps the odometer when the VIN alone is refused: %s %s', async (type, code, status, meaning) => {
    const reading = await readWith(odometerPart(), refusedPart('/vin', status, type, code));

    expect(reading.odometer.metres).toBe(104_320);
    expect(reading).not.toHaveProperty('vin');
    expect(reading.vinRefused?.meaning).toBe(meaning);
  });

  it('keeps the odometer when the VIN part is missing or unusable', async () => {
    expect((await readWith(odometerPart())).vinRefused?.meaning).toBe('transient');
    expect((await readWith(odometerPart(), { ...vinPart, body: {} })).vinRefused?.meaning).toBe('transient');
  });

  it('throws when the VIN is refused for lack of permission: consent has changed', async () => {
    expect(await thrownBy(readWith(odometerPart(), refusedPart('/vin', 403, 'PERMISSION', null)))).toMatchObject({
      meaning: 'reconnect',
      operation: 'vin',
    });
  });
});

describe('who is connected', () => {
  const page = (vehicles: readonly string[], count: number, offset: number) =>
    answered(200, { vehicles, paging: { count, offset } });
  const ids = (from: number, to: number): string[] =>
    Array.from({ length: to - from }, (_, index) => `car-${from + index}`);

  it('lists every page of vehicles', async () => {
    const { platform, sent } = platformOn(page(ids(0, 50), 51, 0), page(ids(50, 51), 51, 50));

    expect(await platform.listVehicles('a')).toEqual(ids(0, 51));
    expect(sent.map(({ url }) => url)).toEqual([
      'https://api.example/v2.0/vehicles?limit=50&offset=0',
      'https://api.example/v2.0/vehicles?limit=50&offset=50',
    ]);
  });

  it('asks once when everything fits one page', async () => {
    const { platform, sent } = platformOn(page(['car-0'], 1, 0));

    expect(await platform.listVehicles('a')).toEqual(['car-0']);
    expect(sent).toHaveLength(1);
  });

  it('goes on by what it got where the platform caps the page at less than asked', async () => {
    const { platform, sent } = platformOn(page(ids(0, 10), 12, 0), page(ids(10, 12), 12, 10));

    expect(await platform.listVehicles('a')).toEqual(ids(0, 12));
    expect(sent[1]?.url).toBe('https://api.example/v2.0/vehicles?limit=50&offset=10');
  });

  it('ends where a page is empty although more were announced', async () => {
    expect(await platformOn(page(['car-0'], 3, 0), page([], 3, 1)).platform.listVehicles('a')).toEqual(['car-0']);
  });

  it('ends after 20 pages and names each vehicle once', async () => {
    const { platform, sent } = platformOn(...Array.from({ length: 21 }, () => page(['car-0'], 9_999, 0)));

    expect(await platform.listVehicles('a')).toEqual(['car-0']);
    expect(sent).toHaveLength(20);
  });

  it('lists every page of permissions', async () => {
    const first = { permissions: ['read_odometer', 'read_vin'], paging: { count: 3, offset: 0 } };
    const second = { permissions: ['read_vehicle_info'], paging: { count: 3, offset: 2 } };
    const { platform, sent } = platformOn(answered(200, first), answered(200, second));

    expect(await platform.permissions('a', 'car-1')).toEqual(['read_odometer', 'read_vin', 'read_vehicle_info']);
    expect(sent[1]?.url).toBe('https://api.example/v2.0/vehicles/car-1/permissions?limit=50&offset=2');
  });

  it('identifies a car by VIN, make, model and year in one call', async () => {
    const attributes = { id: 'car-1', make: 'CITROEN', model: 'ë-C4', year: 2024 };
    const { platform, sent } = platformOn(
      answered(200, { responses: [{ path: '/', code: 200, headers: {}, body: attributes }, vinPart] }),
    );

    expect(await platform.identify('a', 'car-1')).toEqual({ vin: VIN, make: 'CITROEN', model: 'ë-C4', year: 2024 });
    expect(sent).toHaveLength(1);
  });

  it('identifies nothing without a VIN', async () => {
    const attributes = { id: 'car-1', make: 'CITROEN', model: 'C3', year: 2024 };
    const { platform } = platformOn(
      answered(200, {
        responses: [
          { path: '/', code: 200, headers: {}, body: attributes },
          refusedPart('/vin', 403, 'PERMISSION', null),
        ],
      }),
    );

    expect(await thrownBy(platform.identify('a', 'car-1'))).toMatchObject({ operation: 'vin', meaning: 'reconnect' });
  });

  it('disconnects', async () => {
    const { platform, sent } = platformOn(answered(200, { status: 'success' }));
    await platform.disconnect('token-a', 'car-1');

    expect(sent[0]).toMatchObject({
      method: 'DELETE',
      url: 'https://api.example/v2.0/vehicles/car-1/application',
      deadlineMs: 7,
      repeatable: false,
    });
  });
});

describe('what both platform versions are asked', () => {
  const ref = { vehicleId: 'car-1', userId: 'user-1' };
  const page = answered(200, { vehicles: ['car-0', 'car-1'], paging: { count: 2, offset: 0 } });
  const attributes = { id: 'car-1', make: 'CITROEN', model: 'C3', year: 2024 };
  const described = (vinAnswer: object) =>
    platformOn(
      answered(200, { responses: [{ path: '/', code: 200, headers: {}, body: attributes }, vinAnswer] }),
    ).platform.describe('a', ref);
  const car = { make: 'CITROEN', model: 'C3', year: 2024 };

  it('takes the token of the driver', () => {
    expect(platformOn().platform.tokenOf).toBe('driver');
  });

  it('lists what the token covers, whoever is named, and narrows by vehicle', async () => {
    const unknown = { userId: undefined, permissions: undefined, changedAt: undefined };

    expect(await platformOn(page).platform.grants('a')).toEqual([
      { vehicleId: 'car-0', ...unknown },
      { vehicleId: 'car-1', ...unknown },
    ]);
    expect(await platformOn(page).platform.grants('a', { externalId: 'e', vehicleId: 'car-1' })).toEqual([
      { vehicleId: 'car-1', ...unknown },
    ]);
  });

  it('finds a vehicle by its id or by its grant', async () => {
    const { platform, sent } = platformOn(answered(200, { webhookId: 'wh', vehicleId: 'car-1' }), answered(200, {}));
    await platform.subscribe('a', ref, 'wh');
    await platform.disconnect('a', ref);

    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://api.example/v2.0/vehicles/car-1/webhooks/wh',
      'DELETE https://api.example/v2.0/vehicles/car-1/application',
    ]);
  });

  it('describes a car with and without its VIN', async () => {
    expect(await described(vinPart)).toEqual({ ...car, vin: VIN });
    expect(await described(refusedPart('/vin', 502, 'UPSTREAM', 'NO_RESPONSE'))).toMatchObject({
      ...car,
      vin: undefined,
      vinRefused: { meaning: 'transient' },
    });
    expect(await thrownBy(described(refusedPart('/vin', 403, 'PERMISSION', null)))).toMatchObject({
      meaning: 'reconnect',
    });
  });
});
