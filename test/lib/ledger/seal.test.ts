// Sealing: every statement gets one leaf, heads only grow, published bytes stay; whoever dies wherever, and whoever else is at it.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { LedgerFault } from '../../../lib/ledger/ledger-fault.ts';
import { readState } from '../../../lib/ledger/log-store.ts';
import { makeSealer, type Seal } from '../../../lib/ledger/seal.ts';
import { LedgerWorld, MINUTE, openLedgerWorld } from './ledger-world.ts';

/** Of a fresh sealer: four queries, three reads of where the log stands, the newest manifest and what it left, an edge, the pending. */
const MANIFEST_PUT = 12;

let world: LedgerWorld;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ world, close } = await openLedgerWorld());
});
afterEach(() => close());

const placed = async (): Promise<readonly (number | undefined)[]> =>
  (await world.statements()).map(({ leafIndex }) => leafIndex).toSorted((a, b) => Number(a) - Number(b));

describe('a log', () => {
  it('I4 I5 I6 gives each statement one leaf and a place, and grows from head to head', async () => {
    const seal = world.sealer();
    expect(await seal(world.now + MINUTE)).toBe(0);
    expect(await readState(world.tables.log)).toBeUndefined();
    for (const count of [1, 2, 5]) {
      await world.issue(count);
      expect(await seal(world.now + MINUTE)).toBe(count);
      expect(await world.check()).toEqual([]);
    }
    expect(await placed()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect((await world.checkpoints()).map(({ size }) => size)).toEqual([1, 3, 8]);
    expect(world.warnings).toEqual([]);
  });

  it('I4 gives each key event a leaf of its own, before the statements of its batch, and tells nobody of it', async () => {
    await world.issue(2);
    await world.announce(2);
    expect(await world.seal()).toBe(4);
    await world.announce(1);
    expect(await world.seal()).toBe(1);
    expect(await world.check()).toEqual([]);
    expect(await placed()).toEqual([2, 3]);
    const indexes = (await world.keyEvents()).map(({ leafIndex }) => leafIndex);
    expect(indexes.toSorted()).toEqual([0, 1, 4]);
    expect(world.told.size).toBe(2);
    expect(world.faults.calls.filter((call) => call === 'events.tell')).toHaveLength(1);
  });

  it('leaves out a key event whose leaf is not of what it says, and says so', async () => {
    await world.announce(2);
    await world.tables.attestations.update(keys.keyEvent('statement', 'key-1', 'added'), { set: { at: 0 } });
    expect(await world.seal()).toBe(1);
    expect(world.warnings).toContain('LEAF_NOT_OF_KEY_EVENT');
    expect((await world.keyEvents()).map(({ kid, leafIndex }) => [kid, leafIndex])).toEqual([
      ['key-1', undefined],
      ['key-2', 0],
    ]);
  });

  it('I4 I5 I6 grows over full tiles, in batches of at most 500', async () => {
    await world.issue(250);
    expect(await world.seal()).toBe(250);
    await world.issue(510);
    expect(await world.seal()).toBe(510);
    expect(await world.check()).toEqual([]);
    expect((await world.checkpoints()).map(({ size }) => size)).toEqual([250, 750, 760]);
  }, 300_000);

  it('makes the calls that it needs and no other: eight for a batch and one for its events, and one for each statement', async () => {
    const seal = world.sealer();
    await world.issue(1);
    await seal(world.now + MINUTE);
    await world.issue(3);
    const before = world.faults.calls.length;
    await seal(world.now + MINUTE);
    expect(world.faults.calls.slice(before)).toEqual([
      ...Array(4).fill('attestations.query'),
      'attestations.getMany',
      'log.put',
      'log.put',
      'log.get',
      'attestations.update',
      'signer.publicKey',
      'signer.sign',
      'log.put',
      'log.put',
      'events.tell',
      ...Array(3).fill('attestations.update'),
      ...Array(4).fill('attestations.query'),
    ]);
  });

  it('asks only the index while nothing is pending', async () => {
    await world.seal();
    expect(world.faults.calls).toEqual(Array(4).fill('attestations.query'));
  });

  it('stops when its time is over; the next run goes on', async () => {
    await world.issue(2);
    expect(await world.sealer()(world.now)).toBe(0);
    expect(await world.seal()).toBe(2);
  });

  it('leaves out a statement whose leaf is not of what it says, and says so', async () => {
    const [bad] = await world.issue(2);
    await world.tables.client.send(
      new UpdateCommand({
        TableName: 'attestations',
        Key: keys.statement('acme', bad?.contractId ?? '', 1),
        UpdateExpression: 'SET leaf = :leaf',
        ExpressionAttributeValues: { ':leaf': Buffer.alloc(64).toString('base64url') },
      }),
    );
    expect(await world.seal()).toBe(1);
    expect(world.warnings).toContain('LEAF_NOT_OF_STATEMENT');
    expect(await world.leaves()).toHaveLength(1);
  });

  it('I4 does not believe an index that still names what was sealed', async () => {
    const [first] = await world.issue(1);
    await world.seal();
    const { query } = world.tables.attestations;
    const stale = keys.statement('acme', first?.contractId ?? '', 1);
    const attestations = {
      ...world.tables.attestations,
      query: async (range: Parameters<typeof query>[0]) => ({ items: [{ ...stale }, ...(await query(range)).items] }),
    };
    await world.issue(1);
    expect(await makeSealer({ ...world.ledger, attestations })(world.now + MINUTE)).toBe(1);
    expect(await world.check()).toEqual([]);
  });
});

describe('whoever dies wherever', () => {
  /** What one healthy run of a fresh sealer over a log of some leaves calls, and what it leaves. */
  const stage = async (): Promise<void> => {
    await world.issue(3);
    await world.announce(1);
    await world.seal();
    await world.issue(2);
    await world.announce(1);
  };

  /** Lets the n-th call of a run fail. `early`: whether the run made as many calls. */
  const dieAt = async (fault: 'applied' | 'not_applied', call: number, seal: Seal) => {
    const before = world.faults.calls.length;
    world.faults.failNext(fault, call);
    const fell = await seal(world.now + MINUTE).then(
      () => false,
      () => true,
    );
    const made = world.faults.calls.length - before;
    world.faults.failNext(fault, Number.MAX_SAFE_INTEGER);
    if (made >= call && !fell) throw new Error('a call failed and nobody noticed');
    return { early: made >= call };
  };

  it('I4 I5 I6 the log is the same: before and after every call of a run, by the one who comes next', async () => {
    await stage();
    const from = world.faults.calls.length;
    await world.seal();
    const calls = world.faults.calls.slice(from);
    expect(await world.check()).toEqual([]);
    expect(new Set(calls)).toEqual(
      new Set([
        'attestations.query',
        'attestations.getMany',
        'attestations.get',
        'attestations.update',
        'events.tell',
        'log.get',
        'log.put',
        'signer.publicKey',
        'signer.sign',
      ]),
    );
    const wrong: string[] = [];
    for (const fault of ['not_applied', 'applied'] as const) {
      for (const [n, call] of calls.entries()) {
        await world.issue(1);
        await world.announce(1);
        const sealer = world.sealer();
        const died = await dieAt(fault, n + 1, sealer);
        // Either the very same sealer goes on, with what it remembers, or another one that remembers nothing.
        await (n % 2 === 0 ? sealer(world.now + MINUTE) : world.seal());
        const problems = await world.check();
        // The second batch of a run that the first one began is not always there.
        if (!died.early && n < calls.length - 4) wrong.push(`${fault} ${n} ${call}: nobody died`);
        wrong.push(...problems.map((problem) => `${fault} ${n} ${call}: ${problem}`));
        if (problems.length > 0) break;
      }
    }
    expect(wrong).toEqual([]);
    expect(world.warnings).toEqual([]);
  }, 300_000);

  it('I4 I5 I6 also when the one who finishes dies as well, at every call of his', async () => {
    await stage();
    const wrong: string[] = [];
    for (let n = 1; ; n += 1) {
      await world.issue(2);
      await world.announce(1);
      // The first one dies when its manifest has been made, the second at each of its calls.
      await dieAt('applied', MANIFEST_PUT, world.sealer());
      const died = await dieAt('applied', n, world.sealer());
      await world.seal();
      wrong.push(...(await world.check()).map((problem) => `call ${n}: ${problem}`));
      if (!died.early || wrong.length > 0) break;
    }
    expect(wrong).toEqual([]);
  }, 300_000);
});

describe('two at once', () => {
  it('I4 I5 I6 seal everything once, in every order of their first calls', async () => {
    for (let round = 0; round < 8; round += 1) {
      await world.issue(2);
      await world.announce(1);
      const both = [world.sealer(), world.sealer(), world.sealer()];
      const first = both[0]?.(world.now + MINUTE);
      for (let turn = 0; turn < round; turn += 1) await Promise.resolve();
      await Promise.all([first, both[1]?.(world.now + MINUTE), both[2]?.(world.now + MINUTE)]);
      await world.seal();
      expect(await world.check(), `round ${round}`).toEqual([]);
    }
    expect(world.warnings).toEqual([]);
  }, 300_000);

  it('I4 I5 I6 seal everything once, one of them held up before each of its calls', async () => {
    await world.issue(2);
    await world.seal();
    for (let held = 0; held < 18; held += 1) {
      await world.issue(1);
      await world.announce(1);
      const slow = new LedgerWorld(world.tables, world.told);
      slow.now = world.now;
      let calls = 0;
      const holdUp = <T extends object>(thing: T): T =>
        new Proxy(thing, {
          get: (target, property, receiver) => {
            const member: unknown = Reflect.get(target, property, receiver);
            if (typeof member !== 'function') return member;
            return async (...args: unknown[]) => {
              // While this one waits, another seals all there is, and more.
              if (calls++ === held) {
                await world.seal();
                await world.issue(1);
                await world.seal();
              }
              return Reflect.apply(member, target, args);
            };
          },
        });
      const { attestations, log, signer } = slow.ledger;
      const ledger = { ...slow.ledger, attestations: holdUp(attestations), log: holdUp(log), signer: holdUp(signer) };
      await makeSealer(ledger)(world.now + MINUTE);
      await world.seal();
      expect(await world.check(), `held up at ${held}`).toEqual([]);
      expect(slow.warnings).toEqual([]);
    }
  }, 300_000);
});

describe('I5 a log that was restored, or altered, is not continued', () => {
  const copyOf = async (table: 'attestations' | 'log') => {
    const items = await world.scan(table);
    return async () => {
      const kept = new Map(items.map((item) => [`${item['pk']} ${item['sk']}`, item]));
      for (const item of await world.scan(table)) {
        const key = { pk: String(item['pk']), sk: String(item['sk']) };
        const old = kept.get(`${key.pk} ${key.sk}`);
        if (old === undefined) await world.tables[table].remove(key);
        else await world.tables[table].put({ ...key, ...old });
      }
    };
  };
  const refusal = async (): Promise<unknown> => world.seal().catch((fault: unknown) => fault);

  beforeEach(async () => {
    await world.issue(3);
    await world.seal();
  });

  it.each(['log', 'attestations'] as const)('when %s is as it was a batch ago', async (table) => {
    const restore = await copyOf(table);
    await world.issue(2);
    await world.seal();
    await restore();
    await world.issue(1);
    const before = await world.scan('log');
    expect(await refusal()).toMatchObject({ name: 'LedgerFault', code: 'LOG_BEHIND' });
    // Nothing was signed, nothing put.
    expect(await world.scan('log')).toEqual(before);
  });

  it('when the log is empty', async () => {
    for (const { pk, sk } of await world.scan('log')) await world.tables.log.remove({ pk: String(pk), sk: String(sk) });
    await world.issue(1);
    expect(await refusal()).toBeInstanceOf(LedgerFault);
    expect(await world.scan('log')).toEqual([]);
  });

  it('when a log of the same size has another head', async () => {
    await world.tables.log.update(keys.logState(), { set: { root: Buffer.alloc(32).toString('base64') } });
    await world.issue(1);
    expect(await refusal()).toMatchObject({ code: 'LOG_BEHIND' });
  });

  it('when a bit of the tile on its edge is another', async () => {
    const key = keys.tile(0, 0, 3);
    const hashes = (await world.tables.log.get(key))?.['hashes'];
    if (!(hashes instanceof Uint8Array)) throw new Error('no tile');
    await world.tables.log.update(key, { set: { hashes: hashes.with(40, (hashes[40] ?? 0) ^ 1) } });
    await world.issue(1);
    expect(await refusal()).toMatchObject({ code: 'LOG_INCONSISTENT' });
    expect(await world.checkpoints()).toHaveLength(1);
  });

  it('when a tile comes back other than it was written', async () => {
    await world.tables.log.put({ ...keys.tile(0, 0, 4), hashes: new Uint8Array(128), entries: new Uint8Array() });
    await world.issue(1);
    expect(await refusal()).toMatchObject({ code: 'LOG_INCONSISTENT' });
    expect(await world.checkpoints()).toHaveLength(1);
  });

  it('when a head of the next size was signed with another root', async () => {
    await world.tables.log.put({
      ...keys.checkpoint(4),
      size: 4,
      root: 'AAAA',
      note: 'another\n4\nAAAA\n\n',
      signedAt: 'then',
    });
    await world.issue(1);
    expect(await refusal()).toMatchObject({ code: 'LOG_INCONSISTENT' });
    expect((await readState(world.tables.log))?.size).toBe(3);
  });
});
