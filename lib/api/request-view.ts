// What a reading that was asked for looks like to the tenant who asked.
import type * as z from 'zod/mini';
import type { Contract } from '../contract/contract.ts';
import type { readingRequest } from './contract-answers.ts';

/** What is due is planned within this, and asked soon after. */
const PLANNED_WITHIN_MS = 5 * 60_000;

/** Of the contract alone, and not of the time it is looked at: the entity tag of a contract must not change by itself. */
export function requestView({ asked, dueAt }: Contract): z.infer<typeof readingRequest> | null {
  if (asked === undefined) return null;
  const { at: askedAt, outcome: state = 'waiting', answeredAt = null, readingId: reading = null } = asked;
  const by = dueAt === undefined ? null : new Date(Date.parse(dueAt) + PLANNED_WITHIN_MS).toISOString();
  return { askedAt, state, expectedBy: state === 'waiting' ? by : null, answeredAt, reading };
}
