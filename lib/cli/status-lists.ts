// The signed status lists that an auditor was given or fetched (Token Status List), and what they say of the statements that hold. No
// list is looked for that was not named.
import { fromUtf8 } from '../proof/base64url.ts';
import { type StatementStanding, standingsOf } from '../proof/standing.ts';
import {
  MAX_STATUS_LIST,
  type StatusList,
  type StatusListRefusal,
  type StatusListTrust,
  verifyStatusList,
} from '../proof/status-list.ts';
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

export type StatusResult =
  | { readonly ok: true; readonly statements: readonly StatementStanding[] }
  | Extract<LoadedStatusLists, { readonly reason: StatusListRefusal }>;

/** Of every statement that holds. */
export const checkStatus = (
  loaded: Exclude<LoadedStatusLists, { readonly problem: string }>,
  held: readonly Verified[],
): StatusResult => (loaded.ok ? { ok: true, statements: standingsOf(held, loaded.lists) } : loaded);
