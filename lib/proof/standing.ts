// Whether statements are still in force, by status lists that hold. A list speaks as of when it was made; nothing here knows what came
// later. What the statements at hand say of each other counts too: a list cannot have one in force whose replacement lies beside it.
import type { StatementClaims } from './claims.ts';
import { type Status, type StatusList, type StatusRefusal, statusOf } from './status-list.ts';
import { CLOCK_TOLERANCE_MS } from './times.ts';

export type StandingRefusal =
  | Exclude<StatusRefusal, 'other_list'>
  /** None of the lists is about its contract. */
  | 'no_list'
  /** A statement is at hand that took its place well before the list was made, and the list has it in force. */
  | 'list_contradicted';

export type Standing =
  | { readonly ok: true; readonly status: Status; readonly asOf: number; readonly replacedBy?: number }
  | { readonly ok: false; readonly reason: StandingRefusal };

export interface StatementStanding {
  readonly contract: string;
  readonly seq: number;
  readonly standing: Standing;
}

/** @param newer the statement at hand that took its place */
function standingOf(
  claims: StatementClaims,
  newest: StatusList | undefined,
  newer: StatementClaims | undefined,
): Standing {
  if (newest === undefined) return { ok: false, reason: 'no_list' };
  const read = statusOf(claims, newest);
  if (!read.ok) return { ok: false, reason: read.reason === 'other_list' ? 'no_list' : read.reason };
  if (read.status === 'valid' && newer !== undefined && newer.iat * 1000 + CLOCK_TOLERANCE_MS < read.asOf * 1000)
    return { ok: false, reason: 'list_contradicted' };
  return { ...read, ...(newer !== undefined && { replacedBy: newer.seq }) };
}

/** Of every statement, by the newest of the lists about its contract. */
export function standingsOf(
  held: readonly { readonly claims: StatementClaims }[],
  lists: readonly StatusList[],
): readonly StatementStanding[] {
  const newest = new Map(lists.toSorted((a, b) => a.asOf - b.asOf).map((list) => [list.uri, list]));
  const newer = new Map(
    held.flatMap(({ claims }) => (claims.replaces === undefined ? [] : [[claims.replaces, claims]])),
  );
  return held.map(({ claims }) => ({
    contract: claims.sub,
    seq: claims.seq,
    standing: standingOf(claims, newest.get(claims.status.status_list.uri), newer.get(claims.jti)),
  }));
}

/** Whether the lists at hand leave it open. */
export const isUnknown = (standing: Standing): boolean =>
  !standing.ok && (standing.reason === 'no_list' || standing.reason === 'list_too_old');

/** Whether it may be relied on: in force, or what took its place is at hand. */
export const isInForce = (standing: Standing): boolean =>
  standing.ok && (standing.status === 'valid' || standing.replacedBy !== undefined);
