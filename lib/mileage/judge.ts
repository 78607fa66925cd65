// One period of one contract, judged: readings and the chain's last fixed boundary in, boundaries,
// distance, bounds, findings and verdict out. A pure function (I8). It never moves the anchor, never estimates
// beyond two readings, and never states a distance over a break in the odometer.
import { type Boundary, boundaryAt, boundaryFrom, type Knot, readingOf } from './boundary.ts';
import { type Circumstances, circumstantial, doubtsOf, type Facts } from './doubts.ts';
import { type Evidence, evidenceFor, type Witness } from './evidence.ts';
import { type Finding, oncePerRule, type Reason, reasonsOf, type Verdict, verdictOf } from './finding.ts';
import { epochOf, type Instant } from './instant.ts';
import { RULES_VERSION } from './limits.ts';
import { lineOf, type Replacement } from './line.ts';
import { MileageError } from './mileage-error.ts';
import type { Period } from './period.ts';
import { type Reading, type ReadingRef, refOf } from './reading.ts';
import { boundaryContradicted } from './rules/boundary-contradicted.ts';
import { startsAfterPeriod } from './rules/starts-after-period.ts';
import { vinMismatch } from './rules/vin-mismatch.ts';
import { type Segment, segmentOf } from './segment.ts';

export interface JudgeInput {
  /** Whole, or clipped to the contract. */
  readonly period: Period;
  /** The last fixed closing boundary of the chain; absent until a statement was measured. */
  readonly anchor?: Boundary | undefined;
  /** Any order, ids unique. With an anchor: all recorded after it, older ones optional. Without: all of the contract. */
  readonly readings: readonly Reading[];
  readonly expectedVin?: string | undefined;
  readonly facts?: Facts | undefined;
}

/**
 * Nothing to state yet. `no_closing_reading`: the car has not measured since the end. `no_opening_reading`: the first
 * reading of the contract is later than the period; no reading can change that except a late one.
 * `no_trusted_reading`: the contracted vehicle was never read.
 */
export interface NotClosed {
  readonly outcome: 'not_closed';
  readonly why: 'no_closing_reading' | 'no_opening_reading' | 'no_trusted_reading';
}

export interface Measured {
  readonly outcome: 'measured';
  readonly opening: Boundary;
  readonly closing: Boundary;
  /** closing − opening; `null` exactly when the verdict is `illogical`. */
  readonly distanceMetres: number | null;
  readonly lowerMetres: number | null;
  readonly upperMetres: number | null;
  /** The exact figure: closing reading minus opening reading, and when the car measured each. */
  readonly readToRead: { readonly metres: number | null; readonly from: Instant; readonly to: Instant };
  /** Driven before the period and in no earlier statement: opening − catchUpFrom. */
  readonly catchUpMetres?: number;
  /** Where catching up starts: the anchor, or the start of the contract's first segment. */
  readonly catchUpFrom?: Boundary;
  /** The boundaries do not span the whole period. */
  readonly partial: boolean;
  /** Of the odometer, between the boundaries (or since catching up starts): distances count on over them. Absent: none. */
  readonly replacements?: readonly Replacement[];
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly findings: readonly Finding[];
  readonly rulesVersion: string;
}

interface Span {
  readonly opening: Boundary;
  readonly closing: Boundary;
  readonly openedBy: ReadingRef;
  readonly closedBy: ReadingRef;
}

const notClosed = (why: NotClosed['why']): NotClosed => ({ outcome: 'not_closed', why });

/** Replacements that the figures from one boundary to another count over. */
const replacedBetween = ({ facts }: Circumstances, from: Boundary, to: Boundary): readonly Replacement[] =>
  (facts.replacements ?? []).filter(({ at }) => at > from.at && at <= to.at).toSorted((a, b) => (a.at < b.at ? -1 : 1));

const judged = (of: Circumstances, { opening, closing }: Span, findings: readonly Finding[], from = opening) => {
  const replacements = replacedBetween(of, from, closing);
  return {
    outcome: 'measured',
    opening: of.line.show(opening),
    closing: of.line.show(closing),
    partial: opening.at !== of.period.from || closing.at !== of.period.to,
    ...(replacements.length > 0 && { replacements }),
    verdict: verdictOf(findings),
    reasons: reasonsOf(findings),
    findings: oncePerRule(findings),
    rulesVersion: RULES_VERSION,
  } as const;
};

const illogical = (of: Circumstances, span: Span, findings: readonly Finding[]): Measured => ({
  ...judged(of, span, findings),
  distanceMetres: null,
  lowerMetres: null,
  upperMetres: null,
  readToRead: { metres: null, from: span.openedBy.recordedAt, to: span.closedBy.recordedAt },
});

/** Where a segment without an anchor starts: its first reading, or the contract's start if that reading is older. */
const segmentStart = (knots: readonly Knot[], first: Knot, contractStart: Instant | undefined): Boundary =>
  (contractStart !== undefined && first.reading.recordedAt < contractStart
    ? boundaryAt(knots, contractStart)
    : undefined) ?? boundaryFrom(first, 'first_reading');

/** Before a contract only its last reading matters: what the odometer did earlier is another contract's story. */
const sinceContract = (window: readonly Witness[], contractStart: Instant | undefined): readonly Witness[] => {
  if (contractStart === undefined) return window;
  const isBefore = ({ reading }: Witness): boolean => reading.recordedAt <= contractStart;
  const last = window.findLast((witness) => witness.standing === 'trusted' && isBefore(witness));
  return window.filter((witness) => witness === last || !isBefore(witness));
};

interface Opening {
  readonly opening: Boundary;
  readonly catchUpFrom?: Boundary;
}

const openingFrom = (start: Boundary, period: Period, knots: readonly Knot[]): Opening => {
  const from = epochOf(period.from);
  if (epochOf(start.at) === from) return { opening: start };
  const opening = boundaryAt(knots, period.from, start.metres);
  const fixed = start.method !== 'first_reading';
  if (epochOf(start.at) > from) return { opening: !fixed && opening?.method === 'read' ? opening : start };
  if (!opening) return { opening: start };
  // A first reading within tolerance before the period is its boundary: there was nothing to catch up.
  const same = !fixed && readingOf(opening)?.id === start.before?.id;
  return same ? { opening } : { opening, catchUpFrom: start };
};

const metresOf = (knots: readonly Knot[], ref: ReadingRef): number =>
  knots.find((knot) => knot.reading.id === ref.id)?.metres ?? ref.metres;

const measured = (
  of: Circumstances,
  span: Span,
  segment: Segment,
  {
    window,
    late,
    from,
  }: { readonly window: readonly Witness[]; readonly late: readonly Finding[]; readonly from?: Boundary | undefined },
): Measured => {
  const { opening, closing, openedBy, closedBy } = span;
  const { knots } = segment;
  const replaced = replacedBetween(of, from ?? opening, closing);
  const findings = [
    ...segment.findings,
    ...circumstantial(of, window, replaced),
    ...late,
    ...doubtsOf(of, knots, span),
  ];
  return {
    ...judged(of, span, findings, from),
    distanceMetres: closing.metres - opening.metres,
    lowerMetres: Math.max(0, closing.lowerMetres - opening.upperMetres),
    upperMetres: closing.upperMetres - opening.lowerMetres,
    readToRead: {
      metres: metresOf(knots, closedBy) - metresOf(knots, openedBy),
      from: openedBy.recordedAt,
      to: closedBy.recordedAt,
    },
    ...(from && { catchUpMetres: opening.metres - from.metres, catchUpFrom: of.line.show(from) }),
  };
};

/**
 * Where the next segment opens. Behind a fall or a leap that is the reading that showed it; behind another vehicle's
 * reading, the first trusted one. When none came, the contracted car's last known stand is carried on, so that what it
 * drives unread is caught up once it is read again; the reading that ended the segment is kept in `after`.
 */
const restart = (segment: Segment, anchor: Boundary | undefined): Boundary | undefined => {
  const { knots, lastTrusted, endedBy } = segment;
  const [first] = knots;
  if (first) return boundaryFrom(first, 'restart');
  if (!endedBy) return undefined;
  if (lastTrusted) return boundaryFrom(lastTrusted, 'restart', endedBy);
  return anchor && { ...anchor, method: 'restart', after: refOf(endedBy) };
};

interface Case extends Circumstances {
  readonly window: readonly Witness[];
  readonly segment: Segment;
  /** What readings that came late say about the anchor. */
  readonly late: readonly Finding[];
}

const broken = (of: Case): Measured | NotClosed => {
  const { line, segment, window, late } = of;
  const { anchor } = line;
  const first = window.find(({ standing }) => standing === 'trusted');
  const start = anchor ?? (first && boundaryFrom({ ...first, metres: first.reading.metres }, 'first_reading'));
  const closing = restart(segment, anchor);
  const openedBy = start && readingOf(start);
  const closedBy = window.at(-1)?.reading;
  if (!start || !closing || !openedBy || !closedBy) return notClosed('no_trusted_reading');
  const findings = [vinMismatch(window), ...segment.findings].filter((finding) => finding !== undefined);
  const around = circumstantial(of, window, replacedBetween(of, start, closing));
  return illogical(of, { opening: start, closing, openedBy, closedBy }, [...findings, ...around, ...late]);
};

const unbroken = (of: Case): Measured | NotClosed => {
  const { period, line, facts, segment, window, late } = of;
  const { anchor } = line;
  const [first] = segment.knots;
  const start = anchor ?? (first && segmentStart(segment.knots, first, facts.contractStart));
  if (!start || start.at >= period.to) return notClosed('no_opening_reading');
  const { opening, catchUpFrom } = openingFrom(start, period, segment.knots);
  const closing = boundaryAt(segment.knots, period.to, opening.metres);
  const openedBy = anchor ? readingOf(anchor) : facts.continues ? readingOf(opening) : first?.reading;
  const closedBy = closing && readingOf(closing);
  if (!closing || !openedBy || !closedBy) return notClosed('no_opening_reading');
  return measured(of, { opening, closing, openedBy, closedBy }, segment, { window, late, from: catchUpFrom });
};

/** A restart can lie behind a whole period when nothing was read for weeks: that period has no trusted metre. */
const passedBy = (of: Circumstances, anchor: Boundary): Measured | undefined => {
  const finding = startsAfterPeriod(anchor, of.period);
  const by = readingOf(anchor);
  return finding && by && illogical(of, { opening: anchor, closing: anchor, openedBy: by, closedBy: by }, [finding]);
};

const lateFindings = (anchor: Boundary | undefined, evidence: Evidence): readonly Finding[] =>
  [anchor && boundaryContradicted(anchor, evidence)].filter((finding) => finding !== undefined);

/**
 * Judges one period by the rules of today, {@link RULES_VERSION}.
 *
 * @returns `not_closed` while no reading closes it, else a measured period whose `closing` is the next one's `anchor`
 * @throws MileageError `bad_instant` when a reading or the period carries an instant in another spelling
 */
export const judge = ({ period, anchor, readings, expectedVin, facts = {} }: JudgeInput): Measured | NotClosed => {
  const { replacements = [], contractStart } = facts;
  const line = lineOf({ anchor, readings, expectedVin, replacements });
  const of: Circumstances = { period, line, facts, expectedVin };
  const passed = line.anchor && passedBy(of, line.anchor);
  if (passed) return passed;
  const evidence = evidenceFor(period, line, expectedVin);
  if (!evidence) return notClosed('no_closing_reading');
  const window = anchor ? evidence.window : sinceContract(evidence.window, contractStart);
  const segment = segmentOf(line.anchor, window);
  const judging: Case = { ...of, window, segment, late: lateFindings(line.anchor, evidence) };
  return segment.cut ? broken(judging) : unbroken(judging);
};

/** Every set of rules that a statement was ever judged by. A new one is added beside them; none is changed. */
const RULES_BY_VERSION: Readonly<Record<string, typeof judge>> = { [RULES_VERSION]: judge };

/**
 * Judges by the rules that an old statement names, so that its figures come out as they were signed (I8).
 *
 * @throws MileageError `unknown_rules`
 */
export const judgeAs = (rulesVersion: string, input: JudgeInput): Measured | NotClosed => {
  const rules = Object.hasOwn(RULES_BY_VERSION, rulesVersion) ? RULES_BY_VERSION[rulesVersion] : undefined;
  if (!rules) throw new MileageError('unknown_rules');
  return rules(input);
};
