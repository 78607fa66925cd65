// What the product relies on a table for. The suite runs on whatever `openTables` opens: the in-process store, or the one that
// DYNAMODB_ENDPOINT names.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists, isNew, StoreError, type Table } from '../../lib/aws/table.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';

let tables: Tables;
let table: Table;

beforeAll(async () => {
  tables = await openTables();
  table = tables.business;
});

afterAll(() => tables.close());

const key = (pk: string, sk = 'S') => ({ pk, sk });

describe('put and get', () => {
  it('gives back what was put, without what was undefined', async () => {
    const item = { ...key('put'), text: 'a', number: 1.5, list: ['x', 1], map: { deep: true }, gone: undefined };
    expect(await table.put(item)).toBe(true);
    expect(await table.get(key('put'))).toEqual({
      ...key('put'),
      text: 'a',
      number: 1.5,
      list: ['x', 1],
      map: { deep: true },
    });
    expect(await table.get(key('put'), { eventually: true })).toHaveProperty('text', 'a');
  });

  it('keeps a map whose keys an object has a meaning for', async () => {
    const named = key('names');
    const notes = { constructor: 'Bouygues', toString: 'x', hasOwnProperty: 'y' };
    await table.put({ ...named, notes });
    expect(await table.get(named)).toEqual({ ...named, notes });
    expect(await table.update(named, { set: { notes: { ...notes, valueOf: 'z' } } })).toEqual({
      ...named,
      notes: { ...notes, valueOf: 'z' },
    });
  });

  it('keeps bytes as bytes', async () => {
    await table.put({ ...key('bytes'), wrapped: Uint8Array.of(0, 255, 7) });
    expect((await table.get(key('bytes')))?.['wrapped']).toEqual(Uint8Array.of(0, 255, 7));
  });

  it('answers undefined for an item that is not there', async () => {
    expect(await table.get(key('nobody'))).toBeUndefined();
    expect(await table.get(key('put', 'OTHER'))).toBeUndefined();
  });

  it('replaces the whole item without a condition, and nothing with one that does not hold', async () => {
    await table.put({ ...key('replace'), first: 1 });
    await table.put({ ...key('replace'), second: 2 });
    expect(await table.get(key('replace'))).toEqual({ ...key('replace'), second: 2 });
    expect(await table.put({ ...key('replace'), third: 3 }, isNew)).toBe(false);
    expect(await table.get(key('replace'))).toEqual({ ...key('replace'), second: 2 });
  });

  it('lets exactly one of 50 racing writers create an item', async () => {
    const racers = Array.from({ length: 50 }, (_, by) => table.put({ ...key('race'), by }, isNew));
    const won = (await Promise.all(racers)).flatMap((mine, by) => (mine ? [by] : []));
    expect(won).toHaveLength(1);
    expect(await table.get(key('race'))).toEqual({ ...key('race'), by: won[0] });
  });
});

describe('getMany', () => {
  it('gives back those that are there, as they are now', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `many${n}`);
    await Promise.all(names.slice(1).map((name) => table.put({ ...key(name), name })));
    await table.update(key('many5'), { set: { name: 'changed' } });
    const found = await table.getMany(names.map((name) => key(name)));
    expect(found.map(({ name }) => name).toSorted()).toEqual(
      names
        .slice(1)
        .map((name) => (name === 'many5' ? 'changed' : name))
        .toSorted(),
    );
  });

  it('asks nobody for nothing', async () => {
    expect(await table.getMany([])).toEqual([]);
  });
});

describe('update', () => {
  it('sets, adds and removes in one step and gives back the whole item', async () => {
    await table.put({ ...key('update'), kept: 'k', old: 1, count: 2 });
    const change = { set: { fresh: 'f', ignored: undefined }, add: { count: 3, born: 4 }, remove: ['old'] };
    const after = { ...key('update'), kept: 'k', fresh: 'f', count: 5, born: 4 };
    expect(await table.update(key('update'), change)).toEqual(after);
    expect(await table.get(key('update'))).toEqual(after);
  });

  it('makes the item when there is none and no condition asks for one', async () => {
    expect(await table.update(key('upsert'), { add: { count: 1 } })).toEqual({ ...key('upsert'), count: 1 });
    expect(await table.update(key('upsert2'), { set: { a: 1 }, condition: exists })).toBeUndefined();
    expect(await table.get(key('upsert2'))).toBeUndefined();
  });

  it('changes nothing when the condition does not hold', async () => {
    await table.put({ ...key('cas'), version: 1 });
    const swap = (from: number) =>
      table.update(key('cas'), {
        set: { version: from + 1 },
        condition: { expression: '#version = :from', values: { from } },
      });
    expect(await swap(2)).toBeUndefined();
    expect(await table.get(key('cas'))).toEqual({ ...key('cas'), version: 1 });
    expect(await swap(1)).toEqual({ ...key('cas'), version: 2 });
  });

  it('takes attribute names that DynamoDB reserves, and one name in change and condition', async () => {
    await table.put({ ...key('reserved'), state: 'a', name: 'n' });
    const condition = { expression: '#state = :was AND #name = :name', values: { was: 'a', name: 'n' } };
    const change = { set: { state: 'b', ttl: 1 }, remove: ['name'], condition };
    expect(await table.update(key('reserved'), change)).toEqual({ ...key('reserved'), state: 'b', ttl: 1 });
  });

  it('appends to a list, and makes the list', async () => {
    await table.put(key('append'));
    await table.update(key('append'), { append: { list: ['a'] } });
    const after = await table.update(key('append'), { set: { n: 1 }, append: { list: [{ id: 'b' }, 'c'] } });
    expect(after).toEqual({ ...key('append'), n: 1, list: ['a', { id: 'b' }, 'c'] });
  });

  it('loses none of 50 concurrent appends', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => table.update(key('appends'), { append: { list: [n] } })));
    const list = Array.from({ length: 50 }, (_, n) => n);
    expect((await table.get(key('appends')))?.['list']).toHaveLength(50);
    expect(new Set(Object((await table.get(key('appends')))?.['list']))).toEqual(new Set(list));
  });

  it('compares the length of a list, and what one of its elements says', async () => {
    await table.put({ ...key('list'), list: [{ id: 'a' }, { id: 'b' }] });
    const clear = (count: number, last: string) => {
      const expression = `size(#list) = :count AND #list[${count - 1}].#id = :last`;
      return table.update(key('list'), { remove: ['list'], condition: { expression, values: { count, last } } });
    };
    expect(await clear(1, 'a')).toBeUndefined();
    expect(await clear(2, 'a')).toBeUndefined();
    expect(await clear(2, 'b')).toEqual(key('list'));
    expect(await clear(2, 'b')).toBeUndefined();
  });

  it('adds up what 50 concurrent updates add', async () => {
    await Promise.all(Array.from({ length: 50 }, () => table.update(key('sum'), { add: { count: 1 } })));
    expect(await table.get(key('sum'))).toHaveProperty('count', 50);
  });
});

describe('remove', () => {
  it('removes, also what is not there', async () => {
    await table.put({ ...key('remove'), a: 1 });
    expect(await table.remove(key('remove'))).toBe(true);
    expect(await table.get(key('remove'))).toBeUndefined();
    expect(await table.remove(key('remove'))).toBe(true);
  });

  it('leaves the item when the condition does not hold', async () => {
    await table.put({ ...key('remove2'), holder: 'me' });
    const held = (by: string) => ({ expression: '#holder = :by', values: { by } });
    expect(await table.remove(key('remove2'), held('you'))).toBe(false);
    expect(await table.get(key('remove2'))).toHaveProperty('holder', 'me');
    expect(await table.remove(key('remove2'), held('me'))).toBe(true);
  });
});

describe('query', () => {
  const where = { expression: '#pk = :pk', values: { pk: 'query' } };
  const sortKeys = (items: readonly Readonly<Record<string, unknown>>[]) => items.map(({ sk }) => sk);

  beforeAll(async () => {
    for (const sk of ['c', 'a', 'e', 'b', 'd']) await table.put(key('query', sk));
    await table.put(key('query-other', 'x'));
  });

  it('lists one partition in the order of its sort keys, and backwards', async () => {
    expect(sortKeys((await table.query({ where })).items)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(sortKeys((await table.query({ where, newestFirst: true })).items)).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await table.query({ where: { ...where, values: { pk: 'nobody' } } })).toEqual({ items: [] });
  });

  it('takes a range of sort keys', async () => {
    const below = { expression: '#pk = :pk AND #sk < :sk', values: { pk: 'query', sk: 'c' } };
    expect(sortKeys((await table.query({ where: below })).items)).toEqual(['a', 'b']);
  });

  it('goes on where a limited page ended, without gap or repetition', async () => {
    const seen: unknown[] = [];
    let startAfter: Readonly<Record<string, unknown>> | undefined;
    do {
      const page = await table.query({ where, limit: 2, ...(startAfter === undefined ? {} : { startAfter }) });
      seen.push(...sortKeys(page.items));
      startAfter = page.next;
    } while (startAfter !== undefined);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('finds in a sparse index only what carries its keys, with the keys alone where the index holds no more', async () => {
    await table.put({ ...key('due1'), dueShard: 'D#9', dueAt: '2026-01-02', more: 1 });
    await table.put({ ...key('due2'), dueShard: 'D#9', dueAt: '2026-01-01' });
    await table.put({ ...key('due3'), dueShard: 'D#9' });
    const shard = {
      expression: '#dueShard = :shard AND #dueAt < :until',
      values: { shard: 'D#9', until: '2026-01-03' },
    };
    expect((await table.query({ index: 'due', where: shard })).items).toEqual([
      { ...key('due2'), dueShard: 'D#9', dueAt: '2026-01-01' },
      { ...key('due1'), dueShard: 'D#9', dueAt: '2026-01-02' },
    ]);
    await table.update(key('due2'), { remove: ['dueAt'] });
    expect((await table.query({ index: 'due', where: shard })).items).toHaveLength(1);
  });

  it('finds whole items in an index that holds everything', async () => {
    const item = { ...key('tenant1'), tenantKey: 'T#a', tenantSort: '1', more: 1 };
    await table.put(item);
    await table.put({ ...key('tenant2'), tenantKey: 'T#b', tenantSort: '1' });
    const own = { expression: '#tenantKey = :tenant', values: { tenant: 'T#a' } };
    expect((await table.query({ index: 'byTenant', where: own })).items).toEqual([item]);
  });
});

it('a refused call is a StoreError with its cause, whatever the operation', async () => {
  const broken = { expression: 'this is no condition (#pk' };
  const refused = [
    table.put(key('refused'), broken),
    table.update(key('refused'), { set: { a: 1 }, condition: broken }),
    table.remove(key('refused'), broken),
    table.query({ where: broken }),
    table.get({ pk: '', sk: '' }),
  ];
  for (const outcome of await Promise.allSettled(refused)) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'STORE_UNAVAILABLE',
        message: 'the store did not answer',
        cause: { name: 'ValidationException' },
      },
    });
    expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(StoreError);
  }
});
