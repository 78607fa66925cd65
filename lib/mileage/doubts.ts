// What may be doubtful about a distance that the readings give: every rule that looks at a whole month, in the order in which a
// statement tells them. Judges no single step of the odometer: segment.ts does.
import { type Boundary, type Knot, readingOf } from './boundary.ts';
import type { Witness } from './evidence.ts';
import type { Finding } from './finding.ts';
import { epochOf, type Instant } from './instant.ts';
import { type Line, offsetAt, type Replacement } from './line.ts';
import type { Period } from './period.ts';
import type { ReadingRef } from './reading.ts';
import { disconnectedBeforeEnd } from './rules/disconnected-before-end.ts';
import { frozenOdometer } from './rules/frozen-odometer.ts';
import { futureTimestamp } from './rules/future-timestamp.ts';
import { odometerReplaced } from './rules/odometer-replaced.ts';
import { readingGap } from './rules/reading-gap.ts';
import { rollover } from './rules/rollover.ts';
import { rounding } from './rules/rounding.ts';
import { staleReading } from './rules/stale-reading.ts';
import { vinCheckDigit } from './rules/vin-check-digit.ts';
import { vinShared } from './rules/vin-shared.ts';
import { windowMaximum } from './rules/window-maximum.ts';

/** What is declared and no reading of the period shows. */
export interface Facts {
  /** Nothing driven before is counted. Without it, a first reading before the period is where counting starts. */
  readonly contractStart?: Instant | undefined;
  /** It begins in the middle of a contract, without the boundary that was fixed there: it reads from where the time before read to. */
  readonly continues?: boolean | undefined;
  /** Of the whole life of the contract, in any order. */
  readonly replacements?: readonly Replacement[] | undefined;
  /** When connections of the contract ended. */
  readonly disconnectedAt?: readonly Instant[] | undefined;
  /** How many contracts of the tenant are about this vehicle, this one included. */
  readonly contractsOnVehicle?: number | undefined;
  /** What the dashboard showed in the past year and the readings do not hold, in order: the longest windows look at it. */
  readonly earlier?: readonly { readonly at: Instant; readonly metres: number }[] | undefined;
}

/** Whatever becomes of the figures: how the line came to be, and what was declared about car and connection. */
export interface Circumstances {
  readonly period: Period;
  readonly line: Line;
  readonly facts: Facts;
  readonly expectedVin?: string | undefined;
}

const isWithin = (window: readonly Witness[], id: string): boolean => window.some(({ reading }) => reading.id === id);

/** @param replaced replacements of the odometer that the period's figures count over */
export const circumstantial = (
  { period, line, facts, expectedVin }: Circumstances,
  window: readonly Witness[],
  replaced: readonly Replacement[],
): readonly Finding[] => {
  const { rolledOver, anchor } = line;
  const wrapped = rolledOver && isWithin(window, rolledOver.reading.id);
  const found = [
    ...odometerReplaced(replaced),
    wrapped ? rollover(rolledOver.beforeMetres, rolledOver.reading.metres) : undefined,
    ...window.map(({ finding }) => finding),
    disconnectedBeforeEnd(period, facts.disconnectedAt ?? []),
    vinShared(facts.contractsOnVehicle ?? 1),
    anchor ? undefined : vinCheckDigit(expectedVin),
  ];
  return found.filter((finding) => finding !== undefined);
};

interface Used {
  readonly openedBy: ReadingRef;
  readonly closedBy: ReadingRef;
}

/** An interpolated anchor is followed by the reading behind it: what that one shows was told before. */
const toldUntil = (anchor: Boundary | undefined): number => {
  const by = anchor && readingOf(anchor);
  return by ? epochOf(by.recordedAt) : Number.NEGATIVE_INFINITY;
};

/** Doubts about the figures of an unbroken segment. */
export const doubtsOf = (
  { line, facts }: Circumstances,
  knots: readonly Knot[],
  { openedBy, closedBy }: Used,
): readonly Finding[] => {
  const earlier = (facts.earlier ?? []).map(({ at, metres }) => ({
    epoch: epochOf(at),
    metres: metres + offsetAt(facts.replacements ?? [], at),
  }));
  const since = toldUntil(line.anchor);
  const found = [
    windowMaximum(knots, earlier, since),
    frozenOdometer(knots, earlier, since),
    staleReading(openedBy, closedBy),
    futureTimestamp(openedBy, closedBy),
    readingGap(knots),
    rounding(knots),
  ];
  return found.filter((finding) => finding !== undefined);
};
