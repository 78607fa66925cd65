// A tenant: an insurer or a leasing firm. Owns everything below it.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';

const storedTenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  applicationId: z.string(),
});

/** `applicationId` is the vehicle application that the tenant's contracts use. `name` is what the driver reads. */
export type Tenant = Readonly<z.infer<typeof storedTenant>>;

/** False when the id is taken. */
export function createTenant(business: Table, tenant: Tenant, now: number): Promise<boolean> {
  return business.put({ ...keys.tenant(tenant.tenantId), ...tenant, createdAt: new Date(now).toISOString() }, isNew);
}

export async function getTenant(business: Table, tenantId: string): Promise<Tenant | undefined> {
  const item = await business.get(keys.tenant(tenantId));
  return item === undefined ? undefined : storedTenant.parse(item);
}
