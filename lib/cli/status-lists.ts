// Whether statements are still in force, by the signed lists that an auditor was given or fetched (Token Status List). A list speaks as of
// when it was made; nothing here knows what came later, and no list is looked for that was not named.
import { fromUtf8 } from '../proof/base64url.ts';
import {
  MAX_STATUS_LIST,
  type Status,
  type StatusList,
  type StatusListRefusal,
  type StatusListTrust,
  type StatusRefusal,
  statusOf,
  verifyStatusList,
} from '../proof/status-list.ts';
import { CLOCK_TOLERANCE_MS } from '../proof/times.ts';
import type { Verified } from '../proof/verify.ts';
import { readSource } from './source.ts';

export type LoadedStatusLists =
  | { readonly ok: true; readonly lists: readonly StatusList[] }
  /** One was read, and is not to be believed. */
  | { readonly ok: false; readonly reason: StatusListRefusal; readonly list: string }
  | { readonly ok: false; readonly problem: string };

/** @param sources files, or addresses beginning with https:// */
export async function loadStatusLists(sources: readonly string[], trust: StatusListTrust): Promise<LoadedStatusLists> {
  const lists: StatusList[] = [];
  for (const list of sources) {
    const read = await readSource(list, MAX_STATUS_LIST);
    if (!read.ok) return { ok: false, problem: `the status list ${list} ${read.problem}` };
    const verified = verifyStatusList(fromUtf8(read.bytes)?.replace(/\r?\n$/, '') ?? '', trust);
    if (!verified.ok) return { ...verified, list };
    lists.push(verified.list);
  }
  return { ok: true, lists };
}

export type StandingRefusal =
  | Exclude<StatusRefusal, 'other_list'>
  /** No list that was named is about its contract. */
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

export type StatusResult =
  | { readonly ok: true; readonly statements: readonly StatementStanding[] }
  | Extract<LoadedStatusLists, { readonly reason: StatusListRefusal }>;

/** Of the lists about a statement's contract, the newest. */
function standingOf({ claims }: Verified, lists: readonly StatusList[], held: readonly Verified[]): Standing {
  const { uri } = claims.status.status_list;
  const [newest] = lists.filter((list) => list.uri === uri).toSorted((a, b) => b.asOf - a.asOf);
  if (newest === undefined) return { ok: false, reason: 'no_list' };
  const read = statusOf(claims, newest);
  if (!read.ok) return { ok: false, reason: read.reason === 'other_list' ? 'no_list' : read.reason };
  const newer = held.find((other) => other.claims.replaces === claims.jti);
  if (read.status === 'valid' && newer !== undefined && newer.claims.iat * 1000 + CLOCK_TOLERANCE_MS < read.asOf * 1000)
    return { ok: false, reason: 'list_contradicted' };
  return { ...read, ...(newer !== undefined && { replacedBy: newer.claims.seq }) };
}

/** Of every statement that holds. */
export function checkStatus(
  loaded: Exclude<LoadedStatusLists, { readonly problem: string }>,
  held: readonly Verified[],
): StatusResult {
  if (!loaded.ok) return loaded;
  const statements = held.map((one) => ({
    contract: one.claims.sub,
    seq: one.claims.seq,
    standing: standingOf(one, loaded.lists, held),
  }));
  return { ok: true, statements };
}

/** Whether the lists at hand leave it open. */
export const isUnknown = (standing: Standing): boolean =>
  !standing.ok && (standing.reason === 'no_list' || standing.reason === 'list_too_old');

/** Whether it may be relied on: in force, or what took its place is at hand. */
export const isInForce = (standing: Standing): boolean =>
  standing.ok && (standing.status === 'valid' || standing.replacedBy !== undefined);
