// What every language has: one plain sentence per rule, from the finding's numbers alone, so that a signed finding can be told in words
// years later. Words only; figures come ready for the eye.
import type { Rule } from '../finding.ts';
import { kilometres } from '../kilometres.ts';

/** Of one finding: `km` writes metres as kilometres, `n` a whole number; 0 for a number that the finding does not have. */
export interface Told {
  readonly km: (name: string) => string;
  readonly n: (name: string) => number;
}

export type Sentences = Readonly<Record<Rule, (told: Told) => string>>;

export const toldIn = (numbers: Readonly<Record<string, number>>, decimal: '.' | ','): Told => ({
  km: (name) => `${kilometres(numbers[name] ?? 0).replace('.', decimal)} km`,
  n: (name) => numbers[name] ?? 0,
});
