// Signals of V3: both documented shapes, every spelling of an instant, and the four outcomes of a signal.

import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { bodyIn, readSignal, readSignals, valueIn } from '../../../lib/vehicle/v3-signals.ts';
import { REQUEST_ID } from './local-server.ts';
import { answered } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';
import { CAR, failedSignal, page, refusal, signal, USER, v3On } from './v3-bench.ts';

const CODE = 'odometer-traveleddistance';
const body = { value: 104.32, unit: 'km' };

const read = (answer: unknown, status = 200) => readSignal(v3On(answered(status, answer)).vehicle, CODE, 'odometer');

describe('one signal', () => {
  it('is asked for with the token of the application and the user of the grant', async () => {
    const { vehicle, sent, wire } = v3On(answered(200, { data: signal(CODE, body) }));
    await readSignal(vehicle, CODE, 'odometer');

    expect(wire()).toEqual([`GET https://vehicle.example/v3/vehicles/${CAR}/signals/${CODE}`]);
    expect(sent[0]).toMatchObject({
      service: 'vehicle',
      operation: 'odometer',
      headers: { authorization: 'Bearer app-token', 'sc-user-id': USER },
      body: undefined,
      deadlineMs: 9,
      repeatable: true,
    });
  });

  it.each([
    ['wrapped in data', { data: signal(CODE, body), included: { vehicle: { id: CAR } } }],
    ['bare', signal(CODE, body)],
    ['without a status, as the oldest answers', { ...signal(CODE, body), attributes: { code: CODE, body } }],
  ])('is read %s', async (_shape, answer) => {
    expect(await read(answer)).toEqual({
      kind: 'value',
      body,
      recordedAt: '2026-02-28T22:00:00.000Z',
      fetchedAt: '2026-03-01T00:00:04.000Z',
      requestId: REQUEST_ID,
    });
  });

  it.each([
    ['ISO 8601', '2026-02-28T22:00:00.000Z', '2026-02-28T22:00:00.000Z'],
    ['ISO 8601 with an offset', '2026-02-28T23:00:00+01:00', '2026-02-28T22:00:00.000Z'],
    ['epoch seconds', 1_772_316_000, '2026-02-28T22:00:00.000Z'],
    ['epoch milliseconds', 1_772_316_000_123, '2026-02-28T22:00:00.123Z'],
    ['0, which means that nobody knows', 0, undefined],
    ['nothing', undefined, undefined],
    ['a negative number', -5, undefined],
    ['no instant', 'yesterday', undefined],
    ['a time without a zone', '2026-02-28T22:00:00', undefined],
    ['a year of five digits', 253_402_300_800_000, undefined],
    ['a year of five digits behind an offset', '9999-12-31T23:59:59-01:00', undefined],
    ['a list', [1_772_316_000], undefined],
  ])('reads an instant as %s', async (_spelling, oemUpdatedAt, expected) => {
    expect(await read({ data: signal(CODE, body, { oemUpdatedAt }) })).toMatchObject({ recordedAt: expected });
  });

  it('takes the other documented name of the fetch', async () => {
    const answer = { data: signal(CODE, body, { fetchedAt: 1_772_316_000_000 }) };

    expect(await read(answer)).toMatchObject({ fetchedAt: '2026-02-28T22:00:00.000Z' });
  });

  it.each([
    ['VEHICLE_STATE', 'ASLEEP', 'asleep', 409],
    ['COMPATIBILITY', 'VEHICLE_NOT_CAPABLE', 'not_capable', 501],
    ['PERMISSION', 'UNKNOWN', 'reconnect', 403],
    ['PERMISSION', 'SOMETHING_NEW', 'reconnect', 403],
    ['COMPATIBILITY', 'SOMETHING_NEW', 'not_capable', 501],
    ['NEW_TYPE', 'SOMETHING_NEW', 'transient', 502],
  ])('refused inside a success, %s %s, has failed: %s', async (type, code, meaning, status) => {
    const outcome = await read({ data: failedSignal(CODE, type, code, { value: null, unit: 'km' }) });

    expect(outcome).toMatchObject({
      kind: 'failed',
      error: { fault: 'refused', type, code, meaning, status, operation: 'odometer', requestId: REQUEST_ID },
    });
  });

  it('with the status ERROR and nothing else has failed, and may work later', async () => {
    const answer = { data: { ...signal(CODE, body), attributes: { code: CODE, status: { value: 'ERROR' }, body } } };

    expect(await read(answer)).toMatchObject({ kind: 'failed', error: { fault: 'refused', meaning: 'transient' } });
  });

  it('the platform has no value of is unavailable', async () => {
    const answer = { data: { id: CODE, attributes: { code: CODE, status: { value: 'UNAVAILABLE' } } } };

    expect(await read(answer)).toEqual({ kind: 'unavailable' });
  });

  it.each(['SIGNAL_NOT_FOUND', 'not_found'])('that is not in the store, %s, is absent', async (code) => {
    expect(await read(refusal(404, 'RESOURCE_NOT_FOUND', code), 404)).toEqual({ kind: 'absent' });
  });

  it.each([
    ['an unknown vehicle', refusal(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND'), 'transient'],
    ['a wrong path', refusal(404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH'), 'operator'],
    ["a proxy's page", '<html>not found</html>', 'operator'],
    ['nothing at all', '', 'operator'],
  ])('404 for %s is a refusal, not an absent signal', async (_what, answer, meaning) => {
    expect(await thrownBy(read(answer, 404))).toMatchObject({ fault: 'refused', status: 404, meaning });
  });

  it.each([
    ['a new status', { attributes: { code: CODE, status: { value: 'PAUSED' }, body } }, 'attributes.status.value'],
    ['no body', { attributes: { code: CODE, status: { value: 'SUCCESS' } } }, 'attributes.body'],
    ['no attributes', { id: CODE }, 'attributes'],
    ['not JSON', '<html>ok</html>', 'attributes'],
    ['a list', [], 'attributes'],
  ])('with %s has failed as unusable', async (_what, answer, field) => {
    expect(await read(answer)).toMatchObject({ kind: 'failed', error: { fault: 'unusable_answer', field } });
  });

  it('with errors in a success is refused', async () => {
    expect(await thrownBy(read(refusal(409, 'VEHICLE_STATE', 'ASLEEP')))).toMatchObject({ meaning: 'asleep' });
  });
});

describe('all signals', () => {
  const readAll = (answer: unknown, status = 200) => readSignals(v3On(answered(status, answer)).vehicle);

  it('come by code, each with an outcome of its own', async () => {
    const store = await readAll(
      page([
        signal(CODE, body),
        failedSignal('vehicleidentification-vin', 'PERMISSION', 'UNKNOWN'),
        { id: 'closure-doors', attributes: { code: 'closure-doors', status: { value: 'SUCCESS' } } },
        { id: 'motion-currentspeed', attributes: { status: { value: 'UNAVAILABLE' } } },
        'garbage',
      ]),
    );

    expect(store.kind === 'signals' && [...store.signals].map(([code, { kind }]) => [code, kind])).toEqual([
      [CODE, 'value'],
      ['vehicleidentification-vin', 'failed'],
      ['closure-doors', 'failed'],
      ['motion-currentspeed', 'unavailable'],
    ]);
  });

  it('none at all is an empty store', async () => {
    expect(await readAll(page([], 0))).toEqual({ kind: 'empty_store' });
    expect(await readAll([])).toEqual({ kind: 'empty_store' });
  });

  it.each([
    ['one of two', [signal(CODE, body)], 2],
    ['none of one', [], 1],
  ])('cut, %s, is unusable: what is missing would read as absent', async (_what, items, total) => {
    expect(await thrownBy(readAll(page(items, total)))).toMatchObject({
      fault: 'unusable_answer',
      field: 'meta.totalCount',
      operation: 'signals',
    });
  });

  it.each([1, 0])('that count no more than there are, %i, are read', async (total) => {
    expect(await readAll(page([signal(CODE, body)], total))).toMatchObject({ kind: 'signals' });
  });

  it('without a list is unusable, not empty', async () => {
    expect(await thrownBy(readAll({}))).toMatchObject({ fault: 'unusable_answer', field: 'data' });
    expect(await thrownBy(readAll('<html>'))).toMatchObject({ fault: 'unusable_answer' });
  });

  it('refused is thrown', async () => {
    const answer = refusal(400, 'VALIDATION', 'MISSING_PARAMETER');

    expect(await thrownBy(readAll(answer, 400))).toMatchObject({ meaning: 'operator', operation: 'signals' });
  });
});

describe('the value of an outcome', () => {
  const schema = z.object({ value: z.number() });
  const value = { kind: 'value', body, recordedAt: undefined, fetchedAt: undefined, requestId: undefined } as const;

  it('is its checked body', () => {
    expect(bodyIn('odometer', value, schema)).toEqual({ value: 104.32 });
  });

  it('names the field that is wrong, never the value', () => {
    expect(() => bodyIn('odometer', { ...value, body: { value: 'secret' } }, schema)).toThrow(
      'vehicle platform: odometer: unusable_answer field body.value (200), transient',
    );
  });

  it.each(['absent', 'unavailable'] as const)('%s is no_signal', async (kind) => {
    expect(await thrownBy((async () => valueIn('odometer', { kind }))())).toMatchObject({
      fault: 'no_signal',
      meaning: 'transient',
      operation: 'odometer',
    });
  });
});
