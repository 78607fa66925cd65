// Queues, schedules and time in the local stack, on functions of a few lines.
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { makeTableClient } from '../../infra/local/tables.ts';
import { objectOf, type TemplateObject } from '../../infra/local/template.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
const START = Date.parse('2026-03-01T12:00:00.000Z');
const MINUTE = 60_000;
let stack: LocalStack;

beforeEach(async () => {
  stack = await bootLocalStack({ outDir: folder, startAt: START });
});
afterEach(() => stack.close());
afterAll(() => rmSync(folder, { recursive: true }));

const TABLE = 'fixture-data-Items';
const call = (operation: string, input: TemplateObject): Promise<TemplateObject> =>
  makeTableClient(stack.awsOrigin)(operation, input);

/** The string attributes of every item under a partition key, in order of the sort key. */
const items = async (pk: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { Items } = await call('Query', {
    TableName: TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  });
  return (Array.isArray(Items) ? Items : []).map((item) =>
    Object.fromEntries(Object.entries(objectOf(item)).map(([name, value]) => [name, objectOf(value)['S']])),
  );
};

const putDue = (id: string, dueAt: number): Promise<TemplateObject> =>
  call('PutItem', {
    TableName: TABLE,
    Item: { pk: { S: 'todo' }, sk: { S: id }, shard: { S: '0' }, dueAt: { S: new Date(dueAt).toISOString() } },
  });

const state = async (name: string) => (await stack.queueStates()).find((queue) => queue.name === name);
const message = (id: string, more: object = {}): string => JSON.stringify({ id, ...more });
const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

describe('a message', () => {
  it('is delivered without moving the clock and is gone afterwards', async () => {
    await stack.send('work', message('one'));
    await stack.drain();
    expect(await items('done')).toEqual([{ pk: 'done', sk: 'one', at: at(0), receives: '1' }]);
    expect(await state('work')).toMatchObject({ ready: 0, delayed: 0, inFlight: 0 });
  });

  it('with a delay is delivered at its instant, on the way to a later one', async () => {
    await stack.send('work', message('late'), 600);
    await stack.drain();
    expect(await items('done')).toEqual([]);
    await stack.clock.advanceTo(START + 60 * MINUTE);
    expect(await items('done')).toMatchObject([{ sk: 'late', at: at(10) }]);
    expect(stack.clock.now()).toBe(START + 60 * MINUTE);
  });

  it('that fails comes back when its visibility ends, without those that did not fail', async () => {
    await stack.send('work', message('good'));
    await stack.send('work', message('bad', { fails: 1 }));
    await stack.clock.advanceTo(START + 5 * MINUTE);
    expect(await items('done')).toEqual([
      { pk: 'done', sk: 'bad', at: at(1), receives: '2' },
      { pk: 'done', sk: 'good', at: at(0), receives: '1' },
    ]);
  });

  it('that fails three times lies in the dead-letter queue, and a redrive delivers it', async () => {
    await stack.send('work', message('poison', { fails: 9 }));
    await stack.clock.advanceTo(START + 10 * MINUTE);
    const dead = await state('dead');
    expect([dead?.ready, dead?.bodies]).toEqual([1, [message('poison', { fails: 9 })]]);
    expect(stack.invocations.filter(({ functionName }) => functionName === 'worker')).toHaveLength(3);
    await stack.send('work', message('poison'));
    await stack.drain();
    expect(await items('done')).toMatchObject([{ sk: 'poison', at: at(10), receives: '1' }]);
  });

  it('sent by a function is delivered in the same drain, a delayed one at its instant', async () => {
    const last = { message: { id: 'third' }, delaySeconds: 90 };
    await stack.send('work', message('first', { next: { message: { id: 'second', next: last } } }));
    await stack.clock.advanceTo(START + 2 * MINUTE);
    expect((await items('done')).map(({ sk, at: when }) => [sk, when])).toEqual([
      ['first', at(0)],
      ['second', at(0)],
      ['third', at(1.5)],
    ]);
  });

  it('travels with others in one batch up to the batch size of the template', async () => {
    for (let n = 0; n < 25; n += 1) await stack.send('work', message(String(n)));
    await stack.drain();
    const batches = stack.invocations.filter(({ functionName }) => functionName === 'worker');
    expect(await items('done')).toHaveLength(25);
    expect(batches.length).toBeLessThanOrEqual(3);
  });

  it('is not delivered while anything else runs, as long as time stands still', async () => {
    for (let n = 0; n < 25; n += 1) {
      await stack.send('work', message(String(n)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stack.drain();
    expect(new Set(stack.ledger.calls.map(({ worker }) => worker))).toEqual(new Set(['worker.1']));
  });
});

describe('time', () => {
  it('is the same instant for this thread and for every function', async () => {
    const date = async (): Promise<string> => (await fetch(`${stack.publicOrigin}/open/x?kind=date`)).text();
    expect(await date()).toBe(`${at(0)} ${START}`);
    await stack.clock.advanceTo(START + MINUTE);
    expect(await date()).toBe(`${at(1)} ${START + MINUTE}`);
    expect(new Date().toISOString()).toBe(at(1));
  });

  it('stops at every due instant and fires each schedule once per stop', async () => {
    await putDue('b', START + 40 * MINUTE);
    await putDue('a', START + 7 * MINUTE);
    const stops: string[] = [];
    const onStop = (now: number): void => void stops.push(new Date(now).toISOString());
    await stack.clock.advanceTo(START + 60 * MINUTE, { onStop, stopAt: [START + 20 * MINUTE] });
    expect(stops).toEqual([at(7), at(20), at(40), at(60)]);
    expect((await items('fired')).map(({ sk }) => sk)).toEqual(stops);
    expect((await items('done')).map(({ sk, at: when }) => [sk, when])).toEqual([
      ['a', at(7)],
      ['b', at(40)],
    ]);
  });

  it('hands what is overdue to the next turn of the schedule', async () => {
    await putDue('overdue', START - MINUTE);
    await stack.clock.advanceTo(START + 60 * MINUTE);
    expect(await items('done')).toMatchObject([{ sk: 'overdue', at: at(5) }]);
  });

  it('gives scheduled functions the event of a schedule rule', async () => {
    await stack.clock.advanceTo(START + MINUTE);
    expect(await items('fired')).toEqual([{ pk: 'fired', sk: at(1), time: '2026-03-01T12:01:00Z' }]);
  });

  it('runs the same way twice', async () => {
    const play = async (on: LocalStack): Promise<readonly string[]> => {
      for (let n = 0; n < 12; n += 1) await on.send('work', message(String(n), { fails: n % 3 }), n * 50);
      await on.clock.advanceTo(START + 30 * MINUTE);
      return [
        ...on.ledger.calls.map(({ caller, name }) => `${caller} ${name}`),
        ...on.invocations.map((one) => `${one.at} ${one.functionName}`),
      ];
    };
    const first = await play(stack);
    const again = await bootLocalStack({ outDir: folder, startAt: START });
    const second = await play(again).finally(() => again.close());
    expect(first.length).toBeGreaterThan(30);
    expect(second).toEqual(first);
  });

  it('refuses to go back', async () => {
    await expect(stack.clock.advanceTo(START - 1)).rejects.toThrow('does not go back');
  });
});

describe('a crash', () => {
  const crashOnce = (name: string, point: 'before' | 'after'): void => {
    let used = false;
    stack.crash((called) => {
      if (used || called.name !== name) return undefined;
      used = true;
      return point;
    });
  };

  it('before a call leaves it undone; the message comes back to a fresh copy', async () => {
    crashOnce('DynamoDB.PutItem', 'before');
    await stack.send('work', message('one'));
    await stack.drain();
    expect(await items('done')).toEqual([]);
    expect(stack.invocations.map(({ outcome }) => outcome.kind)).toEqual(['fault']);
    await stack.clock.advanceTo(START + MINUTE);
    expect(await items('done')).toEqual([{ pk: 'done', sk: 'one', at: at(1), receives: '2' }]);
    expect(new Set(stack.ledger.calls.filter(({ caller }) => caller === 'worker').map(({ worker }) => worker))).toEqual(
      new Set(['worker.1', 'worker.2']),
    );
  });

  it('takes everything with it that the copy had under way beside the call', async () => {
    crashOnce('DynamoDB.PutItem', 'before');
    await stack.send('work', message('one', { pair: true }));
    await stack.drain();
    expect(await items('done')).toEqual([]);
    expect(stack.ledger.counts('worker')).toEqual({ 'DynamoDB.PutItem': 1 });
  });

  it('after a call leaves it done; the message comes back', async () => {
    crashOnce('DynamoDB.PutItem', 'after');
    await stack.send('work', message('one'));
    await stack.drain();
    expect(await items('done')).toMatchObject([{ sk: 'one', at: at(0) }]);
    expect((await state('work'))?.inFlight).toBe(1);
    await stack.clock.advanceTo(START + MINUTE);
    expect(await items('done')).toMatchObject([{ sk: 'one', at: at(1), receives: '2' }]);
  });

  /** When the scheduled function ran in an hour that has one stop of its own, at two minutes, and what came of it. */
  const schedulePlay = async (on: LocalStack): Promise<readonly string[]> => {
    on.crash(() => 'before');
    await on.clock.advanceTo(START + 60 * MINUTE, { stopAt: [START + 2 * MINUTE] });
    return on.invocations.map(({ at: when, outcome }) => `${(when - START) / MINUTE} ${outcome.kind}`);
  };

  it('of a scheduled function is retried after one minute and then after two when the template does not say otherwise', async () => {
    expect(stack.deployment.schedules.map(({ retryAttempts }) => retryAttempts)).toEqual([2]);
    expect(await schedulePlay(stack)).toEqual(['2 fault', '3 fault', '5 fault', '60 fault']);
  });

  it.each([
    [0, ['2 fault', '60 fault']],
    [1, ['2 fault', '3 fault', '60 fault']],
  ])('of a scheduled function is retried %i times when its invoke configuration says so', async (retries, runs) => {
    const configured = writeFixtureAssembly(retries);
    const other = await bootLocalStack({ outDir: configured, startAt: START });
    expect(await schedulePlay(other).finally(() => other.close())).toEqual(runs);
    rmSync(configured, { recursive: true });
  });

  it('of a scheduled function that does not happen again leaves nothing to repeat', async () => {
    crashOnce('DynamoDB.PutItem', 'before');
    await stack.clock.advanceTo(START + 5 * MINUTE, { stopAt: [START + 2 * MINUTE] });
    expect((await items('fired')).map(({ sk }) => sk)).toEqual([at(3), at(5)]);
  });

  it('is put at any call by its number, and calls are attributed to who made them', async () => {
    await stack.send('work', message('one', { next: { message: { id: 'two' } } }));
    await stack.drain();
    const healthy = stack.ledger.calls.map(({ sequence, caller, name }) => [sequence, caller, name]);
    expect(healthy).toEqual([
      [1, 'worker', 'DynamoDB.PutItem'],
      [2, 'worker', 'SQS.SendMessage'],
      [3, 'worker', 'DynamoDB.PutItem'],
    ]);
    expect(stack.ledger.counts('worker')).toEqual({ 'DynamoDB.PutItem': 2, 'SQS.SendMessage': 1 });
    stack.ledger.reset();
    stack.crash(({ sequence }) => (sequence === 2 ? 'after' : undefined));
    await stack.send('work', message('three', { next: { message: { id: 'four' } } }));
    await stack.clock.advanceTo(START + 3 * MINUTE);
    expect((await items('done')).map(({ sk, receives }) => [sk, receives])).toEqual([
      ['four', '1'],
      ['one', '1'],
      ['three', '2'],
      ['two', '1'],
    ]);
  });
});
