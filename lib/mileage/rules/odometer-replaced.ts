// Odometer replaced: declared, with the figures of the old one and the new. The distance counts on over it; until somebody other than
// who declared it has confirmed it, there is no judgement.
import type { Finding } from '../finding.ts';
import type { Replacement } from '../line.ts';

/** @param replacements those between the boundaries of the period */
export const odometerReplaced = (replacements: readonly Replacement[]): readonly Finding[] =>
  replacements.map(({ oldMetres, newMetres, confirmed }) => ({
    rule: 'odometer_replaced',
    severity: confirmed ? 'note' : 'no_judgement',
    numbers: { oldMetres, newMetres },
  }));
