// A batch of reads: what goes out, and how each part stands for itself.
import { describe, expect, it } from 'vitest';
import { callBatch, type PickPart } from '../../../lib/vehicle/batch.ts';
import { endpoints } from '../../../lib/vehicle/endpoints.ts';
import { REQUEST_ID } from './local-server.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const { attributes, odometer, vin } = endpoints;

const batchOf = async (responses: unknown): Promise<PickPart> => {
  const { transport } = recordedTransport(answered(200, { responses }));
  const vehicle = { transport, apiOrigin: 'https://api.example', deadlineMs: 1, access: 'a', vehicleId: 'car-1' };
  return callBatch(vehicle, [odometer, vin]);
};

const odometerPart = {
  path: '/odometer',
  code: 200,
  headers: { 'sc-data-age': '2026-03-01T00:00:00.000Z', 'sc-unit-system': 'imperial' },
  body: { distance: 64.8 },
};

describe('a batch', () => {
  it('is one POST with a path per read, attributes being /', async () => {
    const { transport, sent } = recordedTransport(answered(200, { responses: [] }));
    const vehicle = { transport, apiOrigin: 'https://api.example', deadlineMs: 9, access: 'a', vehicleId: 'car-1' };
    await callBatch(vehicle, [attributes, odometer]);

    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      operation: 'batch',
      method: 'POST',
      url: 'https://api.example/v2.0/vehicles/car-1/batch',
      body: '{"requests":[{"path":"/"},{"path":"/odometer"}]}',
      deadlineMs: 9,
      // Reads alone: an idle connection that died costs a second sending, not fifteen minutes.
      repeatable: true,
    });
  });

  it('gives each part its own value, with its own headers over those of the answer', async () => {
    const part = await batchOf([odometerPart, { path: '/vin', code: 200, headers: {}, body: { vin: 'V' } }]);

    expect(part(odometer)).toEqual({
      ok: true,
      value: {
        distance: 64.8,
        meta: {
          requestId: REQUEST_ID,
          dataAge: '2026-03-01T00:00:00.000Z',
          fetchedAt: undefined,
          unitSystem: 'imperial',
        },
      },
    });
    expect(part(vin)).toMatchObject({ ok: true, value: { vin: 'V', meta: { dataAge: undefined } } });
  });

  it('finds parts in any order, by path with or without a trailing slash', async () => {
    const part = await batchOf([{ path: '/vin/', code: 200, headers: {}, body: { vin: 'V' } }, odometerPart]);

    expect(part(vin)).toMatchObject({ ok: true, value: { vin: 'V' } });
    expect(part(odometer).ok).toBe(true);
  });

  it.each([{ 'retry-after': '120' }, { 'Retry-After': 120 }])(
    'gives a refused part its own retry-after: %j',
    async (headers) => {
      const body = { type: 'RATE_LIMIT', code: 'VEHICLE', statusCode: 429 };
      const part = (await batchOf([{ path: '/odometer', code: 429, headers, body }]))(odometer);

      expect(part).toMatchObject({
        ok: false,
        error: {
          meaning: 'vehicle_rate_limited',
          retryAfterSeconds: 120,
          operation: 'odometer',
          requestId: REQUEST_ID,
        },
      });
    },
  );

  it.each([
    ['no headers', { path: '/vin', code: 409, body: { type: 'VEHICLE_STATE', code: 'ASLEEP' } }, 'asleep'],
    [
      'null headers',
      { path: '/vin', code: 409, headers: null, body: { type: 'VEHICLE_STATE', code: 'ASLEEP' } },
      'asleep',
    ],
    ['no body', { path: '/vin', code: 502, headers: {} }, 'transient'],
    ['a text body', { path: '/vin', code: 502, headers: {}, body: '<html>' }, 'transient'],
  ])('survives a refused part with %s', async (_what, sent, meaning) => {
    expect((await batchOf([sent]))(vin)).toMatchObject({ ok: false, error: { fault: 'refused', meaning } });
  });

  it('a part that was not answered is unusable', async () => {
    expect((await batchOf([odometerPart]))(vin)).toMatchObject({ ok: false, error: { fault: 'unusable_answer' } });
  });

  it('a part that succeeded without its field is unusable, and costs no other part', async () => {
    const part = await batchOf([odometerPart, { path: '/vin', code: 200, headers: {}, body: {} }]);

    expect(part(vin)).toMatchObject({ ok: false, error: { fault: 'unusable_answer', field: 'vin', operation: 'vin' } });
    expect(part(odometer).ok).toBe(true);
  });

  it('that is refused as a whole throws', async () => {
    const { transport } = recordedTransport(answered(400, { type: 'VALIDATION', code: null }));
    const vehicle = { transport, apiOrigin: 'https://api.example', deadlineMs: 1, access: 'a', vehicleId: 'car-1' };

    expect(await thrownBy(callBatch(vehicle, [odometer]))).toMatchObject({ operation: 'batch', meaning: 'operator' });
  });

  it('without a list of responses throws', async () => {
    const error = await thrownBy(batchOf('none'));

    expect(error).toMatchObject({ fault: 'unusable_answer', field: 'responses' });
  });
});
