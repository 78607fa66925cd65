// What V3 refuses as the one error: what is kept, what is dropped, and the messages people read in logs.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { refusedInside, v3RefusedBy } from '../../../lib/vehicle/v3-error.ts';
import { refusal } from './v3-bench.ts';

const UUID = 'f787848c-8228-47f7-8dae-8f6eee5bca44';
const refusedWith = (body: unknown, status = 404, headers = {}) =>
  v3RefusedBy({ operation: 'signal', status, headers, body });

describe('a refused call of V3', () => {
  it('carries what support needs and what we decide by', () => {
    expect(refusedWith(refusal(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND'))).toMatchObject({
      fault: 'refused',
      meaning: 'transient',
      type: 'RESOURCE_NOT_FOUND',
      code: 'VEHICLE_NOT_FOUND',
      status: 404,
      requestId: UUID,
      message: 'vehicle platform: signal: refused RESOURCE_NOT_FOUND:VEHICLE_NOT_FOUND (404), transient',
    });
  });

  it.each([
    ['UNKNOWN_RESOLUTION_TYPE', null],
    ['REAUTHENTICATE', 'REAUTHENTICATE'],
  ])('reads the resolution %s as %s', (type, read) => {
    const error = refusedWith(refusal(400, 'CONNECTED_SERVICES_ACCOUNT', 'SUBSCRIPTION', { resolution: { type } }));

    expect(error.resolution).toEqual({ type: read, url: undefined });
  });

  it('is read in the form of V2 too', () => {
    const body = { type: 'VEHICLE_STATE', code: 'ASLEEP', requestId: UUID, resolution: { type: null } };

    expect(refusedWith(body, 409)).toMatchObject({ meaning: 'asleep', requestId: UUID });
  });

  it('honours retry-after', () => {
    const error = refusedWith(refusal(429, 'RATE_LIMIT', 'VEHICLE'), 429, { 'retry-after': '77' });

    expect(error).toMatchObject({ meaning: 'vehicle_rate_limited', retryAfterSeconds: 77 });
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { errors: null },
    { errors: [null] },
    { errors: [[]] },
    { errors: [{ meta: 7, resolution: 'RETRY_LATER' }] },
    { errors: [{ type: {}, code: [], meta: { debug: 'x' } }] },
  ])('survives %j', (body) => {
    expect(refusedWith(body, 503)).toMatchObject({ fault: 'refused', meaning: 'transient', type: undefined });
  });

  it('keeps how long the answer that carries a refused signal asks to wait', () => {
    const limited = { type: 'RATE_LIMIT', code: 'VEHICLE' };

    expect(refusedInside('odometer', limited, { 'retry-after': '7200' })).toMatchObject({
      meaning: 'vehicle_rate_limited',
      retryAfterSeconds: 7_200,
    });
  });

  it('I12 keeps no text of the platform, neither of a call nor of a signal', () => {
    const vin = 'VF7AAAAAAAA000001';
    const texts = { title: vin, detail: vin, description: vin, suggestedUserMessage: vin, type: vin, code: vin };

    for (const error of [refusedWith({ errors: [texts] }), refusedInside('vin', texts, { 'sc-request-id': vin })]) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(vin);
      expect(JSON.stringify(error)).not.toContain(vin);
    }
  });
});
