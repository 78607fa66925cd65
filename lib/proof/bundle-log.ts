// A bundle against the whole log that it was taken from, for a reader who has all entries: the log still begins with what the bundle was
// proven against, every statement is there once and nothing else has its slot, and with the chain secret it shows whether there is a
// newer statement. A log with two stories is found out here, and nowhere else.
import type { Bundle } from './bundle.ts';
import { sameBytes } from './bytes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type KeyEventProblem, keyEventProblems } from './key-log.ts';
import type { Jwk } from './key-set.ts';
import { slotName } from './leaf.ts';
import { findInLog, isHeadOf, type LogRefusal, type ReadLog, SLOT_BYTES } from './log-search.ts';
import { HASH_BYTES } from './merkle.ts';
import type { Sha256 } from './primitives.ts';
import type { Verified } from './verify.ts';
import type { BundleReport } from './verify-bundle.ts';

export type BundleLogFailure =
  /** Of the whole log: it ends before the bundle's checkpoint, or does not begin with the tree that this is of. */
  | { readonly step: 'log'; readonly reason: 'log_too_short' | 'log_forked' }
  | { readonly step: 'log'; readonly reason: LogRefusal; readonly at: number; readonly entry?: number }
  /** Of a key in the set that was checked with. */
  | ({ readonly step: 'log' } & KeyEventProblem)
  /** The checkpoint is of a log that held the next statement already. */
  | { readonly step: 'log'; readonly reason: 'newest_missing'; readonly at: number; readonly entry: number };

export interface BundleLogCheck {
  readonly origin: string;
  readonly size: number;
  readonly failures: readonly BundleLogFailure[];
  /** Entry of the next statement, when the log has grown by one since the bundle was made. */
  readonly newer?: number;
}

function treeFailures({ size, root }: Checkpoint, log: ReadLog, sha256: Sha256): readonly BundleLogFailure[] {
  if (size > log.head.size) return [{ step: 'log', reason: 'log_too_short' }];
  const begins = isHeadOf({ size, root }, log.leaves.subarray(0, size * HASH_BYTES), sha256);
  return begins ? [] : [{ step: 'log', reason: 'log_forked' }];
}

function placeFailures(held: readonly Verified[], { entries }: ReadLog): readonly BundleLogFailure[] {
  const places = findInLog(
    entries,
    held.map(({ signingInputHash }) => signingInputHash),
  );
  return held.flatMap(({ claims, signingInputHash }): readonly BundleLogFailure[] => {
    const place = places.get(signingInputHash);
    if (place === undefined || place.ok) return [];
    const { reason, index } = place;
    return [{ step: 'log', reason, at: claims.seq, ...(index !== undefined && { entry: index }) }];
  });
}

/**
 * @param report of the same bundle; only statements that hold are looked for
 * @param keys that it was checked with
 */
export function checkBundleInLog(
  { chainSecret }: Bundle,
  { statements, checkpoint, issuer }: BundleReport,
  log: ReadLog,
  keys: readonly Jwk[],
  sha256: Sha256,
): BundleLogCheck {
  const held = statements.filter((result) => result.ok);
  const next = 1 + Math.max(0, ...held.map(({ claims }) => claims.seq));
  const slot = slotName({ chainSecret, seq: next }, sha256);
  const entry = log.entries.findIndex((bytes) => sameBytes(bytes.subarray(0, SLOT_BYTES), slot));
  const known = checkpoint.ok ? checkpoint.checkpoint.size : 0;
  const missing = entry >= 0 && entry < known;
  return {
    origin: log.head.origin,
    size: log.head.size,
    failures: [
      ...(checkpoint.ok ? treeFailures(checkpoint.checkpoint, log, sha256) : []),
      ...placeFailures(held, log),
      ...keyEventProblems(log.entries, { issuer, keys }, sha256).map((one) => ({ step: 'log', ...one }) as const),
      ...(missing ? [{ step: 'log', reason: 'newest_missing', at: next, entry } as const] : []),
    ],
    ...(entry >= known && { newer: entry }),
  };
}
