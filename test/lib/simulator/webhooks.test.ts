import { describe, expect, it } from 'vitest';
import type { Application } from '../../../lib/simulator/application.ts';
import type { Behaviour } from '../../../lib/simulator/behaviour.ts';
import { type Delivery, signatureOf } from '../../../lib/simulator/deliveries.ts';
import type { NewCar } from '../../../lib/simulator/fleet.ts';
import { sendDueDeliveries } from '../../../lib/simulator/send-deliveries.ts';
import {
  application,
  type Bench,
  bench,
  connectedV3,
  DAY,
  HOUR,
  MINUTE,
  plugIn,
  START,
  send,
  type V3Connected,
} from './bench.ts';

const callbackUri = 'https://receiver.test/events';
const driving: NewCar = { ...plugIn, metresPerDay: 24_000 };
const scope = 'read_vehicle_info read_odometer read_vin';

interface Watched {
  readonly platform: Bench;
  readonly connected: V3Connected;
}

/** A car whose every news goes to a receiver that has proven itself. */
async function watched(
  car: NewCar = driving,
  webhook: NonNullable<Application['webhooks']>[number] = { callbackUri },
  behaviour: Partial<Behaviour> = {},
): Promise<Watched> {
  const platform = bench(
    { webhooks: [{ id: 'wh', name: 'Ours', verified: true, autoSubscribe: true, ...webhook }] },
    behaviour,
  );
  return { platform, connected: await connectedV3(platform, scope, car) };
}

function bodyOf(delivery: Delivery | undefined): Record<string, unknown> {
  return JSON.parse(delivery?.body ?? 'null');
}

/** Takes what is due, answers everything with one status. */
function answerAll({ simulator }: Bench, status: number | null): readonly Delivery[] {
  const due = simulator.dueDeliveries();
  for (const { id } of due) simulator.settleDelivery(id, status === null ? null : { status, body: '' });
  return due;
}

/** Moves time from stop to stop, as a time machine does, and collects what is delivered. */
function runUntil(platform: Bench, until: number): readonly Delivery[] {
  const all = [...answerAll(platform, 204)];
  for (let next = platform.simulator.nextDeliveryAt(); next !== null && next <= until; ) {
    platform.turn(next - platform.now());
    all.push(...answerAll(platform, 204));
    next = platform.simulator.nextDeliveryAt();
  }
  platform.turn(until - platform.now());
  return all;
}

describe('the signature', () => {
  it('is the vendor’s, for its own test vectors', () => {
    expect(signatureOf('amt', 'challenge')).toBe('9baf5a7464bd86740ad5a06e439dcf535a075022ed2c92d74efacf646d79328e');
    expect(signatureOf('amt', '{"pizza":"pasta"}')).toBe(
      '4c05a8da471f05156ad717baa4017acd13a3a809850b9ca7d3301dcaaa854f70',
    );
  });
});

describe('a receiver', () => {
  it('is challenged without a signature, and told nothing before it answers right', async () => {
    const { platform } = await watched(driving, { callbackUri, verified: false });
    const { simulator } = platform;
    const [challenge, ...others] = simulator.dueDeliveries();
    const body = bodyOf(challenge);
    expect(others).toEqual([]);
    expect(body).toEqual({
      eventId: expect.any(String),
      eventType: 'VERIFY',
      data: { challenge: expect.any(String) },
      meta: { version: '4.0', webhookId: 'wh', webhookName: 'Ours', deliveryId: challenge?.id, deliveredAt: START },
    });
    expect(challenge).toMatchObject({ url: callbackUri, attempt: 1, dueAt: START });
    expect(challenge?.headers).toEqual({ 'content-type': 'application/json', 'user-agent': 'Smartcar/4.0' });
    simulator.settleDelivery(challenge?.id ?? '', { status: 200, body: '{"challenge":"wrong"}' });
    expect([simulator.nextDeliveryAt(), simulator.dueDeliveries()]).toEqual([null, []]);

    simulator.changeWebhook('wh', { callbackUri: 'https://receiver.test/other', verified: false });
    const [again] = simulator.dueDeliveries();
    const text = String((bodyOf(again)['data'] as Record<string, unknown>)['challenge']);
    const answer = JSON.stringify({ challenge: signatureOf(application.managementToken, text) });
    simulator.settleDelivery(again?.id ?? '', { status: 200, body: answer });
    expect(simulator.nextDeliveryAt()).toBe(START);
    expect(simulator.dueDeliveries().map(bodyOf)).toMatchObject([
      { eventType: 'VEHICLE_STATE', triggers: [{ type: 'FIRST_DELIVERY' }] },
    ]);
  });

  it('gets whole, signed envelopes', async () => {
    const { platform, connected } = await watched();
    const [delivery] = platform.simulator.dueDeliveries();
    const signal = { code: 'odometer-traveleddistance', name: 'TraveledDistance', group: 'Odometer' };
    expect(bodyOf(delivery)).toEqual({
      eventId: delivery?.eventId,
      eventType: 'VEHICLE_STATE',
      vehicleId: connected.car.id,
      data: {
        user: { id: connected.userId, externalId: null },
        vehicle: {
          id: connected.car.id,
          make: 'CITROEN',
          model: 'C5 X',
          year: 2023,
          mode: 'live',
          powertrainType: 'PHEV',
        },
        signals: [
          {
            ...signal,
            body: { value: 12345.678, unit: 'km' },
            meta: { oemUpdatedAt: START, retrievedAt: START },
            status: { value: 'SUCCESS' },
          },
          {
            ...{ code: 'vehicleidentification-vin', name: 'VIN', group: 'VehicleIdentification' },
            body: { value: 'VR7C5XPHEV0000001' },
            meta: { oemUpdatedAt: 0, retrievedAt: 0 },
            status: { value: 'SUCCESS' },
          },
        ],
      },
      triggers: [{ type: 'FIRST_DELIVERY' }],
      meta: {
        ...{ version: '4.0', webhookId: 'wh', webhookName: 'Ours', deliveryId: delivery?.id, deliveredAt: START },
        ...{ applicationId: application.clientId, signalCount: 2, sequence: START, mode: 'LIVE' },
      },
    });
    expect(delivery?.headers['sc-signature']).toBe(signatureOf(application.managementToken, delivery?.body ?? ''));
  });

  it('gets envelopes in every documented variation', async () => {
    const { platform } = await watched(
      driving,
      { callbackUri },
      { envelope: 'least', triggers: 'text', fetched: 'fetchedAt' },
    );
    const [first, second] = runUntil(platform, START + 10 * MINUTE);
    expect(Object.keys(bodyOf(first))).toEqual(['eventId', 'eventType', 'data', 'triggers', 'meta']);
    expect(bodyOf(second)).toMatchObject({
      data: { signals: [{ meta: { oemUpdatedAt: START + 10 * MINUTE, fetchedAt: START + 10 * MINUTE } }, {}] },
      triggers: [{ type: 'SIGNAL_UPDATED', signal: 'Odometer.TraveledDistance' }],
    });
    expect(JSON.stringify(bodyOf(second))).not.toMatch(/externalId|powertrainType|applicationId|sequence|retrievedAt/);
    const inData = (await watched(driving, { callbackUri }, { triggers: 'in_data' })).platform;
    const [before, after] = runUntil(inData, START + 10 * MINUTE).map(bodyOf);
    expect([before, after]).toMatchObject([
      { data: { triggers: [{ code: 'FIRST_DELIVERY' }] } },
      { data: { triggers: [{ code: 'odometer-traveleddistance', name: 'TraveledDistance', group: 'Odometer' }] } },
    ]);
    expect(Object.keys(after ?? {})).not.toContain('triggers');
  });
});

describe('an event nobody takes', () => {
  it('is sent at once, after 25, 50 and 100 seconds with the same event id, and then dropped', async () => {
    const { platform } = await watched(plugIn);
    const { simulator } = platform;
    const attempts: Delivery[] = [];
    for (const status of [500, null, 302, 404]) {
      const next = simulator.nextDeliveryAt() ?? Number.NaN;
      platform.turn(next - platform.now());
      attempts.push(...answerAll(platform, status));
    }
    expect(attempts.map(({ attempt, dueAt }) => [attempt, dueAt - START])).toEqual([
      [1, 0],
      [2, 25_000],
      [3, 50_000],
      [4, 100_000],
    ]);
    expect(new Set(attempts.map(({ eventId }) => eventId)).size).toBe(1);
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(4);
    expect(attempts.map((each) => (bodyOf(each)['meta'] as Record<string, unknown>)['deliveredAt'])).toEqual(
      [0, 25_000, 50_000, 100_000].map((after) => START + after),
    );
    expect(new Set(attempts.map(({ headers }) => headers['sc-signature'])).size).toBe(4);
    expect(simulator.nextDeliveryAt()).toBeNull();
    expect(simulator.settledDeliveries().map(({ status, accepted }) => [status, accepted])).toEqual([
      [500, false],
      [null, false],
      [302, false],
      [404, false],
    ]);
  });

  it('is over with the first 2xx, and handed out once until it is settled', async () => {
    const { platform } = await watched(plugIn);
    const { simulator } = platform;
    const [once] = simulator.dueDeliveries();
    expect(simulator.dueDeliveries()).toEqual([once]);
    simulator.settleDelivery(once?.id ?? '', { status: 202, body: 'anything' });
    simulator.settleDelivery(once?.id ?? '', { status: 500, body: '' });
    expect([simulator.dueDeliveries(), simulator.nextDeliveryAt()]).toEqual([[], null]);
  });
});

describe('news of a vehicle', () => {
  const valuesOf = (deliveries: readonly Delivery[]): unknown =>
    deliveries.map((each) => {
      const { data } = bodyOf(each) as {
        data: { signals: [{ body: { value: number }; meta: { oemUpdatedAt: number } }] };
      };
      return [data.signals[0].body.value, data.signals[0].meta.oemUpdatedAt - START];
    });

  it('comes as often as the make tells, or as seldom as the webhook wants', async () => {
    const often = (await watched()).platform;
    expect(valuesOf(runUntil(often, START + 30 * MINUTE))).toEqual([
      [12345.678, 0],
      [12345.844, 10 * MINUTE],
      [12346.011, 20 * MINUTE],
      [12346.178, 30 * MINUTE],
    ]);
    const seldom = (await watched(driving, { callbackUri, atMostEveryMs: 6 * HOUR })).platform;
    expect(valuesOf(runUntil(seldom, START + 13 * HOUR))).toEqual([
      [12345.678, 0],
      [12351.678, 6 * HOUR],
      [12357.678, 12 * HOUR],
    ]);
  });

  it('waits for its time, whoever asks before', async () => {
    const { platform } = await watched();
    answerAll(platform, 200);
    platform.turn(5 * MINUTE);
    expect(answerAll(platform, 200)).toEqual([]);
    platform.turn(5 * MINUTE);
    expect(valuesOf(answerAll(platform, 200))).toEqual([[12345.844, 10 * MINUTE]]);
  });

  it('is also another VIN, where that is what triggers', async () => {
    const { platform, connected } = await watched(plugIn, { callbackUri, triggers: ['vehicleidentification-vin'] });
    answerAll(platform, 200);
    platform.simulator.fleet.changeVin(connected.car.id, 'VR7C5XPHEV0000009', START + 2 * HOUR);
    expect(platform.simulator.nextDeliveryAt()).toBe(START + 2 * HOUR);
    platform.turn(2 * HOUR);
    expect(answerAll(platform, 200).map(bodyOf)).toMatchObject([
      { triggers: [{ signal: { name: 'VIN' } }], data: { signals: [{}, { body: { value: 'VR7C5XPHEV0000009' } }] } },
    ]);
  });

  it('stops when it parks or sleeps, and comes again when it drives', async () => {
    const sleeps = [{ from: START + 30 * MINUTE, to: START + 2 * DAY }];
    const { platform, connected } = await watched({ ...driving, sleeps }, { callbackUri, atMostEveryMs: 30 * MINUTE });
    runUntil(platform, START + HOUR);
    expect(platform.simulator.nextDeliveryAt()).toBe(START + 2 * DAY);
    expect(valuesOf(runUntil(platform, START + 2 * DAY))).toEqual([[12393.678, 2 * DAY]]);
    platform.simulator.fleet.drive(connected.car.id, 0);
    expect(platform.simulator.nextDeliveryAt()).toBeNull();
    platform.turn(DAY);
    platform.simulator.fleet.setOdometer(connected.car.id, 1_000_000);
    expect(valuesOf(answerAll(platform, 200))).toEqual([[1000, 3 * DAY]]);
  });

  it('never comes of a car whose maker passes nothing on', async () => {
    const { platform } = await watched({ ...driving, silent: true });
    expect(platform.simulator.nextDeliveryAt()).toBeNull();
    expect(runUntil(platform, START + DAY)).toEqual([]);
  });

  it('ends with the connection, and with the webhook being disabled', async () => {
    const { platform, connected } = await watched();
    runUntil(platform, START + MINUTE);
    platform.simulator.changeWebhook('wh', { isEnabled: false });
    expect(platform.simulator.nextDeliveryAt()).toBeNull();
    platform.simulator.changeWebhook('wh', { isEnabled: true });
    expect(platform.simulator.nextDeliveryAt()).toBe(START + 10 * MINUTE);
    platform.simulator.revoke(connected.car.id);
    expect(platform.simulator.nextDeliveryAt()).toBeNull();
  });

  it('tells errors when they come and when they go, to the error URL where there is one', async () => {
    const webhook = { callbackUri, errorCallbackUri: 'https://receiver.test/errors' };
    const { platform, connected } = await watched(plugIn, webhook);
    answerAll(platform, 200);
    platform.simulator.fleet.setTrouble(connected.car.id, 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED');
    expect(platform.simulator.nextDeliveryAt()).toBe(START);
    const [came] = answerAll(platform, 200);
    const signal = { code: 'odometer-traveleddistance', name: 'TraveledDistance', group: 'Odometer' };
    expect(came?.url).toBe('https://receiver.test/errors');
    expect(bodyOf(came)).toMatchObject({
      eventType: 'VEHICLE_ERROR',
      data: {
        errors: [
          {
            type: 'CONNECTED_SERVICES_ACCOUNT',
            code: 'AUTHENTICATION_FAILED',
            state: 'ERROR',
            resolution: { type: 'REAUTHENTICATE' },
            docURL:
              'https://smartcar.com/docs/errors/api-errors/connected-services-account-errors#authentication-failed',
            signals: [signal],
          },
        ],
      },
    });
    expect(platform.simulator.nextDeliveryAt()).toBeNull();
    platform.simulator.fleet.setTrouble(connected.car.id, null);
    expect(answerAll(platform, 200).map(bodyOf)).toMatchObject([
      { eventType: 'VEHICLE_ERROR', data: { errors: [{ code: 'AUTHENTICATION_FAILED', state: 'RESOLVED' }] } },
    ]);
    platform.simulator.withdrawPermission(connected.car.id, 'read_odometer');
    expect(answerAll(platform, 200).map(bodyOf)).toMatchObject([
      { data: { errors: [{ type: 'PERMISSION', code: null, state: 'ERROR' }] } },
    ]);
  });

  it('does not use up faults that wait for requests', async () => {
    const { platform, connected } = await watched();
    platform.simulator.fleet.inject(connected.car.id, { error: 'UPSTREAM:NO_RESPONSE' });
    expect(runUntil(platform, START + 30 * MINUTE).map((each) => each.eventType)).toEqual(
      Array(4).fill('VEHICLE_STATE'),
    );
    expect((await connected.ask('/signals/odometer-traveleddistance')).body).toMatchObject({
      data: { attributes: { status: { value: 'ERROR' } } },
    });
  });
});

describe('the sender', () => {
  it('posts what is due, verifies, and lets the first delivery follow', async () => {
    const { platform } = await watched(plugIn, { callbackUri, verified: false });
    const got: unknown[] = [];
    const made = await sendDueDeliveries(platform.simulator, async (request) => {
      const body = await request.text();
      const { eventType, data } = JSON.parse(body);
      got.push([request.method, request.url, eventType, request.headers.get('sc-signature')]);
      if (eventType !== 'VERIFY') return new Response(null, { status: 204 });
      return Response.json({ challenge: signatureOf(application.managementToken, data.challenge) });
    });
    expect(made).toBe(2);
    expect(got).toEqual([
      ['POST', callbackUri, 'VERIFY', null],
      ['POST', callbackUri, 'VEHICLE_STATE', expect.stringMatching(/^[0-9a-f]{64}$/)],
    ]);
  });

  it('takes no answer for a failed attempt', async () => {
    const { platform } = await watched(plugIn);
    const made = await sendDueDeliveries(platform.simulator, () => Promise.reject(new Error('connection refused')));
    expect([made, platform.simulator.nextDeliveryAt()]).toEqual([1, START + 25_000]);
  });
});

describe('a webhook of version 2.0', () => {
  const webhook = { callbackUri, generation: 'v2' } as const;

  it('is challenged by a signed request, and told nothing before it answers right', async () => {
    const { platform } = await watched(plugIn, { ...webhook, verified: false });
    const [challenge] = platform.simulator.dueDeliveries();
    expect(bodyOf(challenge)).toEqual({
      ...{ version: '2.0', webhookId: 'wh', eventName: 'verify' },
      payload: { challenge: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(challenge?.headers).toEqual({
      ...{ 'content-type': 'application/json', 'user-agent': 'Smartcar/2.0' },
      'sc-signature': signatureOf(application.managementToken, challenge?.body ?? ''),
    });
    const { payload } = bodyOf(challenge) as { payload: { challenge: string } };
    const answer = { challenge: signatureOf(application.managementToken, payload.challenge) };
    platform.simulator.settleDelivery(challenge?.id ?? '', { status: 200, body: JSON.stringify(answer) });
    expect(platform.simulator.dueDeliveries().map(({ eventType }) => eventType)).toEqual(['schedule']);
  });

  it('is told once a day, whatever the car does, with each endpoint as a batch tells it', async () => {
    const sleeps = [{ from: START + HOUR, to: START + 30 * HOUR }];
    const { platform, connected } = await watched({ ...driving, sleeps }, webhook);
    const deliveries = runUntil(platform, START + 2 * DAY);
    expect(deliveries.map(({ dueAt }) => dueAt - START)).toEqual([0, DAY, 2 * DAY]);
    const vin = { path: '/vin', code: 200, headers: { 'sc-unit-system': 'metric' }, body: { vin: plugIn.vin } };
    const first = bodyOf(deliveries[0]);
    expect(first).toEqual({
      ...{ version: '2.0', webhookId: 'wh', eventName: 'schedule', mode: 'live' },
      payload: {
        vehicles: [
          {
            vehicleId: connected.car.id,
            requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            data: [
              vin,
              {
                ...{ path: '/odometer', code: 200, body: { distance: 12345.678 } },
                headers: {
                  'sc-unit-system': 'metric',
                  'sc-data-age': new Date(START).toISOString(),
                  'sc-fetched-at': new Date(START).toISOString(),
                },
              },
            ],
          },
        ],
      },
    });
    const data = deliveries.map(
      (each) => (bodyOf(each)['payload'] as { vehicles: [{ data: [unknown, object] }] }).vehicles[0].data[1],
    );
    expect(data).toMatchObject([
      { code: 200 },
      { path: '/odometer', code: 409, headers: {}, body: { type: 'VEHICLE_STATE', code: 'ASLEEP', statusCode: 409 } },
      { code: 200, body: { distance: 12393.678 } },
    ]);
  });

  it('is told of charging when it begins and when it ends, and uses up no fault that waits for a request', async () => {
    const { platform, connected } = await watched(plugIn, webhook);
    answerAll(platform, 200);
    const { fleet } = platform.simulator;
    fleet.inject(connected.car.id, { error: 'UPSTREAM:NO_RESPONSE', path: '/odometer' });
    const told: unknown[] = [];
    for (const charging of [true, false]) {
      fleet.setCondition(connected.car.id, { charging });
      expect(platform.simulator.nextDeliveryAt()).toBe(START);
      told.push(...answerAll(platform, 200).map(bodyOf));
    }
    const eventTime = new Date(START).toISOString();
    const event = { ...{ version: '2.0', webhookId: 'wh', eventName: 'eventBased', mode: 'live' } };
    const about = { eventId: expect.any(String), vehicleId: connected.car.id, eventTime };
    expect(told).toEqual([
      { ...event, payload: { ...about, eventType: 'CHARGING_STARTED' } },
      { ...event, payload: { ...about, eventType: 'CHARGING_STOPPED' } },
    ]);
    expect(platform.simulator.nextDeliveryAt()).toBe(START + DAY);
    expect(fleet.find(connected.car.id)?.faults).toHaveLength(1);
  });
});

describe('what is promised is at least once, in no order', () => {
  it('so what was taken may come again, with the same event id', async () => {
    const { platform } = await watched(plugIn, { callbackUri }, { deliveryRepeats: 'once' });
    const [first, second, ...more] = runUntil(platform, START + HOUR);
    expect(more).toEqual([]);
    expect([second?.eventId, (second?.dueAt ?? 0) - START]).toEqual([first?.eventId, 25_000]);
    expect(second?.id).not.toBe(first?.id);
  });

  it('so of two that are due at once the later may come first, and both are sent at the same time', async () => {
    const { platform, connected } = await watched(plugIn, { callbackUri }, { deliveryOrder: 'reversed' });
    answerAll(platform, 200);
    const { fleet } = platform.simulator;
    fleet.setTrouble(connected.car.id, 'VEHICLE_STATE:UNREACHABLE');
    platform.simulator.dueDeliveries();
    fleet.setTrouble(connected.car.id, null);
    let open = 0;
    let most = 0;
    const states: unknown[] = [];
    await sendDueDeliveries(platform.simulator, async (request) => {
      open += 1;
      most = Math.max(most, open);
      states.push(JSON.parse(await request.text()).data.errors[0].state);
      open -= 1;
      return new Response(null, { status: 200 });
    });
    expect([states, most]).toEqual([['RESOLVED', 'ERROR'], 2]);
  });
});

describe('a test delivery of the dashboard', () => {
  it('is signed, about a vehicle nobody has, in mode TEST, with nine signals', async () => {
    const { platform } = await watched(plugIn);
    answerAll(platform, 200);
    const eventId = platform.simulator.sendTest(application.clientId, 'https://receiver.test/test');
    const [delivery] = answerAll(platform, 200);
    expect([delivery?.url, delivery?.eventId]).toEqual(['https://receiver.test/test', eventId]);
    expect(delivery?.headers['sc-signature']).toBe(signatureOf(application.managementToken, delivery?.body ?? ''));
    const body = bodyOf(delivery) as { data: { vehicle: { id: string }; signals: { code: string }[] } };
    expect(body).toMatchObject({
      eventType: 'VEHICLE_STATE',
      data: { vehicle: { mode: 'test' } },
      meta: { version: '4.0', mode: 'TEST', signalCount: 9 },
    });
    expect(platform.simulator.fleet.find(body.data.vehicle.id)).toBeNull();
    expect(body.data.signals.map(({ code }) => code)).toEqual([
      'closure-islocked',
      'connectivitysoftware-currentfirmwareversion',
      'connectivitystatus-isasleep',
      'connectivitystatus-isonline',
      'odometer-traveleddistance',
      'tractionbattery-range',
      'tractionbattery-stateofcharge',
      'vehicleidentification-vin',
      'vehicleuseraccount-permissions',
    ]);
  });
});

describe('subscribing over V2', () => {
  it('takes webhooks of the application only', async () => {
    const { platform } = await watched();
    const reply = await send(platform, '/v2.0/vehicles/x/webhooks/wh', {
      method: 'DELETE',
      headers: { authorization: 'Bearer wrong' },
    });
    expect(reply.status).toBe(401);
  });
});
