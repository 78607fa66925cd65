// What a tenant has of one kind, page by page, newest first unless asked otherwise: the index `byTenant`, which lags behind its table. Decides nothing.
import type { Item, Table } from '../aws/table.ts';

/** `after`: the last id of the page before. */
export interface TenantPage {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly oldestFirst?: boolean;
}

/** One Query. @param tenantKey partition of the index */
export async function pageByTenant(
  business: Table,
  tenantKey: string,
  { limit, after, oldestFirst = false }: TenantPage,
): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const where =
    after === undefined
      ? { expression: '#tenantKey = :tenantKey', values: { tenantKey } }
      : {
          expression: `#tenantKey = :tenantKey AND #tenantSort ${oldestFirst ? '>' : '<'} :after`,
          values: { tenantKey, after },
        };
  const order = { newestFirst: !oldestFirst };
  const { items, next } = await business.query({ index: 'byTenant', where, ...order, limit: limit + 1 });
  // An answer ends at 1 MB too, however few items that are.
  return { items: items.slice(0, limit), more: items.length > limit || next !== undefined };
}
