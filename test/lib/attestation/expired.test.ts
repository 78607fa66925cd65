// A V2 pair that nobody refreshed for 60 days is dead: the insurer is told, nothing is asked any more, and one fresh login mends it.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getConnection } from '../../../lib/connection/connection.ts';
import { queryContractPartition } from '../../../lib/contract/contract.ts';
import { marksOn, toldEvents } from './check-events.ts';
import type { ContractRef } from './check-store.ts';
import { START } from './month.ts';
import { DAY, openWorld, TENANT, type World } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

let world: World;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ world, close } = await openWorld({ startAt: START }));
});
afterEach(() => close());

async function toldOf(contract: ContractRef) {
  const items = await queryContractPartition(world.tables.business, TENANT, contract.contractId, 5_000);
  const all = [...(await toldEvents(world.tables.business, TENANT)), ...marksOn(items)];
  return all.filter(({ type }) => type.startsWith('connection.')).map(({ type, data }) => [type, data.reason]);
}

it('a pair that died while nothing ran asks for a fresh login, says so once, and the next month is measured again', async () => {
  const contract = await world.sign();
  const { connectionId } = await world.connect(contract);
  await world.runTo(START + DAY);
  // The service stood still: no planner, so nothing kept the pair alive.
  world.now += 61 * DAY;
  const calls = world.count('vehicle.');
  await world.runTo(world.now + 5 * DAY);
  const dead = await getConnection(world.tables.business, { ...contract, connectionId });
  expect([dead?.state, dead?.reason]).toEqual(['reauth_required', 'token_refused']);
  expect(await toldOf(contract)).toEqual([['connection.reauth_required', 'token_refused']]);
  expect(world.count('vehicle.')).toBe(calls);
  const fresh = await world.reconnect(contract, 1);
  await world.runTo('2026-05-02T00:00:00.000Z');
  expect((await world.contract(contract)).connectionId).toBe(fresh);
  const former = await getConnection(world.tables.business, { ...contract, connectionId });
  expect(former?.state).toBe('replaced');
  const claims = await world.claims(contract);
  expect(claims.map(({ outcome }) => outcome).at(-1)).toBe('measured');
  expect(await toldOf(contract)).toHaveLength(1);
  expect(await world.check()).toEqual([]);
});
