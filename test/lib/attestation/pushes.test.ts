// Months of cars that the platform tells of by itself: what is stated without asking, what is asked when nothing came, who is told, and
// what withdrawal, crashes, order and repetition change: nothing.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Change, Key } from '../../../lib/aws/table.ts';
import { getConnection } from '../../../lib/connection/connection.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { queryContractPartition } from '../../../lib/contract/contract.ts';
import { hasten } from '../../../lib/contract/turn.ts';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import type { Knock } from '../../../lib/reading/receive-push.ts';
import { createApplication } from '../../../lib/tenant/application.ts';
import { marksOn, toldEvents } from './check-events.ts';
import type { ContractRef } from './check-store.ts';
import { FEBRUARY, readingsOf, START, stateOf, watchReads } from './month.ts';
import { DAY, HOUR, MINUTE, openWorld, TENANT, type Waiting, type World } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const PUSHED = { startAt: START, application: { platform: 'v3' }, pushEveryMs: 20 * HOUR } as const;
const closers: (() => Promise<void>)[] = [];

const enter = async (more: Partial<Parameters<typeof openWorld>[0]> = {}): Promise<World> => {
  const { world, close } = await openWorld({ ...PUSHED, ...more });
  closers.push(close);
  await world.push();
  return world;
};

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const sourcesOf = (claims: readonly StatementClaims[]): ReadonlySet<unknown> =>
  new Set(
    claims.flatMap((one) =>
      one.outcome === 'measured'
        ? [one.opening, one.closing].flatMap(({ before, after }) => [before, after]).flatMap((ref) => ref?.source ?? [])
        : [],
    ),
  );

describe('a car that tells by itself', () => {
  it('is stated every month and never asked, and nobody counts an attempt', async () => {
    const world = await enter();
    const asked = watchReads(world);
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo('2026-04-03T00:00:00.000Z');
    const claims = await world.claims(contract);
    expect(asked).toEqual([]);
    expect(claims.map(({ period, outcome, verdict, attempts }) => [period.id, outcome, verdict, attempts])).toEqual([
      ['2026-01', 'measured', 'logical', { counts: {} }],
      ['2026-02', 'measured', 'logical', { counts: {} }],
      ['2026-03', 'measured', 'logical', { counts: {} }],
    ]);
    expect(sourcesOf(claims)).toEqual(new Set(['push']));
    // Forty kilometres a day, and a reading every twenty hours.
    expect(claims[1]).toMatchObject({ distanceMetres: 28 * 40_000 });
    expect(await world.check()).toEqual([]);
  });

  it('opens its contract with the first delivery, without being asked', async () => {
    const world = await enter();
    const asked = watchReads(world);
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    expect((await world.contract(contract)).dueAt).toBe(new Date(START + 10 * MINUTE).toISOString());
    await world.runTo(START + HOUR);
    const [first, ...others] = await readingsOf(world, contract);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ source: 'push', connectionId, fetchedAt: new Date(START).toISOString() });
    expect(first).toMatchObject({
      metres: 10_040_000,
      vin: 'VF7SXHNPTPT000001',
      id: expect.stringMatching(/^rdg_[0-9a-f]{32}$/),
    });
    expect(await world.contract(contract)).toMatchObject({
      goal: 'close',
      dueAt: new Date(FEBRUARY + DAY).toISOString(),
    });
    expect(asked).toEqual([]);
  });

  it('that is not heard of within ten minutes is asked', async () => {
    const world = await enter();
    const asked = watchReads(world);
    world.deliverPush = async () => ({ kind: 'refused' });
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(START + HOUR);
    expect(asked).toEqual([new Date(START + 10 * MINUTE).toISOString()]);
    expect(await readingsOf(world, contract)).toMatchObject([{ source: 'poll', outcome: 'read', seq: 1 }]);
  });

  type Early = (world: World, contract: ContractRef, connectionId: string) => Promise<() => Promise<unknown>>;

  /** As it was, until what is answered is called. */
  const changed = async (world: World, key: Key, change: Change): Promise<() => Promise<unknown>> => {
    const before = await world.tables.business.get(key);
    await world.tables.business.update(key, change);
    return () => world.tables.business.put({ ...before, ...key });
  };

  const unused: Early = async ({ tables: { business } }, contract, connectionId) => {
    const { vendorVehicleId = '' } = (await getConnection(business, { ...contract, connectionId })) ?? {};
    const use = keys.vehicleUse('default', vendorVehicleId, connectionId);
    const kept = await business.get(use);
    await business.remove(use);
    return () => business.put({ ...kept, ...use });
  };
  const pending: Early = (world, { tenantId, contractId }, connectionId) =>
    changed(world, keys.connection(tenantId, contractId, connectionId), { set: { state: 'pending' } });
  const named =
    (connectionId: string | undefined): Early =>
    (world, { tenantId, contractId }) => {
      const change = connectionId === undefined ? { remove: ['connectionId'] } : { set: { connectionId } };
      return changed(world, keys.contract(tenantId, contractId), change);
    };

  it.each([
    ['nobody uses the car', unused],
    ['its connection is pending', pending],
    ['the contract names no connection', named(undefined)],
    ['the contract names the one before', named('cnx_0')],
  ])('whose first delivery came when %s yet is told all the same', async (_, early) => {
    const world = await enter();
    const asked = watchReads(world);
    const contract = await world.sign();
    const held: Knock[] = [];
    const deliver = world.deliverPush;
    world.deliverPush = async (knock) => {
      held.push(knock);
      return { kind: 'taken' };
    };
    await world.connect(contract);
    await world.push();
    expect(held).toHaveLength(1);
    const { connectionId } = await connectionOf(world, contract);
    const isTime = await early(world, contract, connectionId);
    for (const knock of held) await deliver(knock);
    await world.deliver();
    expect(await readingsOf(world, contract)).toEqual([]);
    await isTime();
    world.deliverPush = deliver;
    await world.runTo(START + HOUR);
    expect(await readingsOf(world, contract)).toMatchObject([
      { source: 'push', fetchedAt: new Date(START).toISOString() },
    ]);
    expect(asked).toEqual([]);
  });

  it('whose first delivery came when the contract names a newer connection is nothing of this one, and does not wait', async () => {
    const world = await enter();
    const contract = await world.sign();
    const held: Knock[] = [];
    const deliver = world.deliverPush;
    world.deliverPush = async (knock) => {
      held.push(knock);
      return { kind: 'taken' };
    };
    const { connectionId } = await world.connect(contract);
    await world.push();
    await named('cnx_z')(world, contract, connectionId);
    for (const knock of held) await deliver(knock);
    await world.deliver();
    expect(await readingsOf(world, contract)).toEqual([]);
    expect(world.waiting.filter(({ body }) => body['kind'] === 'push')).toEqual([]);
  });

  it('that falls silent is asked a day after the month, and not before', async () => {
    const world = await enter();
    const asked = watchReads(world);
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo('2026-01-20T00:00:00.000Z');
    world.deliverPush = async () => ({ kind: 'refused' });
    await world.runTo(FEBRUARY + 2 * DAY);
    expect(asked).toEqual([new Date(FEBRUARY + DAY).toISOString()]);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', attempts: { counts: { read: 1 } } }]);
    // Asked last, it is asked at once next time.
    expect((await world.contract(contract)).dueAt).toBe('2026-02-28T23:00:00.000Z');
    expect(await world.check()).toEqual([]);
  });

  it('that is silent with a deadline of a day is asked a quarter of it after the month', async () => {
    const world = await enter();
    const asked = watchReads(world);
    const contract = await world.sign({ deadlineDays: 1 });
    await world.connect(contract);
    await world.runTo('2026-01-20T00:00:00.000Z');
    world.deliverPush = async () => ({ kind: 'refused' });
    await world.runTo(FEBRUARY + 2 * DAY);
    expect(asked).toEqual([new Date(FEBRUARY + 6 * HOUR).toISOString()]);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('I14 sleeps past the end of the month, wakes, and is stated minutes later, with nobody asking', async () => {
    const world = await enter();
    const contract = await world.sign();
    const wakes = FEBRUARY + 5 * DAY + 3 * HOUR;
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, { from: FEBRUARY - 2 * DAY, to: wakes });
    await world.runTo(wakes - 1);
    expect(await world.claims(contract)).toEqual([]);
    const asked = watchReads(world);
    await world.runTo(wakes + 11 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', period: { id: '2026-01' } }]);
    expect(asked).toEqual([]);
    expect(await world.check()).toEqual([]);
  });

  it('with readings every ten minutes is judged by all of them', async () => {
    const world = await enter({ pushEveryMs: 10 * MINUTE });
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.drive(carId, 0, START + HOUR);
    world.simulator.fleet.drive(carId, 200_000, FEBRUARY - 12 * HOUR);
    // Seen in one of its readings, and driven away again.
    world.simulator.fleet.setOdometer(carId, 9_000_000, FEBRUARY - 10 * HOUR);
    world.simulator.fleet.setOdometer(carId, 10_100_000, FEBRUARY - 9 * HOUR);
    await world.runTo(FEBRUARY + HOUR);
    const { tenantId, contractId } = contract;
    expect((await queryContractPartition(world.tables.business, tenantId, contractId, 500)).length).toBeGreaterThan(65);
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured', verdict: 'illogical', reasons: ['rollback', 'implausible_speed'] },
    ]);
  });
});

const connectionOf = async (world: World, contract: Awaited<ReturnType<World['sign']>>) => {
  const { connectionId = '' } = await world.contract(contract);
  const found = await getConnection(world.tables.business, { ...contract, connectionId });
  if (found === undefined) throw new Error('no connection');
  return found;
};

interface Push {
  readonly hoursBefore: number;
  readonly kilometres: number;
  readonly vin: string | undefined;
}

const knockOf = ({ hoursBefore, kilometres, vin }: Push, n: number, vehicleId: string, now: number): Knock => {
  const measured = { oemUpdatedAt: now - hoursBefore * HOUR, retrievedAt: now };
  const odometer = { code: 'odometer-traveleddistance', body: { value: kilometres, unit: 'km' }, meta: measured };
  const signals = [
    odometer,
    ...(vin === undefined ? [] : [{ code: 'vehicleidentification-vin', body: { value: vin } }]),
  ];
  const body = JSON.stringify({
    eventId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    eventType: 'VEHICLE_STATE',
    data: { vehicle: { id: vehicleId }, signals },
    meta: { deliveredAt: now },
  });
  const signature = createHmac('sha256', 'management-token').update(body).digest('hex');
  return { applicationId: 'default', body: Buffer.from(body), signature };
};

describe('one push', () => {
  it('reaches every contract on the car, each once, however often it comes', async () => {
    const world = await enter();
    const [one, other] = [await world.sign(), await world.sign({ kind: 'lease' })];
    await world.connect(one);
    await world.reconnect(other, 1);
    const deliver = world.deliverPush;
    world.deliverPush = async (knock) => {
      await deliver(knock);
      return deliver(knock);
    };
    world.copies = ({ body }) => (body['kind'] === 'push' ? 3 : 1);
    await world.runTo(START + 21 * HOUR);
    const [ones, others] = [await readingsOf(world, one), await readingsOf(world, other)];
    expect(ones.map(({ recordedAt }) => recordedAt)).toEqual(others.map(({ recordedAt }) => recordedAt));
    expect(new Set(ones.map(({ requestId }) => requestId)).size).toBe(ones.length);
    expect(ones.length).toBeGreaterThan(1);
    expect(ones.filter(({ id }) => others.some((reading) => reading.id === id))).toEqual([]);
  });

  it('that comes again after it was used is looked up, and nothing more', async () => {
    const world = await enter();
    await world.connect(await world.sign());
    const told: Waiting['body'][] = [];
    world.copies = ({ body }) => {
      if (body['kind'] === 'push') told.push(body);
      return 1;
    };
    await world.runTo(START + HOUR);
    const [body = {}, ...others] = told;
    expect(others).toEqual([]);
    const before = world.faults.calls.length;
    await world.turning.sendRead([{ body }]);
    await world.deliver();
    expect(world.faults.calls.slice(before)).toEqual(['queue.read', 'business.get']);
  });

  it('I10 is not used once consent is withdrawn, whether it was fetched, received or only worked after that', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(START + HOUR);
    expect(await readingsOf(world, contract)).toHaveLength(1);
    world.now = START + 20 * HOUR + 30 * MINUTE;
    // Received, and waiting in the queue.
    await world.push();
    expect(world.waiting.filter(({ body }) => body['kind'] === 'push')).toHaveLength(1);
    await withdrawConsent(
      world.tables.business,
      { tenantId: TENANT, contractId: contract.contractId, connectionId },
      world.now,
    );
    await world.runTo('2026-02-15T00:00:00.000Z');
    expect(await readingsOf(world, contract)).toHaveLength(1);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', reason: 'consent_withdrawn' }]);
    expect(await world.check()).toEqual([]);
  });

  it('I10 that came before the driver agreed is nothing of this contract, even when it is worked later', async () => {
    const world = await enter();
    const first = await world.sign();
    await world.connect(first);
    await world.push();
    const held = world.waiting.filter(({ body }) => body['kind'] === 'push');
    expect(held).toHaveLength(1);
    world.now += HOUR;
    const second = await world.sign();
    await world.reconnect(second, 1);
    await world.deliver();
    expect(await readingsOf(world, first)).toHaveLength(1);
    expect(await readingsOf(world, second)).toEqual([]);
  });

  it('I13 reaches the contracts of two tenants on the car, and tells neither of the other', async () => {
    const world = await enter();
    const [one, other] = [await world.sign(), await world.sign({}, 'canal')];
    const { carId, connectionId } = await world.connect(one);
    const othersConnection = await world.reconnect(other, 1);
    await world.runTo(START + 21 * HOUR);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE');
    await world.runTo(START + 3 * DAY);
    expect(await world.check()).toEqual([]);
    const [ones, others] = [await readingsOf(world, one), await readingsOf(world, other)];
    expect([ones.length > 1, others.length > 1]).toEqual([true, true]);
    const told = await Promise.all([TENANT, 'canal'].map((tenant) => toldEvents(world.tables.business, tenant)));
    const namedIn = (events: (typeof told)[number]) => new Set(events.map(({ data }) => data.connectionId));
    expect(told.map(namedIn)).toEqual([new Set([connectionId]), new Set([othersConnection])]);
    const idsOf = (readings: typeof ones) => readings.flatMap((reading) => [reading.id, reading.connectionId]);
    expect(idsOf(ones).filter((id) => idsOf(others).includes(id))).toEqual([]);
  });

  it('I13 of a vehicle id that is a car of another application is nothing here', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { carId } = await world.connect(contract, { metresPerDay: 0 });
    await world.runTo(START + HOUR);
    const before = await readingsOf(world, contract);
    const application = await world.turning.application('default');
    await createApplication(world.tables.business, { ...application, applicationId: 'other' });
    const knock = knockOf({ hoursBefore: 0, kilometres: 10_100, vin: undefined }, 1, carId, world.now);
    expect(await world.deliverPush({ ...knock, applicationId: 'other' })).toEqual({ kind: 'taken' });
    await world.deliver();
    expect(await readingsOf(world, contract)).toEqual(before);
    // The very same bytes, from where the car is connected.
    expect(await world.deliverPush(knock)).toEqual({ kind: 'taken' });
    await world.deliver();
    expect(await readingsOf(world, contract)).toHaveLength(before.length + 1);
  });

  it('tells the contract which car it is about, of one that told no VIN when it was bound', async () => {
    const world = await enter({
      gateway: ({ url }) =>
        url.includes('/signals/vehicleidentification')
          ? Response.json({ errors: [{ type: 'RESOURCE_NOT_FOUND', code: 'SIGNAL_NOT_FOUND' }] }, { status: 404 })
          : undefined,
    });
    const contract = await world.sign();
    await world.connect(contract);
    expect((await world.contract(contract)).boundVin).toBeUndefined();
    await world.push();
    await world.deliver();
    expect((await world.contract(contract)).boundVin).toBe('VF7SXHNPTPT000001');
  });

  it('of another VIN is judged like a polled one', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.changeVin(carId, 'VF7SXHNPTPT999999', Date.parse('2026-01-15T00:00:00.000Z'));
    await world.runTo(FEBRUARY + 2 * DAY);
    expect(await world.claims(contract)).toMatchObject([{ verdict: 'illogical', reasons: ['vin_mismatch'] }]);
  });
});

describe('a trouble that the platform tells of', () => {
  const told = Date.parse('2026-01-10T00:00:00.000Z');

  /** Every time that a connection of the contract moved, also if it moved back since. */
  const moves = async ({ tables: { business } }: World, { contractId }: ContractRef): Promise<readonly string[]> => {
    const marks = marksOn(await queryContractPartition(business, TENANT, contractId, 5_000));
    const types = [...(await toldEvents(business, TENANT)), ...marks].map(({ type }) => type);
    return types.filter((type) => type.startsWith('connection.'));
  };

  it.each([
    ['CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE', 'action_required'],
    ['CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED', 'reauth_required'],
  ] as const)('%s moves the connection when it has lasted a day: %s', async (trouble, state) => {
    const world = await enter();
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(told - 1);
    world.simulator.fleet.setTrouble(carId, trouble);
    await world.runTo(told + 23 * HOUR);
    expect(await stateOf(world, contract, connectionId)).toBe('active');
    await world.runTo(told + DAY + 10 * MINUTE);
    expect(await getConnection(world.tables.business, { ...contract, connectionId })).toMatchObject({
      state,
      reason: trouble,
    });
  });

  it('moves nothing before, whatever turn comes by', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(told - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE');
    await world.runTo(told + HOUR);
    const before = await world.contract(contract);
    expect(before.dueAt).toBe(new Date(told - 1 + DAY).toISOString());
    await hasten(world.tables.business, before, new Date(told + 2 * HOUR).toISOString());
    await world.runTo(told + 3 * HOUR);
    const after = await world.contract(contract);
    expect(after.turn).toBeGreaterThan(before.turn + 1);
    expect(after.dueAt).toBe(before.dueAt);
    expect(await stateOf(world, contract, connectionId)).toBe('active');
  });

  it('and that is over within the day moves nothing', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(told - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE');
    await world.runTo(told + 12 * HOUR);
    world.simulator.fleet.setTrouble(carId, null);
    await world.runTo(told + 3 * DAY);
    expect(await stateOf(world, contract, connectionId)).toBe('active');
    expect(await moves(world, contract)).toEqual([]);
  });

  it('and that is over after it moved the connection gives it back', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(told - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE');
    await world.runTo(told + 2 * DAY);
    expect(await stateOf(world, contract, connectionId)).toBe('action_required');
    expect(await moves(world, contract)).toEqual(['connection.action_required']);
    world.simulator.fleet.setTrouble(carId, null);
    await world.runTo(told + 3 * DAY);
    expect(await stateOf(world, contract, connectionId)).toBe('active');
  });

  it('and that nobody has to act on moves nothing, for a day and more', async () => {
    const world = await enter();
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(told - 1);
    world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:UNREACHABLE');
    await world.runTo(told + 2 * DAY);
    expect(await getConnection(world.tables.business, { ...contract, connectionId })).toMatchObject({
      state: 'active',
    });
    expect((await getConnection(world.tables.business, { ...contract, connectionId }))?.troubles).toBeUndefined();
    expect(await moves(world, contract)).toEqual([]);
  });
});

describe('the same pushes', () => {
  const anyPush = fc.record({
    hoursBefore: fc.integer({ min: 0, max: 25 * 24 }),
    kilometres: fc.integer({ min: 10_000, max: 10_900 }),
    vin: fc.constantFrom('VF7SXHNPTPT000001', 'VF7SXHNPTPT000001', undefined),
  });
  /** A car that stands and was heard of once; nothing comes from the platform but what a test sends, an hour after the month. */
  const anHourLater = async (): Promise<{
    readonly world: World;
    readonly contract: Awaited<ReturnType<World['sign']>>;
    readonly carId: string;
    readonly deliverPush: World['deliverPush'];
    readonly close: () => Promise<void>;
  }> => {
    const { world, close } = await openWorld(PUSHED);
    const { deliverPush } = world;
    await world.push();
    world.deliverPush = async () => ({ kind: 'taken' });
    const contract = await world.sign();
    const { carId } = await world.connect(contract, { metresPerDay: 0 });
    await deliverPush(knockOf({ hoursBefore: 0, kilometres: 10_000, vin: undefined }, 999, carId, world.now));
    await world.runTo(FEBRUARY + HOUR);
    return { world, contract, carId, deliverPush, close };
  };

  /** What is stated when they come in this order. */
  const statedAfter = async (pushes: readonly Push[], order: readonly number[]) => {
    const { world, contract, carId, deliverPush, close } = await anHourLater();
    try {
      for (const n of order) {
        const push = pushes[n];
        if (push !== undefined) await deliverPush(knockOf(push, n, carId, world.now));
        if (n % 3 === 0) await world.deliver();
      }
      await world.runTo(FEBRUARY + 2 * HOUR);
      expect(world.count('vehicle.read')).toBe(0);
      expect(await world.check()).toEqual([]);
      const claims = await world.claims(contract);
      return claims.map(({ jti: _, sub: __, ...rest }) => rest);
    } finally {
      await close();
    }
  };

  it('give the same statements, in any order and repeated', async () => {
    const anyOrder = fc.array(anyPush, { minLength: 2, maxLength: 6 }).chain((some) => {
      // One that closes the month.
      const pushes: readonly Push[] = [...some, { hoursBefore: 0, kilometres: 10_950, vin: 'VF7SXHNPTPT000001' }];
      const all = pushes.map((_, n) => n);
      const order = fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length });
      return fc.record({ pushes: fc.constant(pushes), order });
    });
    let stated = 0;
    await fc.assert(
      fc.asyncProperty(anyOrder, async ({ pushes, order }) => {
        const straight = await statedAfter(pushes, [...pushes.keys()]);
        stated += straight.length;
        expect(await statedAfter(pushes, order)).toEqual(straight);
      }),
      { numRuns: 6 },
    );
    expect(stated).toBe(6);
  });

  it('give the same statement when one comes minutes behind the one that closes the month', async () => {
    const closer = { hoursBefore: 0, kilometres: 10_950, vin: undefined };
    const straggler = { hoursBefore: 3, kilometres: 10_900, vin: undefined };
    const { world, contract, carId, deliverPush, close } = await anHourLater();
    try {
      await deliverPush(knockOf(closer, 0, carId, world.now));
      await world.runTo(world.now + 3 * MINUTE);
      expect(await world.claims(contract)).toEqual([]);
      // Recorded three hours before the first one came.
      await deliverPush(knockOf(straggler, 1, carId, world.now));
      await world.runTo(world.now + 30 * MINUTE);
      expect(await world.claims(contract)).toMatchObject([
        { outcome: 'measured', closing: { before: { metres: 10_900_000 } } },
      ]);
    } finally {
      await close();
    }
  });

  /** One that closes the month, with one call that fails on the way from the door to the statement. */
  const statedDespite = async (failing?: { readonly fault: 'applied' | 'not_applied'; readonly nth: number }) => {
    const { world, contract, carId, deliverPush, close } = await anHourLater();
    try {
      const before = world.faults.calls.length;
      if (failing !== undefined) world.faults.failNext(failing.fault, failing.nth);
      const knock = knockOf({ hoursBefore: 0, kilometres: 10_950, vin: 'VF7SXHNPTPT000001' }, 1, carId, world.now);
      // What is not taken is delivered again.
      await deliverPush(knock).catch(() => deliverPush(knock));
      await world.deliver();
      const calls = world.faults.calls.slice(before);
      await world.runTo(FEBRUARY + 4 * HOUR);
      expect(world.deadLetters).toEqual([]);
      expect(world.count('vehicle.read')).toBe(0);
      expect(await world.check()).toEqual([]);
      const claims = await world.claims(contract);
      // When it was signed, and which request of ours brought it about, may differ.
      return { calls, claims: claims.map(({ jti: _, sub: __, iat: ___, ...rest }) => rest) };
    } finally {
      await close();
    }
  };

  it('I1 I2 give the same statement whichever call fails on their way, done or not', async () => {
    const healthy = await statedDespite();
    // 950 km in 639 hours, of which 638 lie in the month.
    expect(healthy.claims).toMatchObject([{ outcome: 'measured', distanceMetres: 948_513, attempts: { counts: {} } }]);
    expect(healthy.calls).toEqual([
      ...['business.get', 'business.put', 'queue.read', 'business.update'],
      ...[
        'business.get',
        'business.query',
        'business.get',
        'business.get',
        'business.put',
        'business.update',
        'business.update',
      ],
    ]);
    for (const fault of ['applied', 'not_applied'] as const) {
      for (const nth of healthy.calls.keys())
        expect((await statedDespite({ fault, nth: nth + 1 })).claims, `${healthy.calls[nth]} ${fault}`).toEqual(
          healthy.claims,
        );
    }
  });
});
