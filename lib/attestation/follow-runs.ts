// Which months of a tenant are followed: from the oldest one that runs for anybody when the tenant is made, each leading to the next.
// Needs no calendar: months end first where it is 14 hours later than in UTC, on the first day, and last where it is 12 hours earlier, on
// the 28th. Before that there is nothing to count.
import { keys, RUNS_DUE } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';

const HOUR = 3_600_000;

const monthOf = (epoch: number): string => new Date(epoch).toISOString().slice(0, 7);

const monthAfter = (periodId: string): string => monthOf(Date.parse(`${periodId}-01T00:00:00.000Z`) + 31 * 24 * HOUR);

const instant = (text: string): string => new Date(text).toISOString();

/** When the first month of this id is over that is whole. Instant. */
const endsFirst = (periodId: string): string => instant(`${monthAfter(periodId)}-01T00:00:00.000+14:00`);

/** When the last one is over that begins in time. Instant. */
export const endsLast = (periodId: string): string => instant(`${monthAfter(periodId)}-28T00:00:00.000-12:00`);

/** The oldest month that runs for anybody. */
const oldestRunning = (now: number): string => monthOf(now - (27 * 24 + 12) * HOUR);

/** What keeps a run in the index, by when it is looked at. @param at instant */
export const lookAt = (tenantId: string, periodId: string, at: string) => ({
  tenantKey: RUNS_DUE,
  tenantSort: `${at}#${tenantId}#${periodId}`,
});

async function follow(business: Table, tenantId: string, periodId: string): Promise<void> {
  const run = { tenantId, periodId, step: 0, ...lookAt(tenantId, periodId, endsFirst(periodId)) };
  await business.put({ ...keys.run(tenantId, periodId), ...run }, isNew);
}

/**
 * Begins to follow a tenant's runs. Safe to repeat; for a tenant that never comes to be it costs a look or two a week.
 * @param now epoch milliseconds
 */
export const followRuns = (business: Table, tenantId: string, now: number): Promise<void> =>
  follow(business, tenantId, oldestRunning(now));

/** Follows the month after this one. Safe to repeat. */
export const followNext = (business: Table, tenantId: string, periodId: string): Promise<void> =>
  follow(business, tenantId, monthAfter(periodId));
