// Idempotency records: what a tenant's key stands for, so that a request that is sent twice does its work once. The record is put before
// the work and holds all that the ids of the work are made of; the answer is put into it before it is given. Whoever finds a record
// whose worker died does the same work again, under the same ids. Holds no secret: those are made of other bytes, and answers come in
// without them.
// Source: draft-ietf-httpapi-idempotency-key-header.
import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import type { Condition, Item, Table } from '../aws/table.ts';
import { type HeldId, newId, type RandomBytes } from './id.ts';
import { hashSecret, newSecret } from './secret-token.ts';

/** Longer than any request may take: after it, its worker is dead. */
const LEASE_MS = 60_000;

/** An answer is kept for a day at least, from when it is stored: what is counted from began no more than a lease before. */
const KEPT_MS = 25 * 3_600_000;

/** Epoch seconds. */
const expiryOf = (now: number): number => Math.ceil((now + KEPT_MS) / 1000);

const storedAnswer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  /** Ids of the contracts whose secrets the body is sealed with. */
  contracts: z.optional(z.array(z.string())),
});

export type StoredAnswer = Readonly<z.infer<typeof storedAnswer>>;

const storedRecord = z.object({
  fingerprint: z.string(),
  /** What the ids of the work are made of. */
  seed: z.string(),
  /** Epoch milliseconds of the first attempt: the time in its ids. */
  madeAt: z.int(),
  /** Which attempt may finish, and until when (epoch milliseconds) nobody else may try. */
  attempt: z.string(),
  leaseUntil: z.int(),
  answer: z.optional(storedAnswer),
});

type IdempotencyRecord = Readonly<z.infer<typeof storedRecord>>;

interface Attempt {
  readonly id: HeldId;
  /** Stores the answer. False when another attempt has taken over. */
  readonly finish: (answer: StoredAnswer) => Promise<boolean>;
  /** Lets the next one try at once. */
  readonly giveUp: () => Promise<void>;
  /**
   * Nothing was done: the key stands for nothing any more, and may come with another request. Where an attempt before this one may have
   * done something, the key stays with its request.
   */
  readonly letGo: () => Promise<void>;
}

export type Begun =
  | { readonly state: 'ours'; readonly attempt: Attempt }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  | { readonly state: 'under_way'; readonly secondsLeft: number }
  | { readonly state: 'other_request' };

export interface IdempotentRequest {
  readonly tenantId: string;
  /** As the tenant sent it. Only its hash is stored. */
  readonly key: string;
  /** A hash of all that makes the request what it is. */
  readonly fingerprint: string;
}

/** Ten bytes for the number-th id of a kind; of no use to guess any other. */
const bytesOf =
  (seed: string, label: string): RandomBytes =>
  (length) =>
    new Uint8Array(createHmac('sha256', seed).update(label).digest().subarray(0, length));

const heldIds =
  ({ seed, madeAt }: IdempotencyRecord): HeldId =>
  (prefix, nth = 0) =>
    newId(prefix, madeAt, bytesOf(seed, `${prefix} ${nth}`));

/** @param takenOver whether somebody tried before, and what came of that is not known */
function attemptAt(
  business: Table,
  request: IdempotentRequest,
  record: IdempotencyRecord,
  now: number,
  takenOver = false,
): Attempt {
  const key = keyOf(request);
  const condition: Condition = { expression: '#attempt = :own', values: { own: record.attempt } };
  const set = async (values: Item): Promise<boolean> =>
    (await business.update(key, { set: values, condition })) !== undefined;
  // A record whose time is over is nobody's. Not long over: DynamoDB deletes nothing that is over for years.
  const over = { leaseUntil: 0, expiresAt: Math.floor(now / 1000) };
  return {
    id: heldIds(record),
    finish: (answer) => set({ answer, expiresAt: expiryOf(now) }),
    giveUp: async () => void (await set({ leaseUntil: 0 })),
    letGo: async () => void (await set(takenOver ? { leaseUntil: 0 } : over)),
  };
}

const keyOf = ({ tenantId, key }: IdempotentRequest) => keys.idempotency(tenantId, hashSecret(key));

/**
 * Begins a request, or says what became of it. A crash after this leaves a record without an answer: once its lease is over, the next
 * request with the key takes it and does the same work.
 * @param now epoch milliseconds
 */
export async function beginIdempotent(
  business: Table,
  request: IdempotentRequest,
  now: number,
  random: RandomBytes,
): Promise<Begun> {
  const attempt = newSecret(random);
  const record = {
    fingerprint: request.fingerprint,
    seed: newSecret(random),
    madeAt: Math.floor(now),
    attempt,
    leaseUntil: Math.floor(now) + LEASE_MS,
  };
  const seconds = Math.ceil(now / 1000);
  const item = { ...keyOf(request), ...record, expiresAt: expiryOf(now) };
  // DynamoDB deletes late: a record whose time is over is nobody's.
  const free = { expression: 'attribute_not_exists(#pk) OR #expiresAt <= :seconds', values: { seconds } };
  if (await business.put(item, free)) return { state: 'ours', attempt: attemptAt(business, request, record, now) };
  const found = await business.get(keyOf(request));
  if (found === undefined) return { state: 'under_way', secondsLeft: 1 };
  return goOn(business, request, found, attempt, now);
}

async function goOn(
  business: Table,
  request: IdempotentRequest,
  item: Item,
  attempt: string,
  now: number,
): Promise<Begun> {
  const found = storedRecord.parse(item);
  // The SDK repeats a put whose answer got lost: then the record is this very attempt's.
  if (found.attempt === attempt) return { state: 'ours', attempt: attemptAt(business, request, found, now) };
  if (found.fingerprint !== request.fingerprint) return { state: 'other_request' };
  if (found.answer !== undefined) return { state: 'answered', answer: found.answer };
  const left = found.leaseUntil - now;
  if (left > 0) return { state: 'under_way', secondsLeft: Math.ceil(left / 1000) };
  // Its time begins anew: an answer at the end of it would be kept for moments.
  const set = { attempt, leaseUntil: Math.floor(now) + LEASE_MS, expiresAt: expiryOf(now) };
  // An update that the SDK repeats finds this very attempt there already.
  const values = { theirs: found.attempt, own: attempt };
  const condition = {
    expression: '#attempt IN (:theirs, :own) AND attribute_not_exists(#answer)',
    values,
  };
  const taken = await business.update(keyOf(request), { set, condition });
  if (taken === undefined) return { state: 'under_way', secondsLeft: 1 };
  return { state: 'ours', attempt: attemptAt(business, request, storedRecord.parse(taken), now, true) };
}
