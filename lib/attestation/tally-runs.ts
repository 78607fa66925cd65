// Counts runs: looks at all contracts of a tenant, slice by slice, by the rule that a run is shown by, and keeps what it found. Writes
// nothing but how runs stand. Whoever dies, or meets another one, leaves a look that is gone on with, or made again.
import type { Item, Table } from '../aws/table.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { followNext } from './follow-runs.ts';
import { dueRuns, endWalk, type FollowedRun, parseFollowedRun, saveWalk } from './followed-run.ts';
import { runOf } from './run.ts';
import { goOn, nextLook, type RunWalk } from './run-walk.ts';

/** Contracts looked at in one go: as many as one read of statements takes. */
const MOST_IN_SLICE = 100;

export interface Tallying {
  readonly business: Table;
  readonly attestations: Table;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Some runs could not be counted; `cause` is the first fault. They are looked at again; the others are counted. */
export class TallyError extends Error {
  readonly code = 'TALLY_INCOMPLETE';
}

export interface Tallied {
  /** Looks that came to their end. */
  readonly counted: number;
  /** Of these, runs that are complete by it. */
  readonly completed: number;
}

type Outcome = 'counted' | 'completed' | 'left' | 'overtaken';

/**
 * Looks at every run whose time has come. With nothing to do it is one query, however many tenants there are.
 * @param until epoch milliseconds at which it stops; what is left is gone on with the next time
 * @param slice contracts looked at in one go
 * @throws TallyError at the end: no run waits for another one's trouble
 */
export async function tallyRuns(tallying: Tallying, until: number, slice = MOST_IN_SLICE): Promise<Tallied> {
  const { business, clock } = tallying;
  const outcomes: Outcome[] = [];
  const faults: unknown[] = [];
  const began = clock();
  let next: Item | undefined;
  do {
    const page = await dueRuns(business, began, next);
    for (const item of page.items) {
      if (clock() >= until) break;
      await tallyRun(tallying, item, until, slice).then(
        (outcome) => outcomes.push(outcome),
        (fault: unknown) => faults.push(fault),
      );
    }
    next = page.next;
  } while (next !== undefined && clock() < until);
  if (faults.length > 0) throw new TallyError(`faults while counting runs: ${faults.length}`, { cause: faults[0] });
  const completed = outcomes.filter((outcome) => outcome === 'completed').length;
  return { counted: completed + outcomes.filter((outcome) => outcome === 'counted').length, completed };
}

/**
 * What the index shows may be old: then the first write finds that out, and the look is dropped. Contracts come oldest first, so that those
 * that are made meanwhile come last; and what is stated stays stated: when all were found to be, they are.
 */
async function tallyRun(
  { business, attestations, clock }: Tallying,
  item: Item,
  until: number,
  slice: number,
): Promise<Outcome> {
  let run = parseFollowedRun(item);
  const { tenantId, periodId } = run;
  for (;;) {
    const now = clock();
    if (now >= until) return 'left';
    const page = { limit: slice, after: run.walk?.after, oldestFirst: true };
    const { contracts, more } = await listContracts(business, tenantId, page);
    const lines = await runOf({ business, attestations }, contracts, periodId, now);
    const walked = goOn(periodId, run.walk, contracts, lines, now);
    if (!more) return finish(business, run, walked, clock());
    // A crash after this leaves a look that goes on from here.
    const saved = await saveWalk(business, run, walked, now);
    if (saved === undefined) return 'overtaken';
    run = saved;
  }
}

/** A crash between the two leaves the month after this one followed, and this one to be looked at again. */
async function finish(business: Table, run: FollowedRun, walked: RunWalk, now: number): Promise<Outcome> {
  if (run.totals === undefined) await followNext(business, run.tenantId, run.periodId);
  const next = nextLook(run.periodId, walked, now);
  if (!(await endWalk(business, run, walked, next, now))) return 'overtaken';
  return next === undefined ? 'completed' : 'counted';
}
