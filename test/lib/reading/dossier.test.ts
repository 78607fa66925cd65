// The dossier of a contract: everything a turn is decided on, in order, and only what the driver's consent covers.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { type Connection, putConnection } from '../../../lib/connection/connection.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { consentedReadings, type Dossier, readDossier } from '../../../lib/reading/dossier.ts';
import { putOdometerEvent } from '../../../lib/reading/odometer-event.ts';
import { putReading, type StoredReading } from '../../../lib/reading/reading.ts';
import { newId } from '../../../lib/tenant/id.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { made, NOW } from '../contract/terms.ts';

let tables: Tables;
let business: Table;
let references = 0;

beforeAll(async () => {
  tables = await openTables();
  business = tables.business;
});

afterAll(() => tables.close());

function fresh(tenantId = 'acme'): Promise<Contract> {
  references += 1;
  return made(business, tenantId, { reference: `POL-${references}` });
}

const iso = (at: number): string => new Date(at).toISOString();

async function connect(contract: Contract, at: number, more: Partial<Connection> = {}): Promise<Connection> {
  const { tenantId, contractId, applicationId } = contract;
  const connectionId = newId('cxn', at, randomBytes);
  const ids = { tenantId, contractId, connectionId, applicationId };
  const connection: Connection = { ...ids, state: 'active', createdAt: iso(at), ...more };
  await putConnection(business, connection);
  return connection;
}

const readingAt = (connectionId: string, recorded: number, fetched = recorded): StoredReading => ({
  id: newId('rdg', fetched, randomBytes),
  metres: 12_345_678,
  recordedAt: iso(recorded),
  fetchedAt: iso(fetched),
  requestId: 'r',
  unit: 'km',
  distance: 12_345.678,
  source: 'poll',
  connectionId,
  seq: 1,
  outcome: 'read',
});

async function read(contract: Contract, connectionId: string, recorded: number, fetched = recorded) {
  const reading = readingAt(connectionId, recorded, fetched);
  await putReading(business, { ...contract, periodId: '2026-01', firstAsleep: false }, reading);
  return reading;
}

/** So many readings, one a millisecond; newest first. */
const readings = async (contract: Contract, { connectionId }: Connection, count: number) =>
  (await Promise.all(Array.from({ length: count }, (_, n) => read(contract, connectionId, NOW + n)))).toReversed();

const failedConnections = (contract: Contract, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      connect(contract, NOW + 1 + n, { state: 'failed', reason: 'access_denied' }),
    ),
  );

const dossierOf = async (contract: Contract): Promise<Dossier> => {
  const dossier = await readDossier(business, contract.tenantId, contract.contractId);
  if (dossier === undefined) throw new Error('no dossier');
  return dossier;
};

const useConnection = (contract: Contract, connectionId: string) =>
  business.update(keys.contract(contract.tenantId, contract.contractId), { set: { connectionId } });

describe('a dossier', () => {
  it('is the contract, its connections, what was declared, and its readings, each newest first, in one query', async () => {
    const contract = await fresh();
    const second = await connect(contract, NOW + 2000);
    const first = await connect(contract, NOW + 1000, { state: 'replaced' });
    await useConnection(contract, second.connectionId);
    const middle = await read(contract, first.connectionId, NOW + 6000);
    const newest = await read(contract, second.connectionId, NOW + 7000);
    const oldest = await read(contract, first.connectionId, NOW + 5000, NOW + 9000);
    const declared = [1, 3, 2].map(async (n) => {
      const event = { id: `ode_${n}`, at: iso(NOW + n), declaredAt: iso(NOW), keyId: 'key_1', evidence: 'photo' };
      const manual = { kind: 'reading', ...event, metres: n } as const;
      await putOdometerEvent(business, contract, manual);
      return manual;
    });
    const [one, three, two] = await Promise.all(declared);
    const faults = makeFaults();
    const table = faults.wrap('business', business);
    expect(await readDossier(table, 'acme', contract.contractId)).toEqual({
      contract: { ...contract, connectionId: second.connectionId },
      connection: second,
      connections: [second, first],
      odometerEvents: [three, two, one],
      readings: [newest, middle, oldest],
    });
    expect(faults.calls).toEqual(['business.query']);
  });

  it('of a contract that nobody connected has neither connection nor reading', async () => {
    const contract = await fresh();
    await connect(contract, NOW, { state: 'failed', reason: 'access_denied' });
    const { connection, connections, readings } = await dossierOf(contract);
    expect([connection, connections.length, readings]).toEqual([undefined, 1, []]);
  });

  it('keeps its readings whatever number of authorizations failed after them', async () => {
    const contract = await fresh();
    const connection = await connect(contract, NOW);
    await useConnection(contract, connection.connectionId);
    const all = await readings(contract, connection, 45);
    await failedConnections(contract, 130);
    const dossier = await dossierOf(contract);
    expect(dossier.connection).toEqual(connection);
    expect(dossier.connections).toHaveLength(131);
    expect(dossier.readings).toEqual(all);
  });

  it('stops at the readings of some months', async () => {
    const contract = await fresh();
    const connection = await connect(contract, NOW);
    const all = await readings(contract, connection, 70);
    const faults = makeFaults();
    const dossier = await readDossier(faults.wrap('business', business), 'acme', contract.contractId);
    expect(dossier?.readings).toEqual(all.slice(0, 58));
    expect(faults.calls).toEqual(['business.query']);
  });

  it('that has connections but no contract is none', async () => {
    const contract = await fresh();
    await connect(contract, NOW);
    await business.remove(keys.contract('acme', contract.contractId));
    expect(await readDossier(business, 'acme', contract.contractId)).toBeUndefined();
  });

  it('I13 of another tenant is one that is not there: same answer, same calls', async () => {
    const foreign = await fresh('other');
    await connect(foreign, NOW);
    for (const id of [foreign.contractId, newId('con', NOW, randomBytes), '', 'con_x', `${foreign.contractId}#`]) {
      const faults = makeFaults();
      expect(await readDossier(faults.wrap('business', business), 'acme', id)).toBeUndefined();
      expect(faults.calls).toEqual(['business.query']);
    }
  });
});

describe('I10 consent', () => {
  it('once withdrawn covers what was fetched until then, and nothing after', async () => {
    const contract = await fresh();
    const connection = await connect(contract, NOW);
    const until = await read(contract, connection.connectionId, NOW + 1000, NOW + 5000);
    // Measured while it was allowed, fetched when it was not any more.
    await read(contract, connection.connectionId, NOW + 2000, NOW + 5001);
    await read(contract, connection.connectionId, NOW + 6000, NOW + 6000);
    await withdrawConsent(business, connection, NOW + 5000);
    expect(consentedReadings(await dossierOf(contract))).toEqual([until]);
  });

  it('withdrawn for one connection says nothing of another', async () => {
    const contract = await fresh();
    const ended = await connect(contract, NOW);
    const current = await connect(contract, NOW + 1);
    await withdrawConsent(business, ended, NOW + 5000);
    await read(contract, ended.connectionId, NOW + 6000);
    const kept = await read(contract, current.connectionId, NOW + 7000);
    expect(consentedReadings(await dossierOf(contract))).toEqual([kept]);
  });

  it('is remembered however many authorizations failed since', async () => {
    const contract = await fresh();
    const connection = await connect(contract, NOW);
    const kept = await read(contract, connection.connectionId, NOW + 4000);
    await read(contract, connection.connectionId, NOW + 6000);
    await withdrawConsent(business, connection, NOW + 5000);
    await failedConnections(contract, 70);
    expect(consentedReadings(await dossierOf(contract))).toEqual([kept]);
  });

  it('that nothing is known of (its connection was erased) covers nothing', async () => {
    const contract = await fresh();
    const connection = await connect(contract, NOW);
    await read(contract, connection.connectionId, NOW + 1000);
    await business.remove(keys.connection('acme', contract.contractId, connection.connectionId));
    expect(consentedReadings(await dossierOf(contract))).toEqual([]);
  });

  it('decides for each reading by its own connection, in any history', () => {
    const names = ['a', 'b', 'c'];
    const connections = fc
      .tuple(...names.map(() => fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined })))
      .map((ends) => ends.map((end, n) => ({ connectionId: names[n] ?? '', end })));
    const reading = fc.record({ of: fc.constantFrom(...names), recorded: fc.nat(20), fetched: fc.nat(20) });
    fc.assert(
      fc.property(connections, fc.array(reading), (known, list) => {
        const readings = list.map(({ of, recorded, fetched }) => readingAt(of, NOW + recorded, NOW + fetched));
        const dossier = {
          readings,
          connections: known.map(({ connectionId, end }) => ({
            tenantId: 'acme',
            contractId: 'con_1',
            connectionId,
            applicationId: 'default',
            state: end === undefined ? ('active' as const) : ('withdrawn' as const),
            createdAt: iso(NOW),
            ...(end === undefined ? {} : { withdrawnAt: iso(NOW + end) }),
          })),
        };
        const endOf = (id: string) => known.find(({ connectionId }) => connectionId === id)?.end ?? 21;
        const allowed = readings.filter((_, n) => (list[n]?.fetched ?? 0) <= endOf(list[n]?.of ?? ''));
        expect(consentedReadings(dossier)).toEqual(allowed);
      }),
    );
  });
});
