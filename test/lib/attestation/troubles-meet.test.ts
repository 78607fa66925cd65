// Two that say something of one connection at the same moment: neither undoes what the other has said.
import { createHmac } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import type { Table } from '../../../lib/aws/table.ts';
import { getConnection, LIVE, moveConnection } from '../../../lib/connection/connection.ts';
import { keepTroubles } from '../../../lib/connection/keep-troubles.ts';
import type { ContractRef } from './check-store.ts';
import { FEBRUARY, START } from './month.ts';
import { DAY, openWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

const ACCOUNT = 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE';
const REMOTE = 'VEHICLE_STATE:REMOTE_ACCESS_DISABLED';

let world: World;
let close: () => Promise<void>;
let car: ContractRef & { readonly carId: string; readonly connectionId: string };

async function open(platform: 'v2' | 'v3'): Promise<void> {
  ({ world, close } = await openWorld({ startAt: START, application: { platform } }));
  const contract = await world.sign();
  car = { ...contract, ...(await world.connect(contract)) };
  await world.runTo(START + DAY);
}
afterEach(() => close());

const waitsFor = (reason: string, since: number) =>
  ({ state: 'action_required', reason, ownerSince: new Date(since).toISOString() }) as const;

async function pushOver(): Promise<void> {
  const errors = [{ type: 'CONNECTED_SERVICES_ACCOUNT', code: 'ACCOUNT_ISSUE', state: 'RESOLVED' }];
  const data = { vehicle: { id: car.carId }, errors };
  const told = { eventId: '00000000-0000-4000-8000-000000000001', eventType: 'VEHICLE_ERROR', data };
  const body = Buffer.from(JSON.stringify({ ...told, meta: { deliveredAt: world.now } }));
  const signature = createHmac('sha256', 'management-token').update(body).digest('hex');
  expect(await world.deliverPush({ applicationId: 'default', body, signature })).toEqual({ kind: 'taken' });
  await world.deliver();
}

/** The push that told so ended between what it kept and what it moves. */
async function turnThatHeeds(): Promise<void> {
  const { business } = world.tables;
  const read = await getConnection(business, car);
  if (read === undefined) throw new Error('not connected');
  const over = { name: ACCOUNT, meaning: 'owner_must_act', reason: ACCOUNT, state: 'RESOLVED' } as const;
  await keepTroubles(business, read, [over], world.now);
  const { tenantId, contractId } = car;
  const { turn } = await world.contract(car);
  await world.turning.sendRead([{ body: { kind: 'turn', tenantId, contractId, turn } }]);
  await world.deliver();
}

it.each([
  ['a push', 'v3', pushOver],
  ['a turn', 'v3', turnThatHeeds],
  ['the answer of a car on V2', 'v2', () => world.runTo(FEBRUARY)],
] as const)(
  'a trouble that is over by %s leaves what the car was refused for meanwhile',
  async (_, platform, isOver) => {
    await open(platform);
    const { business } = world.tables;
    await moveConnection(business, car, LIVE, waitsFor(ACCOUNT, world.now - 1000), world.now);
    const { update } = business;
    let meanwhile = 0;
    const raced: Table['update'] = async (key, change) => {
      if (change.set?.['state'] === 'active' && meanwhile === 0) {
        meanwhile += 1;
        await moveConnection({ ...business, update }, car, LIVE, waitsFor(REMOTE, world.now), world.now);
      }
      return update(key, change);
    };
    Object.assign(business, { update: raced });
    await isOver();
    const { state, reason } = (await getConnection(business, car)) ?? {};
    expect({ meanwhile, state, reason }).toEqual({ meanwhile: 1, state: 'action_required', reason: REMOTE });
  },
);

it('two troubles that are told at once are both kept', async () => {
  await open('v3');
  const { business } = world.tables;
  const read = await getConnection(business, car);
  if (read === undefined) throw new Error('not connected');
  const one = (name: string) => ({ name, meaning: 'owner_must_act', reason: name, state: 'ERROR' }) as const;
  await Promise.all([ACCOUNT, REMOTE].map((name) => keepTroubles(business, read, [one(name)], world.now)));
  expect(Object.keys((await getConnection(business, car))?.troubles ?? {}).toSorted()).toEqual([ACCOUNT, REMOTE]);
});
