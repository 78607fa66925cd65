// The end of a connection on the insurer's side: at once, of every consent of the contract, whatever fails on the way.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Item } from '../../../lib/aws/table.ts';
import { type Connection, parseConnection } from '../../../lib/connection/connection.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const AT = new Date(NOW).toISOString();

const stored = async (contractId: string, connectionId: string): Promise<Connection & Item> => {
  const item = await world.tables.business.get(keys.connection('rivage', contractId, connectionId));
  if (item === undefined) throw new Error('no such connection');
  return { ...parseConnection(item), marks: item['marks'] };
};

const statesOf = async (contractId: string) =>
  Promise.all(['cnn_1', 'cnn_2', 'cnn_3', 'cnn_4'].map(async (id) => (await stored(contractId, id)).state));

/** The one that is read from, one that failed, one that was replaced, and a login under way. */
async function connected(): Promise<string> {
  const contractId = await world.contract();
  await world.connect(contractId, { connectionId: 'cnn_1', state: 'failed', reason: 'wrong_vin' });
  await world.connect(contractId, { connectionId: 'cnn_2', state: 'replaced' });
  await world.connect(contractId, { connectionId: 'cnn_4', state: 'pending' });
  await world.connect(contractId, { connectionId: 'cnn_3', state: 'action_required', reason: 'owner_must_act' });
  return contractId;
}

const ENDED = ['failed', 'replaced', 'withdrawn', 'withdrawn'];

const end = (contractId: string, faults = makeFaults()) =>
  world.ask('DELETE', `/v1/contracts/${contractId}/connection`, {
    business: faults.wrap('business', world.tables.business),
  });

describe('ending a connection', () => {
  it('I10 ends every consent that stands, at once, and has the rest done', async () => {
    const contractId = await connected();
    const { status, body } = await end(contractId);
    expect([status, body['state'], body['reason'], body['withdrawnAt']]).toEqual([
      202,
      'withdrawn',
      'ended_by_insurer',
      AT,
    ]);
    expect([body['id'], body['readable'], body['driverMust']]).toEqual(['cnn_3', false, null]);
    expect(await statesOf(contractId)).toEqual(ENDED);
    for (const id of ['cnn_3', 'cnn_4']) {
      const { withdrawnAt, dueAt, dueShard, marks } = await stored(contractId, id);
      expect([withdrawnAt, dueAt, dueShard]).toEqual([AT, AT, expect.stringMatching(/^D#[0-3]$/)]);
      expect(marks).toMatchObject([
        { type: 'connection.withdrawn', data: { contractId, connectionId: id, reason: 'ended_by_insurer' } },
      ]);
    }
    for (const id of ['cnn_1', 'cnn_2']) expect((await stored(contractId, id)).dueAt).toBeUndefined();
    expect(world.platformCalls).toEqual([]);
  });

  it('I10 is done once: the first instant stands, and nothing is told or due again', async () => {
    const contractId = await connected();
    await end(contractId);
    const before = await world.snapshot();
    world.later(60_000);
    const { status, body } = await end(contractId);
    expect([status, body['state']]).toEqual([202, 'withdrawn']);
    expect(await world.snapshot()).toEqual(before);
  });

  it('leaves the driver’s own withdrawal the driver’s', async () => {
    const contractId = await world.contract();
    await world.connect(contractId, { state: 'withdrawn', withdrawnAt: '2026-01-04T00:00:00.000Z' });
    const { body } = await end(contractId);
    expect([body['reason'], body['withdrawnAt']]).toEqual([null, '2026-01-04T00:00:00.000Z']);
  });

  it('finds nothing where no driver has logged in', async () => {
    const contractId = await world.contract();
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await world.ask(method, `/v1/contracts/${contractId}/connection`);
      expect([status, body['code']]).toEqual([404, 'not_found']);
    }
  });

  const CALLS = ['business.query', 'business.update', 'business.update', 'business.query'];
  it('makes these calls', async () => {
    const faults = makeFaults();
    await end(await connected(), faults);
    expect(faults.calls).toEqual(CALLS);
  });

  it.each(
    CALLS.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])),
  )('I7 I10 that fails at call %i, %s, is no 2xx, and is done when it is sent again', async (nth, fault) => {
    const contractId = await connected();
    const faults = makeFaults();
    faults.failNext(fault, nth);
    await expect(end(contractId, faults)).rejects.toThrow(InjectedFault);
    const { status } = await end(contractId);
    expect([status, await statesOf(contractId)]).toEqual([202, ENDED]);
    const { marks } = await stored(contractId, 'cnn_3');
    expect(marks).toHaveLength(1);
  });
});
