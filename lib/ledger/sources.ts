// Where leaves come from, and how a source learns its place: statements, and what happened to signing keys.
import { isPending, markSealed, parseStatement, pendingStatements, type Statement } from '../attestation/statement.ts';
import { sha256 } from '../aws/digest.ts';
import type { Item, Key, Table } from '../aws/table.ts';
import { sameBytes } from '../proof/bytes.ts';
import { isKeyEvent, leafOfKeyEvent, parseKeyEvent } from './key-events.ts';
import type { Manifest } from './log-store.ts';

/** Of one batch: its manifest stays far below the 400 KB that an item may have. */
const MOST_LEAVES = 500;
/** DynamoDB answers for at most this many keys at once. */
const MOST_KEYS = 100;
/** Writes in flight together. */
const AT_ONCE = 25;

const pieces = <T>(items: readonly T[], length: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / length) }, (_, n) => items.slice(n * length, (n + 1) * length));

export const keyOf = ({ pk, sk }: Item): Key => ({ pk: String(pk), sk: String(sk) });

export interface Leaf {
  /** The source as it was read. */
  readonly item: Item;
  readonly bytes: Uint8Array;
}

const bytesOf = (leaf: string): Uint8Array => Uint8Array.from(Buffer.from(leaf, 'base64url'));

/** The leaf of a key event; undefined when it is not the leaf of what the event says. */
function keyEventLeafOf(item: Item): Leaf | undefined {
  const event = parseKeyEvent(item);
  const bytes = bytesOf(event.leaf);
  return sameBytes(bytes, leafOfKeyEvent(event)) ? { item, bytes } : undefined;
}

/** The leaf of a statement; undefined when it is not the leaf of what the statement says. */
function statementLeafOf(item: Item): Leaf | undefined {
  const { leaf, signingInput } = parseStatement(item);
  const bytes = bytesOf(leaf);
  const fits = bytes.length === 64 && sameBytes(bytes.subarray(32), sha256(Buffer.from(signingInput)));
  return fits ? { item, bytes } : undefined;
}

async function readPending(attestations: Table, sources: readonly Key[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (const some of pieces(sources, MOST_KEYS)) items.push(...(await attestations.getMany(some)));
  return items.filter(isPending);
}

/**
 * Leaves that are in no manifest, as long as every manifest so far is settled: whether a source is pending is read consistently,
 * because the index may lag and name one that was sealed long ago.
 * @param warn told of sources that are left out because their leaf is not theirs
 */
export async function pendingLeaves(
  attestations: Table,
  candidates: readonly Key[],
  warn: (code: string) => void,
): Promise<readonly Leaf[]> {
  const pending = await readPending(attestations, candidates);
  const statements = pending.filter((item) => !isKeyEvent(item)).map(statementLeafOf);
  const keyEvents = pending.filter(isKeyEvent).map(keyEventLeafOf);
  if (statements.includes(undefined)) warn('LEAF_NOT_OF_STATEMENT');
  if (keyEvents.includes(undefined)) warn('LEAF_NOT_OF_KEY_EVENT');
  // A key comes before what it signs.
  return [...keyEvents, ...statements].filter((leaf) => leaf !== undefined);
}

export const candidatesOf = (attestations: Table): Promise<readonly Key[]> =>
  pendingStatements(attestations, MOST_LEAVES);

export interface Settling {
  readonly attestations: Table;
  /** Tells the outside of statements; may be called again with the same ones. */
  readonly tell: (statements: readonly Statement[]) => Promise<void>;
  /** Tells the operator; codes only. */
  readonly warn: (code: string) => void;
}

/**
 * Tells the outside of a signed batch, and every source of it where it stands. A crash here leaves some of them pending: whoever comes
 * next settles the newest batch before making another, and tells of those again.
 * @param known its sources, when they have just been read as pending
 */
export async function settle(
  { attestations, tell, warn }: Settling,
  { from, sources }: Manifest,
  known?: readonly Item[],
): Promise<void> {
  const places = new Map(sources.map(({ pk, sk }, n) => [`${pk} ${sk}`, from + n]));
  const pending = known ?? (await readPending(attestations, sources));
  const statements = pending.filter((item) => !isKeyEvent(item)).map(parseStatement);
  if (statements.length > 0) await tell(statements);
  for (const some of pieces(pending, AT_ONCE)) {
    const marked = await Promise.all(
      some.map((item) =>
        markSealed(attestations, keyOf(item), places.get(`${item['pk']} ${item['sk']}`) ?? Number.NaN),
      ),
    );
    if (marked.includes(false)) warn('LEAF_AT_TWO_PLACES');
  }
}
