// Pushes: the vectors of the signature, every documented variation of the envelope, and hostile bytes.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challengeAnswer, parseEnvelope, verifySignature } from '../../../lib/vehicle/webhook.ts';

const KEY = 'amt';
const EVENT = '52f6e0bb-1369-45da-a61c-9e67d092d6db';
const CAR = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const USER = 'd33cf1a5-6f6c-4c3c-b6f5-7d0b5a1b2c3d';
const VIN = 'VF7AAAAAAAA000001';

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const parse = (value: unknown) => parseEnvelope(bytes(value));

type Fields = Readonly<Record<string, unknown>>;

const odometer = (more: Fields = {}) => ({
  code: 'odometer-traveleddistance',
  name: 'TraveledDistance',
  group: 'Odometer',
  body: { value: 45_672, unit: 'km' },
  meta: { oemUpdatedAt: 1_772_316_000_000, retrievedAt: 1_772_316_060_000 },
  status: { value: 'SUCCESS' },
  ...more,
});
const vin = {
  code: 'vehicleidentification-vin',
  name: 'VIN',
  group: 'VehicleIdentification',
  body: { value: VIN },
  meta: { oemUpdatedAt: 0, retrievedAt: 0 },
  status: { value: 'SUCCESS' },
};
const meta = {
  version: '4.0',
  deliveryId: '5d569643-3a47-4cd1-a3ec-db5fc1f6f03b',
  deliveredAt: 1_772_316_120_000,
  webhookId: 'wh_5a8e5e38-1e12-4011-a36d-56f120053f9e',
  webhookName: 'Canary name',
  applicationId: 'app_1',
  signalCount: 2,
  sequence: 1_772_316_120_001,
  mode: 'LIVE',
};
const vehicle = { id: CAR, make: 'Citroën', model: 'ë-C4', year: 2024, mode: 'live', powertrainType: 'BEV' };

const state = (more: Fields = {}, data: Fields = {}, metaMore: Fields = {}) => ({
  eventId: EVENT,
  eventType: 'VEHICLE_STATE',
  vehicleId: CAR,
  data: { user: { id: USER, externalId: null }, vehicle, signals: [odometer(), vin], ...data },
  triggers: [
    {
      type: 'SIGNAL_UPDATED',
      signal: { name: 'TraveledDistance', code: 'odometer-traveleddistance', group: 'Odometer' },
    },
  ],
  meta: { ...meta, ...metaMore },
  ...more,
});
const read = {
  kind: 'VEHICLE_STATE',
  eventId: EVENT,
  vehicleId: CAR,
  userId: USER,
  mode: 'live',
  deliveryId: meta.deliveryId,
  deliveredAt: '2026-02-28T22:02:00.000Z',
  webhookId: meta.webhookId,
  applicationId: 'app_1',
  sequence: 1_772_316_120_001,
  odometer: {
    kind: 'value',
    odometer: {
      metres: 45_672_000,
      unit: 'km',
      distance: 45_672,
      recordedAt: '2026-02-28T22:00:00.000Z',
      fetchedAt: '2026-02-28T22:01:00.000Z',
      requestId: undefined,
    },
  },
  vin: VIN,
  triggers: ['odometer-traveleddistance'],
  firstDelivery: false,
};

describe('the signature', () => {
  const PIZZA = '4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70';
  const body = bytes('{"pizza":"pasta"}');

  it('of the platform’s own vectors holds', () => {
    expect(challengeAnswer(KEY, 'challenge')).toBe('9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e');
    expect(verifySignature(body, PIZZA, KEY)).toBe(true);
  });

  it.each([
    ['another key', body, PIZZA, 'amu'],
    ['no key', body, createHmac('sha256', '').update(body).digest('hex'), ''],
    ['other white space', bytes('{"pizza": "pasta"}'), PIZZA, KEY],
    ['one bit more', bytes('{"pizza":"pastb"}'), PIZZA, KEY],
    ['upper case', body, PIZZA.toUpperCase(), KEY],
    ['no header', body, undefined, KEY],
    ['an empty header', body, '', KEY],
    ['a short header', body, PIZZA.slice(1), KEY],
    ['a long header', body, `${PIZZA}0`, KEY],
    ['two headers', body, `${PIZZA}, ${PIZZA}`, KEY],
    ['a line end', body, `${PIZZA}\n`, KEY],
    ['a prefix', body, `sha256=${PIZZA}`, KEY],
  ])('with %s does not', (_what, signed, header, key) => {
    expect(verifySignature(signed, header, key)).toBe(false);
  });

  it('is over the raw bytes, not over text', () => {
    const raw = Buffer.from([0xff, 0xfe, 0x00]);
    const header = createHmac('sha256', KEY).update(raw).digest('hex');

    expect(verifySignature(raw, header, KEY)).toBe(true);
    expect(verifySignature(Buffer.from(raw.toString('utf8')), header, KEY)).toBe(false);
  });

  it('of an event cannot be had as the answer to a challenge', () => {
    expect(challengeAnswer(KEY, JSON.stringify(state()))).toBeUndefined();
    fc.assert(
      fc.property(fc.json(), (json) => {
        const answer = challengeAnswer(KEY, json);
        const event = parse(json);
        // What gets an answer is no object, so it is no event either.
        return answer === undefined || event.kind === 'unreadable';
      }),
    );
  });

  it.each([
    '1234567',
    'a'.repeat(129),
    'with space',
    '{"a":1}',
    'line\nend-line',
    'challenge\n',
    'ünïcödé-challenge',
    '',
  ])('no answer to the challenge %j', (challenge) => {
    expect(challengeAnswer(KEY, challenge)).toBeUndefined();
  });

  it('answers challenges of 8 to 128 characters, with a key only', () => {
    expect(challengeAnswer(KEY, 'a'.repeat(8))).toHaveLength(64);
    expect(challengeAnswer(KEY, '3a5c8f72-e6d9-4b1a-9f2e_8c7d6a5b4e3f'.padEnd(128, 'x'))).toHaveLength(64);
    expect(challengeAnswer('', 'challenge')).toBeUndefined();
  });
});

describe('VERIFY', () => {
  it('brings its challenge', () => {
    const verify = { eventId: EVENT, eventType: 'VERIFY', data: { challenge: 'abc-challenge' }, meta };

    expect(parse(verify)).toEqual({ kind: 'VERIFY', challenge: 'abc-challenge' });
    expect(parse({ ...verify, meta: { deliveredAt: '2025-07-31T19:38:42.332Z' } })).toMatchObject({ kind: 'VERIFY' });
  });

  it.each([{}, { challenge: '' }, { challenge: 7 }, null, 'x'])('without a challenge is unreadable: %j', (data) => {
    expect(parse({ eventType: 'VERIFY', data })).toEqual({ kind: 'unreadable', reason: 'challenge' });
  });
});

describe('VEHICLE_STATE', () => {
  it('holds exactly the named fields', () => {
    expect(parse(state())).toEqual(read);
  });

  it('I12 lets through no location, no name, no text', () => {
    const location = {
      code: 'location-preciselocation',
      group: 'Location',
      name: 'PreciseLocation',
      body: { latitude: 48.8566, longitude: 2.3522 },
      status: { value: 'SUCCESS' },
    };
    const event = parse(state({ canary: 'canary' }, { signals: [odometer(), vin, location], canary: 'canary' }));

    expect(event).toEqual(read);
    expect(JSON.stringify(event)).not.toMatch(/48\.8566|Canary|canary|Citro/);
  });

  it.each([
    ['vehicle id inside alone', state({ vehicleId: undefined })],
    ['vehicle id outside alone', state({}, { vehicle: { ...vehicle, id: undefined } })],
    ['event id in upper case', state({ eventId: EVENT.toUpperCase() })],
    ['early vehicle', state({}, { vehicle: { id: CAR, make: 'CITROEN', model: 'C3', year: 2024, mode: 'live' } })],
    [
      '3.0 copy, VIN in the vehicle',
      state({}, { signals: [odometer()], vehicle: { ...vehicle, vin: VIN } }, { version: '3.0' }),
    ],
    ['trigger as Group.Name', state({ triggers: [{ type: 'SIGNAL_UPDATED', signal: 'Odometer.TraveledDistance' }] })],
    ['trigger as its code', state({ triggers: ['odometer-traveleddistance'] })],
    [
      'triggers inside data',
      state(
        { triggers: undefined },
        { triggers: [{ code: 'odometer-traveleddistance', name: 'TraveledDistance', group: 'Odometer' }] },
      ),
    ],
    ['the same trigger twice', state({}, { triggers: [{ code: 'odometer-traveleddistance' }] })],
    ['times in ISO', state({}, { signals: [isoOdometer(), vin] }, { deliveredAt: '2026-02-28T22:02:00.000Z' })],
    ['times in seconds', state({}, { signals: [secondsOdometer(), vin] }, { deliveredAt: 1_772_316_120 })],
    [
      'unit in words',
      state(
        {},
        {
          signals: [
            odometer({ body: { value: 45_672, unit: 'kilometers' } }),
            {
              ...vin,
              body: { value: VIN },
            },
          ],
        },
      ),
    ],
    ['signal without a code', state({}, { signals: [odometer({ code: undefined }), vin] })],
    ['no status', state({}, { signals: [odometer({ status: undefined }), vin] })],
    ['garbage beside', state({}, { signals: [null, 7, 'x', [], {}, odometer(), vin] })],
  ])('reads the same with %s', (_variation, envelope) => {
    expect(parse(envelope)).toEqual(read);
  });

  it('without anything optional still is an event', () => {
    expect(parse({ eventId: EVENT, eventType: 'VEHICLE_STATE', vehicleId: CAR })).toEqual({
      kind: 'VEHICLE_STATE',
      eventId: EVENT,
      vehicleId: CAR,
      userId: undefined,
      mode: undefined,
      deliveryId: undefined,
      deliveredAt: undefined,
      webhookId: undefined,
      applicationId: undefined,
      sequence: undefined,
      odometer: { kind: 'absent' },
      vin: undefined,
      triggers: [],
      firstDelivery: false,
    });
  });

  it.each([[{ type: 'FIRST_DELIVERY' }], [{ code: 'FIRST_DELIVERY' }]])('knows a first delivery by %j', (trigger) => {
    expect(parse(state({ triggers: [trigger] }))).toMatchObject({ firstDelivery: true, triggers: [] });
    expect(parse(state({ triggers: undefined }, { triggers: [trigger] }))).toMatchObject({ firstDelivery: true });
  });

  it.each([
    ['live', 'LIVE', 'live'],
    ['LIVE', undefined, 'live'],
    [undefined, 'LIVE', 'live'],
    ['live', 'TEST', 'test'],
    ['test', 'LIVE', 'test'],
    ['simulated', 'SIMULATED', 'simulated'],
    ['live', 'SOMETHING', 'unknown'],
  ])('mode %s of the vehicle and %s of the delivery are %s', (ofVehicle, ofDelivery, mode) => {
    const event = state({}, { vehicle: { ...vehicle, mode: ofVehicle } }, { mode: ofDelivery });

    expect(parse(event)).toMatchObject({ mode });
  });

  const pushed = (more: Fields, deliveredAt?: unknown) => {
    const event = parse(state({}, { signals: [odometer(more)] }, { deliveredAt }));
    return event.kind === 'VEHICLE_STATE' ? event.odometer : event;
  };

  it('miles become metres', () => {
    expect(pushed({ body: { value: 64.82, unit: 'miles' } })).toMatchObject({
      odometer: { metres: 104_318, unit: 'mi', distance: 64.82 },
    });
  });

  it('without the fetch takes the delivery, without the measurement the fetch', () => {
    const at = '2026-02-28T22:00:00.000Z';
    const delivered = '2026-02-28T22:02:00.000Z';

    expect(pushed({ meta: { oemUpdatedAt: at } }, delivered)).toMatchObject({
      odometer: { recordedAt: at, fetchedAt: delivered },
    });
    expect(pushed({ meta: { oemUpdatedAt: at } })).toMatchObject({
      odometer: { recordedAt: at, fetchedAt: undefined },
    });
    expect(pushed({ meta: { fetchedAt: at } })).toMatchObject({ odometer: { recordedAt: at, fetchedAt: at } });
  });

  it.each([
    ['no unit', { body: { value: 1 } }, 'body.unit'],
    ['an unknown unit', { body: { value: 1, unit: 'furlongs' } }, 'body.unit'],
    ['text for a number', { body: { value: '1', unit: 'km' } }, 'body.value'],
    ['a negative number', { body: { value: -1, unit: 'km' } }, 'body.value'],
    ['an impossible number', { body: { value: 10_000_001, unit: 'km' } }, 'body.value'],
    ['no body', { body: undefined }, 'body.value'],
    ['no instant', { meta: { oemUpdatedAt: 0 } }, 'meta.oemUpdatedAt'],
    ['a new status', { status: { value: 'PARTIAL' } }, 'status.value'],
  ])('an odometer with %s is unusable, and the event stays', (_what, more, field) => {
    expect(pushed(more)).toEqual({ kind: 'unusable', field });
  });

  it('of which the platform says that it has no value is unavailable, as when it is asked', () => {
    const status = { value: 'UNAVAILABLE' };
    expect(pushed({ status })).toEqual({ kind: 'unavailable' });
    expect(pushed({ status, body: undefined, meta: undefined })).toEqual({ kind: 'unavailable' });
    expect(pushed({ status: { ...status, error: { type: 'VEHICLE_STATE', code: 'ASLEEP' } } })).toMatchObject({
      kind: 'failed',
      meaning: 'asleep',
    });
  });

  it('a number beyond all numbers is unusable', () => {
    const text = JSON.stringify(state()).replace('"value":45672', '"value":1e999');

    expect(parse(text)).toMatchObject({ odometer: { kind: 'unusable', field: 'body.value' } });
  });

  it('a sequence beyond all numbers is none', () => {
    const text = JSON.stringify(state()).replace('"sequence":1772316120001', '"sequence":1e999');

    expect(parse(text)).toMatchObject({ sequence: undefined });
  });

  it('two odometers are unusable', () => {
    expect(parse(state({}, { signals: [odometer(), odometer()] }))).toMatchObject({
      odometer: { kind: 'unusable', field: 'signals' },
    });
  });

  it.each([
    [
      { type: 'VEHICLE_STATE', code: 'ASLEEP' },
      { type: 'VEHICLE_STATE', code: 'ASLEEP', meaning: 'asleep' },
    ],
    [
      { type: 'COMPATIBILITY', code: 'NEW' },
      { type: 'COMPATIBILITY', code: 'NEW', meaning: 'not_capable' },
    ],
    [
      { type: VIN, code: VIN },
      { type: undefined, code: null, meaning: 'transient' },
    ],
    [undefined, { type: undefined, code: null, meaning: 'transient' }],
  ])('a refused odometer says why: %j', (error, expected) => {
    expect(pushed({ status: { value: 'ERROR', error }, body: undefined })).toEqual({ kind: 'failed', ...expected });
  });

  it.each(['VF7', 'VF7AAAAAAAA00000I', `${VIN}X`, 17, null, { value: VIN }])('%j is no VIN', (value) => {
    expect(parse(state({}, { signals: [{ ...vin, body: { value } }] }))).toMatchObject({ vin: undefined });
  });
});

describe('VEHICLE_ERROR', () => {
  const error = {
    type: 'CONNECTED_SERVICES_ACCOUNT',
    code: 'AUTHENTICATION_FAILED',
    state: 'ERROR',
    description: 'canary text',
    suggestedUserMessage: 'canary text',
    docURL: 'https://canary',
    resolution: { type: 'REAUTHENTICATE', url: 'https://connect.smartcar.com/canary' },
    signals: [{ name: 'VIN', group: 'VehicleIdentification', code: 'vehicleidentification-vin' }],
  };
  const errors = (list: unknown) => {
    const event = parse(state({ eventType: 'VEHICLE_ERROR' }, { errors: list, signals: undefined }));
    return event.kind === 'VEHICLE_ERROR' ? event.errors : event;
  };

  it('says what it means, and I12 neither texts nor links', () => {
    const event = parse(state({ eventType: 'VEHICLE_ERROR' }, { errors: [error] }));

    expect(event).toMatchObject({ kind: 'VEHICLE_ERROR', eventId: EVENT, vehicleId: CAR, userId: USER });
    expect(event).toMatchObject({
      errors: [
        {
          type: 'CONNECTED_SERVICES_ACCOUNT',
          code: 'AUTHENTICATION_FAILED',
          meaning: 'reconnect',
          state: 'ERROR',
          resolution: 'REAUTHENTICATE',
          signals: ['vehicleidentification-vin'],
        },
      ],
    });
    expect(JSON.stringify(event)).not.toContain('canary');
  });

  it.each([
    ['resolved', { state: 'RESOLVED' }, { state: 'RESOLVED' }],
    ['without a state', { state: undefined }, { state: 'ERROR' }],
    ['without a code', { type: 'PERMISSION', code: null }, { code: null, meaning: 'reconnect' }],
    ['without a resolution', { resolution: { type: null } }, { resolution: undefined }],
    ['with signals as text', { signals: ['Odometer.TraveledDistance'] }, { signals: ['odometer-traveleddistance'] }],
    ['without signals', { signals: undefined }, { signals: [] }],
    ['of a new type', { type: 'NEW', code: 'NEW' }, { type: 'NEW', meaning: 'transient' }],
  ])('%s', (_what, more, expected) => {
    expect(errors([{ ...error, ...more }])).toMatchObject([expected]);
  });

  it('leaves out what names no type, and stops at 50', () => {
    expect(errors([null, {}, { type: 7 }, error])).toHaveLength(1);
    expect(errors(Array.from({ length: 80 }, () => error))).toHaveLength(50);
    expect(errors(undefined)).toEqual([]);
  });
});

describe('what is no event', () => {
  it.each([
    ['not JSON', '{"eventId":', 'not_json'],
    ['empty', '', 'not_json'],
    ['a number', '7', 'not_json'],
    ['null', 'null', 'not_json'],
    ['a list', '[]', 'event_type'],
    ['a new event type', { ...state(), eventType: 'VEHICLE_DREAM' }, 'event_type'],
    ['a push of version 2.0', { version: '2.0', webhookId: EVENT, eventName: 'scheduled', payload: {} }, 'event_type'],
    ['no event id', state({ eventId: undefined }), 'event_id'],
    ['an event id that is none', state({ eventId: `${EVENT}\n` }), 'event_id'],
    ['an event id inside a list', state({ eventId: [EVENT] }), 'event_id'],
    ['no vehicle', state({ vehicleId: undefined }, { vehicle: undefined }), 'vehicle_id'],
    ['two vehicles', state({ vehicleId: USER }), 'vehicle_id'],
    ['a VIN for a vehicle', state({ vehicleId: VIN }, { vehicle: undefined }), 'vehicle_id'],
    ['a path for a vehicle', state({ vehicleId: '../x' }, { vehicle: undefined }), 'vehicle_id'],
  ])('%s', (_what, body, reason) => {
    expect(parse(body)).toEqual({ kind: 'unreadable', reason });
  });

  it('bytes that are no text', () => {
    const event = Buffer.from(bytes(state()));
    event[event.indexOf('Canary')] = 0xff;

    expect(parseEnvelope(event)).toEqual({ kind: 'unreadable', reason: 'not_json' });
  });

  it('more than 50 KB, and 50 KB is one', () => {
    const text = JSON.stringify(state());
    const padded = (length: number) => parse(text + ' '.repeat(length - Buffer.byteLength(text)));

    expect(padded(50 * 1024).kind).toBe('VEHICLE_STATE');
    expect(padded(50 * 1024 + 1)).toEqual({ kind: 'unreadable', reason: 'too_large' });
  });

  it.each([
    ['nested 25,000 deep', `${'['.repeat(25_000)}${']'.repeat(25_000)}`],
    ['nested inside', `{"eventType":"VEHICLE_STATE","data":${'{"data":'.repeat(6_000)}1${'}'.repeat(6_000)}}`],
  ])('never throws, %s', (_what, text) => {
    expect(parse(text).kind).toBe('unreadable');
  });

  it('never throws, whatever stands in whatever place', () => {
    const names = [
      'eventId',
      'eventType',
      'vehicleId',
      'data',
      'meta',
      'triggers',
      'signals',
      'errors',
      'signal',
      'code',
      'group',
      'name',
      'body',
      'value',
      'unit',
      'status',
      'error',
      'type',
      'vehicle',
      'user',
      'id',
      'mode',
      'toString',
      '__proto__',
      'constructor',
      'length',
      'oemUpdatedAt',
      'retrievedAt',
      'deliveredAt',
      'vin',
      'challenge',
    ];
    const leaf = fc.oneof(
      fc.constantFrom(
        'VEHICLE_STATE',
        'VEHICLE_ERROR',
        'VERIFY',
        EVENT,
        CAR,
        'ERROR',
        'odometer-traveleddistance',
        'km',
      ),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), tie('record')),
      record: fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 8 }),
    }));
    fc.assert(
      fc.property(
        tree,
        fc.constantFrom('eventId', 'vehicleId', 'data', 'meta', 'triggers'),
        fc.constantFrom('VEHICLE_STATE', 'VEHICLE_ERROR'),
        fc.constantFrom('signals', 'errors', 'triggers', 'vehicle', 'user'),
        (value, outer, eventType, inner) => {
          const bodies = [
            value,
            { ...state({ eventType }), [outer]: value },
            state({ eventType }, { [inner]: value }),
            state({ eventType }, { [inner]: [value], signals: [value, odometer()] }),
          ];
          for (const body of bodies) expect(parse(body)).toMatchObject({ kind: expect.any(String) });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws where a name is an object that cannot be text', () => {
    const signal = { code: '', group: { toString: 1 }, name: { toString: 1 } };

    expect(parse(state({ triggers: [signal] }, { signals: [signal] }))).toMatchObject({ odometer: { kind: 'absent' } });
  });

  it('no byte changed or cut in an event makes it throw', () => {
    const whole = bytes(state());
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (index, byte) => {
        const changed = Buffer.from(whole);
        changed[index] = byte;
        for (const other of [changed, whole.subarray(0, index)])
          expect(parseEnvelope(other)).toMatchObject({ kind: expect.any(String) });
      }),
      { numRuns: 500 },
    );
  });
});

function isoOdometer() {
  return odometer({ meta: { oemUpdatedAt: '2026-02-28T22:00:00.000Z', retrievedAt: '2026-02-28T22:01:00Z' } });
}

function secondsOdometer() {
  return odometer({ meta: { oemUpdatedAt: 1_772_316_000, fetchedAt: 1_772_316_060 } });
}
