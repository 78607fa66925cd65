// What a tenant has of one kind, newest first, page by page: the index `byTenant`, which lags behind its table. Decides nothing.
import type { Item, Table } from '../aws/table.ts';

/** `after`: the last id of the page before. */
export interface TenantPage {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** One Query. @param tenantKey partition of the index */
export async function pageByTenant(
  business: Table,
  tenantKey: string,
  { limit, after }: TenantPage,
): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const where =
    after === undefined
      ? { expression: '#tenantKey = :tenantKey', values: { tenantKey } }
      : { expression: '#tenantKey = :tenantKey AND #tenantSort < :after', values: { tenantKey, after } };
  const { items, next } = await business.query({ index: 'byTenant', where, newestFirst: true, limit: limit + 1 });
  // An answer ends at 1 MB too, however few items that are.
  return { items: items.slice(0, limit), more: items.length > limit || next !== undefined };
}
