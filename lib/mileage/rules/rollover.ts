// Rollover: a six-digit odometer went past 999,999 and started over. The distance counts on; the register gives no judgement here.
import type { Finding } from '../finding.ts';

/**
 * @param beforeMetres what the line stood at before
 * @param shownMetres what the odometer shows since
 */
export const rollover = (beforeMetres: number, shownMetres: number): Finding => ({
  rule: 'rollover',
  severity: 'no_judgement',
  numbers: { beforeMetres, shownMetres },
});
