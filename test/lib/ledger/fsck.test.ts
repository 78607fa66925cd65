// Log against store, both ways: nothing to say of a whole log, and a name for everything that is altered, missing, moved or doubled.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashOfSigningInput } from '../../../lib/attestation/sd-jwt.ts';
import { putStatement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Item, Key } from '../../../lib/aws/table.ts';
import { verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import { checkAll, checkDaily, type FullPosition } from '../../../lib/ledger/check.ts';
import type { Checking, Disagreement } from '../../../lib/ledger/fsck-log.ts';
import { leafOfKeyEvent } from '../../../lib/ledger/key-events.ts';
import { type Contents, contentsOf, restore } from '../../stores/contents.ts';
import { crypto, ISSUER, jwk } from '../proof/statement-fixture.ts';
import { keyEventOf, LedgerWorld, logKey, MINUTE, openLedgerWorld, statementOf } from './ledger-world.ts';

const DAY = 86_400_000;
let world: LedgerWorld;
let checking: Checking;

/** What the tests are about from here on. */
function enter(entered: LedgerWorld): void {
  world = entered;
  const { business, attestations, log } = world.tables;
  const stores = { business, attestations, log, keys: [logKey], verifyEd25519, clock: () => world.now };
  checking = { ...stores, issuer: ISSUER, statementKeys: [jwk], verifyEs256: crypto.verifyEs256 };
}

const all = async (): Promise<readonly Disagreement[]> =>
  (await checkAll(checking, Number.POSITIVE_INFINITY)).disagreements;
const codes = async (): Promise<readonly string[]> => [...new Set((await all()).map(({ code }) => code))].toSorted();

/** Alters one item of a table, whoever may not. */
const alter = async (table: 'attestations' | 'log', key: Key, change: Item): Promise<void> => {
  await world.tables[table].update(key, { set: change });
};
const bytesOf = async (key: Key, name: string): Promise<Uint8Array> => {
  const bytes = (await world.tables.log.get(key))?.[name];
  if (!(bytes instanceof Uint8Array)) throw new Error('no such bytes');
  return Uint8Array.from(bytes);
};
const flipped = async (key: Key, name: string, at: number): Promise<Uint8Array> => {
  const bytes = await bytesOf(key, name);
  return bytes.with(at, (bytes[at] ?? 0) ^ 1);
};

const TABLES = ['attestations', 'log'] as const;

describe('a log of 259 leaves in five batches', () => {
  const BATCHES = [100, 154, 2, 1, 2];
  let laid: Awaited<ReturnType<typeof openLedgerWorld>>;
  const held = new Map<(typeof TABLES)[number], Contents>();
  let place: (index: number) => Key;

  // Laid once: that takes longer than any check of it.
  beforeAll(async () => {
    laid = await openLedgerWorld();
    enter(laid.world);
    for (const count of BATCHES) {
      await world.issue(count);
      await world.seal();
    }
    const statements = await world.statements();
    place = (index) => {
      const found = statements.find(({ leafIndex }) => leafIndex === index);
      return keys.statement('acme', found?.contractId ?? '', 1);
    };
    for (const table of TABLES) held.set(table, await contentsOf(world.tables, table));
  }, 120_000);
  afterAll(() => laid.close());

  beforeEach(async () => {
    const { tables, told } = laid.world;
    enter(new LedgerWorld(tables, new Set(told), 259));
    for (const [table, contents] of held) await restore(world.tables, table, contents);
  });

  it('I4 I5 has nothing to be said of it, nor of one that waits to be sealed', async () => {
    await world.issue(2);
    expect(await all()).toEqual([]);
  });

  const full = keys.tile(0, 0, 256);
  const edge = keys.tile(0, 1, 3);

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      'a bit of a hash in a full tile',
      async () => alter('log', full, { hashes: await flipped(full, 'hashes', 4_000) }),
      ['entries_not_of_tile', 'tile_not_in_tree'],
    ],
    [
      'a bit of an entry in a full tile',
      async () => alter('log', full, { entries: await flipped(full, 'entries', 100) }),
      ['entries_not_of_tile', 'leaf_not_of_manifest', 'place_of_another_leaf'],
    ],
    [
      'a bit of a hash on the edge',
      async () => alter('log', edge, { hashes: await flipped(edge, 'hashes', 5) }),
      ['checkpoint_of_another_tree', 'entries_not_of_tile', 'head_of_another_tree'],
    ],
    [
      'a bit in the tile above',
      async () => alter('log', keys.tile(1, 0, 1), { hashes: await flipped(keys.tile(1, 0, 1), 'hashes', 5) }),
      ['checkpoint_of_another_tree', 'head_of_another_tree', 'tile_not_in_tree'],
    ],
    ['a tile that is gone', () => world.tables.log.remove(full), ['place_of_another_leaf', 'tile_missing']],
    ['a manifest that is gone', () => world.tables.log.remove(keys.manifest(100)), ['manifest_missing']],
    [
      'a bit of a leaf in a manifest',
      async () => alter('log', keys.manifest(100), { leaves: await flipped(keys.manifest(100), 'leaves', 70) }),
      ['leaf_not_of_manifest', 'leaf_not_of_statement'],
    ],
    ['a statement that is gone', () => world.tables.attestations.remove(place(7)), ['statement_missing']],
    [
      'a statement that says something else',
      () => alter('attestations', place(7), { signingInput: 'header.another' }),
      ['leaf_not_of_statement', 'statement_refused'],
    ],
    [
      'a statement with another leaf',
      () => alter('attestations', place(7), { leaf: statementOf(999, 1).leaf }),
      ['leaf_not_of_statement', 'place_of_another_leaf'],
    ],
    [
      'a statement at the place of another',
      () => alter('attestations', place(7), { leafIndex: 8 }),
      ['place_of_another_leaf', 'statement_elsewhere'],
    ],
    [
      'a statement beyond the log',
      () => alter('attestations', place(7), { leafIndex: 259 }),
      ['statement_beyond_log', 'statement_elsewhere'],
    ],
    [
      'a statement that is neither pending nor sealed',
      () => world.tables.attestations.update(place(7), { remove: ['leafIndex'] }),
      ['neither_pending_nor_sealed'],
    ],
    ['a checkpoint that is gone', () => world.tables.log.remove(keys.checkpoint(254)), ['checkpoint_missing']],
    [
      'a checkpoint that nobody signed',
      () => alter('log', keys.checkpoint(254), { note: 'odoseal.test/log\n254\nAAAA\n\n— odoseal.test/log AAAA\n' }),
      ['checkpoint_refused'],
    ],
    [
      'two checkpoints exchanged',
      async () => {
        const [one, two] = [keys.checkpoint(254), keys.checkpoint(256)];
        const note = (await world.tables.log.get(two))?.['note'];
        await alter('log', one, { note });
      },
      ['checkpoint_refused'],
    ],
    [
      'another head',
      () => alter('log', keys.logState(), { size: 258 }),
      [
        'head_of_another_tree',
        'head_refused',
        'mark_disagrees',
        'place_of_another_leaf',
        'statement_beyond_log',
        'tile_missing',
      ],
    ],
    ['a mark that is ahead', () => alter('attestations', keys.logMark(), { size: 300 }), ['mark_disagrees']],
  ])(
    'I4 I5 I6 names %s',
    async (_, change, expected) => {
      await change();
      expect(await codes()).toEqual(expected);
    },
    120_000,
  );

  it('I4 I5 has nothing to be said of a key that has leaked: the key set tells of that', async () => {
    const events = [{ event: 'compromised', at: world.now / 1000, since: 0, logSize: 0 }];
    checking = { ...checking, statementKeys: [{ ...jwk, events }] };
    expect(await all()).toEqual([]);
  });

  it('names a statement that has waited for an hour', async () => {
    await world.issue(1);
    world.now += 60 * MINUTE;
    expect(await codes()).toEqual([]);
    world.now += 1;
    expect(await all()).toEqual([{ code: 'pending_too_long', at: statementOf(260, 1).attestationId }]);
  });

  it('goes on where it stopped, piece by piece, and sees the same', async () => {
    await alter('attestations', place(7), { signingInput: 'header.another' });
    await alter('attestations', place(258), { leafIndex: 8 });
    const found: Disagreement[] = [];
    let next: FullPosition | undefined;
    let pieces = 0;
    do {
      // Time is over after the first piece of each run.
      let looked = 0;
      const clock = () => world.now + looked++;
      const checked = await checkAll({ ...checking, clock }, world.now + 1, next);
      found.push(...checked.disagreements);
      next = checked.next;
      pieces += 1;
    } while (next !== undefined);
    expect(pieces).toBeGreaterThan(30);
    expect(found.toSorted((a, b) => a.code.localeCompare(b.code))).toEqual(
      [...(await all())].toSorted((a, b) => a.code.localeCompare(b.code)),
    );
  }, 120_000);
});

describe('a chain that is longer than a page', () => {
  const CONTRACT = 'con_00000000000000000000000000000001';
  let close: () => Promise<void>;
  beforeEach(async () => {
    const opened = await openLedgerWorld();
    close = opened.close;
    enter(opened.world);
    let prev: string | null = null;
    for (let seq = 1; seq <= 210; seq += 1) {
      const statement = statementOf(1, seq, prev);
      await putStatement(world.tables.attestations, statement);
      prev = hashOfSigningInput(statement.signingInput);
    }
  });
  afterEach(() => close());

  it('I3 is checked whole, once', async () => {
    expect(await all()).toEqual([]);
    await world.tables.attestations.remove(keys.statement('acme', CONTRACT, 205));
    expect(await all()).toEqual([{ code: 'chain_broken', at: `${CONTRACT} 205`, reason: 'chain: seq_hole' }]);
  });
});

describe('a log with key events among its leaves', () => {
  let close: () => Promise<void>;
  const event = keys.keyEvent('statement', 'key-2', 'added');

  beforeEach(async () => {
    const opened = await openLedgerWorld();
    close = opened.close;
    enter(opened.world);
    await world.announce(1);
    await world.issue(2);
    await world.seal();
    // Key events of a batch come first: key-2 is entry 3.
    await world.announce(1);
    await world.issue(1);
    await world.seal();
    await world.announce(1);
    await world.seal();
  });
  afterEach(() => close());

  it('I4 has nothing to be said of it, nor of one that waits to be sealed', async () => {
    expect((await world.keyEvents()).map(({ leafIndex }) => leafIndex)).toEqual([0, 3, 5]);
    await world.announce(1);
    expect(await all()).toEqual([]);
  });

  const name = 'statement key-2 added';

  it.each<[string, () => Promise<unknown>, readonly Disagreement[]]>([
    [
      'a key event that is gone',
      () => world.tables.attestations.remove(event),
      [{ code: 'key_event_missing', at: '3' }],
    ],
    [
      'a key event that says something else',
      () => alter('attestations', event, { at: 1 }),
      [{ code: 'leaf_not_of_key_event', at: '3' }],
    ],
    [
      'a key event that says something else, with the leaf of that',
      async () => {
        const said = { ...keyEventOf(2), at: 1 };
        const leaf = Buffer.from(leafOfKeyEvent(said)).toString('base64url');
        await alter('attestations', event, { at: 1, leaf });
      },
      [
        { code: 'leaf_not_of_key_event', at: '3' },
        { code: 'place_of_another_leaf', at: name },
      ],
    ],
    [
      'a key event at the place of another',
      () => alter('attestations', event, { leafIndex: 5 }),
      [
        { code: 'key_event_elsewhere', at: '3' },
        { code: 'place_of_another_leaf', at: name },
      ],
    ],
    [
      'a key event beyond the log',
      () => alter('attestations', event, { leafIndex: 6 }),
      [
        { code: 'key_event_elsewhere', at: '3' },
        { code: 'key_event_beyond_log', at: name },
      ],
    ],
    [
      'a key event that is neither pending nor sealed',
      () => world.tables.attestations.update(event, { remove: ['leafIndex'] }),
      [{ code: 'neither_pending_nor_sealed', at: name }],
    ],
    [
      'a foreign key event, which the log has never seen',
      async () => {
        const foreign = keyEventOf(9);
        const leaf = Buffer.from(leafOfKeyEvent(foreign)).toString('base64url');
        const item = { ...keys.keyEvent('statement', 'key-9', 'added'), ...foreign, keyId: 'k', leaf, leafIndex: 3 };
        await world.tables.attestations.put(item);
      },
      [{ code: 'place_of_another_leaf', at: 'statement key-9 added' }],
    ],
  ])('I4 names %s', async (_, change, expected) => {
    await change();
    expect(await all()).toEqual(expected);
  });

  it('names one that has waited for an hour', async () => {
    await world.announce(1);
    world.now += 60 * MINUTE;
    expect(await all()).toEqual([]);
    world.now += 1;
    expect(await all()).toEqual([{ code: 'pending_too_long', at: 'statement key-4 added' }]);
  });
});

describe('day by day', () => {
  const business = () => world.tables.business;
  const today = () => checkDaily(checking, Number.POSITIVE_INFINITY);
  const bookmark = async () => (await business().get(keys.logCheck())) ?? {};

  let close: () => Promise<void>;

  beforeEach(async () => {
    const opened = await openLedgerWorld();
    close = opened.close;
    enter(opened.world);
    await world.issue(5);
    await world.seal();
  });
  afterEach(() => close());

  it('everything new is looked at on its day, once', async () => {
    expect(await today()).toEqual([]);
    expect(await bookmark()).toMatchObject({ checkedTo: 0, size: 5 });
    expect(await bookmark()).not.toHaveProperty('position');
    await world.issue(1);
    await world.seal();
    await world.tables.log.remove(keys.manifest(0));
    // Done for today.
    expect(await today()).toEqual([]);
    world.now += DAY;
    // The tile that a new entry went into is looked at again.
    expect((await today()).map(({ code }) => code)).toEqual(['manifest_missing']);
    expect(await bookmark()).toMatchObject({ checkedTo: 5, size: 6 });
    // Nothing is new the day after, and the tile's own turn has not come.
    world.now += DAY;
    expect(await today()).toEqual([]);
    expect(await bookmark()).toMatchObject({ checkedTo: 6, size: 6 });
  });

  it('every tile has its day in thirty', async () => {
    await today();
    await world.tables.log.remove(keys.manifest(0));
    const days: string[][] = [];
    for (let day = 0; day < 30; day += 1) {
      world.now += DAY;
      days.push((await today()).map(({ code }) => code));
    }
    expect(days.filter((found) => found.length > 0)).toEqual([['manifest_missing']]);
  });

  it('every statement is looked at within thirty days', async () => {
    await world.issue(20);
    await world.seal();
    for (const { contractId } of await world.statements())
      await world.tables.attestations.update(keys.statement('acme', contractId, 1), { remove: ['leafIndex'] });
    const found = new Set<string>();
    for (let day = 0; day < 30; day += 1, world.now += DAY)
      for (const { code, at } of await today()) if (code === 'neither_pending_nor_sealed') found.add(at);
    expect(found.size).toBe(25);
  }, 60_000);

  describe('remembers the log as it was looked at', () => {
    /** Log and store as they were an hour ago: they agree with each other. */
    const restoreBoth = async (before: ReadonlyMap<(typeof TABLES)[number], Contents>): Promise<void> => {
      for (const [table, contents] of before) await restore(world.tables, table, contents);
    };
    let before: ReadonlyMap<(typeof TABLES)[number], Contents>;
    beforeEach(async () => {
      before = new Map([
        ['attestations', await contentsOf(world.tables, 'attestations')],
        ['log', await contentsOf(world.tables, 'log')],
      ]);
      await world.issue(1);
      await world.seal();
      expect(await today()).toEqual([]);
      world.now += DAY;
    });

    it('I5 and names one that is shorter', async () => {
      await restoreBoth(before);
      expect(await all()).toEqual([{ code: 'log_shorter_than_seen', at: '6' }]);
      expect(await today()).toEqual([{ code: 'log_shorter_than_seen', at: '6' }]);
    });

    it.each([[[1, 1]], [[2]]])('I5 and names another one (of batches %j)', async (batches) => {
      await restoreBoth(before);
      for (const count of batches) {
        await world.issue(count);
        await world.seal();
      }
      expect(await all()).toEqual([{ code: 'log_forked', at: '6' }]);
      expect(await today()).toEqual([{ code: 'log_forked', at: '6' }]);
    });

    it('I5 and has nothing to say of one that has grown', async () => {
      await world.issue(2);
      await world.seal();
      expect(await all()).toEqual([]);
      expect(await today()).toEqual([]);
    });
  });

  it('what there was no time for is looked at by the next run of the day', async () => {
    await world.tables.log.remove(keys.manifest(0));
    expect(await checkDaily(checking, world.now)).toEqual([]);
    expect(await bookmark()).toMatchObject({ position: { tiles: 0, segments: 0 } });
    expect((await today()).map(({ code }) => code)).toEqual(['manifest_missing']);
    expect(await bookmark()).not.toHaveProperty('position');
  });
});
