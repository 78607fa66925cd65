// What the outside is told while months go by: each change once, with ids and a reason, by the update that makes it.
import { describe, expect, it } from 'vitest';
import { eventsOfStatement } from '../../../lib/attestation/events.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { queryContractPartition } from '../../../lib/contract/contract.ts';
import type { Event } from '../../../lib/event/event.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { isAsTold, marksOn, toldEvents } from './check-events.ts';
import { allStatements, type ContractRef } from './check-store.ts';
import { FEBRUARY, readingsOf, START } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, TENANT, type World } from './world.ts';

let world: World;
useWorld((opened) => {
  world = opened;
});

/** All that was told or is marked to be, in the order in which it happened. */
async function happened(contract: ContractRef): Promise<readonly Event[]> {
  const items = await queryContractPartition(world.tables.business, TENANT, contract.contractId, 5_000);
  const all = [...(await toldEvents(world.tables.business, TENANT)), ...marksOn(items)];
  expect(all.filter((event) => !isAsTold(event))).toEqual([]);
  return all.toSorted((one, other) => one.at.localeCompare(other.at));
}

const typesOf = (events: readonly Event[]): readonly string[] => events.map(({ type }) => type);

describe('I11 the outside is told', () => {
  it('that a car was connected, and of each reading', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY + DAY);
    const [closing, opening] = await readingsOf(world, contract);
    const ids = { contractId: contract.contractId, connectionId };
    const told = { tenantId: TENANT, id: expect.stringMatching(/^evt_[0-9a-f]{32}$/) };
    expect(await happened(contract)).toEqual([
      { ...told, type: 'contract.connected', at: new Date(START).toISOString(), data: ids },
      {
        ...told,
        type: 'reading.recorded',
        at: opening?.fetchedAt,
        data: { ...ids, readingId: opening?.id, periodId: '2026-01' },
      },
      {
        ...told,
        type: 'reading.recorded',
        at: closing?.fetchedAt,
        data: { ...ids, readingId: closing?.id, periodId: '2026-01' },
      },
    ]);
  });

  it('of both changes when a sweep comes only after the second', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.reconnect(contract, 1);
    const connected = (await happened(contract)).filter(({ type }) => type === 'contract.connected');
    expect(connected.map(({ data }) => data.connectionId)).toEqual([
      connectionId,
      (await world.contract(contract)).connectionId,
    ]);
    expect(new Set(connected.map(({ id }) => id)).size).toBe(2);
  });

  it('that a car sleeps, once a period, however often it is asked', async () => {
    const contract = await world.sign({ deadlineDays: 1 });
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.sleep(carId, { from: FEBRUARY - HOUR, to: FEBRUARY + 60 * DAY });
    await world.runTo(FEBRUARY + 12 * HOUR);
    await sweep({ business: world.tables.business, offer: async () => undefined }, () => world.now);
    await world.runTo(FEBRUARY + 28 * DAY + 12 * HOUR);
    expect((await world.contract(contract)).attempts.counts.asleep).toBeGreaterThan(1);
    const asleep = (await happened(contract)).filter(({ type }) => type === 'period.asleep');
    expect(asleep.map(({ at, data }) => ({ at, data }))).toEqual([
      {
        at: new Date(FEBRUARY).toISOString(),
        data: { contractId: contract.contractId, connectionId, periodId: '2026-01' },
      },
      {
        at: expect.stringMatching(/^2026-02-/),
        data: { contractId: contract.contractId, connectionId, periodId: '2026-02' },
      },
    ]);
  });

  it('that a car sleeps whose answers are from before the month was over, once', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.drive(carId, 0, FEBRUARY - 3 * HOUR);
    world.simulator.fleet.drive(carId, 40_000, FEBRUARY + 2 * HOUR);
    await world.runTo(FEBRUARY + DAY);
    const late = (await readingsOf(world, contract)).filter(({ outcome }) => outcome === 'not_yet_recorded');
    expect(late.length).toBeGreaterThan(1);
    const types = typesOf(await happened(contract));
    expect(types.filter((type) => type === 'period.asleep')).toHaveLength(1);
    expect(types.filter((type) => type === 'reading.recorded')).toHaveLength(late.length + 2);
  });

  it('that an owner has something to do, once a reason and not at every retry, and again the next time', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION');
    await world.runTo(FEBRUARY + 2 * DAY);
    const required = async () =>
      (await happened(contract)).filter(({ type }) => type === 'connection.action_required').map(({ data }) => data);
    const data = { contractId: contract.contractId, connectionId };
    expect((await world.contract(contract)).attempts.counts.owner_must_act).toBeGreaterThan(1);
    expect(await required()).toEqual([{ ...data, reason: 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION' }]);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE');
    await world.runTo(FEBRUARY + 4 * DAY);
    expect(await required()).toEqual([
      { ...data, reason: 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION' },
      { ...data, reason: 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE' },
    ]);
  });

  it('that the driver has to log in again, and why', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.inject(carId, { error: 'AUTHENTICATION', count: 2 });
    await world.runTo(FEBRUARY + DAY);
    const told = (await happened(contract)).filter(({ type }) => type === 'connection.reauth_required');
    expect(told.map(({ data }) => data)).toEqual([
      { contractId: contract.contractId, connectionId, reason: 'token_refused' },
    ]);
  });

  it('that consent was withdrawn, once, however often that is asked for', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    const id = { ...contract, connectionId };
    await withdrawConsent(world.tables.business, id, START + MINUTE);
    await withdrawConsent(world.tables.business, id, START + 2 * MINUTE);
    const told = (await happened(contract)).filter(({ type }) => type === 'connection.withdrawn');
    expect(told.map(({ at, data }) => ({ at, data }))).toEqual([
      { at: new Date(START + MINUTE).toISOString(), data: { contractId: contract.contractId, connectionId } },
    ]);
  });
});

describe('I11 of a statement', () => {
  it('it is told that it was issued, and that its verdict is illogical', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY + 3 * DAY);
    world.simulator.fleet.setOdometer(carId, 1_000_000);
    await world.runTo(FEBRUARY + 31 * DAY);
    const [january, february] = await allStatements(world.tables.attestations, contract);
    if (january === undefined || february === undefined) throw new Error('nothing was stated');
    const { contractId } = contract;
    expect(eventsOfStatement(january)).toMatchObject([
      {
        type: 'attestation.issued',
        at: january.issuedAt,
        tenantId: TENANT,
        data: { contractId, attestationId: january.attestationId, periodId: '2026-01' },
      },
    ]);
    const told = eventsOfStatement(february);
    expect([...eventsOfStatement(january), ...told].map(isAsTold)).toEqual([true, true, true]);
    expect(typesOf(told)).toEqual(['attestation.issued', 'attestation.flagged']);
    expect(told.map(({ data }) => data)).toEqual(
      Array(2).fill({ contractId, attestationId: february.attestationId, periodId: '2026-02' }),
    );
    expect(new Set([...told, ...eventsOfStatement(february)].map(({ id }) => id)).size).toBe(2);
  });
});
