// A tenant: an insurer or a leasing firm. Owns everything below it.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { exists, isNew, type Table } from '../aws/table.ts';

const storedTenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  applicationId: z.string(),
  /** Addresses that its drivers may be offered a link back to; absent: none. */
  returnUrls: z.optional(z.array(z.string())),
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

/** What of a tenant's settings is to be another; what is left out stays. */
type TenantChange = { readonly [Name in 'name' | 'returnUrls']?: Tenant[Name] | undefined };

/** False when there is no such tenant. Repeating it changes nothing. */
export async function changeTenant(business: Table, tenantId: string, change: TenantChange): Promise<boolean> {
  return (await business.update(keys.tenant(tenantId), { set: { ...change }, condition: exists })) !== undefined;
}
