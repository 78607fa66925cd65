// What single pushes about a car's account do to its connections, signed here by the platform's documented rule. The car stands: nothing
// else is heard of it.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Connection,
  changeConnection,
  getConnection,
  moveConnection,
} from '../../../lib/connection/connection.ts';
import type { Knock } from '../../../lib/reading/receive-push.ts';
import type { ContractRef } from './check-store.ts';
import { START } from './month.ts';
import { DAY, HOUR, openWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const ACCOUNT = 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE';
const LOGIN = 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED';
const ELSEWHERE = 'f0f0f0f0-0000-4000-8000-000000000000';
/** A day after the car was connected. */
const TOLD = START + DAY;

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
    expect(await this.#deliver(knock)).toEqual({ kind: 'taken' });
    await this.world.deliver();
    expect(this.world.waiting.filter(({ body: sent }) => sent['kind'] === 'push')).toEqual([]);
  }

  async tellTrouble(trouble: string, state: 'ERROR' | 'RESOLVED', user?: { readonly id: string }): Promise<void> {
    const [type, code] = trouble.split(':');
    await this.#tell('VEHICLE_ERROR', { user, errors: [{ type, code: code ?? null, state }] });
  }

  async tellOdometer(kilometres: number, recordedAt: number): Promise<void> {
    const meta = { oemUpdatedAt: recordedAt, retrievedAt: recordedAt };
    const signal = { code: 'odometer-traveleddistance', body: { value: kilometres, unit: 'km' }, meta };
    await this.#tell('VEHICLE_STATE', { signals: [signal] });
  }
}

/** Connected, heard of once, and parked: at `TOLD`. */
const park = async (): Promise<Parked> => {
  const { world, close } = await openWorld({
    startAt: START,
    application: { platform: 'v3' },
    pushEveryMs: 20 * HOUR,
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
    expect(await parked.connection()).toMatchObject({ state: 'action_required', reason: ACCOUNT });
    await parked.tellTrouble(ACCOUNT, 'RESOLVED');
    expect((await parked.connection()).state).toBe('active');
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
