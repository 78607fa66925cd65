// Tampering with the log that a bundle was taken from, as somebody finds it who reads all of it: done to the published checkpoint and the
// entries, in hexadecimal, and where it says so to the bundle. One table for the command line and the fixed vectors.
import { leafOf } from './bundle-fixture.ts';
import type { Operation } from './json-patch.ts';
import { headOf } from './log-fixture.ts';
import { entries, type Failure, one, otherVersion, replace } from './tampering.ts';

export interface PublishedLog {
  readonly checkpoint: string;
  readonly entries: readonly string[];
}

export interface LogTampering {
  readonly name: string;
  /** Done to the good log. */
  readonly patch: readonly Operation[];
  /** Done to the good bundle. */
  readonly bundle?: readonly Operation[];
  /** All that is said of the bundle with that log. */
  readonly failures: readonly (Failure & { readonly entry?: number })[];
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const goodLog: PublishedLog = { checkpoint: headOf(entries), entries: entries.map(hex) };

/** Entries behind the last one, under a head of all. */
const grown = (...more: readonly Uint8Array[]): readonly Operation[] => [
  replace('/checkpoint', headOf([...entries, ...more])),
  ...more.map((entry): Operation => ({ op: 'add', path: '/entries/-', value: hex(entry) })),
];

const failure = (reason: string, more: object = {}) => ({ step: 'log', reason, ...more });

export function logTamperings(): readonly LogTampering[] {
  const other = leafOf(otherVersion(3));
  const shorter = entries.slice(0, 299);
  return [
    { name: 'nothing: it has grown', patch: grown(entries[0] ?? new Uint8Array()), failures: [] },
    {
      name: 'a second version in the slot of a statement',
      patch: grown(other),
      failures: [failure('slot_taken_twice', { at: 3, entry: 300 })],
    },
    {
      name: 'a statement twice',
      patch: grown(leafOf(one(3))),
      failures: [failure('logged_twice', { at: 3, entry: 300 })],
    },
    {
      name: 'another version in the place of a statement',
      patch: [replace('/checkpoint', headOf(entries.with(262, other))), replace('/entries/262', hex(other))],
      failures: [failure('log_forked'), failure('not_logged', { at: 3 })],
    },
    {
      name: 'two entries the other way round',
      patch: [
        replace('/checkpoint', headOf(entries.toSpliced(0, 2, ...entries.slice(0, 2).toReversed()))),
        { op: 'move', from: '/entries/1', path: '/entries/0' },
      ],
      failures: [failure('log_forked')],
    },
    {
      name: 'the last entry dropped',
      patch: [replace('/checkpoint', headOf(shorter)), { op: 'remove', path: '/entries/299' }],
      failures: [failure('log_too_short')],
    },
    {
      name: 'a bit of an entry',
      patch: [replace('/entries/7', hex((entries[7] ?? new Uint8Array()).with(0, 0)))],
      failures: [failure('entries_not_of_head')],
    },
    {
      name: 'an entry that is too short',
      patch: [replace('/entries/7', '00')],
      failures: [failure('entries_malformed')],
    },
    {
      name: 'a head with the signature of another',
      patch: [replace('/checkpoint', headOf(entries, { forged: true }))],
      failures: [failure('bad_signature')],
    },
    {
      name: "a stranger's log under the same name",
      patch: [replace('/checkpoint', headOf(entries, { seed: 8 }))],
      failures: [failure('unknown_signer')],
    },
    {
      name: 'nothing, and in the bundle the newest dropped with the head of the chain',
      patch: [],
      bundle: [
        { op: 'remove', path: '/statements/5' },
        { op: 'remove', path: '/chainHead' },
      ],
      failures: [{ step: 'status', reason: 'withdrawn', at: 2 }, failure('newest_missing', { at: 6, entry: 265 })],
    },
  ];
}
