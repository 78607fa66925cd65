// What a row of the tamper table is.
import type { Run } from './run.ts';

/** What can be done, in the words in which finding it out was promised. */
export const MUTATIONS = [
  'a signed part',
  'a claim',
  'a disclosure',
  'the order',
  'a dropped month',
  'a doubled month',
  'two versions of one slot for two audiences',
  'an older month signed again',
  'a digit on the PDF page',
  'a swapped checkpoint',
  'a forked log',
  'a bit in a stored tile',
  'a restored old table',
] as const;

/** In the checker's own words: `number step: reason`, and check-log's codes with the reason behind them. */
export type Names = readonly string[];

export interface Case {
  readonly of: (typeof MUTATIONS)[number];
  readonly name: string;
  /** Done to the bundle that was handed out; the PDF is one that we seal over it. */
  readonly bundle?: (run: Run, bundle: string) => string | Promise<string>;
  /** Done to the PDF that was handed out. */
  readonly pdf?: (pdf: Uint8Array) => Uint8Array;
  /** Done to the tables; bundle and PDF are what is handed out afterwards. */
  readonly store?: (run: Run) => Promise<unknown>;
  /** What the command line and the page say, of bundle and PDF alike. */
  readonly verifier: Names;
  /** What the command line says beside that of the bundle, with the whole log as it is published then. */
  readonly log?: Names;
  /** What it says with that log of the bundle from before. */
  readonly earlier?: Names;
  readonly fsck: Names;
  /** Why a checker has nothing to say. */
  readonly unseen?: { readonly verifier?: string; readonly fsck?: string };
}
