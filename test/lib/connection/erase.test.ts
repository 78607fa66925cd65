// Erasing a contract: what is left names nobody, whatever broke off on the way; and what has yet to be ended or told is waited for.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Message } from '../../../lib/aws/queue.ts';
import type { Item } from '../../../lib/aws/table.ts';
import { type Connection, putConnection } from '../../../lib/connection/connection.ts';
import { isErasure, sendErasures } from '../../../lib/connection/erasures.ts';
import { endWithContract } from '../../../lib/connection/withdraw.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { askErasure } from '../../../lib/contract/erasure.ts';
import { noteCar } from '../../../lib/contract/same-car.ts';
import { putOdometerEvent } from '../../../lib/reading/odometer-event.ts';
import { putPushed } from '../../../lib/reading/reading.ts';
import { changeTenant } from '../../../lib/tenant/tenant.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { ACCOUNT, type Bench, Browser, DAY, openBench, VIN, type World } from './bench.ts';

const REFERENCE = 'POLICY-OF-ANNA';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const iso = (at: number): string => new Date(at).toISOString();

async function contractOf(world: World): Promise<Contract> {
  const found = await world.current();
  if (found === undefined) throw new Error('no contract');
  return found;
}

/** Everything is stated and told, and the connection has ended at the platform. */
async function finish(world: World, connection: Connection): Promise<void> {
  const { business } = world.tables;
  await business.update(keys.contract(connection.tenantId, connection.contractId), {
    set: {
      endsAt: iso(world.now - 1),
      metadata: { driver: 'Anna' },
      allowance: { per: 'year', metres: 20_000_000, group: 'the cars of Anna' },
    },
    remove: ['dueAt', 'untoldAt', 'untoldShard', 'marks'],
  });
  await endWithContract(business, connection, world.now);
  await world.drain();
}

/** A contract that a car was read for, and that is over: everything is stated and told. */
async function over(readings = 2): Promise<World> {
  const world = await bench.world({ reference: REFERENCE });
  const connection = await world.connected(world.addCar());
  const { business } = world.tables;
  const { tenantId, contractId, connectionId } = connection;
  const myDataHash = `hash-${contractId}`;
  await business.update(keys.connection(tenantId, contractId, connectionId), { set: { myDataHash } });
  await business.put({ ...keys.myDataLink(myDataHash), tenantId, contractId, connectionId });
  await noteCar(business, await contractOf(world), VIN);
  const puts = Array.from({ length: readings }, async (_, n) => {
    const at = iso(world.now + n);
    const car = { vin: VIN, connectionId, platform: 'v2', source: 'push', requestId: 'r' } as const;
    await putPushed(business, connection, {
      ...{ id: `rdg_${n}`, recordedAt: at, fetchedAt: at, metres: n, distance: n, unit: 'km' },
      ...car,
    });
  });
  await Promise.all(puts);
  const declared = { id: 'ode_1', at: iso(world.now), declaredAt: iso(world.now), keyId: 'key_1', evidence: 'x' };
  await putOdometerEvent(business, connection, { kind: 'reading', ...declared, metres: 1 });
  await finish(world, connection);
  return world;
}

/** Every item that names the tenant's contract, but for those of its partition’s own head. */
async function left(world: World): Promise<{ readonly contract: Item | undefined; readonly rest: readonly string[] }> {
  const scans = ['business', 'vault'].map(async (TableName) => {
    const { Items = [] } = await world.tables.client.send(new ScanCommand({ TableName }));
    return Items;
  });
  const items = (await Promise.all(scans)).flat();
  const { contractId } = await contractOf(world);
  const own = items.filter((item) => JSON.stringify(item).includes(contractId) && item['sk'] !== 'Z#CONTRACT');
  return {
    contract: items.find(({ pk, sk }) => sk === 'Z#CONTRACT' && String(pk).endsWith(contractId)),
    rest: own.map(({ pk, sk }) => `${pk} ${sk}`.replaceAll(contractId, '<id>')),
  };
}

const ask = async (world: World) => askErasure(world.tables.business, await contractOf(world), world.now);

const erase = async (world: World) => {
  const { tenantId, contractId } = await contractOf(world);
  return world.tend({ kind: 'erase', tenantId, contractId });
};

const WITNESSES = [VIN, REFERENCE, ACCOUNT, 'CITROEN', 'Anna', 'rdg_', 'cxn_'];

describe('erasing', () => {
  it('leaves the contract without whatever names a person or a car, and nothing else', async () => {
    const world = await over();
    const before = await contractOf(world);
    const kinds = (await left(world)).rest.map((name) => name.split(' ').at(-1)?.slice(0, 6)).toSorted();
    expect(kinds).toEqual(['CONTRA', 'MYDATA', 'R#2026', 'R#2026', 'REFERE', 'X#ODOM', 'Y#CONN']);
    await ask(world);
    await erase(world);
    const { contract, rest } = await left(world);
    expect(rest).toEqual([]);
    for (const witness of WITNESSES) expect(JSON.stringify(contract)).not.toContain(witness);
    expect(await contractOf(world)).toMatchObject({
      reference: before.contractId,
      saltSecret: '',
      allowance: { per: 'year', metres: 20_000_000 },
      chainSecret: before.chainSecret,
      erasureAskedAt: iso(world.now),
      erasedAt: iso(world.now),
      endsAt: before.endsAt,
      tenantId: before.tenantId,
    });
    expect(await world.pairs()).toEqual([]);
  });

  it('waits until the reports on the contract are deleted, by whoever may touch their files', async () => {
    const world = await over();
    const { business } = world.tables;
    const { tenantId, contractId } = await contractOf(world);
    const note = keys.contractReport(tenantId, contractId, 'rep_1');
    await business.put({ ...note });
    await ask(world);
    await erase(world);
    expect(world.forgotten).toEqual([expect.objectContaining({ tenantId, contractId })]);
    expect((await contractOf(world)).erasedAt).toBeUndefined();
    expect((await left(world)).rest).toContainEqual(expect.stringMatching(/ P#REPORT#rep_1$/));
    await business.remove(note);
    await erase(world);
    expect([world.forgotten.length, (await left(world)).rest]).toEqual([1, []]);
  });

  it('forgets a car that was refused when it was noted already, and one that was only read', async () => {
    const world = await over();
    const { business } = world.tables;
    const contract = await contractOf(world);
    const [refused, read] = ['VF7SXHNPTPT000002', 'VF7SXHNPTPT000003'];
    for (const vin of [refused, read]) await noteCar(business, contract, vin);
    const { tenantId, contractId } = contract;
    const id = { tenantId, contractId, connectionId: 'cnx_0' };
    const createdAt = iso(world.now);
    const dead = { state: 'failed', reason: 'wrong_vin', createdAt, grantEndedAt: createdAt } as const;
    await putConnection(business, { ...id, applicationId: world.applicationId, ...dead, vin: refused });
    await putPushed(business, id, {
      ...{ id: 'rdg_9', recordedAt: createdAt, fetchedAt: createdAt, metres: 9, distance: 9, unit: 'km', vin: read },
      ...{ connectionId: 'cnx_0', platform: 'v2', source: 'push', requestId: 'r' },
    });
    await ask(world);
    await erase(world);
    expect((await left(world)).rest).toEqual([]);
  });

  it('frees the reference, and leaves it to whoever took it meanwhile', async () => {
    const world = await over();
    const first = await contractOf(world);
    await ask(world);
    await erase(world);
    await world.sign({ reference: REFERENCE });
    const second = await contractOf(world);
    world.contract = first;
    await world.tables.business.update(keys.contract(first.tenantId, first.contractId), {
      set: { reference: REFERENCE },
      remove: ['erasedAt'],
    });
    await erase(world);
    const held = await world.tables.business.get(keys.reference(first.tenantId, REFERENCE));
    expect(held?.['contractId']).toBe(second.contractId);
  });

  it('of more than one message holds goes on in the next one, the connection last', async () => {
    const world = await over(250);
    await ask(world);
    expect(await erase(world)).toMatchObject({
      kind: 'wait',
      again: { body: { kind: 'erase', attempt: 1 }, delaySeconds: 1 },
    });
    expect(await world.connections()).toHaveLength(1);
    expect((await erase(world)).kind).toBe('done');
    expect((await left(world)).rest).toEqual([]);
  });

  it('waits for a connection that has yet to end, and ends one that came after everything was stated', async () => {
    const world = await over();
    const { tenantId, contractId, applicationId } = await contractOf(world);
    const late = { tenantId, contractId, applicationId, connectionId: `cxn_${'f'.repeat(32)}` };
    await putConnection(world.tables.business, { ...late, state: 'pending', createdAt: iso(world.now) });
    await ask(world);
    await erase(world);
    expect((await world.connections()).map(({ state }) => state)).toEqual(['ended', 'ended']);
    await world.drain();
    await erase(world);
    expect((await left(world)).rest).toEqual([]);
  });

  it('I11 waits for what has yet to be told', async () => {
    const world = await over();
    const { tenantId, contractId } = await contractOf(world);
    const [connection] = await world.connections();
    const key = keys.connection(tenantId, contractId, connection?.connectionId ?? '');
    await world.tables.business.update(key, { set: { untoldAt: iso(world.now), untoldShard: 'U#0', marks: [] } });
    await ask(world);
    await erase(world);
    expect(await world.connections()).toHaveLength(1);
    await world.tables.business.update(key, { remove: ['untoldAt', 'untoldShard', 'marks'] });
    await erase(world);
    expect((await left(world)).rest).toEqual([]);
  });

  it('leaves the driver’s personal link nowhere to lead', async () => {
    const world = await bench.world({ reference: REFERENCE });
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    await world.drain();
    const token = (await world.personalLink(query, browser)).split('/').at(-1) ?? '';
    const open = () => world.request('GET /my-data/{token}', browser, { token });
    expect((await open()).status).toBe(200);
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('no connection');
    await finish(world, connection);
    await ask(world);
    await erase(world);
    expect((await open()).status).toBe(404);
    expect((await left(world)).rest.filter((name) => name.startsWith('MYDATA#'))).toEqual([]);
  });

  it('that nobody has asked for, or that is done, takes its item away and nothing else', async () => {
    const world = await over();
    const { tenantId, contractId } = await contractOf(world);
    const { rest } = await left(world);
    await world.tables.business.put({ ...keys.erasure(tenantId, contractId), dueAt: iso(world.now), contractId });
    await erase(world);
    expect((await left(world)).rest).toEqual(rest);
  });
});

describe('I7 an eraser that ends', () => {
  let calls: readonly string[] = [];
  /** What a contract has left that was erased in one go. */
  let attributes: readonly string[] = [];
  const attributesOf = async (world: World) => Object.keys((await left(world)).contract ?? {}).toSorted();
  beforeAll(async () => {
    const world = await over();
    await ask(world);
    const before = world.crashes.calls.length;
    await erase(world);
    calls = world.crashes.calls.slice(before);
    attributes = await attributesOf(world);
  });

  const ALL_CALLS = 15;
  it('makes so many calls', () => {
    expect(calls).toHaveLength(ALL_CALLS);
  });

  it.each(
    Array.from({ length: ALL_CALLS }, (_, n) => n + 1).flatMap((nth) =>
      (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [nth, fault]),
    ),
  )('at call %i, %s, leaves the rest to the next message', async (nth, fault) => {
    const world = await over();
    await ask(world);
    world.crashes.plan(nth, fault, 'dies');
    await expect(erase(world)).rejects.toThrow(InjectedFault);
    world.crashes.revive();
    await erase(world);
    expect([(await left(world)).rest, await attributesOf(world)], calls[nth - 1]).toEqual([[], attributes]);
  });
});

describe('asking', () => {
  const CALLS = ['business.put', 'business.update'];
  it.each(
    CALLS.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])),
  )('I7 that fails at call %i, %s, is asked when it is asked again', async (nth, fault) => {
    const world = await over();
    const faults = makeFaults();
    faults.failNext(fault, nth);
    const failing = faults.wrap('business', world.tables.business);
    await expect(askErasure(failing, await contractOf(world), world.now)).rejects.toThrow(InjectedFault);
    expect((await ask(world)).kind).toBe('asked');
    const { tenantId, contractId } = await contractOf(world);
    expect(await world.tables.business.get(keys.erasure(tenantId, contractId))).toMatchObject({
      dueAt: iso(world.now + 900_000),
    });
  });

  it('loses to a hold that is set at the same time', async () => {
    const world = await over();
    const seen = await contractOf(world);
    await world.tables.business.update(keys.contract(seen.tenantId, seen.contractId), { set: { legalHold: true } });
    expect((await askErasure(world.tables.business, seen, world.now)).kind).toBe('held');
    await erase(world);
    expect(await world.connections()).toHaveLength(1);
  });
});

it('the planner sends what is due, and again in an hour until it is done', async () => {
  const world = await over();
  await ask(world);
  const { tenantId, contractId } = await contractOf(world);
  const key = keys.erasure(tenantId, contractId);
  const due = { key, dueAt: iso(world.now + 900_000) };
  expect([isErasure(due), isErasure({ ...due, key: keys.contract(tenantId, contractId) })]).toEqual([true, false]);
  const sent: unknown[] = [];
  await sendErasures(world.tables.business, async (messages) => void sent.push(...messages), [due], world.now);
  expect(sent).toEqual([{ body: { kind: 'erase', tenantId, contractId } }]);
  expect(await world.tables.business.get(key)).toMatchObject({ dueAt: iso(world.now + 3_600_000) });
  const broken = () => Promise.reject(new Error('no queue'));
  const next = { key, dueAt: iso(world.now + 3_600_000) };
  await expect(sendErasures(world.tables.business, broken, [next], world.now + 1)).rejects.toThrow('no queue');
  expect(await world.tables.business.get(key)).toMatchObject({ dueAt: next.dueAt });
});

describe('of a tenant who keeps personal data for a time', () => {
  it('a contract is erased without anybody asking, by the messages that its retention leads to', async () => {
    const world = await over();
    const { business } = world.tables;
    const { tenantId, contractId } = await contractOf(world);
    await changeTenant(business, tenantId, { retentionMonths: 1 }, world.now);
    const due = { key: keys.tenant(tenantId), dueAt: iso(world.now + DAY) };
    expect(isErasure(due)).toBe(true);
    world.now += 31 * DAY;
    const sent: Message[] = [];
    await sendErasures(business, async (messages) => void sent.push(...messages), [due], world.now);
    expect(sent).toEqual([{ body: { kind: 'retention', tenantId } }]);
    expect(await business.get(due.key)).toMatchObject({ dueAt: iso(world.now + DAY), retentionMonths: 1 });
    expect(await world.tend(sent[0]?.body ?? {})).toEqual({ kind: 'done', read: [] });
    expect(await business.get(keys.erasure(tenantId, contractId))).toMatchObject({ dueAt: iso(world.now + 900_000) });
    await erase(world);
    expect((await left(world)).rest).toEqual([]);
    expect(await contractOf(world)).toMatchObject({ erasedAt: iso(world.now), saltSecret: '' });
  });

  it('what is left of a walk is the next message', async () => {
    const world = await bench.world();
    const { tenantId } = world;
    await changeTenant(world.tables.business, tenantId, { retentionMonths: 1 }, world.now);
    for (let n = 0; n < 100; n += 1) await world.sign({ reference: `POLICY-${n}-MORE` });
    const walked = await world.tend({ kind: 'retention', tenantId });
    const after = expect.stringMatching(/^con_/);
    expect(walked).toEqual({ kind: 'go_on', next: { body: { kind: 'retention', tenantId, after } } });
    if (walked.kind !== 'go_on') throw new Error('nothing is left');
    expect(await world.tend(walked.next.body)).toEqual({ kind: 'done', read: [] });
  });
});

it('a retention that was taken away meanwhile stays so, whatever the planner saw', async () => {
  const world = await bench.world();
  const { business } = world.tables;
  const { tenantId } = world;
  const key = keys.tenant(tenantId);
  await changeTenant(business, tenantId, { retentionMonths: 1 }, world.now);
  const takeAway = async () => void (await changeTenant(business, tenantId, { retentionMonths: null }, world.now));
  await sendErasures(business, takeAway, [{ key, dueAt: iso(world.now + DAY) }], world.now + DAY);
  expect(await business.get(key)).not.toHaveProperty('dueAt');
});
