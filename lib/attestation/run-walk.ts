// A look at all contracts of a run, slice by slice: what has been counted so far, and when the next look is worth its reads. PURE.
import * as z from 'zod/mini';
import type { Contract } from '../contract/contract.ts';
import { deadlineOf } from '../contract/due.ts';
import { periodFromId } from '../mileage/period.ts';
import { endsLast } from './follow-runs.ts';
import type { RunLine } from './run.ts';
import { addCounts, countRun, runCounts } from './run-counts.ts';

export const runWalk = z.object({
  /** When it began. */
  since: z.string(),
  /** The last contract that was looked at. */
  after: z.exactOptional(z.string()),
  counts: runCounts,
  /** The end of the calendar month, where it ends last of the contracts that have this month. */
  overAt: z.exactOptional(z.string()),
  /** Of contracts that are not stated: when one's month or deadline passed last, and when one will next. */
  changedAt: z.exactOptional(z.string()),
  changesAt: z.exactOptional(z.string()),
});

export type RunWalk = Readonly<z.infer<typeof runWalk>>;

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;

/** The shortest time between two looks. */
const SOONEST_MS = 15 * MINUTE;

const isStated = ({ standing: { status } }: RunLine): boolean => status === 'attested' || status === 'no_reading';

/** When a line that is not stated changes by itself. Instants; a contract that was made afterwards is news from then on. */
const changesOf = ({ contract, period }: RunLine): readonly string[] =>
  [Math.max(Date.parse(period.to), Date.parse(contract.createdAt)), deadlineOf(period, contract.deadlineDays)].map(
    (epoch) => new Date(epoch).toISOString(),
  );

const latest = (instants: readonly string[]): string | undefined => instants.toSorted().at(-1);
const earliest = (instants: readonly string[]): string | undefined => instants.toSorted()[0];

const known = (instant: string | undefined): readonly string[] => (instant === undefined ? [] : [instant]);

const given = <Name extends string>(name: Name, instant: string | undefined) =>
  instant === undefined ? {} : { [name]: instant };

/**
 * @param before undefined: this is the first slice
 * @param contracts the slice, behind the one before
 * @param lines those of them that have the month
 * @param now epoch milliseconds
 */
export function goOn(
  periodId: string,
  before: RunWalk | undefined,
  contracts: readonly Contract[],
  lines: readonly RunLine[],
  now: number,
): RunWalk {
  const at = new Date(now).toISOString();
  const counts = countRun(lines);
  const changes = lines.filter((line) => !isStated(line)).flatMap(changesOf);
  const zones = new Set(lines.map(({ period }) => period.zone));
  const ends = [...zones].map((zone) => periodFromId({ zone, dayOffset: 1 }, periodId).to);
  const passed = changes.filter((change) => change <= at);
  const toCome = changes.filter((change) => change > at);
  return {
    since: before?.since ?? at,
    counts: before === undefined ? counts : addCounts(before.counts, counts),
    ...given('after', contracts.at(-1)?.contractId ?? before?.after),
    ...given('overAt', latest([...known(before?.overAt), ...ends])),
    ...given('changedAt', latest([...known(before?.changedAt), ...passed])),
    ...given('changesAt', earliest([...known(before?.changesAt), ...toCome])),
  };
}

/**
 * When a run is looked at next: a quarter of an hour after something changes by itself, and again each time after half of what has
 * passed since, but for a quarter of an hour; once a week while nothing has. Instant; undefined when the run is complete: every contract
 * that has the month is stated, and the month is over where they are, so that none that begins today still has it. Where no contract has
 * it, it is complete once it is over for whoever may come.
 * @param now epoch milliseconds
 */
export function nextLook(
  periodId: string,
  { counts, overAt = endsLast(periodId), changedAt, changesAt }: RunWalk,
  now: number,
): string | undefined {
  const { attested = 0, no_reading: noReading = 0 } = counts.byStatus;
  const isOpen = counts.contracts > attested + noReading;
  if (!isOpen && Date.parse(overAt) <= now) return undefined;
  const patience = changedAt === undefined ? WEEK : Math.floor((now - Date.parse(changedAt)) / 2);
  const awaited = isOpen ? known(changesAt).map((change) => Date.parse(change) + SOONEST_MS) : [Date.parse(overAt)];
  return new Date(Math.max(now + SOONEST_MS, Math.min(now + patience, ...awaited))).toISOString();
}
