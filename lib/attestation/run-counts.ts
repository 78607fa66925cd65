// How many contracts of a run stand where. PURE: counts of some contracts, which add up to those of all.
import * as z from 'zod/mini';
import { RUN_STATUSES, type RunLine } from './run.ts';

export const RUN_VERDICTS = ['logical', 'illogical', 'no_judgement'] as const;
export const RUN_REASONS = ['asleep', 'not_connected', 'reconnect_needed', 'consent_withdrawn', 'refused'] as const;

const each = z.record(z.string(), z.int());

export const runCounts = z.object({
  /** All that have the month; each is counted under one status. */
  contracts: z.int(),
  byStatus: each,
  /** Of those that are attested. */
  byVerdict: each,
  /** Of those that ended without a reading. */
  byReason: each,
});

export type RunCounts = Readonly<z.infer<typeof runCounts>>;

const tally = (names: readonly string[], found: readonly (string | undefined)[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, found.filter((one) => one === name).length]));

export function countRun(lines: readonly RunLine[]): RunCounts {
  const standings = lines.map(({ standing }) => standing);
  const ofStatus = (wanted: string) => standings.filter(({ status }) => status === wanted);
  return {
    contracts: lines.length,
    byStatus: tally(
      RUN_STATUSES,
      standings.map(({ status }) => status),
    ),
    byVerdict: tally(
      RUN_VERDICTS,
      ofStatus('attested').map(({ verdict }) => verdict),
    ),
    byReason: tally(
      RUN_REASONS,
      ofStatus('no_reading').map(({ reason }) => reason),
    ),
  };
}

const addEach = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(one).map(([name, count]) => [name, count + (other[name] ?? 0)]));

export const addCounts = (one: RunCounts, other: RunCounts): RunCounts => ({
  contracts: one.contracts + other.contracts,
  byStatus: addEach(one.byStatus, other.byStatus),
  byVerdict: addEach(one.byVerdict, other.byVerdict),
  byReason: addEach(one.byReason, other.byReason),
});
