// Status lists beside what is checked, and what they say of the statements that hold. No list is looked for that was not handed over.
import { type StatementStanding, standingsOf } from '../proof/standing.ts';
import {
  type StatusList,
  type StatusListRefusal,
  type StatusListTrust,
  verifyStatusList,
} from '../proof/status-list.ts';
import type { Verified } from '../proof/verify.ts';

export type ReadStatusLists =
  | { readonly ok: true; readonly lists: readonly StatusList[] }
  /** One was read, and is not to be believed. */
  | { readonly ok: false; readonly reason: StatusListRefusal; readonly list: string };

export type LoadedStatusLists = ReadStatusLists | { readonly ok: false; readonly problem: string };

export interface NamedList {
  /** Of its file, or its address. */
  readonly name: string;
  readonly text: string;
}

/** Checks them in their order; the first that does not hold ends it. */
export function readStatusLists(given: readonly NamedList[], trust: StatusListTrust): ReadStatusLists {
  const lists: StatusList[] = [];
  for (const { name, text } of given) {
    const verified = verifyStatusList(text.replace(/\r?\n$/, ''), trust);
    if (!verified.ok) return { ...verified, list: name };
    lists.push(verified.list);
  }
  return { ok: true, lists };
}

export type StatusResult =
  | { readonly ok: true; readonly statements: readonly StatementStanding[] }
  | Extract<ReadStatusLists, { readonly ok: false }>;

/** Of every statement that holds. */
export const checkStatus = (read: ReadStatusLists, held: readonly Verified[]): StatusResult =>
  read.ok ? { ok: true, statements: standingsOf(held, read.lists) } : read;
