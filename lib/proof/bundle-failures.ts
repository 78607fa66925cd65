// What is wrong with a bundle, by name: which step failed, why, and at which statement. A bundle holds when nothing is.
import type { ChainBroken } from './chain.ts';
import type { CheckpointRefusal } from './checkpoint.ts';
import { isInForce, type StandingRefusal, type StatementStanding } from './standing.ts';
import type { Status, StatusListRefusal } from './status-list.ts';
import type { TimestampRefusal } from './timestamp.ts';
import type { Refused, Verified } from './verify.ts';
import type { BundleReport, EndRefusal, KeysCheck, TimeCheck } from './verify-bundle.ts';

type StatusReason = StatusListRefusal | StandingRefusal | Status;

/** `at`: place in the bundle, from 1, of a statement that is refused; number of one that is verified. */
export type BundleFailure =
  | { readonly step: 'keys'; readonly reason: Extract<KeysCheck, { readonly ok: false }>['reason'] }
  | (Omit<Refused, 'ok'> & { readonly at: number })
  | ({ readonly step: 'chain'; readonly at: number } & Pick<ChainBroken, 'reason' | 'detail'>)
  | { readonly step: 'end'; readonly reason: EndRefusal }
  | { readonly step: 'checkpoint'; readonly reason: CheckpointRefusal }
  | { readonly step: 'inclusion'; readonly reason: 'not_included'; readonly at: number }
  | { readonly step: 'time'; readonly reason: TimestampRefusal }
  | { readonly step: 'status'; readonly reason: StatusReason; readonly at?: number };

function refusals(results: readonly (Verified | Refused)[]): readonly BundleFailure[] {
  return results.flatMap((result, n) => {
    if (result.ok) return [];
    const { ok: _, ...refused } = result;
    return [{ ...refused, at: n + 1 }];
  });
}

function chainFailure(chain: BundleReport['chain']): readonly BundleFailure[] {
  if (chain === undefined || chain.ok) return [];
  const { reason, seq, detail } = chain;
  return [{ step: 'chain', reason, at: seq, ...(detail !== undefined && { detail }) }];
}

function standingFailure({ seq, standing }: StatementStanding): readonly BundleFailure[] {
  if (isInForce(standing)) return [];
  return [{ step: 'status', at: seq, reason: standing.ok ? standing.status : standing.reason }];
}

function statusFailures(status: BundleReport['status']): readonly BundleFailure[] {
  if (status === undefined) return [];
  return status.ok ? status.statements.flatMap(standingFailure) : [{ step: 'status', reason: status.reason }];
}

const timeFailures = (time: TimeCheck): readonly BundleFailure[] =>
  typeof time === 'string' || time.ok ? [] : [{ step: 'time', reason: time.reason }];

/** Everything that does not hold, in the order of the steps; nothing when the bundle does. */
export function failuresOf(report: BundleReport): readonly BundleFailure[] {
  const { keys, end, checkpoint, inclusion = [] } = report;
  return [
    ...(keys.ok ? [] : [{ step: 'keys', reason: keys.reason } as const]),
    ...refusals(report.statements),
    ...chainFailure(report.chain),
    ...(end === undefined || end.ok ? [] : [{ step: 'end', reason: end.reason } as const]),
    ...(checkpoint.ok ? [] : [{ step: 'checkpoint', reason: checkpoint.reason } as const]),
    ...inclusion.flatMap(({ seq, included }) =>
      included ? [] : [{ step: 'inclusion', reason: 'not_included', at: seq } as const],
    ),
    ...timeFailures(report.time),
    ...statusFailures(report.status),
  ];
}
