// VIN mismatch: the connection answered for another vehicle than the contract's, so its figures measure that one.
// Counts readings; no VIN leaves this file.
import type { Witness } from '../evidence.ts';
import type { Finding } from '../finding.ts';

/** @param window every reading that speaks about the period */
export const vinMismatch = (window: readonly Witness[]): Finding | undefined => {
  const foreignReadings = window.filter(({ standing }) => standing === 'foreign').length;
  const unconfirmedReadings = window.filter(({ standing }) => standing === 'unconfirmed').length;
  if (foreignReadings + unconfirmedReadings === 0) return undefined;
  return {
    rule: 'vin_mismatch',
    severity: 'illogical',
    numbers: { foreignReadings, unconfirmedReadings },
  };
};
