// Contracts whose personal data their tenant keeps no longer: looked for contract by contract, once a day, and erased as if the tenant had
// asked. Erases nothing itself, and decides nothing that a request would not: a hold, a month that is not stated, are refusals here too.
import type { Table } from '../aws/table.ts';
import { localDate, monthsLater } from '../mileage/local-date.ts';
import { getTenant } from '../tenant/tenant.ts';
import type { Contract } from './contract.ts';
import { askErasure } from './erasure.ts';
import { listContracts } from './list-contracts.ts';

/** Contracts that one message looks at: a Query, and two writes for each whose time has come, in a function that has thirty seconds. */
const SLICE = 100;
const ABREAST = 10;

/** One slice of a walk through a tenant's contracts, behind the contract `after`. */
export interface RetentionSlice {
  readonly tenantId: string;
  readonly after?: string | undefined;
}

/** Whether a contract's data has been kept for long enough: from the first instant of the day on that is so many months after its end. */
const isLapsed = ({ zone, endsAt }: Contract, retentionMonths: number, now: number): boolean =>
  endsAt !== undefined && localDate(zone, now) >= monthsLater(localDate(zone, Date.parse(endsAt)), retentionMonths);

/**
 * Asks for the erasure of those of a slice whose time has come, oldest contracts first. A crash anywhere leaves a message that looks at
 * the same slice again, and finds asked what was asked.
 * @param now epoch milliseconds
 * @returns the next slice; undefined when this was the last, or the tenant keeps everything
 */
export async function askForLapsed(
  business: Table,
  { tenantId, after }: RetentionSlice,
  now: number,
): Promise<RetentionSlice | undefined> {
  const retentionMonths = (await getTenant(business, tenantId))?.retentionMonths;
  if (retentionMonths === undefined) return undefined;
  const { contracts, more } = await listContracts(business, tenantId, { limit: SLICE, after, oldestFirst: true });
  const lapsed = contracts.filter((contract) => isLapsed(contract, retentionMonths, now));
  for (let from = 0; from < lapsed.length; from += ABREAST)
    await Promise.all(lapsed.slice(from, from + ABREAST).map((contract) => askErasure(business, contract, now)));
  const last = contracts.at(-1)?.contractId;
  return more && last !== undefined ? { tenantId, after: last } : undefined;
}
