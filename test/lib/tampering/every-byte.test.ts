// Every byte of what is signed, or is a hash of it, of the bundle that a run hands out and of what is stored: one at a time is another one,
// and is found out. Those of a PDF are in ../proof/pdf-seal.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item, Key, Table } from '../../../lib/aws/table.ts';
import { inflate, makeVerifyEs256, sha256, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import { checkAll } from '../../../lib/ledger/check.ts';
import type { Checking } from '../../../lib/ledger/fsck-log.ts';
import { readBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import type { VerifyEs256 } from '../../../lib/proof/primitives.ts';
import { type BundleTrust, verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { contentsOf } from '../../stores/contents.ts';
import { trustOf } from './checkers.ts';
import { otherBit } from './forgery.ts';
import { openRun, type Run } from './run.ts';

let run: Run;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ run, close } = await openRun(2));
});
afterAll(() => close());

/** The same signature over the same text is looked at once. */
function rememberingEs256(): VerifyEs256 {
  const verify = makeVerifyEs256();
  const known = new Map<string, boolean>();
  return (key, signature, data) => {
    const name = `${key.x} ${Buffer.from(signature).toString('latin1')} ${Buffer.from(data).toString('latin1')}`;
    const holds = known.get(name) ?? verify(key, signature, data);
    known.set(name, holds);
    return holds;
  };
}

const otherCharacter = (text: string, at: number): string =>
  `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${text.slice(at + 1)}`;

/** Places, told by what is not found out there: none. */
const unnoticed = async (length: number, isNoticed: (at: number) => boolean | Promise<boolean>): Promise<number[]> => {
  const places: number[] = [];
  for (let at = 0; at < length; at += 1) if (!(await isNoticed(at))) places.push(at);
  return places;
};

describe('every byte', () => {
  it('of a bundle, but for the keys in it: those that were given count', async () => {
    const text = Buffer.from(await run.handOut('bundle')).toString();
    const { jwks, logKey } = JSON.parse(text);
    const bare = text.replace(JSON.stringify(jwks), '').replace(JSON.stringify(logKey), '');
    const trust: BundleTrust = {
      ...(await trustOf(run)),
      crypto: { sha256, verifyEs256: rememberingEs256(), verifyEd25519, inflate },
    };
    const holds = (changed: string): boolean => {
      const read = readBundle(changed);
      return read.ok && failuresOf(verifyBundle(read.bundle, trust)).length === 0;
    };
    const keys = [JSON.stringify(jwks), JSON.stringify(logKey)].map(
      (part) => [text.indexOf(part), text.indexOf(part) + part.length] as const,
    );
    expect(holds(text)).toBe(true);
    expect(bare.length).toBeGreaterThan(6_000);
    const isOfKeys = (at: number) => keys.some(([from = 0, to = 0]) => at >= from && at < to);
    expect(await unnoticed(text.length, (at) => isOfKeys(at) || !holds(otherCharacter(text, at)))).toEqual([]);
  });
});

describe('every byte that is stored', () => {
  /** What a table answers is asked for once. */
  const remembering = (table: Table): Table => {
    const answers = new Map<string, unknown>();
    const once =
      <Given extends readonly unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
      async (...given: Given): Promise<Answer> => {
        const name = `${call.name} ${JSON.stringify(given)}`;
        if (!answers.has(name)) answers.set(name, await call(...given));
        return answers.get(name) as Answer;
      };
    const { get, getMany, scan, query } = table;
    return { ...table, get: once(get), getMany: once(getMany), scan: once(scan), query: once(query) };
  };

  /** A table in which one item is another. */
  const withItem = (table: Table, item: Item): Table => {
    const isIt = ({ pk, sk }: Item | Key): boolean => pk === item['pk'] && sk === item['sk'];
    const swap = (found: Item): Item => (isIt(found) ? item : found);
    return {
      ...table,
      get: async (key) => (isIt(key) ? item : table.get(key)),
      getMany: async (wanted) => (await table.getMany(wanted)).map(swap),
      scan: async (part) => {
        const page = await table.scan(part);
        return { ...page, items: page.items.map(swap) };
      },
    };
  };

  const otherAt = (value: unknown, at: number): unknown =>
    typeof value === 'string' ? otherCharacter(value, at) : otherBit(value, at);

  const ATTRIBUTES = ['signingInput', 'signature', 'leaf', 'hashes', 'entries', 'leaves', 'note', 'root'];

  async function found(table: 'attestations' | 'log', isMeant: (item: Item) => boolean) {
    const checking: Checking = { ...run.checking(), verifyEs256: rememberingEs256() };
    const stores = {
      business: remembering(checking.business),
      attestations: remembering(checking.attestations),
      log: remembering(checking.log),
    };
    const items = [...(await contentsOf(run.tables, table)).values()].filter(isMeant);
    const missed: string[] = [];
    let bytes = 0;
    for (const item of items) {
      for (const name of ATTRIBUTES.filter((one) => item[one] !== undefined)) {
        const value = item[name] as string | Uint8Array;
        bytes += value.length;
        for (const at of await unnoticed(value.length, async (at) => {
          const tables = { ...stores, [table]: withItem(stores[table], { ...item, [name]: otherAt(value, at) }) };
          return (await checkAll({ ...checking, ...tables }, Number.POSITIVE_INFINITY)).disagreements.length > 0;
        }))
          missed.push(`${item['pk']} ${item['sk']} ${name} ${at}`);
      }
    }
    return { bytes, missed };
  }

  it('of the log', async () => {
    const { bytes, missed } = await found('log', () => true);
    expect(missed).toEqual([]);
    expect(bytes).toBeGreaterThan(1_500);
  });

  it('of a statement, and of the mark', async () => {
    const { pk, sk } = run.key(2);
    const { bytes, missed } = await found(
      'attestations',
      (item) => item['sk'] === 'MARK' || (item['pk'] === pk && item['sk'] === sk),
    );
    expect(missed).toEqual([]);
    expect(bytes).toBeGreaterThan(1_500);
  });
});
