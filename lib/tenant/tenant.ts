// A tenant: an insurer or a leasing firm. Owns everything below it.
import * as z from 'zod/mini';
import { dueShard, keys } from '../aws/keys.ts';
import { type Change, exists, type Item, isNew, type Key, type Table } from '../aws/table.ts';

/** How often a car is read: `after` each month, or `around` its end. */
export const READING_POLICIES = ['after', 'around'] as const;

/** Days after a month in which a reading may still close it; fewer than the shortest month has. */
export const MOST_DEADLINE_DAYS = 20;

/** What new contracts are made with that do not say. */
const schedule = z.object({ policy: z.enum(READING_POLICIES), deadlineDays: z.int() });

type Schedule = Readonly<z.infer<typeof schedule>>;

const DEFAULT_SCHEDULE: Schedule = { policy: 'after', deadlineDays: 10 };

const storedTenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  applicationId: z.string(),
  /** Addresses that its drivers may be offered a link back to; absent: none. */
  returnUrls: z.optional(z.array(z.string())),
  /** Calendar months after its end for which a contract's personal data is kept; absent: until somebody asks. */
  retentionMonths: z.optional(z.int()),
  schedule: z.optional(schedule),
});

/** `applicationId` is the vehicle application that the tenant's contracts use. `name` is what the driver reads. */
export type Tenant = Readonly<z.infer<typeof storedTenant>>;

export const scheduleOf = (tenant: Tenant): Schedule => tenant.schedule ?? DEFAULT_SCHEDULE;

/** False when the id is taken. */
export function createTenant(business: Table, tenant: Tenant, now: number): Promise<boolean> {
  return business.put({ ...keys.tenant(tenant.tenantId), ...tenant, createdAt: new Date(now).toISOString() }, isNew);
}

export const parseTenant = (item: Item): Tenant => storedTenant.parse(item);

export async function getTenant(business: Table, tenantId: string): Promise<Tenant | undefined> {
  const item = await business.get(keys.tenant(tenantId));
  return item === undefined ? undefined : parseTenant(item);
}

/** What of a tenant's settings is to be another; what is left out stays. `retentionMonths` null: kept until somebody asks. */
type TenantChange = { readonly [Name in 'name' | 'returnUrls' | 'schedule']?: Tenant[Name] | undefined } & {
  readonly retentionMonths?: number | null | undefined;
};

/** The first walk through a tenant's contracts comes so long after their retention was set: a slip of the pen can be taken back. */
const FIRST_WALK_MS = 86_400_000;

/**
 * False when there is no such tenant. Repeating it changes nothing: a retention that is set again as it is has the next walk come when it
 * would have come.
 * @param now epoch milliseconds
 */
export async function changeTenant(
  business: Table,
  tenantId: string,
  { retentionMonths, ...set }: TenantChange,
  now: number,
): Promise<boolean> {
  const change = async (more: Change) => (await business.update(keys.tenant(tenantId), more)) !== undefined;
  if (retentionMonths === undefined) return change({ set, condition: exists });
  if (retentionMonths === null)
    return change({ set, remove: ['retentionMonths', 'dueAt', 'dueShard'], condition: exists });
  const values = { months: retentionMonths };
  const isAnother = 'attribute_exists(#pk) AND (attribute_not_exists(#retentionMonths) OR #retentionMonths <> :months)';
  const dueAt = new Date(now + FIRST_WALK_MS).toISOString();
  const walked = { ...set, retentionMonths, dueAt, dueShard: dueShard(0) };
  if (await change({ set: walked, condition: { expression: isAnother, values } })) return true;
  return change({ set: { ...set, retentionMonths }, condition: { expression: '#retentionMonths = :months', values } });
}

/** Whose item a key is; undefined for a key of anything else. */
export function tenantOf({ pk, sk }: Key): string | undefined {
  const [, tenantId] = /^T#([^#]+)$/.exec(pk) ?? [];
  return tenantId !== undefined && sk === keys.tenant(tenantId).sk ? tenantId : undefined;
}
