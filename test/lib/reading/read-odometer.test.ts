// One vehicle call: a reading to store, or a refusal with its meaning. The platform's client is the real one; its transport answers
// as told.
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../../lib/contract/attempts.ts';
import { asksForVin, outcomeOf, readOdometer } from '../../../lib/reading/read-odometer.ts';
import { vehicleApplication } from '../../../lib/tenant/application.ts';
import type { Transport, WireResponse } from '../../../lib/vehicle/transport.ts';
import { makeV2Platform } from '../../../lib/vehicle/v2-platform.ts';

const SENT = Date.parse('2026-02-01T00:10:00.000Z');
const ANSWERED = Date.parse('2026-02-01T00:10:42.000Z');
const VIN = 'VF7SXHNPXRT000001';

const connection = {
  tenantId: 'acme',
  contractId: 'con_1',
  connectionId: 'cxn_1',
  applicationId: 'default',
  state: 'active',
  createdAt: '2026-01-05T10:00:00.000Z',
  vendorVehicleId: 'car-1',
} as const;

const pair = { accessToken: 'access', refreshToken: 'r', accessExpiresAt: 0, refreshExpiresAt: 0, version: 1 };

/** The answer to a read of which the platform says `response`. */
async function readFrom(response: WireResponse | Error, withVin = true) {
  let now = SENT;
  const transport: Transport = async () => {
    now = ANSWERED;
    if (response instanceof Error) throw response;
    return response;
  };
  const clock = () => now;
  const platform = makeV2Platform({ transport, apiOrigin: 'https://api.example', deadlineMs: 7, clock });
  const application = { platform: 'v2' } as const;
  const call = { application, platform, connection, pair, withVin, deadlineMs: 300_000 };
  return readOdometer(call, { clock, random: (length) => new Uint8Array(length).fill(1) });
}

const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const measured = { 'sc-data-age': '2026-01-31T22:00:00.000Z', 'sc-unit-system': 'imperial' };

const refused = (
  status: number,
  type: string,
  code: string | null,
  headers: Readonly<Record<string, string>> = {},
) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ type, code, statusCode: status }),
});

describe('an answer', () => {
  it('becomes a reading of this connection, fetched by our own clock when it arrived', async () => {
    const parts = [
      {
        path: '/odometer',
        code: 200,
        headers: { ...measured, 'sc-fetched-at': '2026-01-28T00:00:00.000Z' },
        body: { distance: 100 },
      },
      { path: '/vin', code: 200, headers: {}, body: { vin: VIN } },
    ];
    expect(
      await readFrom(ok({ responses: parts }, { 'sc-request-id': '26c14915-0c26-43c5-8e42-9edfc2a66a0f' })),
    ).toEqual({
      kind: 'reading',
      reading: {
        // The instant of the answer, then the random bits.
        id: 'rdg_019c168997d071018101010101010101',
        metres: 160_934,
        unit: 'mi',
        distance: 100,
        recordedAt: '2026-01-31T22:00:00.000Z',
        fetchedAt: '2026-02-01T00:10:42.000Z',
        requestId: '26c14915-0c26-43c5-8e42-9edfc2a66a0f',
        vin: VIN,
        source: 'poll',
        platform: 'v2',
        connectionId: 'cxn_1',
      },
    });
  });

  it('without VIN and request id is a reading all the same', async () => {
    const answer = await readFrom(ok({ distance: 100 }, measured), false);
    expect(answer).toMatchObject({ kind: 'reading', reading: { metres: 160_934, requestId: 'none', vin: undefined } });
  });

  it('of a clock that is ten minutes ahead is put right; further ahead proves nothing', async () => {
    const ahead = (ms: number) =>
      readFrom(ok({ distance: 100 }, { ...measured, 'sc-data-age': new Date(ANSWERED + ms).toISOString() }), false);
    expect(await ahead(600_000)).toMatchObject({
      kind: 'reading',
      reading: { recordedAt: new Date(ANSWERED).toISOString() },
    });
    expect(await ahead(600_001)).toEqual({
      kind: 'refused',
      meaning: 'transient',
      retryAfterSeconds: undefined,
      spoken: true,
    });
  });

  it.each([
    [refused(409, 'VEHICLE_STATE', 'ASLEEP'), 'asleep', undefined, 'VEHICLE_STATE:ASLEEP'],
    [refused(403, 'PERMISSION', null), 'reconnect', undefined, 'PERMISSION'],
    [refused(401, 'AUTHENTICATION', null), 'refresh_once', undefined, 'AUTHENTICATION'],
    [
      refused(429, 'RATE_LIMIT', 'SMARTCAR_API', { 'retry-after': '90' }),
      'application_rate_limited',
      90,
      'RATE_LIMIT:SMARTCAR_API',
    ],
    [refused(502, 'UPSTREAM', null), 'transient', undefined, undefined],
  ])(
    'that refuses is a value, with a reason that is documented or none: %#',
    async (response, meaning, retryAfterSeconds, reason) => {
      const refusal = { kind: 'refused', meaning, retryAfterSeconds, spoken: true, reason };
      expect(await readFrom(response)).toEqual(refusal);
    },
  );

  it('whose type is none of the platform’s kind is not its word, and gives no reason', async () => {
    const personal = refused(403, 'VF7SXHNPXRT000001', 'anna@example.com');
    expect(await readFrom(personal)).toMatchObject({
      kind: 'refused',
      meaning: 'operator',
      spoken: false,
      reason: undefined,
    });
  });

  it('that is not the document of the platform is not its word', async () => {
    const page = { status: 401, headers: {}, body: '<html></html>' };
    expect(await readFrom(page)).toMatchObject({ kind: 'refused', meaning: 'refresh_once', spoken: false });
  });

  it('that is a fault of ours is thrown', async () => {
    const fault = new RangeError('ours');
    await expect(readFrom(fault)).rejects.toBe(fault);
  });
});

describe('the VIN', () => {
  const application = vehicleApplication.parse({ applicationId: 'default', platform: 'v2', secretId: 's' });
  const before = { lastFetchedAt: '2026-01-31T22:00:00.000Z', boundVin: 'VF7SXHNPXRT000001' };

  it('is asked for with every read, or with the first one alone, as the application says', () => {
    const onConnect = { ...application, vinPolicy: 'on_connect' } as const;
    const january = { id: '2026-01' };
    expect(asksForVin(application, before, january)).toBe(true);
    expect(asksForVin(onConnect, before, january)).toBe(false);
    expect(asksForVin(onConnect, { ...before, lastFetchedAt: undefined }, january)).toBe(true);
    // Nobody knows which car it is yet.
    expect(asksForVin(onConnect, { ...before, boundVin: undefined }, january)).toBe(true);
  });

  it('reads the VIN along in one period of n, and in the first', () => {
    const months = ['2025-11', '2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
    const asked = (policy: Parameters<typeof asksForVin>[0], last = before) =>
      months.filter((id) => asksForVin(policy, last, { id }));
    const quarterly = { ...application, vinPolicy: 'every_n_periods' } as const;

    expect(asked(quarterly)).toEqual(['2026-01', '2026-04']);
    expect(asked({ ...quarterly, vinEveryPeriods: 2 })).toEqual(['2025-11', '2026-01', '2026-03', '2026-05']);
    expect(asksForVin(quarterly, { ...before, lastFetchedAt: undefined }, { id: '2026-02' })).toBe(true);
  });
});

it('every meaning counts as an outcome that a statement may carry', () => {
  expect(outcomeOf).toMatchObject({
    refresh_once: 'reconnect_needed',
    reconnect: 'reconnect_needed',
    owner_must_act: 'owner_must_act',
    asleep: 'asleep',
    transient: 'unavailable',
    application_rate_limited: 'rate_limited',
    vehicle_rate_limited: 'rate_limited',
    not_capable: 'refused',
    billing: 'refused',
    operator: 'refused',
  });
  for (const outcome of Object.values(outcomeOf)) expect(OUTCOMES).toContain(outcome);
});
