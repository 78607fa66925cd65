// The planner: each contract that is due gets one turn and one message, whatever fails on the way.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DUE_SHARDS, keys } from '../../../lib/aws/keys.ts';
import type { Message, Send } from '../../../lib/aws/queue.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { putConnection } from '../../../lib/connection/connection.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { type Contract, getContract } from '../../../lib/contract/contract.ts';
import { dueContracts } from '../../../lib/contract/turn.ts';
import { INTERVAL_MS, type Planning, PlanningError, planReads } from '../../../lib/reading/plan-reads.ts';
import { changeTenant, createTenant } from '../../../lib/tenant/tenant.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { CANARIES, canariesIn } from '../aws/canaries.ts';
import { made } from '../contract/terms.ts';

const NOW = Date.parse('2026-02-01T00:00:00.000Z');
const HOUR = 3_600_000;

let tables: Tables;
let tend: Message[][];
let read: Message[][];

beforeEach(async () => {
  tables = await openTables();
  tend = [];
  read = [];
});

afterEach(() => tables.close());

const into =
  (batches: Message[][]): Send =>
  async (messages) => {
    batches.push([...messages]);
  };

const planning = (more: Partial<Planning> = {}): Planning => ({
  business: tables.business,
  sendTend: into(tend),
  sendRead: into(read),
  ...more,
});

const iso = (at: number): string => new Date(at).toISOString();

interface Due {
  readonly at?: number;
  readonly shard?: number;
  readonly goal?: string;
  readonly connectionId?: string;
}

let references = 0;

/** A contract that is due. */
async function due({ at = NOW, shard = 0, ...set }: Due = {}): Promise<Contract> {
  references += 1;
  const contract = await made(tables.business, 'acme', { reference: `POL-${references}` });
  const key = { pk: `T#acme#C#${contract.contractId}`, sk: 'Z#CONTRACT' };
  await tables.business.update(key, { set: { dueAt: iso(at), dueShard: `D#${shard}`, ...set } });
  const stored = await getContract(tables.business, 'acme', contract.contractId);
  if (stored === undefined) throw new Error('not stored');
  return stored;
}

const connected = { goal: 'close', connectionId: 'cxn_1' } as const;

const contractIds = (batches: readonly (readonly Message[])[]): unknown[] =>
  batches.flat().map(({ body }) => body['contractId']);

const broken: Send = async () => {
  throw new Error('no queue');
};

describe('a message', () => {
  it('to read a car goes to be tended first, with what that takes', async () => {
    const { contractId } = await due(connected);
    expect(await planReads(planning(), NOW)).toBe(1);
    const body = {
      kind: 'turn',
      tenantId: 'acme',
      contractId,
      turn: 1,
      connectionId: 'cxn_1',
      applicationId: 'default',
    };
    expect([tend, read]).toEqual([[[{ body, delaySeconds: 0 }]], []]);
  });

  it('at a deadline, or without a connection, goes to be read at once: no token is needed', async () => {
    const deadline = await due({ goal: 'deadline', connectionId: 'cxn_1' });
    const never = await due({ goal: 'close', at: NOW + 1 });
    expect(await planReads(planning(), NOW)).toBe(2);
    expect(tend).toEqual([]);
    const turn = { kind: 'turn', tenantId: 'acme', turn: 1 };
    const connection = { connectionId: 'cxn_1', applicationId: 'default' };
    expect(read).toEqual([
      [
        { body: { ...turn, contractId: deadline.contractId, ...connection }, delaySeconds: 0 },
        { body: { ...turn, contractId: never.contractId }, delaySeconds: 0.001 },
      ],
    ]);
  });

  it('waits in the queue for exactly as long as the contract is not due', async () => {
    await due({ at: NOW - 86_400_000 });
    await due({ at: NOW });
    await due({ at: NOW + 137_400 });
    await due({ at: NOW + INTERVAL_MS - 1 });
    await due({ at: NOW + INTERVAL_MS });
    expect(await planReads(planning(), NOW)).toBe(4);
    expect(read.flat().map(({ delaySeconds }) => delaySeconds)).toEqual([0, 0, 137.4, 299.999]);
    expect(await planReads(planning(), NOW + INTERVAL_MS)).toBe(1);
  });

  it('I12 holds ids and numbers: no VIN, no reference, no secret', async () => {
    const contract = await made(tables.business, 'acme', { vin: CANARIES.vin, reference: CANARIES.email });
    const key = { pk: `T#acme#C#${contract.contractId}`, sk: 'Z#CONTRACT' };
    await tables.business.update(key, { set: { dueAt: iso(NOW), dueShard: 'D#0', ...connected } });
    await planReads(planning(), NOW);
    const sent = JSON.stringify([tend, read]);
    expect(sent).toContain(contract.contractId);
    expect(canariesIn(sent)).toEqual([]);
    expect(sent).not.toContain(contract.chainSecret);
    expect(sent).not.toContain(contract.saltSecret);
  });
});

describe('many contracts', () => {
  it('go in batches of ten soon after their turns were taken, most overdue first', async () => {
    const all = [];
    for (let n = 0; n < 25; n += 1) all.push(await due({ at: NOW - 25 + n }));
    expect(await planReads(planning(), NOW)).toBe(25);
    expect(read.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(contractIds(read)).toEqual(all.map(({ contractId }) => contractId));
  });

  it('of all shards are planned', async () => {
    const all = [];
    for (const shard of [0, 1, 2, 3]) all.push(await due({ shard }), await due({ shard, ...connected }));
    expect(await planReads(planning(), NOW)).toBe(8);
    expect(contractIds([...read, ...tend]).toSorted()).toEqual(all.map(({ contractId }) => contractId).toSorted());
  });

  it('of all shards share their batches, most overdue first', async () => {
    const all = [];
    for (let n = 0; n < 12; n += 1) all.push(await due({ at: NOW - 12 + n, shard: n % 4 }));
    expect(await planReads(planning(), NOW)).toBe(12);
    expect(read.map(({ length }) => length)).toEqual([10, 2]);
    expect(contractIds(read)).toEqual(all.map(({ contractId }) => contractId));
  });

  it('get one turn each from any number of planners at once', async () => {
    for (let n = 0; n < 12; n += 1) await due({ shard: n % 4 });
    const sent = await Promise.all(Array.from({ length: 8 }, () => planReads(planning(), NOW)));
    expect(sent.reduce((sum, one) => sum + one, 0)).toBe(12);
    expect(new Set(contractIds(read)).size).toBe(12);
    expect(read.flat().map(({ body }) => body['turn'])).toEqual(Array(12).fill(1));
  });
});

describe('a fault', () => {
  it('between turn and message leaves the contract leased: an hour later it gets the next turn', async () => {
    const { contractId } = await due();
    await expect(planReads(planning({ sendRead: broken }), NOW)).rejects.toBeInstanceOf(PlanningError);
    expect(await planReads(planning(), NOW + HOUR - INTERVAL_MS)).toBe(0);
    expect(await planReads(planning(), NOW + HOUR)).toBe(1);
    expect(read.flat().map(({ body }) => [body['contractId'], body['turn']])).toEqual([[contractId, 2]]);
  });

  it('of one queue does not hold back the messages for the other', async () => {
    await due();
    const reading = await due(connected);
    await expect(planReads(planning({ sendRead: broken }), NOW)).rejects.toBeInstanceOf(PlanningError);
    expect(contractIds(tend)).toEqual([reading.contractId]);
  });

  it('of a queue ends the shard: no more contracts are leased for nothing', async () => {
    for (let n = 0; n < 25; n += 1) await due({ at: NOW - 25 + n });
    await expect(planReads(planning({ sendRead: broken }), NOW)).rejects.toBeInstanceOf(PlanningError);
    expect(await planReads(planning(), NOW)).toBe(15);
  });

  it('I2 a contract that cannot be read holds up nobody, however often it comes first', async () => {
    const malformed = await due({ at: NOW - 1 });
    const key = { pk: `T#acme#C#${malformed.contractId}`, sk: 'Z#CONTRACT' };
    await tables.business.update(key, { set: { dayOffset: CANARIES.vin } });
    const others = [];
    for (let n = 0; n < 12; n += 1) others.push(await due({ at: NOW + n }));
    const fault = await planReads(planning(), NOW).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code: 'PLANNING_INCOMPLETE', message: 'faults while planning: 1' });
    expect(canariesIn(String(fault))).toEqual([]);
    expect(contractIds(read)).toEqual(others.map(({ contractId }) => contractId));
  });

  it('I2 a turn whose answer got lost holds up nobody, and is taken again when its lease ends', async () => {
    const all = [];
    for (let n = 0; n < 3; n += 1) all.push(await due({ at: NOW + n }));
    const faults = makeFaults();
    // Four shards are queried first; then the turns are taken.
    faults.failNext('applied', 5);
    const business: Table = faults.wrap('business', tables.business);
    await expect(planReads(planning({ business }), NOW)).rejects.toBeInstanceOf(PlanningError);
    const [lost, ...others] = all.map(({ contractId }) => contractId);
    expect(contractIds(read)).toEqual(others);
    read.length = 0;
    expect(await planReads(planning(), NOW + HOUR)).toBeGreaterThan(0);
    expect(contractIds(read)).toContain(lost);
  });

  it('of one shard does not hold up the others', async () => {
    for (const shard of [0, 1, 2, 3]) await due({ shard });
    const faults = makeFaults();
    faults.failNext('not_applied', 2);
    const business: Table = faults.wrap('business', tables.business);
    await expect(planReads(planning({ business }), NOW)).rejects.toBeInstanceOf(PlanningError);
    expect(contractIds(read)).toHaveLength(3);
    expect(await planReads(planning(), NOW)).toBe(1);
  });
});

it('a contract that is to be erased has its message sent every hour, beside the turns, until it is done', async () => {
  const contract = await due({ at: NOW + HOUR });
  const key = keys.erasure('acme', contract.contractId);
  await tables.business.put({ ...key, dueAt: iso(NOW), dueShard: 'D#1' });
  const turned = await due(connected);
  const erase = { body: { kind: 'erase', tenantId: 'acme', contractId: contract.contractId } };
  expect(await planReads(planning(), NOW)).toBe(1);
  expect(tend[0]).toEqual([erase]);
  expect(contractIds(tend.slice(1))).toEqual([turned.contractId]);
  expect(await tables.business.get(key)).toMatchObject({ dueAt: iso(NOW + HOUR) });
  await planReads(planning({ sendTend: broken }), NOW + HOUR).catch(() => undefined);
  expect(await tables.business.get(key)).toMatchObject({ dueAt: iso(NOW + HOUR) });
  await planReads(planning(), NOW + HOUR);
  expect(tend.flat().filter(({ body }) => body['kind'] === 'erase')).toEqual([erase, erase]);
  await tables.business.remove(key);
  await planReads(planning(), NOW + 3 * HOUR);
  expect(tend.flat().filter(({ body }) => body['kind'] === 'erase')).toHaveLength(2);
});

it('a tenant with a retention is walked once a day, whatever else is due', async () => {
  await createTenant(tables.business, { tenantId: 'acme', name: 'Acme', applicationId: 'default' }, NOW);
  await createTenant(tables.business, { tenantId: 'canal', name: 'Canal', applicationId: 'default' }, NOW);
  await changeTenant(tables.business, 'acme', { retentionMonths: 24 }, NOW);
  await planReads(planning(), NOW + 24 * HOUR - INTERVAL_MS);
  expect(tend).toEqual([]);
  const turned = await due({ ...connected, at: NOW + 24 * HOUR });
  expect(await planReads(planning(), NOW + 24 * HOUR)).toBe(1);
  expect(tend[0]).toEqual([{ body: { kind: 'retention', tenantId: 'acme' } }]);
  expect(contractIds(tend.slice(1))).toEqual([turned.contractId]);
  expect(await tables.business.get(keys.tenant('acme'))).toMatchObject({ dueAt: iso(NOW + 48 * HOUR) });
  await planReads(planning(), NOW + 48 * HOUR - INTERVAL_MS);
  await planReads(planning(), NOW + 48 * HOUR);
  expect(tend.flat().filter(({ body }) => body['kind'] === 'retention')).toHaveLength(2);
});

describe('a connection that has ended', () => {
  const ended = async (connectionId: string): Promise<Contract> => {
    const contract = await due({ at: NOW + HOUR });
    const id = { tenantId: 'acme', contractId: contract.contractId, connectionId };
    const createdAt = iso(NOW - HOUR);
    await putConnection(tables.business, { ...id, applicationId: 'default', state: 'active', createdAt });
    await withdrawConsent(tables.business, id, NOW);
    return contract;
  };
  const bind = ({ contractId }: Contract, connectionId: string) => ({
    body: { kind: 'bind', tenantId: 'acme', contractId, connectionId },
  });

  it('has its message sent once, beside the turns, and is due no more', async () => {
    const contract = await ended('cxn_1');
    const turned = await due(connected);
    expect(await planReads(planning(), NOW)).toBe(1);
    expect(tend[0]).toEqual([bind(contract, 'cxn_1')]);
    expect(contractIds(tend.slice(1))).toEqual([turned.contractId]);
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) =>
      dueContracts(tables.business, shard, iso(NOW + 1), 10),
    );
    expect((await Promise.all(shards)).flat()).toEqual([]);
    expect(await planReads(planning(), NOW + INTERVAL_MS)).toBe(0);
    expect(tend).toHaveLength(2);
    const stored = await tables.business.get(keys.connection('acme', contract.contractId, 'cxn_1'));
    expect([stored?.['state'], stored?.['dueAt'], stored?.['dueShard']]).toEqual(['withdrawn', undefined, undefined]);
  });

  // A lost message is sent again; of one whose answer got lost, or that could not be noted, there are two.
  it.each([
    ['queue.sendTend', 1, 'not_applied', 1],
    ['queue.sendTend', 1, 'applied', 2],
    ['business.update', 2, 'not_applied', 2],
    ['business.update', 2, 'applied', 1],
  ] as const)('is not forgotten when %s (call %i) fails, %s', async (name, nth, fault, times) => {
    const contract = await ended('cxn_1');
    const faults = makeFaults();
    const { update } = faults.wrap('business', tables.business);
    const business: Table = { ...tables.business, update };
    const { sendTend } = faults.wrap('queue', { sendTend: into(tend) });
    faults.failNext(fault, nth);
    await expect(planReads(planning({ business, sendTend }), NOW)).rejects.toBeInstanceOf(PlanningError);
    expect(faults.calls.at(nth - 1)).toBe(name);
    await planReads(planning(), NOW);
    await planReads(planning(), NOW + INTERVAL_MS);
    expect(tend.flat()).toEqual(Array(times).fill(bind(contract, 'cxn_1')));
  });

  it('holds up no turn while its queue is away', async () => {
    await ended('cxn_1');
    const waiting = await due();
    await expect(planReads(planning({ sendTend: broken }), NOW)).rejects.toBeInstanceOf(PlanningError);
    expect(contractIds(read)).toEqual([waiting.contractId]);
  });
});

it('nothing is sent when nothing is due', async () => {
  await due({ at: NOW + HOUR });
  expect(await planReads(planning(), NOW)).toBe(0);
  expect([tend, read]).toEqual([[], []]);
});
