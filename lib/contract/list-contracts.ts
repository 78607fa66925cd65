// The contracts of a tenant, page by page.
import { contractsOf } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { pageByTenant, type TenantPage } from '../tenant/by-tenant.ts';
import { type Contract, parseContract } from './contract.ts';

/** Newest first, unless asked otherwise. One Query of an index, which lags. */
export async function listContracts(
  business: Table,
  tenantId: string,
  page: TenantPage,
): Promise<{ readonly contracts: readonly Contract[]; readonly more: boolean }> {
  const { items, more } = await pageByTenant(business, contractsOf(tenantId), page);
  return { contracts: items.map(parseContract), more };
}
