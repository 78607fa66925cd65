// VIN check digit: North America demands it (49 CFR 565.15), so a wrong one there is a wrong VIN. Elsewhere position 9 is the maker's
// (ISO 3779) and a misfit means next to nothing: a warning, told once, in the first statement. No VIN leaves this file.
import type { Finding } from '../finding.ts';
import { fitsCheckDigit, isNorthAmerican } from '../vin.ts';

/** @param vin the contracted vehicle's, if it is known */
export const vinCheckDigit = (vin: string | undefined): Finding | undefined => {
  if (vin === undefined || fitsCheckDigit(vin)) return undefined;
  return {
    rule: 'vin_check_digit',
    severity: isNorthAmerican(vin) ? 'no_judgement' : 'note',
    numbers: { position: 9 },
  };
};
