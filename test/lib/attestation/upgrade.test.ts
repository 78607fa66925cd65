// Moving a fleet from V2 to V3 while it is read: nobody is asked, no month is lost, nothing is ended at the vendor, and whatever ends in
// the middle of it is taken up again.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { keys, vehiclePartition } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { bindMessage } from '../../../lib/connection/bind-message.ts';
import { giveUpPair } from '../../../lib/connection/complete-upgrade.ts';
import { changeConnection, getConnection, isReadable, parseConnection } from '../../../lib/connection/connection.ts';
import { upgradeTenant } from '../../../lib/connection/upgrade-tenant.ts';
import { endWithContract, withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { queryContractPartition } from '../../../lib/contract/contract.ts';
import { pushIdOf, takePush } from '../../../lib/reading/pushed-event.ts';
import { getApplication, nameTwin } from '../../../lib/tenant/application.ts';
import { getTenant } from '../../../lib/tenant/tenant.ts';
import type { Fault } from '../../stores/faults.ts';
import { toldEvents } from './check-events.ts';
import type { ContractRef } from './check-store.ts';
import { FEBRUARY, readingsOf } from './month.ts';
import { DAY, HOUR, MINUTE, openWorld, TENANT, type World, type WorldOptions } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const START = Date.parse('2026-01-05T09:00:00.000Z');
const V3 = 'default-v3';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

async function open(gateway?: WorldOptions['gateway'], startAt = START): Promise<World> {
  const opened = await openWorld({ startAt, twin: true, ...(gateway === undefined ? {} : { gateway }) });
  close = opened.close;
  return opened.world;
}

/** The operator's command, all pages of it. */
async function upgrade(world: World) {
  const { business, sendTend } = world.turning;
  const done = await upgradeTenant({ business, sendTend }, { tenantId: TENANT, to: V3 });
  if (!done.upgrading) throw new Error(done.reason);
  return done;
}

const none = {
  upgraded: 0,
  to_do: 0,
  listed: 0,
  not_listed: 0,
  missing_permission: 0,
  driver_unknown: 0,
  not_connected: 0,
};

async function connectionOf(world: World, ref: ContractRef) {
  const { connectionId = '' } = await world.contract(ref);
  const connection = await getConnection(world.tables.business, { ...ref, connectionId });
  if (connection === undefined) throw new Error('there is no connection');
  return connection;
}

/** Ids of the connections that use a vehicle, over each application. */
async function uses(world: World, vehicleId: string) {
  const of = async (applicationId: string) => {
    const where = { expression: '#pk = :pk', values: { pk: vehiclePartition(applicationId, vehicleId) } };
    return (await world.tables.business.query({ where })).items.map(({ connectionId }) => connectionId);
  };
  return { v2: await of('default'), v3: await of(V3) };
}

const hasPair = async (world: World, ref: ContractRef): Promise<boolean> => {
  const { tenantId, connectionId } = await connectionOf(world, ref);
  return (await world.tables.vault.get(keys.tokens(tenantId, connectionId))) !== undefined;
};

/** Ids of the drivers who have a vehicle connected, as the platform tells its operator. */
async function driversOf(world: World, vehicleId: string): Promise<readonly string[]> {
  const headers = { authorization: `Basic ${btoa('default:management-token')}` };
  const url = `https://platform.test/v2.0/management/connections?filter=vehicle_id:${vehicleId}&limit=100`;
  const answer = await (await world.simulator.handle(new Request(url, { headers }))).text();
  const { connections } = listed.parse(JSON.parse(answer));
  return connections.filter((one) => one.vehicleId === vehicleId).map(({ userId }) => userId);
}

const listed = z.object({ connections: z.array(z.object({ vehicleId: z.string(), userId: z.string() })) });

const isConnected = async (world: World, vehicleId: string): Promise<boolean> =>
  (await driversOf(world, vehicleId)).length > 0;

/** Types of what the outside was told, and faults of the store. */
const toldOf = async (world: World): Promise<readonly string[]> => {
  const faults = await world.check();
  return [...faults, ...(await toldEvents(world.tables.business, TENANT)).map(({ type }) => type)];
};

const platforms = async (world: World, ref: ContractRef) =>
  (await world.claims(ref)).map(({ outcome, platform }) => `${outcome} ${platform}`);

/** What the door leaves behind of a push over V3: the event, and the message that names it. */
async function sendPush(
  world: World,
  vehicleId: string,
  eventId: string,
  vin: string,
  recordedAt = new Date(world.now).toISOString(),
): Promise<void> {
  const at = new Date(world.now).toISOString();
  const pushId = pushIdOf(eventId);
  const reading = { metres: 10_100_000, distance: 10_100, unit: 'km', recordedAt, vin } as const;
  const event = { applicationId: V3, pushId, eventId, vehicleId, platform: 'v3' } as const;
  await takePush(world.tables.business, { ...event, receivedAt: at, at: world.now, reading });
  await world.turning.sendRead([{ body: { kind: 'push', applicationId: V3, pushId } }]);
}

describe('a fleet that moves to V3', () => {
  it('moves with the first reading over V3, without its drivers, and statements say which version each rests on', async () => {
    const world = await open();
    const refs = [await world.sign(), await world.sign({ policy: 'around' })] as const;
    const cars = [await world.connect(refs[0]), await world.connect(refs[1])] as const;
    await world.runTo('2026-02-05T00:00:00.000Z');
    expect(await upgrade(world)).toEqual({ upgrading: true, counts: { ...none, to_do: 2 }, sent: 2, next: null });
    await world.runTo(world.now + HOUR);
    // Nothing is due before the month is over: until then everything is as it was, and may move.
    expect(await upgrade(world)).toEqual({ upgrading: true, counts: { ...none, listed: 2 }, sent: 0, next: null });
    expect(await connectionOf(world, refs[0])).toMatchObject({ state: 'active', applicationId: 'default' });
    expect(await hasPair(world, refs[0])).toBe(true);
    expect(await uses(world, cars[0].carId)).toEqual({ v2: [cars[0].connectionId], v3: [cars[0].connectionId] });
    await world.runTo('2026-04-02T00:00:00.000Z');
    for (const [n, ref] of refs.entries()) {
      const { carId = '', connectionId = '' } = cars[n] ?? {};
      expect(await platforms(world, ref)).toEqual(['measured v2', 'measured v3', 'measured v3']);
      const connection = await connectionOf(world, ref);
      expect(connection).toMatchObject({ connectionId, state: 'active', applicationId: V3, platform: 'v3' });
      expect([connection.vendorUserId]).toEqual(await driversOf(world, carId));
      expect(connection).not.toHaveProperty('upgrade');
      expect(connection).not.toHaveProperty('movedFrom');
      expect(await world.contract(ref)).toMatchObject({ applicationId: V3, platform: 'v3' });
      expect(await world.contract(ref)).not.toHaveProperty('upgradeTo');
      expect(await hasPair(world, ref)).toBe(false);
      expect(await uses(world, carId)).toEqual({ v2: [], v3: [connectionId] });
      expect(await isConnected(world, carId)).toBe(true);
    }
    expect(await upgrade(world)).toEqual({ upgrading: true, counts: { ...none, upgraded: 2 }, sent: 0, next: null });
    expect(world.count('vehicle.disconnect')).toBe(0);
    expect(world.warnings).toEqual([]);
    expect(world.deadLetters).toEqual([]);
    expect(await world.check()).toEqual([]);
  });

  it('moves with a push as well, so that a car that is never asked does not stay behind', async () => {
    const world = await open();
    const ref = await world.sign();
    const { carId, connectionId } = await world.connect(ref);
    await world.runTo(START + HOUR);
    await upgrade(world);
    await world.runTo(START + 2 * HOUR);
    const push = async (eventId: string, vin: string) => {
      await sendPush(world, carId, eventId, vin);
      await world.runTo(world.now + 5 * MINUTE);
    };
    await push('another-car', 'VF7SXHNPTPT999999');
    expect(await connectionOf(world, ref)).toMatchObject({ applicationId: 'default' });
    await push('own', 'VF7SXHNPTPT000001');
    expect(await connectionOf(world, ref)).toMatchObject({ connectionId, state: 'active', platform: 'v3' });
    expect(await connectionOf(world, ref)).not.toHaveProperty('movedFrom');
    expect(await uses(world, carId)).toEqual({ v2: [], v3: [connectionId] });
    expect(await hasPair(world, ref)).toBe(false);
    expect(await isConnected(world, carId)).toBe(true);
  });

  it('puts away what is left also when the contract was over by then', async () => {
    const world = await open();
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await world.runTo(START + HOUR);
    await upgrade(world);
    await world.runTo(START + 2 * HOUR);
    await sendPush(world, carId, 'own', 'VF7SXHNPTPT000001');
    await world.deliver();
    const moved = await connectionOf(world, ref);
    expect(moved).toMatchObject({ platform: 'v3', movedFrom: 'default' });
    await endWithContract(world.tables.business, moved, world.now);
    await world.runTo(world.now + 5 * MINUTE);
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'ended', applicationId: V3 });
    expect(await connectionOf(world, ref)).not.toHaveProperty('movedFrom');
    expect(await hasPair(world, ref)).toBe(false);
  });

  it('does not move with a push of what is older than what is known', async () => {
    const world = await open();
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await world.runTo(START + DAY);
    await upgrade(world);
    await world.runTo(START + 2 * DAY);
    const [known] = await readingsOf(world, ref);
    const told = async (eventId: string, recordedAt: string) => {
      await sendPush(world, carId, eventId, 'VF7SXHNPTPT000001', recordedAt);
      await world.runTo(world.now + 5 * MINUTE);
      return (await connectionOf(world, ref)).applicationId;
    };
    const before = new Date(Date.parse(String(known?.recordedAt)) - 1).toISOString();
    expect(await told('older', before)).toBe('default');
    // A car that stands since then has nothing newer to tell.
    expect(await told('as old', String(known?.recordedAt))).toBe(V3);
  });

  it('does not move with an answer over V3 that is older than what is known, and is read over V2 instead', async () => {
    const stale = new Date(START - 30 * DAY).toISOString();
    const signal = {
      attributes: {
        code: 'odometer-traveleddistance',
        status: { value: 'SUCCESS' },
        body: { value: 9_000, unit: 'km' },
      },
      meta: { oemUpdatedAt: stale, retrievedAt: stale },
    };
    const world = await open(({ url }) =>
      url.includes('/signals/odometer-traveleddistance')
        ? Response.json({ data: { id: 'odometer-traveleddistance', type: 'signal', ...signal } })
        : undefined,
    );
    const ref = await world.sign({ policy: 'around' });
    await world.connect(ref);
    await world.runTo(START + DAY);
    await upgrade(world);
    await world.runTo(FEBRUARY - 30 * MINUTE);
    expect(world.count('vehicle.read')).toBe(3);
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', applicationId: 'default' });
    const [newest] = await readingsOf(world, ref);
    expect(newest).toMatchObject({ platform: 'v2', fetchedAt: new Date(FEBRUARY - 90 * MINUTE).toISOString() });
  });

  it('does not move with an answer over V3 of another car, and is read over V2 in the same turn', async () => {
    const code = 'vehicleidentification-vin';
    const at = new Date(START).toISOString();
    const attributes = { code, status: { value: 'SUCCESS' }, body: { value: 'VF7SXHNPTPT999999' } };
    const meta = { oemUpdatedAt: at, retrievedAt: at };
    let asked = 0;
    const world = await open(({ url }) => {
      if (!url.includes(`/signals/${code}`)) return undefined;
      asked += 1;
      return Response.json({ data: { id: code, type: 'signal', attributes, meta } });
    });
    const ref = await world.sign();
    await world.connect(ref);
    await world.runTo(START + DAY);
    await upgrade(world);
    await world.runTo(FEBRUARY + HOUR);
    expect(asked).toBe(1);
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', applicationId: 'default' });
    expect(await platforms(world, ref)).toEqual(['measured v2']);
    expect((await world.claims(ref))[0]?.attempts.counts).toEqual({ read: 2 });
    expect((await readingsOf(world, ref)).map(({ platform }) => platform)).toEqual(['v2', 'v2']);
  });

  it('does not move with a push that does not close the month that is over', async () => {
    const world = await open();
    const ref = await world.sign();
    const sleeps = [{ from: FEBRUARY - DAY, to: FEBRUARY + 3 * DAY }];
    const { carId } = await world.connect(ref, { sleeps });
    await world.runTo(START + DAY);
    await upgrade(world);
    await world.runTo(FEBRUARY + HOUR);
    const told = async (eventId: string, recordedAt: number) => {
      await sendPush(world, carId, eventId, 'VF7SXHNPTPT000001', new Date(recordedAt).toISOString());
      await world.runTo(world.now + 5 * MINUTE);
      return (await connectionOf(world, ref)).applicationId;
    };
    expect(await told('before the end', FEBRUARY - DAY)).toBe('default');
    expect(await told('after it', FEBRUARY + HOUR)).toBe(V3);
  });

  it('I1 moves with a push whichever of its calls fails, done or not', async () => {
    const pushed = async (failing?: { readonly nth: number; readonly fault: Fault }) => {
      const world = await open();
      const ref = await world.sign();
      const { carId } = await world.connect(ref);
      await world.runTo(START + HOUR);
      await upgrade(world);
      await world.runTo(START + 2 * HOUR);
      await sendPush(world, carId, 'own', 'VF7SXHNPTPT000001');
      const before = world.faults.calls.length;
      if (failing !== undefined) world.faults.failNext(failing.fault, failing.nth);
      await world.deliver();
      const calls = world.faults.calls.slice(before);
      world.faults.failNext('applied', Number.POSITIVE_INFINITY);
      await world.runTo(world.now + HOUR);
      const { platform, movedFrom } = await connectionOf(world, ref);
      const left = { platform, movedFrom, pair: await hasPair(world, ref), ...(await uses(world, carId)) };
      const ended = { ...left, connected: await isConnected(world, carId), dead: world.deadLetters.length };
      expect(await world.check()).toEqual([]);
      await close();
      close = () => Promise.resolve();
      return { calls, ended: { ...ended, v2: left.v2.length, v3: left.v3.length } };
    };
    const healthy = await pushed();
    expect(healthy.ended).toEqual({
      ...{ platform: 'v3', movedFrom: undefined, pair: false, v2: 0, v3: 1 },
      ...{ connected: true, dead: 0 },
    });
    // It uses the car over both applications, and is told once.
    const [get, query, put, update] = ['business.get', 'business.query', 'business.put', 'business.update'];
    const looks = [get, get, query, query];
    expect(healthy.calls).toEqual([...looks, get, get, query, 'queue.tend', put, update, update]);
    for (const [n, call] of healthy.calls.entries()) {
      for (const fault of ['not_applied', 'applied'] satisfies Fault[])
        expect((await pushed({ nth: n + 1, fault })).ended, `${n} ${call} ${fault}`).toEqual(healthy.ended);
    }
  });

  it('waits for a worker that knows the application from before it had a twin', async () => {
    const world = await open();
    const { business } = world.tables;
    await business.update(keys.application('default'), { remove: ['twin'] });
    const ref = await world.sign();
    await world.connect(ref);
    // The worker took its copy just now, to bind the car.
    await nameTwin(business, await getApplication(business, V3));
    await upgrade(world);
    await world.runTo(START + HOUR);
    expect(await connectionOf(world, ref)).toMatchObject({ upgrade: { outcome: 'listed', applicationId: V3 } });
  });

  it('keeps no pair alive any more', async () => {
    const world = await open();
    // So long before its end that a pair would be refreshed on the way.
    const ref = await world.sign({ startsAt: '2026-01-05T00:00:00.000Z', endsAt: '2027-01-01T00:00:00.000Z' });
    await world.connect(ref);
    await upgrade(world);
    await world.runTo('2026-02-02T00:00:00.000Z');
    expect(await connectionOf(world, ref)).toMatchObject({ platform: 'v3' });
    const tended = (await world.contract(ref)).tendedAt;
    world.simulator.fleet.sleep((await connectionOf(world, ref)).vendorVehicleId ?? '', {
      from: world.now,
      to: world.now + 90 * DAY,
    });
    const goals = new Set<string>();
    for (let day = 0; day < 60; day += 1) {
      await world.runTo(world.now + DAY);
      goals.add((await world.contract(ref)).goal);
    }
    expect(goals).not.toContain('tend');
    expect(tended).toBeDefined();
  });

  it('has new logins and new contracts on V3 at once', async () => {
    const world = await open();
    await upgrade(world);
    expect(await getTenant(world.tables.business, TENANT)).toMatchObject({ applicationId: V3 });
  });

  it('is walked in pages', async () => {
    const world = await open();
    for (let n = 0; n < 101; n += 1) await world.sign();
    const { business, sendTend } = world.turning;
    const first = await upgradeTenant({ business, sendTend }, { tenantId: TENANT, to: V3 });
    expect(first).toMatchObject({ counts: { not_connected: 100 }, sent: 0 });
    const after = first.upgrading ? (first.next ?? undefined) : undefined;
    const second = await upgradeTenant({ business, sendTend }, { tenantId: TENANT, to: V3, after });
    expect(second).toMatchObject({ counts: { not_connected: 1 }, next: null });
  });

  it('goes to a twin only', async () => {
    const world = await open();
    const { business, sendTend } = world.turning;
    expect(await upgradeTenant({ business, sendTend }, { tenantId: TENANT, to: 'default' })).toEqual({
      upgrading: false,
      reason: 'no_twin',
    });
    expect(await upgradeTenant({ business, sendTend }, { tenantId: 'nobody', to: V3 })).toEqual({
      upgrading: false,
      reason: 'unknown_tenant',
    });
    expect(await getTenant(business, TENANT)).toMatchObject({ applicationId: 'default' });
  });
});

describe('what stays on V2', () => {
  const listing = (path: string): boolean => path.endsWith('/v3/connections');

  it('what the platform does not list, until it does', async () => {
    let listed = false;
    const empty = { data: [], meta: { pageNumber: 1, pageSize: 10, totalCount: 0 }, links: { next: null } };
    const world = await open((request) =>
      !listed && listing(new URL(request.url).pathname) ? Response.json(empty) : undefined,
    );
    const ref = await world.sign();
    const { carId, connectionId } = await world.connect(ref);
    await upgrade(world);
    await world.runTo('2026-02-02T00:00:00.000Z');
    expect(await upgrade(world)).toMatchObject({ counts: { ...none, not_listed: 1 }, sent: 1 });
    expect(await platforms(world, ref)).toEqual(['measured v2']);
    expect(await uses(world, carId)).toEqual({ v2: [connectionId], v3: [] });
    expect(await hasPair(world, ref)).toBe(true);
    listed = true;
    await upgrade(world);
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await platforms(world, ref)).toEqual(['measured v2', 'measured v3']);
  });

  it.each([true, false])(
    'a car that another driver has connected on V3: nobody consents for another (the list narrowed: %s)',
    async (isNarrowed) => {
      const world = await open((request) => {
        const url = new URL(request.url);
        return url.pathname === '/v2.0/user' ? Response.json({ id: 'somebody-else' }) : undefined;
      });
      const ref = await world.sign();
      await world.connect(ref);
      const there = world.turning.platformOf({ platform: 'v3', mode: 'live' });
      const { grants } = there;
      const whole: typeof grants = (access, of) => grants(access, { vehicleId: of?.vehicleId });
      if (!isNarrowed) Object.assign(there, { grants: whole });
      await upgrade(world);
      await world.runTo(world.now + HOUR);
      expect(await upgrade(world)).toMatchObject({ counts: { ...none, not_listed: 1 } });
    },
  );

  it('a driver who did not grant all that is needed', async () => {
    const world = await open();
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    world.simulator.withdrawPermission(carId, 'read_vehicle_info');
    await upgrade(world);
    await world.runTo(world.now + HOUR);
    expect(await upgrade(world)).toMatchObject({ counts: { ...none, missing_permission: 1 } });
  });

  it('a car that cannot be read over V3 yet, in the same turn and at no attempt of the month', async () => {
    let broken = true;
    const world = await open((request) =>
      broken && new URL(request.url).pathname.includes('/signals/') ? new Response(null, { status: 503 }) : undefined,
    );
    const ref = await world.sign();
    const { connectionId } = await world.connect(ref);
    await upgrade(world);
    await world.runTo('2026-02-01T00:00:00.000Z');
    expect(await platforms(world, ref)).toEqual(['measured v2']);
    const [claims] = await world.claims(ref);
    expect(claims?.attempts.counts).toEqual({ read: 2 });
    const connection = await connectionOf(world, ref);
    expect(connection).toMatchObject({ connectionId, state: 'active', applicationId: 'default' });
    expect(connection.upgrade).toMatchObject({ outcome: 'listed', triedAt: expect.any(String) });
    expect(await hasPair(world, ref)).toBe(true);
    broken = false;
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await platforms(world, ref)).toEqual(['measured v2', 'measured v3']);
  });

  it.each([
    ['RATE_LIMIT', 'SMARTCAR_API', 429, 'rate_limited', 'v2 2026-02-01T01:00:00.000Z'],
    ['RATE_LIMIT', 'VEHICLE', 429, 'rate_limited', 'v2 2026-02-01T01:00:00.000Z'],
    ['BILLING', 'VEHICLE_REQUEST_LIMIT', 430, 'refused', 'v3 2026-02-01T11:00:00.000Z'],
    ['BILLING', 'ACCOUNT_SUSPENDED', 430, 'refused', 'v3 2026-02-01T11:00:00.000Z'],
  ])('a car that V3 keeps waiting, %s %s: not even V2 is asked before', async (type, code, status, outcome, next) => {
    const asked: string[] = [];
    const world: World = await open((request) => {
      const { pathname } = new URL(request.url);
      const version = pathname.includes('/signals/odometer') ? 'v3' : pathname.endsWith('/batch') ? 'v2' : undefined;
      if (version !== undefined) asked.push(`${version} ${new Date(world.now).toISOString()}`);
      if (asked.length !== 1 || version !== 'v3') return undefined;
      return Response.json({ errors: [{ type, code, status }] }, { status, headers: { 'retry-after': '7200' } });
    });
    const ref = await world.sign();
    await world.connect(ref);
    await world.runTo('2026-01-31T22:00:00.000Z');
    await upgrade(world);
    asked.splice(0);
    await world.runTo('2026-02-01T12:00:00.000Z');
    expect(asked).toEqual(['v3 2026-01-31T23:00:00.000Z', next]);
    const platform = next.slice(0, 2);
    expect(await world.claims(ref)).toMatchObject([{ platform, attempts: { counts: { read: 2, [outcome]: 1 } } }]);
  });

  it('a driver whom the platform does not name for hours', async () => {
    const world = await open((request) =>
      new URL(request.url).pathname === '/v2.0/user' ? new Response(null, { status: 503 }) : undefined,
    );
    const ref = await world.sign();
    await world.connect(ref);
    await upgrade(world);
    await world.runTo(world.now + 8 * HOUR);
    expect(await upgrade(world)).toMatchObject({ counts: { ...none, driver_unknown: 1 } });
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', applicationId: 'default' });
  });
});

describe('a pair that dies while its car is listed on V3', () => {
  const invalidGrant = () => Response.json({ error: 'invalid_grant', error_description: 'd' }, { status: 400 });
  const unauthorized = () => Response.json({ type: 'AUTHENTICATION', code: null, statusCode: 401 }, { status: 401 });
  const gone = () => Response.json({ type: 'RESOURCE_NOT_FOUND', code: 'VERSION', statusCode: 404 }, { status: 404 });
  const noSignals = (path: string) => (path.includes('/signals/') ? new Response(null, { status: 503 }) : undefined);

  /** Listed in January; what the platform answers from the twentieth on is `answers`. */
  async function listedThen(
    answers: (path: string) => Response | undefined | Promise<Response>,
  ): Promise<{ world: World; ref: ContractRef }> {
    let dead = false;
    const world = await open(({ url }) => (dead ? answers(new URL(url).pathname) : undefined));
    const ref = await world.sign();
    await world.connect(ref);
    await world.runTo('2026-01-20T00:00:00.000Z');
    await upgrade(world);
    await world.runTo(world.now + HOUR);
    expect((await connectionOf(world, ref)).upgrade).toMatchObject({ outcome: 'listed' });
    dead = true;
    return { world, ref };
  }

  const left = async (world: World, ref: ContractRef) => {
    const connection = await connectionOf(world, ref);
    const { state, reason, platform, movedFrom } = connection;
    const { v2, v3 } = await uses(world, connection.vendorVehicleId ?? '');
    return { state, reason, platform, movedFrom, v2: v2.length, v3: v3.length, pair: await hasPair(world, ref) };
  };
  const moved = { state: 'active', reason: undefined, platform: 'v3', movedFrom: undefined, v2: 0, v3: 1, pair: false };

  it.each([
    ['its refresh token is refused', (path) => (path === '/oauth/token' ? invalidGrant() : undefined)],
    [
      'V2 is switched off',
      (path) => (path === '/oauth/token' ? invalidGrant() : path.startsWith('/v2.0') ? gone() : undefined),
    ],
    [
      'its access token is refused twice, and V3 is away',
      (path) => (path.startsWith('/v2.0') ? unauthorized() : noSignals(path)),
    ],
  ] as const satisfies readonly (readonly [string, (path: string) => Response | undefined])[])(
    'moves without a reading: %s',
    async (_, answers) => {
      const { world, ref } = await listedThen(answers);
      await world.runTo('2026-02-01T12:00:00.000Z');
      expect(await left(world, ref)).toEqual(moved);
      expect(await world.contract(ref)).toMatchObject({ applicationId: V3, platform: 'v3' });
      expect(await toldOf(world)).not.toContain('connection.reauth_required');
      expect([world.warnings, world.deadLetters]).toEqual([[], []]);
    },
  );

  it('is read over V3 from then on', async () => {
    const { world, ref } = await listedThen((path) => (path === '/oauth/token' ? invalidGrant() : undefined));
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await platforms(world, ref)).toEqual(['measured v3', 'measured v3']);
  });

  it('moves as well when the vault has lost it', async () => {
    const { world, ref } = await listedThen(noSignals);
    const { tenantId, connectionId } = await connectionOf(world, ref);
    await world.tables.vault.remove(keys.tokens(tenantId, connectionId));
    await world.runTo('2026-02-01T12:00:00.000Z');
    expect(await left(world, ref)).toEqual(moved);
  });

  it('is not missed by the message that bound the car, should it come again', async () => {
    const { world, ref } = await listedThen(noSignals);
    const connection = await connectionOf(world, ref);
    await world.tables.vault.remove(keys.tokens(connection.tenantId, connection.connectionId));
    await world.turning.sendTend([bindMessage(connection)]);
    await world.runTo(world.now + MINUTE);
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', upgrade: { outcome: 'listed' } });
    expect(await toldOf(world)).not.toContain('connection.reauth_required');
    expect(world.waiting).toEqual([]);
  });

  it('leaves what V3 never answers to the deadline of the month: only V3 says that its driver has to connect again', async () => {
    const { world, ref } = await listedThen((path) => (path === '/oauth/token' ? invalidGrant() : noSignals(path)));
    await world.runTo('2026-02-12T00:00:00.000Z');
    expect(await left(world, ref)).toEqual(moved);
    const [january] = await world.claims(ref);
    expect(january).toMatchObject({ outcome: 'no_reading', attempts: { counts: { read: 1, unavailable: 20 } } });
    expect(await toldOf(world)).not.toContain('connection.reauth_required');
  });

  it('needs a fresh login once V3 does not list it any more', async () => {
    const empty = { data: [], meta: { totalCount: 0 }, links: { next: null } };
    const refused = { errors: [{ type: 'AUTHENTICATION', code: 'ACCESS_DENIED', status: '403' }] };
    const { world, ref } = await listedThen((path) => {
      if (path === '/oauth/token') return invalidGrant();
      if (path === '/v3/connections') return Response.json(empty);
      return path.includes('/signals/') ? Response.json(refused, { status: 403 }) : undefined;
    });
    await world.runTo('2026-02-02T00:00:00.000Z');
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'reauth_required', platform: 'v3' });
    expect(await toldOf(world)).toContain('connection.reauth_required');
  });

  it('is taken up again: at every call of the turn that finds it dead, lost before or after it took effect', async () => {
    const found = async (failing?: { readonly nth: number; readonly fault: Fault }) => {
      const { world, ref } = await listedThen((path) => (path === '/oauth/token' ? invalidGrant() : undefined));
      await world.runTo('2026-01-31T22:59:00.000Z');
      const before = world.faults.calls.length;
      if (failing !== undefined) world.faults.failNext(failing.fault, failing.nth);
      await world.runTo('2026-01-31T23:05:00.000Z');
      const calls = world.faults.calls.slice(before);
      world.faults.failNext('applied', Number.POSITIVE_INFINITY);
      await world.runTo('2026-02-01T12:00:00.000Z');
      const ended = {
        ...(await left(world, ref)),
        months: await platforms(world, ref),
        dead: world.deadLetters.length,
      };
      expect(await world.check()).toEqual([]);
      await close();
      close = () => Promise.resolve();
      return { calls, ended };
    };
    const healthy = await found();
    expect(healthy.ended).toEqual({ ...moved, months: ['measured v3'], dead: 0 });
    const until = healthy.calls.lastIndexOf('vault.remove') + 3;
    expect(until).toBeGreaterThan(10);
    for (const [n, call] of healthy.calls.slice(0, until).entries()) {
      const faults: readonly Fault[] = /\.(get|query)$/.test(call) ? ['applied'] : ['not_applied', 'applied'];
      for (const fault of faults)
        expect((await found({ nth: n + 1, fault })).ended, `${n} ${call} ${fault}`).toEqual(healthy.ended);
    }
  }, 300_000);
});

describe('what V2 says of a car that V3 has', () => {
  const DUE = Date.parse('2026-01-31T23:00:00.000Z');
  const VIN = 'VF7SXHNPTPT000001';

  /** Listed, and due; V3 is away for an hour, and V2 refuses once. `meanwhile`, before its answer arrives. */
  async function refusedOnce(type: string, code: string | null, meanwhile?: (world: World) => Promise<void>) {
    let refused = 0;
    const status = code === null ? 403 : 400;
    const world: World = await open(async ({ url }) => {
      const { pathname: path } = new URL(url);
      if (world.now < DUE) return undefined;
      if (path.includes('/signals/') && world.now < DUE + HOUR) return new Response(null, { status: 503 });
      if (!path.endsWith('/batch') || refused > 0) return undefined;
      refused += 1;
      await meanwhile?.(world);
      return Response.json({ type, code, statusCode: status }, { status });
    });
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await world.runTo(DUE - DAY);
    await upgrade(world);
    return { world, ref, carId, refusals: () => refused };
  }

  /** A push over V3 that is used at once, in the middle of everything else: it moves the connection. */
  const pushNow = async (world: World, carId: string): Promise<void> => {
    const others = world.waiting;
    await sendPush(world, carId, `push-${world.now}`, VIN);
    const pushed = world.waiting.filter((message) => !others.includes(message));
    world.waiting = others;
    expect(await world.read(pushed)).toEqual([undefined]);
  };

  const refusals = [
    ['the permission', 'PERMISSION', null],
    ['the account at the maker', 'CONNECTED_SERVICES_ACCOUNT', 'AUTHENTICATION_FAILED'],
    ['what its owner has to do', 'CONNECTED_SERVICES_ACCOUNT', 'SUBSCRIPTION'],
  ] as const;

  it.each(refusals)('ends nothing where a push has moved it before the answer: %s', async (_, type, code) => {
    let carId = '';
    const found = await refusedOnce(type, code, (world) => pushNow(world, carId));
    carId = found.carId;
    await found.world.runTo('2026-02-01T12:00:00.000Z');
    expect([found.refusals(), await platforms(found.world, found.ref)]).toEqual([1, ['measured v3']]);
    expect(await connectionOf(found.world, found.ref)).toMatchObject({ state: 'active', platform: 'v3' });
    expect((await toldOf(found.world)).filter((told) => told.startsWith('connection.'))).toEqual([]);
  });

  it.each(refusals.slice(1))(
    'ends nothing where a push moves it between the answer and its note: %s',
    async (_, type, code) => {
      const { world, ref, carId, refusals } = await refusedOnce(type, code);
      const { business } = world.tables;
      const update = business.update.bind(business);
      let moves = 0;
      Object.assign(business, {
        update: async (...[key, change]: Parameters<typeof update>) => {
          const state = change.set?.['state'];
          if ((state === 'reauth_required' || state === 'action_required') && moves++ === 0)
            await pushNow(world, carId);
          return update(key, change);
        },
      });
      await world.runTo('2026-02-01T12:00:00.000Z');
      expect([refusals(), await platforms(world, ref)]).toEqual([1, ['measured v3']]);
      expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', platform: 'v3' });
      expect([moves, world.deadLetters]).toEqual([1, []]);
      expect((await toldOf(world)).filter((told) => told.startsWith('connection.'))).toEqual([]);
    },
  );

  it('ends nothing where the car is listed between the look at a dead pair and its note', async () => {
    const world = await open();
    const ref = await world.sign();
    await world.connect(ref);
    const { business } = world.tables;
    const pair = await connectionOf(world, ref);
    const upgrade = { applicationId: V3, outcome: 'listed', at: new Date(world.now).toISOString() } as const;
    const update: typeof business.update = async (key, change) => {
      await changeConnection(business, pair, ['active'], { upgrade });
      return business.update(key, change);
    };
    expect(await giveUpPair({ ...business, update }, pair, 'token_refused', world.now)).toBeUndefined();
    expect(await connectionOf(world, ref)).toEqual({ ...pair, upgrade });
  });

  it('of its own grant is left to V3 to say: it moves, and is read there', async () => {
    const { world, ref } = await refusedOnce('PERMISSION', null);
    await world.runTo('2026-02-01T12:00:00.000Z');
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', platform: 'v3' });
    expect(await world.claims(ref)).toMatchObject([
      { outcome: 'measured', platform: 'v3', attempts: { counts: { read: 2, reconnect_needed: 1 } } },
    ]);
    expect(await toldOf(world)).not.toContain('connection.reauth_required');
  });

  it('of the account at the maker is so for both versions: its driver has to connect again', async () => {
    const { world, ref } = await refusedOnce('CONNECTED_SERVICES_ACCOUNT', 'AUTHENTICATION_FAILED');
    await world.runTo('2026-02-01T12:00:00.000Z');
    const reason = 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED';
    expect(await connectionOf(world, ref)).toMatchObject({
      state: 'reauth_required',
      reason,
      applicationId: 'default',
    });
  });

  it('costs no time where it is moved while no token for V3 can be had', async () => {
    const world: World = await open(({ url }) => {
      const { pathname: path } = new URL(url);
      if (path === '/oauth2/token' && world.now >= DUE && world.now < DUE + 10 * MINUTE)
        return new Response(null, { status: 503 });
      if (!path.startsWith('/v2.0') || world.now < DUE) return undefined;
      return Response.json({ type: 'AUTHENTICATION', code: null, statusCode: 401 }, { status: 401 });
    });
    const ref = await world.sign();
    await world.connect(ref);
    await world.runTo(DUE - DAY);
    await upgrade(world);
    await world.runTo('2026-02-01T12:00:00.000Z');
    expect(await platforms(world, ref)).toEqual(['measured v3']);
    const { lastFetchedAt = '' } = await world.contract(ref);
    expect(Date.parse(lastFetchedAt) - DUE).toBeLessThan(30 * MINUTE);
    expect([world.warnings, world.deadLetters]).toEqual([[], []]);
  });

  it.each([
    ['a token that was made fresh', { tended: true, refreshed: true }],
    ['a token that was refused', { refusal: { meaning: 'operator' } }],
  ])('and of %s, in a turn from before the move, is not taken for V3', async (_, told) => {
    const { world, ref, carId } = await refusedOnce('PERMISSION', null);
    await world.runTo(DUE - 12 * HOUR);
    await pushNow(world, carId);
    // A car that has pushed is given a day to push again.
    await world.runTo(DUE + DAY - 1);
    const { turn } = await world.contract(ref);
    world.waiting = [];
    world.now = DUE + DAY;
    await world.turning.sendRead([{ body: { kind: 'turn', ...ref, turn, applicationId: 'default', ...told } }]);
    await world.runTo(world.now + MINUTE);
    expect(await platforms(world, ref)).toEqual(['measured v3']);
    expect(world.warnings).toEqual([]);
  });
});

describe('what the platform refuses on the way', () => {
  const refusals = [
    ['the application for two hours', 429, 'RATE_LIMIT', 'SMARTCAR_API', '7200', 5, [0, 120, 240], 360, undefined],
    ['a vehicle for two hours', 429, 'RATE_LIMIT', 'VEHICLE', '7200', 5, [0, 120, 240], undefined, undefined],
    ['the plan', 430, 'BILLING', 'INVALID_PLAN', '', 25, [0, 720, 1440], undefined, 'vehicle_billing'],
    ['a suspended account', 430, 'BILLING', 'ACCOUNT_SUSPENDED', '', 25, [0, 720, 1440], 2160, 'vehicle_billing'],
    ['our request', 400, 'VALIDATION', null, '', 25, [0, 720, 1440], undefined, 'vehicle_operator'],
  ] as const;
  const asked = ['/v2.0/user', '/v3/connections'].flatMap((path) => refusals.map((row) => [path, ...row] as const));

  it.each(asked)(
    '%s for %s is asked again when it may be',
    async (path, _, status, type, code, after, hours, ...rest) => {
      const [minutes, closed, warning] = rest;
      let refuses = true;
      const met: number[] = [];
      const world = await open((request) => {
        if (!refuses || !new URL(request.url).pathname.endsWith(path)) return undefined;
        met.push((world.now - START) / MINUTE);
        return Response.json({ type, code }, { status, headers: after === '' ? {} : { 'retry-after': after } });
      });
      const ref = await world.sign();
      await world.connect(ref);
      await upgrade(world);
      await world.runTo(START + hours * HOUR);
      expect(met).toEqual(minutes);
      // Twins have one budget.
      const until = (await world.tables.business.get(keys.budget('default')))?.['closedUntil'];
      expect(until === undefined ? undefined : (Number(until) - START) / MINUTE).toBe(closed);
      expect(world.warnings).toEqual(warning === undefined ? [] : minutes.map(() => warning));
      expect((await connectionOf(world, ref)).upgrade).toBeUndefined();
      refuses = false;
      await world.runTo(START + (hours + 13) * HOUR);
      // A closed budget kept the first read waiting as well: it comes over V3.
      const moved = closed === undefined ? { upgrade: { outcome: 'listed' } } : { platform: 'v3' };
      expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', ...moved });
      expect(await connectionOf(world, ref)).not.toHaveProperty('waits');
      expect(world.deadLetters).toEqual([]);
    },
  );
});

describe('a connection that ends while its move is prepared', () => {
  /** All that comes of it is done when it returns: nobody ends a use of it later. */
  const withdraws = async (world: World, ref: ContractRef) => {
    await withdrawConsent(world.tables.business, await connectionOf(world, ref), world.now);
    await world.plan();
    await world.deliver();
  };
  const connectsAnew = (world: World, ref: ContractRef) => world.reconnect(ref, 1);

  it.each([
    ['withdraws before its use is recorded', 'use', withdraws, ['withdrawn']],
    ['withdraws before it is noted as listed', 'upgrade', withdraws, ['withdrawn']],
    ['connects anew before its contract is told', 'upgradeTo', connectsAnew, ['replaced', 'active']],
  ] as const)('is not used there, and moves no other: its driver %s', async (_, written, ends, states) => {
    const world = await open();
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await world.runTo(world.now + MINUTE);
    const { business } = world.tables;
    const { put, update } = business;
    let meanwhile = 0;
    const meet = async (isWriting: boolean) => {
      if (isWriting && meanwhile++ === 0) await ends(world, ref);
    };
    const raced: Pick<Table, 'put' | 'update'> = {
      put: async (item, condition) => {
        await meet(written === 'use' && item.pk === vehiclePartition(V3, carId));
        return put(item, condition);
      },
      update: async (key, change) => {
        await meet(change.set?.[written] !== undefined);
        return update(key, change);
      },
    };
    Object.assign(business, raced);
    await upgrade(world);
    await world.runTo(world.now + HOUR);
    const { tenantId, contractId, upgradeTo } = await world.contract(ref);
    const items = await queryContractPartition(business, tenantId, contractId, 500);
    const connections = items.filter(({ sk }) => String(sk).startsWith('Y#')).map(parseConnection);
    const used = connections.filter(isReadable).map(({ connectionId }) => connectionId);
    expect(connections.map(({ state }) => state).toReversed()).toEqual(states);
    expect({ meanwhile, upgradeTo, ...(await uses(world, carId)) }).toEqual({
      ...{ meanwhile: 1, upgradeTo: undefined, v2: used, v3: [] },
    });
  });
});

describe('a driver who withdraws', () => {
  const withdraw = async (world: World, ref: ContractRef): Promise<void> => {
    const connection = await connectionOf(world, ref);
    await withdrawConsent(world.tables.business, connection, world.now);
    await world.turning.sendTend([bindMessage(connection)]);
    await world.runTo(world.now + HOUR);
  };

  it('on the way ends the grant, and is used by neither application any more', async () => {
    const world = await open();
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await upgrade(world);
    await world.runTo(world.now + HOUR);
    await withdraw(world, ref);
    expect(await isConnected(world, carId)).toBe(false);
    expect(await uses(world, carId)).toEqual({ v2: [], v3: [] });
    expect(await hasPair(world, ref)).toBe(false);
  });

  it('over one application leaves the grant to whoever reads the car over its twin', async () => {
    const world = await open();
    const [moved, stays] = [await world.sign(), await world.sign()] as const;
    const { carId } = await world.connect(moved);
    await upgrade(world);
    await world.runTo('2026-02-02T00:00:00.000Z');
    expect(await connectionOf(world, moved)).toMatchObject({ platform: 'v3' });
    // The same car of the same driver, for another contract, over V2.
    const connectionId = await world.reconnect(stays, 1);
    await withdraw(world, moved);
    expect(await isConnected(world, carId)).toBe(true);
    expect(await uses(world, carId)).toEqual({ v2: [connectionId], v3: [] });
    await withdraw(world, stays);
    expect(await isConnected(world, carId)).toBe(false);
  });

  /** Listed on V3, and not read there yet; from then on `answers` stands before the platform. */
  async function listedThen(answers: (path: string, request: Request) => Response | undefined) {
    let ready = false;
    const world = await open((request) => (ready ? answers(new URL(request.url).pathname, request) : undefined));
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await world.runTo(world.now + MINUTE);
    await upgrade(world);
    await world.runTo(world.now + MINUTE);
    expect((await connectionOf(world, ref)).upgrade).toMatchObject({ outcome: 'listed' });
    ready = true;
    const { tenantId, connectionId } = await connectionOf(world, ref);
    return { world, ref, carId, losePair: () => world.tables.vault.remove(keys.tokens(tenantId, connectionId)) };
  }

  const page = (status: number, retryAfter?: string) =>
    new Response('<html>', { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
  const v2 = (path: string): boolean => path.startsWith('/v2.0') || path === '/oauth/token';

  const ended = async (world: World, ref: ContractRef, carId: string) => ({
    connected: await isConnected(world, carId),
    ...(await uses(world, carId)),
    pair: await hasPair(world, ref),
    ended: (await connectionOf(world, ref)).grantEndedAt !== undefined,
    waits: (await connectionOf(world, ref)).waits !== undefined,
    dead: world.deadLetters.length,
  });
  const wholly = { connected: false, v2: [], v3: [], pair: false, ended: true, waits: false, dead: 0 };

  it.each([
    ['V2 is switched off', true, (path: string) => (v2(path) ? page(404) : undefined), ['vehicle_operator']],
    ['V2 does not answer', true, (path: string) => (v2(path) ? page(503) : undefined), []],
    ['its pair is gone, and V2 with it', false, (path: string) => (v2(path) ? page(404) : undefined), []],
  ] as const)('while listed is ended over V3: %s', async (_, hasOwn, answers, told) => {
    const { world, ref, carId, losePair } = await listedThen(answers);
    if (!hasOwn) await losePair();
    await withdraw(world, ref);
    expect(await ended(world, ref, carId)).toEqual(wholly);
    expect(world.warnings).toEqual(told);
  });

  it('while listed, without a pair, waits for V3, and an erasure for it', async () => {
    let away = true;
    const { world, ref, carId, losePair } = await listedThen((path) =>
      away && path.startsWith('/v3') ? page(503) : undefined,
    );
    await losePair();
    await withdraw(world, ref);
    const { tenantId, contractId } = ref;
    await world.tables.business.update(keys.contract(tenantId, contractId), {
      set: { erasureAskedAt: new Date(world.now).toISOString() },
      remove: ['dueAt'],
    });
    const erase = async () => {
      await world.check();
      await world.turning.sendTend([{ body: { kind: 'erase', tenantId, contractId } }]);
      await world.runTo(world.now + 1);
      return (await world.contract(ref)).erasedAt;
    };
    await world.runTo(world.now + 3 * HOUR);
    expect([await erase(), await isConnected(world, carId)]).toEqual([undefined, true]);
    away = false;
    expect(await erase()).toBe(new Date(world.now - 1).toISOString());
    expect([await isConnected(world, carId), await uses(world, carId)]).toEqual([false, { v2: [], v3: [] }]);
    expect(world.warnings).toEqual([]);
  });

  it('while listed is asked of neither version before both may be asked', async () => {
    const asked: string[] = [];
    let start = 0;
    const { world, ref, carId } = await listedThen((path, { method }) => {
      if (method !== 'DELETE' && path !== '/v3/connections') return undefined;
      asked.push(`${path.slice(1, 3)} ${(world.now - start) / MINUTE}`);
      if (asked.length > 2) return undefined;
      return path.startsWith('/v3') ? page(503) : page(503, '7200');
    });
    start = world.now;
    await withdraw(world, ref);
    await world.runTo(world.now + 3 * HOUR);
    expect(asked).toEqual(['v2 0', 'v3 0', 'v2 120']);
    expect(await ended(world, ref, carId)).toEqual(wholly);
  });

  it('while listed, without a pair, is ended whichever call of it is lost', async () => {
    const ending = async (failing?: { readonly nth: number; readonly fault: Fault }) => {
      const { world, ref, carId, losePair } = await listedThen(() => undefined);
      await losePair();
      const before = world.faults.calls.length;
      if (failing !== undefined) world.faults.failNext(failing.fault, failing.nth);
      await withdraw(world, ref).catch(() => withdraw(world, ref));
      const calls = world.faults.calls.slice(before);
      const result = await ended(world, ref, carId);
      await close();
      close = () => Promise.resolve();
      return { calls, result };
    };
    const healthy = await ending();
    expect(healthy.result).toEqual(wholly);
    expect(healthy.calls).toContain('vehicle.disconnect');
    const until = healthy.calls.indexOf('vault.remove') + 1;
    for (const [n, call] of healthy.calls.slice(0, until).entries()) {
      // What is lost between two changes is lost before the second.
      const faults: readonly Fault[] = /\.(get|query|read)$/.test(call) ? [] : ['not_applied', 'applied'];
      for (const fault of faults)
        expect((await ending({ nth: n + 1, fault })).result, `${n} ${call} ${fault}`).toEqual(wholly);
    }
  });
});

describe('I1 I2 I3 whatever ends in the middle', () => {
  const LATE = Date.parse('2026-01-31T12:00:00.000Z');

  const scenario = async (world: World, plan: () => void) => {
    const ref = await world.sign();
    const { carId } = await world.connect(ref);
    await world.runTo('2026-01-31T20:00:00.000Z');
    plan();
    await upgrade(world).catch(() => upgrade(world));
    await world.runTo('2026-02-01T02:00:00.000Z');
    return { ref, carId };
  };

  const settled = async (world: World, { ref, carId }: { readonly ref: ContractRef; readonly carId: string }) => {
    world.faults.failNext('applied', Number.POSITIVE_INFINITY);
    // Who is still on V2 by now could not be read over V3 in the hour of the fault: the month after moves it.
    await world.runTo('2026-03-02T00:00:00.000Z');
    const { state, platform, upgrade: left, movedFrom } = await connectionOf(world, ref);
    const { v2, v3 } = await uses(world, carId);
    return {
      ...{ state, platform, left, movedFrom, v2: v2.length, v3: v3.length },
      pair: await hasPair(world, ref),
      connected: await isConnected(world, carId),
      months: (await world.claims(ref)).map(({ outcome }) => outcome),
      contract: (await world.contract(ref)).applicationId,
      faults: [...(await world.check()), ...world.deadLetters],
      disconnects: world.count('vehicle.disconnect'),
    };
  };

  const wanted = {
    ...{ state: 'active', platform: 'v3', left: undefined, movedFrom: undefined, v2: 0, v3: 1 },
    pair: false,
    connected: true,
    months: ['measured', 'measured'],
    contract: V3,
    faults: [],
    disconnects: 0,
  };

  it('is taken up again: at every call from the command to what is put away, lost before or after it took effect', async () => {
    const healthy = await open(undefined, LATE);
    let before = 0;
    const done = await scenario(healthy, () => {
      before = healthy.faults.calls.length;
    });
    const calls = healthy.faults.calls.slice(before);
    expect(await settled(healthy, done)).toEqual(wanted);
    await close();
    expect(calls.length).toBeGreaterThan(50);
    expect(calls).toEqual(
      expect.arrayContaining(['vehicle.driver', 'vehicle.grants', 'vehicle.subscribe', 'vault.remove']),
    );
    for (const [n, call] of calls.entries()) {
      // Reading changes nothing: whether it was done before its answer was lost is one and the same.
      const faults: readonly Fault[] = /\.(get|query)$/.test(call) ? ['applied'] : ['not_applied', 'applied'];
      for (const fault of faults) {
        const world = await open(undefined, LATE);
        const result = await scenario(world, () => world.faults.failNext(fault, n + 1));
        expect(await settled(world, result), `${n} ${call} ${fault}`).toEqual(wanted);
        await close();
      }
    }
    close = () => Promise.resolve();
  }, 900_000);

  it('a turn from before the move finds no pair, and ends nothing', async () => {
    const world = await open();
    const ref = await world.sign();
    await world.connect(ref);
    await upgrade(world);
    await world.runTo('2026-02-02T00:00:00.000Z');
    const { turn } = await world.contract(ref);
    const { connectionId } = await connectionOf(world, ref);
    const late = { kind: 'turn', ...ref, connectionId, applicationId: 'default', turn };
    await world.turning.sendTend([{ body: late }]);
    await world.runTo(world.now + MINUTE);
    expect(await connectionOf(world, ref)).toMatchObject({ state: 'active', platform: 'v3' });
  });
});
