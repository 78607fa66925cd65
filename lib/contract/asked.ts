// A reading that somebody asked for, as the contract remembers it. PURE. One waits at a time: whoever asks meanwhile asks for the same.
import * as z from 'zod/mini';
import { OUTCOMES } from './attempts.ts';

/** What becomes of it: how the car was asked, or that there was none to ask any more. */
export const ASKED_OUTCOMES = [...OUTCOMES, 'not_asked'] as const;

export const asked = z.object({
  /** Instant. */
  at: z.string(),
  /** Absent while it waits. */
  outcome: z.optional(z.enum(ASKED_OUTCOMES)),
  answeredAt: z.optional(z.string()),
  readingId: z.optional(z.string()),
});

export type Asked = Readonly<z.infer<typeof asked>>;

/** Since when a reading is waited for; undefined when none is. */
export const waitsSince = (of: Asked | undefined): string | undefined =>
  of === undefined || of.outcome !== undefined ? undefined : of.at;

interface Came {
  readonly id: string;
  readonly fetchedAt: string;
  readonly outcome?: 'read' | 'not_yet_recorded' | undefined;
}

/** What a turn found out. */
export interface Found {
  readonly readings: readonly Came[];
  /** How the car, or whoever stands before it, refused. */
  readonly refusal: (typeof OUTCOMES)[number] | undefined;
  /** Whether the car may be asked, now or later. */
  readonly askable: boolean;
  /** Instant. */
  readonly now: string;
}

/** A reading that came since then answers, whoever asked for it or told it; then a refusal; then that nobody can be asked. */
export function answerAsked(before: Asked | undefined, { readings, refusal, askable, now }: Found): Asked | undefined {
  const since = waitsSince(before);
  if (since === undefined) return before;
  const came = readings
    .filter(({ fetchedAt }) => fetchedAt >= since)
    .toSorted((one, other) => (one.fetchedAt < other.fetchedAt ? -1 : 1))[0];
  if (came !== undefined)
    return { at: since, outcome: came.outcome ?? 'read', answeredAt: came.fetchedAt, readingId: came.id };
  if (refusal !== undefined) return { at: since, outcome: refusal, answeredAt: now };
  return askable ? before : { at: since, outcome: 'not_asked', answeredAt: now };
}
