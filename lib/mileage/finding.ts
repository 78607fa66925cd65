// Findings: what one rule saw, with the numbers that explain it. The verdict is nothing but the gravest finding; sentences/ says
// each in plain words. Never holds a VIN: findings are signed where nothing can be withheld.

/** Codes of the rules, as statements carry them. */
export const RULES = [
  'rollback',
  'zero_reading',
  'vin_mismatch',
  'implausible_speed',
  'starts_after_period',
  'odometer_replaced',
  'rollover',
  'outlier',
  'window_maximum',
  'unit_suspect',
  'frozen_odometer',
  'stale_reading',
  'future_timestamp',
  'boundary_contradicted',
  'disconnected_before_end',
  'vin_shared',
  'vin_check_digit',
  'reading_gap',
  'rounding',
] as const;

export type Rule = (typeof RULES)[number];

/** What a finding does to the verdict: `note` leaves it alone. */
type Severity = 'illogical' | 'no_judgement' | 'note';

/** A rule that moved the verdict away from `logical`. */
export type Reason = Rule;

export type Verdict = 'logical' | 'illogical' | 'no_judgement';

export interface Finding {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Whole numbers, named with their unit. */
  readonly numbers: Readonly<Record<string, number>>;
}

const grave = (findings: readonly Finding[], severity: Severity): boolean =>
  findings.some((finding) => finding.severity === severity);

/**
 * One finding per rule, so that a month with a fault every day still fits into a statement: the last one of a rule,
 * which is where the segment goes on, with how many times the rule was broken.
 */
export const oncePerRule = (findings: readonly Finding[]): readonly Finding[] => {
  const byRule = Map.groupBy(findings, (finding) => finding.rule);
  return [...byRule.values()].flatMap((same) => {
    const last = same.at(-1);
    if (!last || same.length === 1) return same;
    return [{ ...last, numbers: { ...last.numbers, times: same.length } }];
  });
};

/** The Dutch vehicle register's three words: one illogical finding outweighs any number of doubts. */
export const verdictOf = (findings: readonly Finding[]): Verdict => {
  if (grave(findings, 'illogical')) return 'illogical';
  return grave(findings, 'no_judgement') ? 'no_judgement' : 'logical';
};

/** The rules behind the verdict, each once, in the order of the findings. */
export const reasonsOf = (findings: readonly Finding[]): readonly Reason[] => [
  ...new Set(findings.filter((finding) => finding.severity !== 'note').map((finding) => finding.rule)),
];
