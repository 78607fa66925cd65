// What the reports of single files and of bundles say in the same words.
import type { ChainHolds } from '../proof/chain.ts';
import type { StatementClaims } from '../proof/claims.ts';

/** `ok`: it holds. `no`: it does not. `--`: not checked, or not shown. Without one: what it is about. */
export interface Line {
  readonly mark?: 'ok' | 'no' | '--';
  readonly text: string;
}

export const holds = (text: string): Line => ({ mark: 'ok', text });
export const fails = (text: string): Line => ({ mark: 'no', text });
export const leftOpen = (text: string): Line => ({ mark: '--', text });
export const says = (text: string): Line => ({ text });

/** What was found of one thing, step by step. */
export interface Section {
  readonly outcome: 'VERIFIED' | 'NOT VERIFIED' | 'NOT CHECKED';
  /** What was checked: a file, a chain, the log. */
  readonly subject: string;
  readonly lines: readonly Line[];
}

/** A section as lines of text, the last one empty. */
export const sectionText = ({ outcome, subject, lines }: Section): readonly string[] => [
  `${outcome}  ${subject}`,
  ...lines.map(({ mark, text }) => (mark === undefined ? `  ${text}` : `  ${mark}  ${text}`)),
  '',
];

/** Nothing that comes from a file may move a cursor or turn a line around. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);

const km = (metres: number): string => `${(metres / 1000).toFixed(3)} km`;

/** What a statement says of distance. */
export function figures(claims: StatementClaims): string {
  if (claims.outcome === 'no_reading') return `no reading: ${claims.reason}`;
  const { distanceMetres, lowerMetres, upperMetres, verdict, reasons } = claims;
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  if (distanceMetres === null || lowerMetres === null || upperMetres === null) return `no distance, ${verdict}${why}`;
  return `${km(distanceMetres)} (between ${km(lowerMetres)} and ${km(upperMetres)}), ${verdict}${why}`;
}

const replaced = ({ replacedMetres }: ChainHolds['segments'][number]): string =>
  replacedMetres === 0 ? '' : ` + ${km(replacedMetres)} of replaced odometers`;

/** What holds of a chain, a line each. */
export const chainHolds = ({ upToSeq, superseded, segments }: ChainHolds): readonly Line[] => [
  holds(`numbered 1 to ${upToSeq} without a hole, each bound to the one before`),
  holds(
    `one statement in force per period${superseded.length > 0 ? `, ${superseded.length} replaced` : ''}, no period left out`,
  ),
  ...segments.map((s) =>
    holds(
      `${s.from} to ${s.to}: ${km(s.distanceMetres + s.catchUpMetres)} = ${km(s.lastMetres)} - ${km(s.firstMetres)}${replaced(s)}`,
    ),
  ),
];

export const endNotShown = 'end not shown: newer statements may exist';
