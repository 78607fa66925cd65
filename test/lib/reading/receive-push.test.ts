// The door for pushes: who is let in, what is kept, what is answered to whom, and what a crash or ten thousand duplicates leave. Bodies
// are signed here by the platform's documented rule, not by our code.
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Message } from '../../../lib/aws/queue.ts';
import { pushIdOf } from '../../../lib/reading/pushed-event.ts';
import { type Knock, makeReceivePush, type Reception } from '../../../lib/reading/receive-push.ts';
import { createApplication, makeFindApplication, vehicleApplication } from '../../../lib/tenant/application.ts';
import { openWebhookWindow } from '../../../lib/tenant/webhook-window.ts';
import { type Faults, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-02-01T06:40:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const VEHICLE = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const VIN = 'VF7SXHNPTPT000001';

let tables: Tables;
let faults: Faults;
let sent: Message[];
let warnings: string[];
let forged: string[];
let tokens: Record<string, string>;
let now = NOW;
let monotonic = 0;
let receive: (knock: Knock) => Promise<Reception>;

beforeAll(async () => {
  tables = await openTables();
  for (const [applicationId, mode] of [
    ['one', 'live'],
    ['two', 'live'],
    ['pretend', 'simulated'],
  ] as const) {
    const application = { applicationId, platform: 'v3', secretId: applicationId, mode };
    await createApplication(tables.business, vehicleApplication.parse(application));
  }
});
afterAll(() => tables.close());

beforeEach(() => {
  now = NOW;
  sent = [];
  warnings = [];
  forged = [];
  tokens = { one: 'amt', two: 'another token', pretend: 'third token' };
  faults = makeFaults();
  receive = open();
});

/** As a container that has just started. */
const open = () => {
  const business = faults.wrap('business', tables.business);
  const secrets = faults.wrap('secrets', {
    read: async (name: string) => JSON.stringify({ clientId: 'c', managementToken: tokens[name] }),
  });
  const queue = faults.wrap('queue', {
    send: async (messages: readonly Message[]) => {
      sent.push(...messages);
    },
  });
  const cached = new Map<string, string>();
  return makeReceivePush({
    business,
    application: makeFindApplication(business, () => monotonic),
    readSecret: async (name, options) => {
      const text = options?.fresh === true ? undefined : cached.get(name);
      const found = text ?? (await secrets.read(name));
      cached.set(name, found);
      return found;
    },
    sendRead: queue.send,
    clock: () => now,
    monotonic: () => monotonic,
    warn: (code) => void warnings.push(code),
    onForged: (applicationId) => void forged.push(applicationId),
  });
};

interface Body {
  readonly eventId: string;
  readonly mode?: string;
  readonly deliveredAt?: unknown;
  readonly recordedAt?: number;
  readonly value?: number;
  readonly status?: string;
}

const body = ({
  eventId,
  mode = 'LIVE',
  deliveredAt = now,
  recordedAt = now - MINUTE,
  value = 12_345.6,
  status = 'SUCCESS',
}: Body): string =>
  JSON.stringify({
    eventId,
    eventType: 'VEHICLE_STATE',
    vehicleId: VEHICLE,
    data: {
      user: { id: '93b3ea96-ca37-43a8-9073-f43347190047' },
      vehicle: { id: VEHICLE, make: 'CITROEN', model: 'C3', year: 2024, mode: mode.toLowerCase() },
      signals: [
        {
          code: 'odometer-traveleddistance',
          name: 'TraveledDistance',
          group: 'Odometer',
          body: { value, unit: 'km' },
          meta: { oemUpdatedAt: recordedAt, retrievedAt: now },
          status: { value: status },
        },
        {
          code: 'vehicleidentification-vin',
          body: { value: VIN },
          meta: { oemUpdatedAt: 0, retrievedAt: 0 },
          status: { value: 'SUCCESS' },
        },
        { code: 'location-preciselocation', body: { latitude: 48.85, longitude: 2.35 }, status: { value: 'SUCCESS' } },
      ],
    },
    triggers: [{ type: 'SIGNAL_UPDATED', signal: 'Odometer.TraveledDistance' }],
    meta: { version: '4.0', deliveryId: randomUUID(), deliveredAt, sequence: now - 5, mode },
  });

const signed = (text: string | Buffer, key = 'amt', applicationId = 'one'): Knock => ({
  applicationId,
  body: Buffer.from(text),
  signature: createHmac('sha256', key).update(text).digest('hex'),
});

const stored = (eventId: string, applicationId = 'one') =>
  tables.business.get(keys.pushedEvent(applicationId, pushIdOf(eventId)));

const called = (name: string): number => faults.calls.filter((call) => call === name).length;

describe('a signed push', () => {
  it('is kept with the fields that are acted on, sent by its id alone, and taken', async () => {
    const eventId = randomUUID();
    expect(await receive(signed(body({ eventId })))).toEqual({ kind: 'taken' });
    const pushId = pushIdOf(eventId);
    expect(await stored(eventId)).toEqual({
      pk: `APP#one#P#${pushId}`,
      sk: 'PUSH',
      applicationId: 'one',
      pushId,
      eventId,
      vehicleId: VEHICLE,
      platform: 'v3',
      receivedAt: '2026-02-01T06:40:00.000Z',
      at: NOW - 5,
      first: false,
      reading: { metres: 12_345_600, distance: 12_345.6, unit: 'km', recordedAt: '2026-02-01T06:39:00.000Z', vin: VIN },
      sentAt: '2026-02-01T06:40:00.000Z',
      expiresAt: NOW / 1000 + 14 * 86_400,
    });
    expect(sent).toEqual([{ body: { kind: 'push', applicationId: 'one', pushId } }]);
    expect(pushId).toMatch(/^psh_[0-9a-f]{32}$/);
  });

  it('of 50 KB is taken, one byte more is not even looked up', async () => {
    const text = body({ eventId: randomUUID() });
    const largest = text + ' '.repeat(50 * 1024 - text.length);
    expect(await receive(signed(largest))).toEqual({ kind: 'taken' });
    const before = faults.calls.length;
    expect(await receive(signed(`${largest} `))).toEqual({ kind: 'too_large' });
    expect(faults.calls.length).toBe(before);
  });

  it.each([
    ['59 minutes ago', -59 * MINUTE, 'taken'],
    ['an hour ago', -HOUR, 'taken'],
    ['longer ago', -HOUR - 1, 'refused'],
    ['in an hour', HOUR, 'taken'],
    ['later', HOUR + 1, 'refused'],
  ] as const)('delivered %s', async (_, by, kind) => {
    const eventId = randomUUID();
    expect(await receive(signed(body({ eventId, deliveredAt: now + by })))).toEqual({ kind });
    expect((await stored(eventId)) !== undefined).toBe(kind === 'taken');
  });

  it('that does not say when it was delivered is refused', async () => {
    const eventId = randomUUID();
    expect(await receive(signed(body({ eventId, deliveredAt: 'yesterday' })))).toEqual({ kind: 'refused' });
    expect(await stored(eventId)).toBeUndefined();
  });

  it('that was taken before is refused when it comes again after an hour', async () => {
    const knock = signed(body({ eventId: randomUUID() }));
    expect(await receive(knock)).toEqual({ kind: 'taken' });
    now += HOUR + 1;
    expect(await receive(knock)).toEqual({ kind: 'refused' });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['one', 'amt', 'TEST', false],
    ['one', 'amt', 'SIMULATED', false],
    ['one', 'amt', 'OTHER', false],
    ['one', 'amt', 'live', true],
    ['pretend', 'third token', 'SIMULATED', true],
    ['pretend', 'third token', 'LIVE', false],
  ])('to %s of a car in mode %s%s is taken; kept: %s', async (applicationId, key, mode, kept) => {
    const eventId = randomUUID();
    expect(await receive(signed(body({ eventId, mode }), key, applicationId))).toEqual({ kind: 'taken' });
    expect((await stored(eventId, applicationId)) !== undefined).toBe(kept);
    expect(sent).toHaveLength(kept ? 1 : 0);
  });

  it.each([
    ['no JSON', 'plain text', 'push_not_json'],
    ['an unknown event', '{"eventType":"VEHICLE_SOLD"}', 'push_event_type'],
    ['no event id', body({ eventId: 'none' }), 'push_event_id'],
  ])('that is %s is taken, told to the operator, and not kept', async (_, text, code) => {
    expect(await receive(signed(text))).toEqual({ kind: 'taken' });
    expect(warnings).toEqual([code]);
    expect(called('business.put')).toBe(0);
  });

  it.each([
    ['out of range', { value: -1 }],
    ['from the future', { recordedAt: NOW + 11 * MINUTE }],
  ])('with an odometer %s is taken, told to the operator, and not kept', async (_, wrong) => {
    const eventId = randomUUID();
    expect(await receive(signed(body({ eventId, ...wrong })))).toEqual({ kind: 'taken' });
    expect(warnings).toEqual(['push_unusable']);
    expect(await stored(eventId)).toBeUndefined();
  });

  it('of a car without an odometer to tell is taken, not kept, and nobody is woken', async () => {
    const eventId = randomUUID();
    expect(await receive(signed(body({ eventId, status: 'UNAVAILABLE' })))).toEqual({ kind: 'taken' });
    expect(warnings).toEqual([]);
    expect(await stored(eventId)).toBeUndefined();
  });

  it('of a clock that is a little ahead was recorded when it came', async () => {
    const eventId = randomUUID();
    await receive(signed(body({ eventId, recordedAt: NOW + 10 * MINUTE })));
    expect(await stored(eventId)).toMatchObject({ reading: { recordedAt: '2026-02-01T06:40:00.000Z' } });
  });
});

describe('a signed error', () => {
  const ACCOUNT = { type: 'CONNECTED_SERVICES_ACCOUNT', code: 'ACCOUNT_ISSUE' };
  const PERMISSIONS = { name: 'Permissions', group: 'VehicleUserAccount', code: 'vehicleuseraccount-permissions' };
  const DISTANCE = { name: 'TraveledDistance', group: 'Odometer', code: 'odometer-traveleddistance' };

  /** What is kept of one push with these errors. */
  const kept = async (...errors: readonly object[]) => {
    const eventId = randomUUID();
    const data = { vehicle: { id: VEHICLE }, errors };
    const text = JSON.stringify({ eventId, eventType: 'VEHICLE_ERROR', data, meta: { deliveredAt: now } });
    expect(await receive(signed(text))).toEqual({ kind: 'taken' });
    return (await stored(eventId))?.['troubles'];
  };

  it.each([
    ['in the platform’s words', ACCOUNT, 'owner_must_act', 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE'],
    ['without a code', { type: 'PERMISSION', code: null }, 'reconnect', 'PERMISSION'],
    ['with an unknown code, by its meaning', { type: 'PERMISSION', code: 'NEW' }, 'reconnect', 'reconnect'],
  ])('is kept with a reason %s', async (_, error, meaning, reason) => {
    const name = `${error.type}:${error.code}`;
    expect(await kept(error)).toEqual([{ name, meaning, reason, state: 'ERROR' }]);
    expect(await kept({ ...error, state: 'RESOLVED' })).toEqual([{ name, meaning, reason, state: 'RESOLVED' }]);
  });

  it.each([
    ['which it does not say', undefined, true],
    ['which it does not say, in a list', [], true],
    ['in words that nobody knows', ['odometer', 7, { name: 'x' }], true],
    ['the odometer', [DISTANCE], true],
    ['the odometer, without a code', [{ ...DISTANCE, code: null }], true],
    ['the odometer, as text', ['Odometer.TraveledDistance'], true],
    ['the VIN', [{ name: 'VIN', group: 'VehicleIdentification', code: 'vehicleidentification-vin' }], true],
    ['the VIN, as text', ['VehicleIdentification.VIN'], true],
    ['the odometer among others', [PERMISSIONS, DISTANCE], true],
    ['another one', [PERMISSIONS], false],
    ['another one, without a code', [{ ...PERMISSIONS, code: undefined }], false],
    ['others, as text', ['VehicleUserAccount.Permissions', 'location-preciselocation'], false],
  ])('is kept if it may be about odometer or VIN: it names %s', async (_, signals, isKept) => {
    for (const state of ['ERROR', 'RESOLVED'])
      expect((await kept({ ...ACCOUNT, state, signals })) !== undefined, state).toBe(isKept);
  });

  it.each([
    ['with its driver', { id: 'f3b3ea96-ca37-43a8-9073-f43347190047' }, 'f3b3ea96-ca37-43a8-9073-f43347190047'],
    ['of nobody', undefined, undefined],
  ])('is kept %s', async (_, user, userId) => {
    const eventId = randomUUID();
    const data = { user, vehicle: { id: VEHICLE }, errors: [ACCOUNT] };
    const text = JSON.stringify({ eventId, eventType: 'VEHICLE_ERROR', data, meta: { deliveredAt: now } });
    await receive(signed(text));
    const { userId: found } = (await stored(eventId)) ?? {};
    expect(found).toBe(userId);
  });

  it('beside one that is of no concern is kept alone', async () => {
    const foreign = { type: 'COMPATIBILITY', code: 'PLATFORM_NOT_CAPABLE', signals: [PERMISSIONS] };
    expect(await kept(foreign, ACCOUNT)).toMatchObject([{ name: 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE' }]);
  });
});

describe('whoever is not the platform', () => {
  const text = body({ eventId: randomUUID() });
  const good = signed(text);

  it.each([
    ['a forged signature', { ...good, signature: 'f'.repeat(64) }],
    ['no signature', { ...good, signature: undefined }],
    ['a signature in capitals', { ...good, signature: good.signature?.toUpperCase() }],
    ['a truncated body', { ...good, body: good.body.slice(0, -1) }],
    ['a body that was written anew', { ...good, body: Buffer.from(JSON.stringify(JSON.parse(text), undefined, 1)) }],
    ['the key of another application', signed(text, 'another token', 'one')],
    ['another application’s path', { ...good, applicationId: 'two' }],
    ['an application that does not exist', { ...good, applicationId: 'three' }],
    ['no application at all', { ...good, applicationId: 'ONE#x' }],
    ['an empty key', signed(text, '', 'three')],
    ['an empty body', { ...good, body: new Uint8Array() }],
  ])('is refused alike, and nothing is kept: %s', async (_, knock) => {
    expect(await receive(knock)).toEqual({ kind: 'refused' });
    expect(called('business.put')).toBe(0);
    expect(sent).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('is refused where the operator has put no token, and counted', async () => {
    tokens = {};
    expect(await open()(signed(text, ''))).toEqual({ kind: 'refused' });
    expect(await open()(signed(text, 'undefined'))).toEqual({ kind: 'refused' });
    expect(forged).toEqual(['one', 'one']);
  });

  it.each([
    ['one that is right', good, []],
    ['one that is wrong', { ...good, signature: 'f'.repeat(64) }, ['one']],
    ['one of another token, as after a change of it', signed(text, 'rotated'), ['one']],
    ['one in capitals, which nobody documents', { ...good, signature: good.signature?.toUpperCase() }, ['one']],
    ['none', { ...good, signature: undefined }, []],
    ['one that is too short to be one', { ...good, signature: 'f'.repeat(63) }, []],
    ['one that is no hexadecimal', { ...good, signature: 'g'.repeat(64) }, []],
    ['one for nobody', { ...good, applicationId: 'three' }, []],
    ['a right one, of long ago', signed(body({ eventId: randomUUID(), deliveredAt: NOW - 2 * HOUR })), []],
  ] as const)('is counted by its signature: %s', async (_, knock, counted) => {
    await receive(knock);
    expect(forged).toEqual(counted);
  });

  it('makes us look for a new token once a minute, which is how one is found', async () => {
    await receive(signed(body({ eventId: randomUUID() })));
    for (let n = 0; n < 5; n += 1) await receive({ ...good, signature: 'f'.repeat(64) });
    expect(called('secrets.read')).toBe(2);
    tokens = { one: 'rotated' };
    const rotated = signed(body({ eventId: randomUUID() }), 'rotated');
    expect(await receive(rotated)).toEqual({ kind: 'refused' });
    monotonic += MINUTE;
    expect(await receive(rotated)).toEqual({ kind: 'taken' });
    expect(called('secrets.read')).toBe(3);
  });
});

describe('a challenge', () => {
  const asks = (challenge: unknown, applicationId = 'one'): Knock => ({
    applicationId,
    body: Buffer.from(JSON.stringify({ eventType: 'VERIFY', eventId: randomUUID(), data: { challenge } })),
    signature: undefined,
  });
  const windowed = () => openWebhookWindow(tables.business, 'one', now);
  // One that no other test has opened.
  beforeEach(() => tables.business.remove(keys.webhookWindow('one')));

  it('is answered while the window is open, with the vendor’s own test vector', async () => {
    expect(await windowed()).toBe('2026-02-01T06:50:00.000Z');
    const answer = '9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e';
    expect(await receive(asks('challenge'))).toEqual({ kind: 'challenge', answer });
    now += 10 * MINUTE - 1;
    expect(await receive(asks('challenge'))).toEqual({ kind: 'challenge', answer });
    now += 1;
    expect(await receive(asks('challenge'))).toEqual({ kind: 'refused' });
  });

  it('with a signature of whatever kind is not counted as forged when it is answered', async () => {
    await windowed();
    const { body: asked, applicationId } = asks('challenge');
    expect(await receive({ applicationId, body: asked, signature: 'f'.repeat(64) })).toMatchObject({
      kind: 'challenge',
    });
    expect(forged).toEqual([]);
  });

  it('is refused before, signed or not, and for another application', async () => {
    expect(await receive(asks('challenge'))).toEqual({ kind: 'refused' });
    expect(await receive(signed(Buffer.from(asks('challenge').body)))).toEqual({ kind: 'refused' });
    await windowed();
    expect(await receive(asks('challenge', 'two'))).toEqual({ kind: 'refused' });
    expect(await receive(asks('challenge', 'three'))).toEqual({ kind: 'refused' });
  });

  it('is no oracle: nobody has the JSON of an event signed by it', async () => {
    await windowed();
    const wanted = body({ eventId: randomUUID() });
    const escaped = ['{', '}', '"', ':', ' ', '\n', '.', '+', '/', '=', 'é', '\u0000'].map((sign) => `12345678${sign}`);
    for (const challenge of [
      wanted,
      `${wanted}\n`,
      '{}{}{}{}',
      '"12345678"',
      '1234567',
      'a'.repeat(129),
      12_345_678,
      null,
      ...escaped,
    ])
      expect(await receive(asks(challenge))).toEqual({ kind: 'refused' });
  });

  it('whose answer is used as a signature proves nothing', async () => {
    await windowed();
    const answered = await receive(asks('12345678'));
    if (answered.kind !== 'challenge') throw new Error('not answered');
    const knock = { applicationId: 'one', body: Buffer.from('12345678'), signature: answered.answer };
    expect(await receive(knock)).toEqual({ kind: 'taken' });
    expect(called('business.put')).toBe(0);
    expect(sent).toEqual([]);
  });

  it('does not let a body in that is no challenge', async () => {
    await windowed();
    expect(await receive({ ...signed(body({ eventId: randomUUID() })), signature: undefined })).toEqual({
      kind: 'refused',
    });
    expect(called('business.put')).toBe(0);
  });

  it('is answered with the token as it is now', async () => {
    await receive(signed(body({ eventId: randomUUID() })));
    await windowed();
    tokens = { one: 'rotated' };
    const answer = createHmac('sha256', 'rotated').update('challenge').digest('hex');
    expect(await receive(asks('challenge'))).toEqual({ kind: 'challenge', answer });
  });
});

describe('I7 what is answered is not lost', () => {
  it.each(['not_applied', 'applied'] as const)(
    'whatever call fails (%s), the next delivery makes up for it',
    async (fault) => {
      await receive(signed(body({ eventId: randomUUID() })));
      const healthy = [...faults.calls];
      await receive(signed(body({ eventId: randomUUID() })));
      const calls = faults.calls.slice(healthy.length);
      expect(calls).toEqual(['business.put', 'queue.send', 'business.update']);
      for (const [n] of calls.entries()) {
        const eventId = randomUUID();
        const knock = signed(body({ eventId }));
        sent.length = 0;
        faults.failNext(fault, n + 1);
        await expect(receive(knock)).rejects.toMatchObject({ code: 'INJECTED' });
        expect(await receive(knock)).toEqual({ kind: 'taken' });
        expect(sent.map((message) => message.body['pushId'])).toContain(pushIdOf(eventId));
        expect(await stored(eventId)).toMatchObject({ sentAt: '2026-02-01T06:40:00.000Z' });
      }
    },
  );

  it('ten thousand duplicates are one item and one message, and the table sees one of each container', async () => {
    const eventId = randomUUID();
    const text = body({ eventId });
    await receive(signed(text));
    const before = await stored(eventId);
    const containers = [receive, ...Array.from({ length: 9 }, open)];
    for (const container of containers) {
      for (let n = 0; n < 1_000; n += 1) expect(await container(signed(text))).toEqual({ kind: 'taken' });
    }
    expect(faults.calls.filter((call) => call !== 'secrets.read' && call !== 'business.get')).toEqual([
      ...['business.put', 'queue.send', 'business.update'],
      ...Array<string>(9).fill('business.put'),
    ]);
    // Of the other containers: the application, and the event.
    expect(called('business.get')).toBe(1 + 9 * 2);
    expect(await stored(eventId)).toEqual(before);
  }, 60_000);

  it('a container remembers two hundred events, and looks again for an older one', async () => {
    const first = signed(body({ eventId: randomUUID() }));
    await receive(first);
    for (let n = 0; n < 200; n += 1) {
      expect(called('business.put')).toBe(n + 1);
      await receive(signed(body({ eventId: randomUUID() })));
    }
    await receive(first);
    expect(called('business.put')).toBe(202);
    expect(called('queue.send')).toBe(201);
  }, 60_000);
});
