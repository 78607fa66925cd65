// Statements as stored: the signed bytes, and beside them what the next decision needs (number, end of the stated time, fixed boundary)
// and where it is in the log. Put once under the next number of the chain; nobody deletes one or changes what it says.
import * as z from 'zod/mini';
import { contractPartition, keys, PENDING_SHARDS, pendingShard } from '../aws/keys.ts';
import { type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { shardOf } from '../contract/due.ts';
import { REPLACED_FOR } from '../contract/replacement.ts';
import { parseAttestationId } from './derived-ids.ts';

const readingRef = z.object({
  id: z.string(),
  metres: z.int(),
  recordedAt: z.string(),
  fetchedAt: z.string(),
  requestId: z.string(),
  unit: z.enum(['km', 'mi']),
  source: z.enum(['poll', 'push', 'manual']),
});

const boundary = z.object({
  at: z.string(),
  metres: z.int(),
  lowerMetres: z.int(),
  upperMetres: z.int(),
  method: z.enum(['read', 'interpolated', 'first_reading', 'restart']),
  before: z.exactOptional(readingRef),
  after: z.exactOptional(readingRef),
});

const storedStatement = z.object({
  tenantId: z.string(),
  contractId: z.string(),
  seq: z.int(),
  /** How many months are stated up to here; absent: as many as its number, because none was stated again. */
  months: z.exactOptional(z.int()),
  attestationId: z.string(),
  period: z.object({ id: z.string(), from: z.string(), to: z.string(), zone: z.string() }),
  issuedAt: z.string(),
  /** End of the time that is stated, by this statement or one before it. */
  through: z.string(),
  /** The last fixed boundary of the chain; the next measured statement starts from it. */
  boundary: z.exactOptional(boundary),
  /** What it took the place of, and why: in the words of who asked for it, or because its opening had moved. */
  replaces: z.exactOptional(z.object({ attestationId: z.string(), reason: z.enum(REPLACED_FOR) })),
  /** Of one that took another's place and measures: where it closes. Of any other that measures, `boundary` is. */
  closing: z.exactOptional(boundary),
  /** Whose car it is about: the identity claims are made again from this connection and the contract. */
  connectionId: z.exactOptional(z.string()),
  /** The signed text, `header.payload`, and r‖s in base64url. */
  signingInput: z.string(),
  signature: z.string(),
  /** What the log holds of it: 64 bytes in base64url. */
  leaf: z.string(),
  /** Its place in the log, once a signed checkpoint covers it. */
  leafIndex: z.exactOptional(z.int()),
});

export type Statement = Readonly<z.infer<typeof storedStatement>>;

type ChainId = Pick<Statement, 'tenantId' | 'contractId'>;

export const parseStatement = (item: Item): Statement => storedStatement.parse(item);

/** How many months are stated up to the newest statement. What counts months (attempts, readings) counts on from this. */
export const monthsStated = (head: Pick<Statement, 'seq' | 'months'> | undefined): number =>
  head === undefined ? 0 : (head.months ?? head.seq);

/** Name of the index of statements that the log does not hold yet, and its attributes. */
const PENDING_INDEX = 'pending';

/**
 * Puts a statement at its number; the same put says that the log does not hold it yet.
 * False when the number is taken: whoever lost starts over from the newest statement.
 */
export const putStatement = (attestations: Table, statement: Statement): Promise<boolean> =>
  attestations.put(
    {
      ...keys.statement(statement.tenantId, statement.contractId, statement.seq),
      ...statement,
      pendingShard: pendingShard(shardOf(statement.contractId, PENDING_SHARDS)),
      pendingAt: statement.issuedAt,
    },
    isNew,
  );

export const isPending = (item: Item): boolean => item['pendingShard'] !== undefined;

/** Keys of statements that the log seems not to hold yet, oldest first in each shard. The index lags: read them before believing it. */
export async function pendingStatements(attestations: Table, limit: number): Promise<readonly Key[]> {
  const shards = Array.from({ length: PENDING_SHARDS }, async (_, shard) => {
    const where = { expression: '#pendingShard = :shard', values: { shard: pendingShard(shard) } };
    const { items } = await attestations.query({ index: PENDING_INDEX, where, limit });
    return items;
  });
  const keysByName = (await Promise.all(shards)).flat().map(({ pk, sk }) => [`${pk} ${sk}`, { pk, sk }] as const);
  // An index that is being written to may name an item twice.
  return [...new Map(keysByName).values()].map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })).slice(0, limit);
}

/**
 * Says where the log holds a statement, and with that takes it out of the index: the last step of sealing. Safe to repeat.
 * False when it is not there, or stands at another place already.
 */
export async function markSealed(attestations: Table, key: Key, leafIndex: number): Promise<boolean> {
  const condition = {
    expression: 'attribute_exists(#pk) AND (attribute_not_exists(#leafIndex) OR #leafIndex = :leafIndex)',
    values: { leafIndex },
  };
  const change = { set: { leafIndex }, remove: ['pendingShard', 'pendingAt'], condition };
  return (await attestations.update(key, change)) !== undefined;
}

async function getStatement(
  attestations: Table,
  { tenantId, contractId, seq }: ChainId & { readonly seq: number },
): Promise<Statement | undefined> {
  const item = await attestations.get(keys.statement(tenantId, contractId, seq));
  return item === undefined ? undefined : parseStatement(item);
}

/** By its id; undefined for one that is not the tenant's, or is not there, by the same call. */
export async function findStatement(attestations: Table, tenantId: string, id: string): Promise<Statement | undefined> {
  const { contractId, seq } = parseAttestationId(id) ?? { contractId: '', seq: 0 };
  const statement = await getStatement(attestations, { tenantId, contractId, seq });
  return statement?.attestationId === id ? statement : undefined;
}

/** Those of at most 100 places that are there, in no order. One consistent read. */
export async function getStatements(
  attestations: Table,
  places: readonly (ChainId & { readonly seq: number })[],
): Promise<readonly Statement[]> {
  const items = await attestations.getMany(
    places.map(({ tenantId, contractId, seq }) => keys.statement(tenantId, contractId, seq)),
  );
  return items.map(parseStatement);
}

/** The newest statement of a contract, by a consistent read. */
export async function newestStatement(
  attestations: Table,
  { tenantId, contractId }: ChainId,
): Promise<Statement | undefined> {
  const where = { expression: '#pk = :pk', values: { pk: contractPartition(tenantId, contractId) } };
  const { items } = await attestations.query({ where, newestFirst: true, limit: 1 });
  return items.map(parseStatement)[0];
}

/** Newest first. `before`: only numbers below it. */
export async function listStatements(
  attestations: Table,
  { tenantId, contractId }: ChainId,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
): Promise<{ readonly statements: readonly Statement[]; readonly more: boolean }> {
  const { pk, sk } = keys.statement(tenantId, contractId, before ?? 0);
  const where =
    before === undefined
      ? { expression: '#pk = :pk', values: { pk } }
      : { expression: '#pk = :pk AND #sk < :sk', values: { pk, sk } };
  const { items } = await attestations.query({ where, newestFirst: true, limit: limit + 1 });
  return { statements: items.slice(0, limit).map(parseStatement), more: items.length > limit };
}
