// The rate budget of a vehicle application: one bucket for first and repeated calls, of all contracts and tenants that use it.
// Generic cell rate algorithm (ITU-T I.371): the item holds one instant, the "theoretical arrival time", so that taking tokens is one
// conditional update and needs no clock tick to refill. Beside it stands until when the platform itself has closed the bucket.
import { keys } from '../aws/keys.ts';
import type { Key, Table } from '../aws/table.ts';
import type { VehicleApplication } from '../tenant/application.ts';

type Bucket = Pick<VehicleApplication, 'applicationId' | 'twin' | 'burst' | 'refillPerMinute'>;

/** Twins are one application at the vendor, and one bucket. */
const keyOf = ({ applicationId, twin = applicationId }: Bucket): Key =>
  keys.budget(twin < applicationId ? twin : applicationId);

const intervalMs = ({ refillPerMinute }: Bucket): number => 60_000 / refillPerMinute;

/**
 * Takes up to `wanted` requests and says how many it got: 0, or at least `least`. Who cannot use less must say so, else what it gets
 * and cannot use is gone, and those who are refused use the bucket up.
 * @param now epoch milliseconds
 */
export async function takeRequests(
  business: Table,
  bucket: Bucket,
  wanted: number,
  now: number,
  least = 1,
): Promise<number> {
  const most = Math.min(wanted, bucket.burst);
  if (most < Math.max(least, 1)) return 0;
  if (await takeFromFull(business, bucket, most, now)) return most;
  if (await takeFromPart(business, bucket, most, now)) return most;
  const item = await business.get(keyOf(bucket));
  const arrival = Math.max(Number(item?.['arrival'] ?? now), now);
  const left = Math.floor((now - arrival) / intervalMs(bucket) + bucket.burst);
  return left >= least && left < most && (await takeFromPart(business, bucket, left, now)) ? left : 0;
}

/**
 * Takes `wanted` requests or none, for work that cannot be done by halves; where that is more than the bucket ever holds, all of it.
 * @param now epoch milliseconds
 */
export const takeAll = async (business: Table, bucket: Bucket, wanted: number, now: number): Promise<boolean> => {
  const all = Math.min(wanted, bucket.burst);
  return (await takeRequests(business, bucket, all, now, all)) === all;
};

/**
 * The bucket as it is for what a tenant asks at any time, and may ask without end: the half above the one that is left for what is due, for
 * the months of all tenants.
 */
export const spareOf = <One extends Bucket>(bucket: One): One => ({ ...bucket, burst: Math.ceil(bucket.burst / 2) });

/** What was taken and cannot be used by halves. A crash before this costs no more than those requests, until they come back. */
export async function giveBack(business: Table, bucket: Bucket, count: number): Promise<void> {
  if (count > 0) await business.update(keyOf(bucket), { add: { arrival: -count * intervalMs(bucket) } });
}

/** The platform did not close it, or that is over. */
const isOpen = '(attribute_not_exists(#closedUntil) OR #closedUntil <= :now)';

/** A bucket that has refilled: what was taken before does not matter any more. */
async function takeFromFull(business: Table, bucket: Bucket, count: number, now: number): Promise<boolean> {
  const item = await business.update(keyOf(bucket), {
    set: { arrival: now + count * intervalMs(bucket) },
    condition: { expression: `${isOpen} AND (attribute_not_exists(#arrival) OR #arrival <= :now)`, values: { now } },
  });
  return item !== undefined;
}

async function takeFromPart(business: Table, bucket: Bucket, count: number, now: number): Promise<boolean> {
  const latest = now + (bucket.burst - count) * intervalMs(bucket);
  const item = await business.update(keyOf(bucket), {
    add: { arrival: count * intervalMs(bucket) },
    condition: { expression: `${isOpen} AND #arrival <= :latest`, values: { latest, now } },
  });
  return item !== undefined;
}

/**
 * The platform says that the bucket is empty: so it is, until `retryAfterSeconds` have passed, and then the `requests` that were refused
 * may go. If it does not say how long, until so many have come back. Never shortens what another refusal asked for.
 * @param now epoch milliseconds
 */
export async function emptyBudget(
  business: Table,
  bucket: Bucket,
  { retryAfterSeconds = 0, requests }: { readonly retryAfterSeconds?: number | undefined; readonly requests: number },
  now: number,
): Promise<void> {
  const closedUntil = now + Math.max(retryAfterSeconds * 1000, requests * intervalMs(bucket));
  const arrival = closedUntil + (bucket.burst - requests) * intervalMs(bucket);
  const expression = 'attribute_not_exists(#closedUntil) OR #closedUntil < :closedUntil';
  const condition = { expression, values: { closedUntil } };
  await business.update(keyOf(bucket), { set: { arrival, closedUntil }, condition });
}

/** Milliseconds until `count` more requests have come back. */
export const refillMs = (bucket: Bucket, count: number): number => Math.ceil(count * intervalMs(bucket));
