// The whole public log, as whoever has it hands it over: read, or the reason why not.
import type { CheckpointRefusal } from '../proof/checkpoint.ts';
import type { ReadLog } from '../proof/log-search.ts';

export type HeadRefusal = CheckpointRefusal | 'entries_malformed' | 'entries_not_of_head';

export type LoadedLog =
  | ({ readonly ok: true } & ReadLog)
  /** It was read, and is not to be believed. */
  | { readonly ok: false; readonly reason: HeadRefusal }
  | { readonly ok: false; readonly problem: string };
