// The one error: what it keeps of an answer, what it survives, what it must never show.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../lib/vehicle/endpoints.ts';
import { callVehicle } from '../../../lib/vehicle/v2.ts';
import { refusedBy, type VehicleError } from '../../../lib/vehicle/vehicle-error.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const UUID = 'f787848c-8228-47f7-8dae-8f6eee5bca44';

const refused = (body: unknown, headers: Readonly<Record<string, unknown>> = {}, status = 409): VehicleError =>
  refusedBy({ service: 'vehicle', operation: 'odometer', status, headers, body });

const asleep = {
  type: 'VEHICLE_STATE',
  code: 'ASLEEP',
  description: 'The vehicle is asleep.',
  docURL: 'https://smartcar.com/docs/errors/api-errors/vehicle-state-errors#asleep',
  statusCode: 409,
  requestId: UUID,
  resolution: { type: null },
};

describe('an error built from status, headers and body', () => {
  it('carries what support needs and what we decide by', () => {
    expect(refused(asleep)).toMatchObject({
      name: 'VehicleError',
      fault: 'refused',
      meaning: 'asleep',
      operation: 'odometer',
      sent: true,
      status: 409,
      type: 'VEHICLE_STATE',
      code: 'ASLEEP',
      requestId: UUID,
      retryAfterSeconds: undefined,
      message: 'vehicle platform: odometer: refused VEHICLE_STATE:ASLEEP (409), asleep',
    });
  });

  it('takes the request id from the header where the body has none', () => {
    expect(refused('', { 'sc-request-id': UUID }).requestId).toBe(UUID);
  });

  it.each([
    ['120', 120],
    ['0', 0],
    [120, 120],
    ['86399', 86_399],
    ['86400', 86_400],
    ['86401', 86_400],
    ['999999999', 86_400],
    [999_999_999, 86_400],
    ['99999999999', 86_400],
    ['9'.repeat(400), 86_400],
    ['1.5', undefined],
    ['-3', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads retry-after %j as %j seconds', (value, seconds) => {
    expect(refused(asleep, { 'retry-after': value }).retryAfterSeconds).toBe(seconds);
  });

  it.each([
    [429, { type: 'RATE_LIMIT', code: 'VEHICLE' }, 7_776_000],
    [430, { type: 'BILLING', code: 'VEHICLE_REQUEST_LIMIT' }, 7_776_000],
    [429, { type: 'RATE_LIMIT', code: 'SMARTCAR_API' }, 86_400],
    [430, { type: 'BILLING', code: 'ACCOUNT_SUSPENDED' }, 86_400],
    [500, { type: 'SERVER', code: null }, 86_400],
    [503, '<html>', 86_400],
    [504, undefined, 86_400],
  ])(
    'a retry-after of years on %i %j is %i seconds: long only where it is about one vehicle',
    (status, body, seconds) => {
      expect(refused(body, { 'retry-after': '99999999' }, status).retryAfterSeconds).toBe(seconds);
      expect(refused(body, { 'retry-after': '5000' }, status).retryAfterSeconds).toBe(5_000);
    },
  );

  it.each([
    [
      { type: 'REAUTHENTICATE', url: 'https://connect.example/x' },
      { type: 'REAUTHENTICATE', url: 'https://connect.example/x' },
    ],
    [{ type: null }, { type: null, url: undefined }],
    ['RETRY_LATER', { type: 'RETRY_LATER', url: undefined }],
    [undefined, undefined],
    [null, undefined],
    [7, undefined],
    [
      { type: 7, url: 7 },
      { type: null, url: undefined },
    ],
  ])('reads the resolution %j', (sent, read) => {
    expect(refused({ ...asleep, resolution: sent }).resolution).toEqual(read);
  });

  it('keeps an undocumented type for support but not in its message', () => {
    const error = refused({ type: 'NEW_TYPE', code: 'NEW_CODE' }, {}, 503);

    expect([error.type, error.code, error.meaning]).toEqual(['NEW_TYPE', 'NEW_CODE', 'transient']);
    expect(error.message).toBe('vehicle platform: odometer: refused undocumented (503), transient');
  });

  it('names OAuth errors by their error field', () => {
    const body = { error: 'invalid_grant', error_description: 'Invalid refresh_token: abc.' };
    const error = refusedBy({ service: 'auth', operation: 'refresh', status: 400, headers: {}, body });

    expect(error).toMatchObject({ type: 'invalid_grant', code: null, meaning: 'reconnect' });
    expect(error.message).toBe('vehicle platform: refresh: refused invalid_grant (400), reconnect');
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an array', [asleep]],
    ['a number', 7],
    ['text', 'down'],
    ['wrong types', { type: 7, code: {}, requestId: [], resolution: [] }],
  ])('survives %s as body', (_what, body) => {
    expect(refused(body, {}, 502)).toMatchObject({
      fault: 'refused',
      meaning: 'transient',
      type: undefined,
      code: null,
    });
  });
});

describe('a call that the platform refuses', () => {
  const call = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const { transport } = recordedTransport(answered(status, body, headers));
    const vehicle = { transport, apiOrigin: 'https://api.example', deadlineMs: 1, access: 'a', vehicleId: 'v' };
    return thrownBy(callVehicle(vehicle, endpoints.odometer, undefined));
  };

  it('throws the error with retry-after to the second', async () => {
    const body = { type: 'RATE_LIMIT', code: 'VEHICLE', statusCode: 429 };

    expect(await call(429, body, { 'retry-after': '4320' })).toMatchObject({
      meaning: 'vehicle_rate_limited',
      retryAfterSeconds: 4320,
    });
  });

  it.each([
    [504, '<html><body>Gateway Time-out</body></html>', 'transient'],
    [502, '', 'transient'],
    [500, '{"type":"SERVER","code":"INT', 'transient'],
    [403, '<html>blocked</html>', 'operator'],
    [501, '<html>not implemented</html>', 'transient'],
    [401, '', 'refresh_once'],
    [201, '{"distance":1}', 'transient'],
    [302, '', 'transient'],
  ])('survives %i with the body %j', async (status, body, meaning) => {
    expect(await call(status, body)).toMatchObject({ fault: 'refused', status, meaning });
  });

  it('falls back to the meaning of a V1-style body by status', async () => {
    expect(await call(404, { error: 'version_not_found_error', message: 'x', code: null })).toMatchObject({
      meaning: 'operator',
      type: undefined,
    });
  });
});

describe('what must not leak', () => {
  const CANARY = 'VF7CANARY12345678';

  it('I12 nothing a platform could put into any field reaches message, inspection or JSON', () => {
    const body = {
      type: CANARY,
      code: CANARY,
      description: CANARY,
      docURL: CANARY,
      requestId: CANARY,
      error: CANARY,
      error_description: CANARY,
      suggestedUserMessage: CANARY,
      resolution: { type: CANARY, url: `https://connect.example/oauth/reauthenticate?vehicle_id=${CANARY}` },
      detail: [{ field: CANARY, message: CANARY }],
    };
    for (const service of ['vehicle', 'auth'] as const) {
      const error = refusedBy({ service, operation: 'vin', status: 400, headers: { 'sc-request-id': CANARY }, body });

      expect(error.message).not.toContain(CANARY);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
      expect(JSON.stringify(error)).not.toContain(CANARY);
      expect(String(error.stack)).not.toContain(CANARY);
    }
  });

  it('I12 an unusable answer names the field, never its value', async () => {
    const { transport } = recordedTransport(answered(200, { vin: { was: CANARY } }));
    const vehicle = { transport, apiOrigin: 'https://api.example', deadlineMs: 1, access: CANARY, vehicleId: CANARY };
    const error = await thrownBy(callVehicle(vehicle, endpoints.vin, undefined));

    expect(error.message).toBe('vehicle platform: vin: unusable_answer field vin (200), transient');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
  });
});
