// Disconnected before the end: the connection ended days before the period did. The distance stands; its last days were not looked at.
import type { Finding } from '../finding.ts';
import { epochOf, type Instant } from '../instant.ts';
import { DISCONNECT_WINDOW_MS } from '../limits.ts';
import type { Period } from '../period.ts';

const HOUR_MS = 3_600_000;

/** @param disconnectedAt when connections of the contract ended, by whomever */
export const disconnectedBeforeEnd = (
  { to }: Pick<Period, 'to'>,
  disconnectedAt: readonly Instant[],
): Finding | undefined => {
  const before = disconnectedAt.map((at) => epochOf(to) - epochOf(at));
  const within = before.filter((ms) => ms > 0 && ms <= DISCONNECT_WINDOW_MS);
  if (within.length === 0) return undefined;
  return {
    rule: 'disconnected_before_end',
    severity: 'no_judgement',
    numbers: { hoursBeforeEnd: Math.floor(Math.max(...within) / HOUR_MS) },
  };
};
