// Where leaves come from, and how a source learns its place: statements, for now.
import { isPending, markSealed, parseStatement, pendingStatements, type Statement } from '../attestation/statement.ts';
import { sha256 } from '../aws/digest.ts';
import type { Item, Key, Table } from '../aws/table.ts';
import { sameBytes } from '../proof/bytes.ts';
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

/** The leaf of a statement; undefined when it is not the leaf of what the statement says. */
function leafOf(item: Item): Leaf | undefined {
  const { leaf, signingInput } = parseStatement(item);
  const bytes = Uint8Array.from(Buffer.from(leaf, 'base64url'));
  const fits = bytes.length === 64 && sameBytes(bytes.subarray(32), sha256(Buffer.from(signingInput)));
  return fits ? { item, bytes } : undefined;
}

async function readPending(attestations: Table, sources: readonly Key[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (const some of pieces(sources, MOST_KEYS)) items.push(...(await attestations.getMany(some)));
  return items.filter(isPending);
}

/**
 * Leaves that are in no manifest, as long as every manifest so far is settled: whether a statement is pending is read consistently,
 * because the index may lag and name one that was sealed long ago.
 * @param warn told of statements that are left out because their leaf is not theirs
 */
export async function pendingLeaves(
  attestations: Table,
  candidates: readonly Key[],
  warn: (code: string) => void,
): Promise<readonly Leaf[]> {
  const leaves = (await readPending(attestations, candidates)).map(leafOf);
  if (leaves.includes(undefined)) warn('LEAF_NOT_OF_STATEMENT');
  return leaves.filter((leaf) => leaf !== undefined);
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
  if (pending.length > 0) await tell(pending.map(parseStatement));
  for (const some of pieces(pending, AT_ONCE)) {
    const marked = await Promise.all(
      some.map((item) =>
        markSealed(attestations, keyOf(item), places.get(`${item['pk']} ${item['sk']}`) ?? Number.NaN),
      ),
    );
    if (marked.includes(false)) warn('STATEMENT_AT_TWO_PLACES');
  }
}
