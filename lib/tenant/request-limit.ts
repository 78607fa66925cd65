// How many requests a tenant may send: so many in each window of ten seconds, counted in an item of its own, so that a noisy tenant
// meets its own limit and nobody else's. One conditional update a request, whatever the answer.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';

export const WINDOW_MS = 10_000;

/** Requests of one tenant in one window: 20 a second, in whatever bursts. */
export const REQUESTS_PER_WINDOW = 200;

/** A window's item outlives it by this; the rest is DynamoDB's. */
const KEPT_SECONDS = 3_600;

/** Seconds until the tenant may ask again; undefined when it may ask now. */
export type CountRequest = (tenantId: string, now: number) => Promise<number | undefined>;

export const countRequests =
  (business: Table): CountRequest =>
  async (tenantId, now) => {
    const window = Math.floor(now / WINDOW_MS);
    const end = (window + 1) * WINDOW_MS;
    const counted = await business.update(keys.requestLimit(tenantId, String(window)), {
      add: { requests: 1 },
      set: { expiresAt: Math.ceil(end / 1000) + KEPT_SECONDS },
      condition: {
        expression: 'attribute_not_exists(#requests) OR #requests < :most',
        values: { most: REQUESTS_PER_WINDOW },
      },
    });
    return counted === undefined ? Math.ceil((end - now) / 1000) : undefined;
  };
