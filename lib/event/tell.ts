// Telling what is not marked on an item of the business table: whoever makes such a change tells it before it forgets that it has to,
// and tells it again after a crash.
import type { Table } from '../aws/table.ts';
import type { Event } from './event.ts';
import { keepTold } from './told.ts';

/**
 * Tells events of any tenants. A crash here leaves some of them told; telling them again is harmless, their ids are the same.
 * @param now epoch milliseconds
 */
export async function tell(business: Table, events: readonly Event[], now: number): Promise<void> {
  for (const [tenantId, own] of Map.groupBy(events, (event) => event.tenantId))
    await keepTold(business, tenantId, own, now);
}
