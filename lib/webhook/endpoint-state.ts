// What becomes of an endpoint: changed and deleted by its tenant, disabled when nothing arrives. Whoever disables it has its tenant's
// other endpoints told, by a mark on the item (lib/event/mark.ts).
import { isDeepStrictEqual } from 'node:util';
import { type Change, exists, type Table } from '../aws/table.ts';
import { eventOf } from '../event/event.ts';
import { appendMarks, marksAre, parseMarked } from '../event/mark.ts';
import { tell } from '../event/tell.ts';
import { type Endpoint, type EndpointId, getEndpoint, keyOf, updateEndpoint } from './endpoint.ts';

/** An endpoint at which nothing arrives for so long is disabled. */
const FAILING_MS = 5 * 86_400_000;

/**
 * Longer than the longest wait between two attempts of a delivery: where no attempt has failed for so long nothing was tried either, and
 * what fails next begins anew.
 */
const UNTRIED_MS = 2 * 86_400_000;

/**
 * Disables an endpoint at which nothing arrives, and tells the tenant's others. Undefined when it is not enabled (any more).
 * @param failingSince only if it has failed since then: something may have arrived in the meantime
 */
export function disableEndpoint(
  business: Table,
  id: EndpointId,
  reason: 'gone' | 'failing',
  now: number,
  failingSince?: string,
): Promise<Endpoint | undefined> {
  const enabled = { expression: '#state = :enabled', values: { enabled: 'enabled' } };
  const still = {
    expression: `${enabled.expression} AND #failingSince = :since`,
    values: { ...enabled.values, since: failingSince },
  };
  const condition = failingSince === undefined ? enabled : still;
  return updateEndpoint(business, id, { ...disabling(id, reason, now), add: { revision: 1 }, condition });
}

function disabling(
  id: EndpointId,
  reason: NonNullable<Endpoint['reason']>,
  now: number,
): Pick<Change, 'set' | 'append'> {
  const { tenantId, endpointId } = id;
  const disabledAt = new Date(now).toISOString();
  const happened = { key: keyOf(id), change: disabledAt, at: disabledAt, tenantId, data: { endpointId, reason } };
  const { set, ...marks } = appendMarks(keyOf(id), [eventOf({ ...happened, type: 'webhook.disabled' })]);
  return { ...marks, set: { ...set, state: 'disabled', reason, disabledAt } };
}

/** What its tenant changes. `types` null: it is told of all. */
export interface EndpointChange {
  readonly state?: Endpoint['state'] | undefined;
  readonly types?: readonly string[] | null | undefined;
}

/**
 * Changes an endpoint that is still as it was read; undefined when it is not. What failed while it was disabled has failed, also when it
 * is enabled again; a redelivery brings it back.
 */
export async function changeEndpoint(
  business: Table,
  endpoint: Endpoint,
  { state = endpoint.state, types }: EndpointChange,
  now: number,
): Promise<Endpoint | undefined> {
  const moves = state !== endpoint.state;
  const { set = {}, ...marks } = moves && state === 'disabled' ? disabling(endpoint, 'tenant', now) : {};
  const forgotten = moves && state === 'enabled' ? ['reason', 'disabledAt', 'failingSince', 'failedAt'] : [];
  const { revision } = endpoint;
  const changed = await updateEndpoint(business, endpoint, {
    ...marks,
    set: { ...set, state, types: types ?? undefined },
    add: { revision: 1 },
    remove: [...forgotten, ...(types === null ? ['types'] : [])],
    condition:
      revision === undefined
        ? { expression: 'attribute_exists(#pk) AND attribute_not_exists(#revision)' }
        : { expression: '#revision = :revision', values: { revision } },
  });
  if (changed !== undefined) return changed;
  // The SDK repeats an update whose answer got lost: what is as it was to be has been changed (RFC 9110 §13.1.1).
  const found = await getEndpoint(business, endpoint);
  const wanted = types === undefined ? endpoint.types : (types ?? undefined);
  return found?.state === state && isDeepStrictEqual(found.types, wanted) ? found : undefined;
}

/**
 * Deletes an endpoint; what is on its way to it fails. False when there is none. What it has to tell of itself is handed on first. A crash
 * here leaves that told, and the endpoint: told again it is one event.
 */
export async function deleteEndpoint(business: Table, id: EndpointId, now: number): Promise<boolean> {
  const key = keyOf(id);
  let item = await business.get(key);
  const found = item !== undefined;
  while (item !== undefined) {
    const events = item['marks'] === undefined ? undefined : parseMarked(item).events;
    if (events !== undefined) await tell(business, events, now);
    const unmarked = { expression: 'attribute_not_exists(#marks)' };
    if (await business.remove(key, events === undefined ? unmarked : marksAre(events))) return true;
    item = await business.get(key);
  }
  return found;
}

/** Notes the number of a delivery, before it is attempted: it stands here when the delivery has expired. */
export async function noteNumber(business: Table, endpoint: Endpoint, seq: number): Promise<void> {
  if (endpoint.lastSeq !== undefined && endpoint.lastSeq >= seq) return;
  const condition = {
    expression: 'attribute_exists(#pk) AND (attribute_not_exists(#lastSeq) OR #lastSeq < :seq)',
    values: { seq },
  };
  await updateEndpoint(business, endpoint, { set: { lastSeq: seq }, condition });
}

/** Notes an attempt that failed; disables what is gone, or has failed for days. */
export async function noteFailure(business: Table, endpoint: Endpoint, gone: boolean, now: number): Promise<void> {
  if (gone) {
    await disableEndpoint(business, endpoint, 'gone', now);
    return;
  }
  const { failingSince, failedAt = failingSince } = endpoint;
  const failedBefore = failedAt !== undefined && now - Date.parse(failedAt) < UNTRIED_MS;
  const since = failedBefore && failingSince !== undefined ? failingSince : new Date(now).toISOString();
  if (now - Date.parse(since) >= FAILING_MS) {
    await disableEndpoint(business, endpoint, 'failing', now, failingSince);
    return;
  }
  const unchanged = failingSince === undefined ? 'attribute_not_exists(#failingSince)' : '#failingSince = :before';
  await updateEndpoint(business, endpoint, {
    set: { failingSince: since, failedAt: new Date(now).toISOString() },
    condition: {
      expression: `#state = :enabled AND ${unchanged}`,
      values: { enabled: 'enabled', ...(failingSince === undefined ? {} : { before: failingSince }) },
    },
  });
}

/** Notes that something arrived. */
export async function noteSuccess(business: Table, endpoint: Endpoint): Promise<void> {
  if (endpoint.failingSince !== undefined)
    await updateEndpoint(business, endpoint, { remove: ['failingSince', 'failedAt'], condition: exists });
}
