// A statement that its tenant wants to be stated again, as the contract remembers it. PURE. One waits at a time.
import * as z from 'zod/mini';

/** Why somebody asks for it. No free text: it would be kept for ever, and may be about a person. */
export const REPLACEMENT_REASONS = [
  'late_reading',
  'odometer_declared',
  'disputed',
  'requested_by_authority',
  'key_compromised',
  'other',
] as const;

/** Also of a later month: it opens where an earlier one closed before that was stated again. */
export const REPLACED_FOR = [...REPLACEMENT_REASONS, 'boundary_moved'] as const;

/**
 * `replaced`: another statement has its place; `unchanged`: what is known now says the same, or, where its key was compromised, it is
 * under the key that signs already; `not_possible`: readings that it or a later
 * one rests on are not there any more, or what would be stated has no room in a statement.
 */
export const REPLACEMENT_OUTCOMES = ['replaced', 'unchanged', 'not_possible'] as const;

export const replacement = z.object({
  /** Instant. */
  at: z.string(),
  /** Number of the statement, and its id. */
  seq: z.int(),
  attestationId: z.string(),
  reason: z.enum(REPLACEMENT_REASONS),
  /** Absent while it waits. */
  outcome: z.optional(z.enum(REPLACEMENT_OUTCOMES)),
  answeredAt: z.optional(z.string()),
});

export type Replacement = Readonly<z.infer<typeof replacement>>;

/** What is to be stated again; undefined when nothing waits. */
export const wantedOf = (of: Replacement | undefined): Replacement | undefined =>
  of === undefined || of.outcome !== undefined ? undefined : of;
