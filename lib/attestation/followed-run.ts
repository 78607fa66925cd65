// A tenant's run as it is followed: one item a month, with the counts of the last look at all of its contracts, and where a look that is
// under way goes on. It is counted anew at each look, from what is stored, and never up or down: what is there is what was found.
import * as z from 'zod/mini';
import { keys, RUNS_DUE } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import { eventOf } from '../event/event.ts';
import { appendMarks } from '../event/mark.ts';
import { lookAt } from './follow-runs.ts';
import { runCounts } from './run-counts.ts';
import { type RunWalk, runWalk } from './run-walk.ts';

const totals = z.object({
  /** When the look began. */
  asOf: z.string(),
  /** Nothing of the month is open any more: it is not looked at again. */
  complete: z.boolean(),
  counts: runCounts,
});

export type RunTotals = Readonly<z.infer<typeof totals>>;

const storedRun = z.object({
  tenantId: z.string(),
  periodId: z.string(),
  /** How often it was written: whoever writes next writes upon what it has read. */
  step: z.int(),
  totals: z.exactOptional(totals),
  walk: z.exactOptional(runWalk),
});

export type FollowedRun = Readonly<z.infer<typeof storedRun>>;

export const parseFollowedRun = (item: Item): FollowedRun => storedRun.parse(item);

/** Runs taken from the index at once. */
const PAGE = 100;

/**
 * A page of the runs that are to be looked at, those that have waited longest first, as they stand in the index, which lags.
 * @param now epoch milliseconds
 */
export async function dueRuns(
  business: Table,
  now: number,
  startAfter: Item | undefined,
): Promise<{ readonly items: readonly Item[]; readonly next?: Item }> {
  const values = { runs: RUNS_DUE, now: new Date(now).toISOString() };
  const where = { expression: '#tenantKey = :runs AND #tenantSort < :now', values };
  return business.query({ index: 'byTenant', where, limit: PAGE, ...(startAfter === undefined ? {} : { startAfter }) });
}

/** What was counted last; undefined before that, and for a month that is not followed. One read. */
export async function getTotals(business: Table, tenantId: string, periodId: string): Promise<RunTotals | undefined> {
  const item = await business.get(keys.run(tenantId, periodId));
  return item === undefined ? undefined : parseFollowedRun(item).totals;
}

/** Holds while nobody has written since: of two at once, one goes on. */
const unmoved = ({ step }: FollowedRun) => ({ expression: '#step = :step', values: { step } });

/**
 * Keeps how far a look has come. It goes behind those that have waited, should it be left here.
 * @param now epoch milliseconds
 * @returns undefined when somebody else was faster
 */
export async function saveWalk(
  business: Table,
  run: FollowedRun,
  walked: RunWalk,
  now: number,
): Promise<FollowedRun | undefined> {
  const { tenantId, periodId } = run;
  const item = await business.update(keys.run(tenantId, periodId), {
    set: { walk: walked, ...lookAt(tenantId, periodId, new Date(now).toISOString()) },
    add: { step: 1 },
    condition: unmoved(run),
  });
  return item === undefined ? undefined : parseFollowedRun(item);
}

/**
 * Ends a look. A run that is complete leaves the index with this very write, and is told by it: so it is told once, and never without
 * being complete. One that no contract has is over without a word.
 * @param next instant of the next look; undefined: the run is complete
 * @param now epoch milliseconds
 * @returns false when somebody else was faster
 */
export async function endWalk(
  business: Table,
  run: FollowedRun,
  { since: asOf, counts }: RunWalk,
  next: string | undefined,
  now: number,
): Promise<boolean> {
  const { tenantId, periodId } = run;
  const key = keys.run(tenantId, periodId);
  const complete = next === undefined;
  const at = new Date(now).toISOString();
  const event = eventOf({ key, type: 'run.completed', change: periodId, at, tenantId, data: { periodId } });
  const marks = appendMarks(key, complete && counts.contracts > 0 ? [event] : []);
  const found: RunTotals = { asOf, complete, counts };
  const item = await business.update(key, {
    ...marks,
    set: { ...marks.set, totals: found, ...(complete ? {} : lookAt(tenantId, periodId, next)) },
    remove: ['walk', ...(complete ? ['tenantKey', 'tenantSort'] : [])],
    add: { step: 1 },
    condition: unmoved(run),
  });
  return item !== undefined;
}
