// What single pushes about a car's account do to its connections, signed here by the platform's documented rule. The car stands: nothing
// else is heard of it.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Table } from '../../../lib/aws/table.ts';
import {
  type Connection,
  changeConnection,
  getConnection,
  moveConnection,
} from '../../../lib/connection/connection.ts';
import { keepTroubles } from '../../../lib/connection/keep-troubles.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { hasten } from '../../../lib/contract/turn.ts';
import type { StoredReading } from '../../../lib/reading/reading.ts';
import type { Knock } from '../../../lib/reading/receive-push.ts';
import { toldEvents } from './check-events.ts';
import type { ContractRef } from './check-store.ts';
import { DEADLINE, FEBRUARY, readingsOf, START, watchReads } from './month.ts';
import { DAY, HOUR, MINUTE, openWorld, TENANT, type World, type WorldOptions } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const ACCOUNT = 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE';
const LOGIN = 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED';
const ELSEWHERE = 'f0f0f0f0-0000-4000-8000-000000000000';
/** A day after the car was connected. */
const TOLD = START + DAY;
/** What was told then has lasted a day and an hour. */
const BROKEN = TOLD + DAY + HOUR;

const iso = (epoch: number): string => new Date(epoch).toISOString();

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

class Parked {
  readonly world: World;
  readonly contract: ContractRef;
  readonly carId: string;
  readonly connectionId: string;
  readonly #deliver: World['deliverPush'];
  /** Whether what is told may have to come again. */
  fails = false;
  #events = 0;

  constructor(world: World, contract: ContractRef, ids: { carId: string; connectionId: string }) {
    this.world = world;
    this.contract = contract;
    this.carId = ids.carId;
    this.connectionId = ids.connectionId;
    this.#deliver = world.deliverPush;
    world.deliverPush = async () => ({ kind: 'taken' });
  }

  connection = async (): Promise<Connection> => {
    const found = await getConnection(this.world.tables.business, this);
    if (found === undefined) throw new Error('no such connection');
    return found;
  };

  readings = (): Promise<readonly StoredReading[]> => readingsOf(this.world, this.contract);

  get tenantId(): string {
    return this.contract.tenantId;
  }

  get contractId(): string {
    return this.contract.contractId;
  }

  /** Now; what comes of it takes its time. */
  async #tell(eventType: string, data: object): Promise<void> {
    this.#events += 1;
    const eventId = `00000000-0000-4000-8000-${String(this.#events).padStart(12, '0')}`;
    const meta = { deliveredAt: this.world.now };
    const about = { vehicle: { id: this.carId }, ...data };
    const body = Buffer.from(JSON.stringify({ eventId, eventType, data: about, meta }));
    const signature = createHmac('sha256', 'management-token').update(body).digest('hex');
    const knock: Knock = { applicationId: 'default', body, signature };
    // What is not taken is delivered again.
    expect(await this.#deliver(knock).catch(() => this.#deliver(knock))).toEqual({ kind: 'taken' });
    await this.world.deliver();
    if (this.fails) return;
    expect(this.world.waiting.filter(({ body: sent }) => sent['kind'] === 'push')).toEqual([]);
  }

  async tellTrouble(trouble: string, state: 'ERROR' | 'RESOLVED', user?: { readonly id: string }): Promise<void> {
    const [type, code] = trouble.split(':');
    await this.#tell('VEHICLE_ERROR', { user, errors: [{ type, code: code ?? null, state }] });
  }

  /** In one push. */
  async tellErrors(troubles: readonly string[]): Promise<void> {
    const split = troubles.map((trouble) => trouble.split(':'));
    await this.#tell('VEHICLE_ERROR', { errors: split.map(([type, code]) => ({ type, code, state: 'ERROR' })) });
  }

  async tellOdometer(kilometres: number, recordedAt: number): Promise<void> {
    const meta = { oemUpdatedAt: recordedAt, retrievedAt: recordedAt };
    const signal = { code: 'odometer-traveleddistance', body: { value: kilometres, unit: 'km' }, meta };
    await this.#tell('VEHICLE_STATE', { signals: [signal] });
  }
}

/** Connected, heard of once, and parked: at `TOLD`. */
const park = async (
  platform: 'v2' | 'v3' = 'v3',
  gateway: WorldOptions['gateway'] = () => undefined,
): Promise<Parked> => {
  const { world, close } = await openWorld({
    startAt: START,
    application: { platform },
    pushEveryMs: 20 * HOUR,
    gateway,
  });
  closers.push(close);
  await world.push();
  const contract = await world.sign();
  const connected = await world.connect(contract, { metresPerDay: 0 });
  const parked = new Parked(world, contract, connected);
  await parked.tellOdometer(10_000, START);
  await world.runTo(TOLD);
  return parked;
};

describe('a trouble that is told of', () => {
  it('is over within the day when it is said to be, and moves nothing', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.world.runTo(TOLD + HOUR);
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(TOLD + 2 * DAY);
    expect(await parked.connection()).toMatchObject({
      state: 'active',
      troubles: { [LOGIN]: { errors: [], resolvedAt: TOLD + HOUR } },
    });
  });

  it('of one kind is over with a RESOLVED of that kind, beside another that goes on', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(TOLD + 2 * DAY);
    const { state, reason, byTrouble } = await parked.connection();
    // Its car is tried on: whether it answers is seen there.
    expect({ state, reason, byTrouble }).toEqual({ state: 'action_required', reason: ACCOUNT, byTrouble: undefined });
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    expect((await parked.connection()).state).toBe('active');
  });
});

describe('a trouble whose day ends while a turn is under way', () => {
  it.each([1, 2, 3, 4, 5])('is told of at once, %i ms after the turn came', async (late) => {
    const parked = await park();
    const { world } = parked;
    const trouble = { name: ACCOUNT, meaning: 'owner_must_act', reason: ACCOUNT, state: 'ERROR' } as const;
    await keepTroubles(world.tables.business, await parked.connection(), [trouble], TOLD + late);
    await hasten(world.tables.business, await world.contract(parked.contract), iso(TOLD + DAY));
    await world.runTo(TOLD + DAY - 1);
    const { clock } = world.turning;
    // Whenever somebody looks at the clock, time has passed.
    const passing = () => {
      world.now += 1;
      return world.now;
    };
    Object.assign(world.turning, { clock: passing });
    await world.runTo(TOLD + DAY + 10);
    Object.assign(world.turning, { clock });
    await world.runTo(BROKEN);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
  });
});

describe('a trouble of one driver', () => {
  it('is none of another driver of the car', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR', { id: ELSEWHERE });
    await parked.world.runTo(TOLD + 2 * DAY);
    const { state, troubles } = await parked.connection();
    expect({ state, troubles }).toEqual({ state: 'active', troubles: undefined });
  });

  it.each(['the driver', 'nobody'] as const)('moves the connection of the driver, told of %s', async (whose) => {
    const parked = await park();
    const { vendorUserId = '' } = await parked.connection();
    await parked.tellTrouble(LOGIN, 'ERROR', whose === 'nobody' ? undefined : { id: vendorUserId });
    await parked.world.runTo(TOLD + 2 * DAY);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
  });

  it('is not over because another driver’s is', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(TOLD + HOUR);
    await parked.tellTrouble(ACCOUNT, 'RESOLVED', { id: ELSEWHERE });
    await parked.world.runTo(TOLD + 2 * DAY);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.tellTrouble(ACCOUNT, 'RESOLVED', { id: ELSEWHERE });
    expect(await parked.connection()).toMatchObject({ state: 'action_required' });
  });

  it('says nothing of a connection that waits for its own driver', async () => {
    const parked = await park();
    const waits = { state: 'action_required', reason: ACCOUNT } as const;
    await moveConnection(parked.world.tables.business, parked, ['active'], waits, parked.world.now);
    await parked.tellTrouble(ACCOUNT, 'RESOLVED', { id: ELSEWHERE });
    expect(await parked.connection()).toMatchObject(waits);
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    expect((await parked.connection()).state).toBe('active');
  });

  it('is of the driver as the application that told knows him, also where a connection moves to it', async () => {
    const parked = await park();
    const there = { applicationId: 'default', outcome: 'listed', at: '2026-01-06T08:00:00.000Z' } as const;
    const listed = { applicationId: 'former', upgrade: { ...there, vendorUserId: 'driver-there' } };
    const { business } = parked.world.tables;
    const moving = await changeConnection(business, parked, ['active'], { ...listed, vendorUserId: 'driver-here' });
    expect(moving).toMatchObject(listed);
    await parked.tellTrouble(ACCOUNT, 'ERROR', { id: 'driver-here' });
    expect((await parked.connection()).troubles).toBeUndefined();
    await parked.tellTrouble(ACCOUNT, 'ERROR', { id: 'driver-there' });
    expect((await parked.connection()).troubles).toMatchObject({ [ACCOUNT]: { errors: [TOLD] } });
  });
});

describe('a connection that waits for its owner because of what was told', () => {
  /** How often the outside was told so. */
  const toldOf = async ({ world }: Parked): Promise<number> => {
    await world.check();
    const events = await toldEvents(world.tables.business, TENANT);
    return events.filter(({ type }) => type === 'connection.action_required').length;
  };

  it('waits on when it is told again, or what the car measured before comes late', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN);
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.tellOdometer(10_050, TOLD - 1);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.world.runTo(BROKEN + MINUTE);
    await parked.tellOdometer(10_100, BROKEN + MINUTE);
    expect((await parked.connection()).state).toBe('active');
  });

  it('is told of once, however many turns come by and answers from stock', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN);
    expect(await toldOf(parked)).toBe(1);
    const asked = watchReads(parked.world);
    await parked.world.runTo(FEBRUARY + 4 * DAY);
    expect(asked.length).toBeGreaterThan(1);
    const sources = (await parked.readings()).map(({ source, recordedAt }) => [source, recordedAt < iso(TOLD)]);
    expect(sources).toContainEqual(['poll', true]);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    expect(await toldOf(parked)).toBe(1);
  });
});

describe('a connection that waits for its owner because a read was refused', () => {
  const SUBSCRIPTION = 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION';
  const NEXT = Date.parse('2026-02-02T12:00:00.000Z');

  /** Refused when January was over; what it measures, it measured long before. */
  const refused = async (): Promise<Parked> => {
    const parked = await park();
    parked.world.simulator.fleet.setTrouble(parked.carId, SUBSCRIPTION);
    await parked.world.runTo(NEXT);
    const { state, reason, ownerSince } = await parked.connection();
    expect({ state, reason }).toEqual({ state: 'action_required', reason: SUBSCRIPTION });
    expect(Date.parse(ownerSince ?? '')).toBeGreaterThanOrEqual(FEBRUARY);
    return parked;
  };

  it.each([
    [
      'another trouble is over',
      (parked: Parked) => parked.tellTrouble('VEHICLE_STATE:REMOTE_ACCESS_DISABLED', 'RESOLVED'),
    ],
    ['the car tells what it measured before', (parked: Parked) => parked.tellOdometer(10_010, FEBRUARY - HOUR)],
    [
      'the platform answers from stock',
      async ({ world, carId }: Parked) => {
        world.simulator.fleet.setTrouble(carId, null);
        await world.runTo(NEXT + DAY);
      },
    ],
  ])('waits on when %s', async (_, happens) => {
    const parked = await refused();
    await happens(parked);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: SUBSCRIPTION });
  });

  it.each([
    ['its own trouble is over', (parked: Parked) => parked.tellTrouble(SUBSCRIPTION, 'RESOLVED')],
    ['the car tells what it measured since', (parked: Parked) => parked.tellOdometer(10_010, NEXT)],
    [
      'the car answers',
      async ({ world, carId }: Parked) => {
        world.simulator.fleet.setTrouble(carId, null);
        world.simulator.fleet.drive(carId, 1_000, NEXT);
        await world.runTo(NEXT + DAY);
      },
    ],
  ])('is back when %s', async (_, happens) => {
    const parked = await refused();
    await happens(parked);
    const { state, reason, ownerSince } = await parked.connection();
    expect({ state, reason, ownerSince }).toEqual({ state: 'active', reason: undefined, ownerSince: undefined });
  });

  /** By what is told, for a day and an hour, until that is over. */
  const brokenMeanwhile = async (meanwhile: (parked: Parked) => Promise<void>): Promise<[Connection, Connection]> => {
    const parked = await refused();
    const before = await parked.connection();
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.world.runTo(NEXT + DAY + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
    await meanwhile(parked);
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(NEXT + DAY + HOUR + 10 * MINUTE);
    return [before, await parked.connection()];
  };

  it('waits on when another trouble has come, broken it, and gone', async () => {
    const [before, after] = await brokenMeanwhile(async () => undefined);
    const { state, reason, ownerSince, owed, byTrouble } = after;
    const unbroken = { owed: undefined, byTrouble: undefined };
    const waits = { state: 'action_required', reason: SUBSCRIPTION, ownerSince: before.ownerSince };
    expect({ state, reason, ownerSince, owed, byTrouble }).toEqual({ ...waits, ...unbroken });
  });

  it.each([
    ['its own trouble was over', (parked: Parked) => parked.tellTrouble(SUBSCRIPTION, 'RESOLVED')],
    ['the car has measured', (parked: Parked) => parked.tellOdometer(10_010, NEXT + DAY)],
  ])('is back when another trouble has come, broken it, and gone, and meanwhile %s', async (_, happens) => {
    const [, after] = await brokenMeanwhile(happens);
    const { state, reason, ownerSince, owed } = after;
    const none = { reason: undefined, ownerSince: undefined, owed: undefined };
    expect({ state, reason, ownerSince, owed }).toEqual({ state: 'active', ...none });
  });

  it('is back when the car answers its driver (V2), and waits for what stands besides when that has lasted', async () => {
    let answering = false;
    const odometer = { distance: 10_100 };
    const at = iso(FEBRUARY + HOUR);
    const headers = { 'sc-data-age': at, 'sc-fetched-at': at, 'sc-unit-system': 'metric' };
    // It has stood since it was refused: what it answers, it measured before.
    const parked = await park('v2', ({ url }) => {
      if (!answering || !url.endsWith('/batch')) return undefined;
      const vin = { path: '/vin', code: 200, headers: {}, body: { vin: 'VF7SXHNPTPT000001' } };
      return Response.json({ responses: [{ path: '/odometer', code: 200, headers, body: odometer }, vin] });
    });
    parked.world.simulator.fleet.setTrouble(parked.carId, SUBSCRIPTION);
    await parked.world.runTo(FEBRUARY + DAY + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: SUBSCRIPTION });
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    answering = true;
    await parked.world.runTo(FEBRUARY + 2 * DAY);
    expect(await parked.readings()).toMatchObject([{ metres: 10_100_000, recordedAt: at }, {}]);
    expect((await parked.connection()).state).toBe('active');
    await parked.world.runTo(FEBRUARY + 2 * DAY + 2 * HOUR);
    const since = { ownerSince: iso(FEBRUARY + DAY + HOUR) };
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT, ...since });
  });

  it('waits on where the car answers its driver with what it measured before what is still told', async () => {
    const at = iso(TOLD - 1000);
    const headers = { 'sc-data-age': at, 'sc-fetched-at': at, 'sc-unit-system': 'metric' };
    const odometer = { path: '/odometer', code: 200, headers, body: { distance: 10_100 } };
    const vin = { path: '/vin', code: 200, headers: {}, body: { vin: 'VF7SXHNPTPT000001' } };
    let answering = false;
    const parked = await park('v2', ({ url }) =>
      answering && url.endsWith('/batch') ? Response.json({ responses: [odometer, vin] }) : undefined,
    );
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    answering = true;
    await parked.world.runTo(FEBRUARY + DAY + HOUR);
    expect(await parked.readings()).toContainEqual(expect.objectContaining({ metres: 10_100_000, recordedAt: at }));
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.world.check();
    const told = await toldEvents(parked.world.tables.business, TENANT);
    expect(told.filter(({ type }) => type === 'connection.action_required')).toHaveLength(1);
  });

  it('waits on when its own trouble was over before it was refused', async () => {
    const parked = await park();
    await parked.tellTrouble(SUBSCRIPTION, 'ERROR');
    await parked.tellTrouble(SUBSCRIPTION, 'RESOLVED');
    parked.world.simulator.fleet.setTrouble(parked.carId, SUBSCRIPTION);
    await parked.world.runTo(NEXT);
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: SUBSCRIPTION });
  });
});

describe('of several troubles that have lasted', () => {
  const SUBSCRIPTION = 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION';
  const REMOTE = 'VEHICLE_STATE:REMOTE_ACCESS_DISABLED';

  /** What the outside was told, in order. */
  const toldOf = async ({ world }: Parked): Promise<unknown[]> => {
    await world.check();
    const events = await toldEvents(world.tables.business, TENANT);
    return events.filter(({ type }) => type.startsWith('connection.')).map(({ type, data }) => [type, data['reason']]);
  };
  const WAITS = 'connection.action_required';
  const BROKE = 'connection.reauth_required';

  it('one that needs a new login decides when it has lasted, behind an older one of the owner', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(TOLD + HOUR);
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.world.runTo(TOLD + DAY + HOUR / 2);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.world.runTo(TOLD + DAY + HOUR + 10 * MINUTE);
    const owed = { reason: ACCOUNT, ownerSince: iso(TOLD) };
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN, byTrouble: true, owed });
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(TOLD + DAY + 2 * HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', ...owed });
    expect(await toldOf(parked)).toEqual([
      [WAITS, ACCOUNT],
      [BROKE, LOGIN],
      [WAITS, ACCOUNT],
    ]);
  });

  it.each([[[ACCOUNT, LOGIN]], [[LOGIN, ACCOUNT]]])('one push with both breaks it once: %s', async (both) => {
    const parked = await park();
    await parked.tellErrors(both);
    await parked.world.runTo(BROKEN);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN, byTrouble: true });
    expect(await toldOf(parked)).toEqual([[BROKE, LOGIN]]);
  });

  it('none brings a connection back whose login trouble stands, though an older one of its owner becomes known', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.world.runTo(BROKEN);
    const older = { name: ACCOUNT, meaning: 'owner_must_act', reason: ACCOUNT, state: 'ERROR' } as const;
    await keepTroubles(parked.world.tables.business, await parked.connection(), [older], TOLD - 1000);
    await parked.tellOdometer(10_000, START);
    await parked.world.runTo('2026-02-15T00:00:00.000Z');
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
    expect(await toldOf(parked)).toEqual([[BROKE, LOGIN]]);
  });

  it('the next one is told when the one that was told is over', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(TOLD + HOUR);
    await parked.tellTrouble(SUBSCRIPTION, 'ERROR');
    await parked.world.runTo(BROKEN + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.tellTrouble(REMOTE, 'ERROR');
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    expect((await parked.connection()).state).toBe('action_required');
    await parked.world.runTo(BROKEN + 2 * HOUR);
    const next = { state: 'action_required', reason: SUBSCRIPTION, ownerSince: iso(TOLD + HOUR) };
    expect(await parked.connection()).toMatchObject(next);
    expect(await toldOf(parked)).toEqual([
      [WAITS, ACCOUNT],
      [WAITS, SUBSCRIPTION],
    ]);
    await parked.tellTrouble(SUBSCRIPTION, 'RESOLVED');
    // Another of its owner's stands, though it has not lasted.
    expect(await parked.connection()).toMatchObject(next);
    await parked.tellTrouble(REMOTE, 'RESOLVED');
    expect((await parked.connection()).state).toBe('active');
  });

  it('another login trouble is told when the one that broke it is over, once it has lasted itself', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.world.runTo(TOLD + 10 * HOUR);
    await parked.tellTrouble('PERMISSION', 'ERROR');
    await parked.world.runTo(BROKEN);
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    // A turn in between, about something else.
    const soon = iso(parked.world.now + 10 * MINUTE);
    await hasten(parked.world.tables.business, await parked.world.contract(parked.contract), soon);
    await parked.world.runTo(TOLD + DAY + 10 * HOUR - 1);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
    await parked.world.runTo(TOLD + DAY + 10 * HOUR);
    const other = { state: 'reauth_required', reason: 'PERMISSION', byTrouble: true };
    expect(await parked.connection()).toMatchObject(other);
    await parked.tellTrouble('PERMISSION', 'RESOLVED');
    await parked.world.runTo(TOLD + DAY + 11 * HOUR);
    expect((await parked.connection()).state).toBe('active');
    expect(await toldOf(parked)).toEqual([
      [BROKE, LOGIN],
      [BROKE, 'PERMISSION'],
    ]);
  });

  it('what its owner had to do is kept from one login trouble to the next', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN);
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.tellTrouble('PERMISSION', 'ERROR');
    await parked.world.runTo(BROKEN + DAY + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(BROKEN + DAY + 2 * HOUR);
    const owed = { reason: ACCOUNT, ownerSince: iso(TOLD) };
    expect(await parked.connection()).toMatchObject({ reason: 'PERMISSION', byTrouble: true, owed });
  });

  it('the oldest is told, also when it becomes known after another was', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN);
    const older = { name: SUBSCRIPTION, meaning: 'owner_must_act', reason: SUBSCRIPTION, state: 'ERROR' } as const;
    await keepTroubles(parked.world.tables.business, await parked.connection(), [older], TOLD - 1000);
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN + HOUR);
    const oldest = { state: 'action_required', reason: SUBSCRIPTION, ownerSince: iso(TOLD - 1000) };
    expect(await parked.connection()).toMatchObject(oldest);
  });

  it('none is told before what a read was refused for is over, and each is told once', async () => {
    const parked = await park();
    parked.world.simulator.fleet.setTrouble(parked.carId, SUBSCRIPTION);
    await parked.world.runTo('2026-02-02T12:00:00.000Z');
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo('2026-02-03T18:00:00.000Z');
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: SUBSCRIPTION });
    await parked.tellTrouble(SUBSCRIPTION, 'RESOLVED');
    parked.world.simulator.fleet.setTrouble(parked.carId, null);
    await parked.world.runTo('2026-02-03T19:00:00.000Z');
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    expect(await toldOf(parked)).toEqual([
      [WAITS, SUBSCRIPTION],
      [WAITS, ACCOUNT],
    ]);
  });

  it.each([
    ['its owner’s', SUBSCRIPTION, ACCOUNT, [WAITS, SUBSCRIPTION], undefined],
    ['its owner’s', SUBSCRIPTION, LOGIN, [BROKE, LOGIN], true],
    ['a login', LOGIN, ACCOUNT, [BROKE, LOGIN], undefined],
    ['a login', LOGIN, 'PERMISSION', [BROKE, LOGIN], undefined],
  ] as const)('%s that a read is refused for, %s, beside %s in one turn, is one change', async (...row) => {
    const [, refused, told, [type, reason], byTrouble] = row;
    const parked = await park();
    parked.world.simulator.fleet.setTrouble(parked.carId, refused);
    await parked.world.runTo(FEBRUARY);
    // It has lasted when the car is asked.
    await parked.tellTrouble(told, 'ERROR');
    const asked = watchReads(parked.world);
    await parked.world.runTo(FEBRUARY + DAY);
    expect(asked).toEqual([iso(FEBRUARY + DAY)]);
    expect(await toldOf(parked)).toEqual([[type, reason]]);
    const connection = await parked.connection();
    expect([connection.reason, connection.byTrouble]).toEqual([reason, byTrouble]);
  });

  it('one is told though a read was refused, where that refusal came too late to count', async () => {
    const parked = await park();
    parked.world.simulator.fleet.setTrouble(parked.carId, SUBSCRIPTION);
    await parked.world.runTo(FEBRUARY);
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    const { platform } = parked.world.turning;
    const { read } = platform;
    const late: typeof read = (...call) =>
      read(...call).finally(() => {
        parked.world.now = DEADLINE;
      });
    Object.assign(platform, { read: late });
    await parked.world.runTo(FEBRUARY + DAY);
    expect(await parked.world.claims(parked.contract)).toMatchObject([{ outcome: 'no_reading' }]);
    expect(await toldOf(parked)).toEqual([[WAITS, ACCOUNT]]);
  });

  it('that the car has measured since does not keep what is over waiting', async () => {
    const parked = await park();
    await parked.tellTrouble(SUBSCRIPTION, 'ERROR');
    await parked.world.runTo(TOLD + HOUR);
    // Over, though the platform never says so.
    await parked.tellOdometer(5_000, TOLD + HOUR);
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN + 2 * HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    await parked.world.runTo(BROKEN + 3 * HOUR);
    expect((await parked.connection()).state).toBe('active');
  });

  it.each([
    ['RESOLVED', 'active'],
    ['ERROR', 'reauth_required'],
  ] as const)('what is told while a turn moves the connection is heard first: %s', async (told, state) => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    const { business } = parked.world.turning;
    const more = { name: LOGIN, meaning: 'reconnect', reason: LOGIN, state: told } as const;
    let late = 0;
    const update: Table['update'] = async (key, change) => {
      if (change.set?.['byTrouble'] === true && late === 0) {
        late += 1;
        await keepTroubles(business, await parked.connection(), [more], parked.world.now);
      }
      return business.update(key, change);
    };
    Object.assign(parked.world.turning, { business: { ...business, update } });
    await parked.world.runTo(BROKEN);
    expect([late, (await parked.connection()).state]).toEqual([1, state]);
    expect(await toldOf(parked)).toHaveLength(told === 'ERROR' ? 1 : 0);
  });

  it('is not told of while others keep telling, and is when they are done', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    const { business } = parked.world.turning;
    const healthy = business.update;
    let late = 0;
    const update: Table['update'] = async (key, change) => {
      if (change.set?.['byTrouble'] !== true) return healthy(key, change);
      late += 1;
      const more = { name: LOGIN, meaning: 'reconnect', reason: LOGIN, state: 'ERROR' } as const;
      await keepTroubles(parked.world.tables.business, await parked.connection(), [more], parked.world.now + late);
      return healthy(key, change);
    };
    Object.assign(parked.world.turning, { business: { ...business, update } });
    await parked.world.runTo(BROKEN);
    expect([late, (await parked.connection()).state]).toEqual([5, 'active']);
    Object.assign(parked.world.turning, { business });
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.world.runTo(BROKEN + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN, byTrouble: true });
    expect(await toldOf(parked)).toEqual([[BROKE, LOGIN]]);
    expect(parked.world.deadLetters).toEqual([]);
  });

  it('one that stands beside does not keep what its owner has mended: a new login is another matter', async () => {
    const parked = await park();
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN);
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    expect((await parked.connection()).state).toBe('active');
    await parked.world.runTo(BROKEN + DAY + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
  });
});

/** Broken by what was told alone, for an hour. */
const broken = async (): Promise<Parked> => {
  const parked = await park();
  await parked.tellTrouble(LOGIN, 'ERROR');
  await parked.world.runTo(BROKEN);
  expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
  return parked;
};

describe('a connection that a told trouble alone has broken', () => {
  it('is back minutes after the trouble is said to be over, and is read when its month is', async () => {
    const parked = await broken();
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(BROKEN + 10 * MINUTE);
    const { state, reason } = await parked.connection();
    expect({ state, reason }).toEqual({ state: 'active', reason: undefined });
    const asked = watchReads(parked.world);
    parked.world.simulator.fleet.drive(parked.carId, 40_000, BROKEN + HOUR);
    await parked.world.runTo(FEBRUARY + DAY + HOUR);
    expect(asked).toEqual([new Date(FEBRUARY + DAY).toISOString()]);
    expect(await parked.world.claims(parked.contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('is back minutes after the car has told that it measured since, and the reading counts', async () => {
    const parked = await broken();
    await parked.tellOdometer(10_100, BROKEN);
    expect(await parked.readings()).toMatchObject([{ metres: 10_100_000 }, { metres: 10_000_000 }]);
    await parked.world.runTo(BROKEN + 10 * MINUTE);
    expect((await parked.connection()).state).toBe('active');
  });

  it('is not back for what the car measured before', async () => {
    const parked = await broken();
    const before = await parked.world.contract(parked.contract);
    await parked.tellOdometer(10_050, TOLD - 1);
    expect(await parked.readings()).toMatchObject([{ metres: 10_050_000 }, { metres: 10_000_000 }]);
    expect(await parked.world.contract(parked.contract)).toEqual(before);
    // Whatever turn comes by.
    await parked.world.runTo('2026-02-15T00:00:00.000Z');
    expect(await parked.connection()).toMatchObject({ state: 'reauth_required', reason: LOGIN });
    expect(await parked.world.claims(parked.contract)).toMatchObject([{ reason: 'reconnect_needed' }]);
    await parked.world.check();
    const told = await toldEvents(parked.world.tables.business, TENANT);
    expect(told.filter(({ type }) => type.startsWith('connection.'))).toMatchObject([{ data: { reason: LOGIN } }]);
  });

  it('is not back when another trouble is over, and has what stands besides when its own is', async () => {
    const parked = await broken();
    await parked.tellTrouble('PERMISSION', 'RESOLVED');
    await parked.tellTrouble(ACCOUNT, 'ERROR');
    await parked.world.runTo(BROKEN + HOUR);
    expect((await parked.connection()).state).toBe('reauth_required');
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(BROKEN + 2 * HOUR);
    expect((await parked.connection()).state).toBe('active');
    await parked.world.runTo(BROKEN + DAY + HOUR);
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
  });

  it.each([
    ['a refused token', { state: 'reauth_required', reason: 'token_refused' }],
    ['a read that was refused for the same', { state: 'reauth_required', reason: LOGIN }],
  ] as const)('is not back when since it was, %s has broken it anew', async (_, to) => {
    const parked = await broken();
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(BROKEN + HOUR);
    await moveConnection(parked.world.tables.business, parked, ['active'], to, parked.world.now);
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.tellOdometer(10_100, BROKEN + HOUR);
    await parked.world.runTo('2026-02-15T00:00:00.000Z');
    expect(await parked.connection()).toMatchObject(to);
    expect(await parked.readings()).toHaveLength(1);
  });

  it('is not back once another one took its place', async () => {
    const parked = await broken();
    const to = { state: 'replaced' } as const;
    await moveConnection(parked.world.tables.business, parked, ['reauth_required'], to, parked.world.now);
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo(BROKEN + HOUR);
    expect(await parked.connection()).toMatchObject(to);
  });

  it('I10 is not back once consent is withdrawn, and nothing is stored', async () => {
    const parked = await broken();
    await withdrawConsent(parked.world.tables.business, parked, parked.world.now);
    await parked.tellOdometer(10_100, BROKEN);
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    await parked.world.runTo('2026-02-15T00:00:00.000Z');
    expect((await parked.connection()).state).toBe('withdrawn');
    expect(await parked.readings()).toHaveLength(1);
    expect(await parked.world.claims(parked.contract)).toMatchObject([{ reason: 'consent_withdrawn' }]);
  });

  it('is back at its deadline at the latest, when the trouble was over before it moved the connection', async () => {
    const parked = await park();
    await parked.tellTrouble(LOGIN, 'ERROR');
    await parked.tellTrouble(LOGIN, 'RESOLVED');
    // As a turn does it that had read what stood before.
    const late = { state: 'reauth_required', reason: LOGIN, byTrouble: true } as const;
    await moveConnection(parked.world.tables.business, parked, ['active'], late, parked.world.now);
    await parked.world.runTo('2026-02-15T00:00:00.000Z');
    expect((await parked.connection()).state).toBe('active');
  });

  it('I14 is back whichever call fails on the way', async () => {
    const healthy = await broken();
    const before = healthy.world.faults.calls.length;
    await healthy.tellTrouble(LOGIN, 'RESOLVED');
    const calls = healthy.world.faults.calls.slice(before);
    expect(calls).toEqual([
      ...['business.get', 'business.put', 'queue.read', 'business.update'],
      ...['business.get', 'business.query', 'business.get', 'business.get'],
      ...['business.update', 'business.update', 'business.update'],
    ]);
    for (const fault of ['applied', 'not_applied'] as const) {
      for (const nth of calls.keys()) {
        const parked = await broken();
        parked.fails = true;
        parked.world.faults.failNext(fault, nth + 1);
        await parked.tellTrouble(LOGIN, 'RESOLVED');
        await parked.world.runTo(BROKEN + HOUR);
        expect((await parked.connection()).state, `${calls[nth]} ${fault}`).toBe('active');
        expect(parked.world.deadLetters).toEqual([]);
      }
    }
  });
});
