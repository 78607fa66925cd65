// Telling what cannot be marked on the item that changed: whoever makes such a change tells it before it forgets that it has to, and
// tells it again after a crash. The events wait on items of their own for the sweep, which tells them like all others.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import type { Event } from './event.ts';
import { putMarks } from './mark.ts';
import { digestOf, expiryOf, pagesOf } from './told.ts';

/**
 * Tells events of any tenants. A crash here leaves some of them told; telling them again is harmless, their ids are the same.
 * @param now epoch milliseconds
 */
export async function tell(business: Table, events: readonly Event[], now: number): Promise<void> {
  for (const [tenantId, own] of Map.groupBy(events, (event) => event.tenantId)) {
    for (const page of pagesOf(own)) {
      const key = keys.untoldEvents(tenantId, new Date(now).toISOString(), digestOf(page));
      await business.put({ ...key, expiresAt: expiryOf(now), ...putMarks(key, page) });
    }
  }
}
