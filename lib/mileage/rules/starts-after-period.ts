// The segment starts after the period: after a break the odometer was trusted again only when the month was over.
import type { Boundary } from '../boundary.ts';
import type { Finding } from '../finding.ts';
import { epochOf } from '../instant.ts';
import type { Period } from '../period.ts';

export const startsAfterPeriod = (anchor: Boundary, period: Period): Finding | undefined => {
  const lateMs = epochOf(anchor.at) - epochOf(period.to);
  if (lateMs < 0) return undefined;
  return {
    rule: 'starts_after_period',
    severity: 'illogical',
    numbers: { lateSeconds: Math.floor(lateMs / 1_000) },
  };
};
