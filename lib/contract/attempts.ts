// What was tried since the last statement: counts by outcome, first and last time. Statements carry it, so that a month without a
// reading shows how hard it was tried.
import * as z from 'zod/mini';
import { compiledObject } from '../aws/compiled-object.ts';

/** How one vehicle call ended, in words that a statement may carry. */
export const OUTCOMES = [
  'read',
  'not_yet_recorded',
  'asleep',
  'unavailable',
  'rate_limited',
  'reconnect_needed',
  'owner_must_act',
  'refused',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export const attempts = compiledObject({
  /** Number of the month they count for, from 1: those of a month that is stated already are nobody's. */
  seq: z.int(),
  counts: z.partialRecord(z.enum(OUTCOMES), z.int()),
  firstAt: z.optional(z.string()),
  lastAt: z.optional(z.string()),
  last: z.optional(z.enum(OUTCOMES)),
});

export type Attempts = Readonly<z.infer<typeof attempts>>;

export const noAttempts = (seq: number): Attempts => ({ seq, counts: {} });

/** What was tried for month `seq`, given what the contract remembers. */
export const attemptsFor = (remembered: Attempts, seq: number): Attempts =>
  remembered.seq === seq ? remembered : noAttempts(seq);

/** @param at instant of the attempt */
export function countAttempt(before: Attempts, outcome: Outcome, at: string): Attempts {
  const { firstAt = at, lastAt = at } = before;
  return {
    seq: before.seq,
    counts: { ...before.counts, [outcome]: (before.counts[outcome] ?? 0) + 1 },
    firstAt: firstAt < at ? firstAt : at,
    lastAt: lastAt > at ? lastAt : at,
    last: outcome,
  };
}
