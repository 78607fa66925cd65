// The line: one rising figure per car, whatever its dashboards showed. A declared replacement of the odometer and a rollover at 999,999
// are taken out of the readings before they are judged, and put back into what the statement shows. Judges nothing.
import type { Boundary } from './boundary.ts';
import type { Instant } from './instant.ts';
import { ROLLOVER_METRES, ROLLOVER_REACH } from './limits.ts';
import { inOrder, type Reading, type ReadingRef } from './reading.ts';
import { sameVin } from './vin.ts';

/** A declared replacement of the odometer: from `at` on another one counts. */
export interface Replacement {
  /** Of the declaration. */
  readonly id: string;
  readonly at: Instant;
  /** The last figure of the old one and the first of the new. Whole metres. */
  readonly oldMetres: number;
  readonly newMetres: number;
  readonly declaredAt: Instant;
  /** Whether evidence of somebody else confirms it. */
  readonly confirmed: boolean;
}

/** What the dashboards showed. */
export interface Shown {
  readonly anchor?: Boundary | undefined;
  readonly readings: readonly Reading[];
  readonly expectedVin?: string | undefined;
  readonly replacements: readonly Replacement[];
}

export interface Line {
  readonly anchor?: Boundary | undefined;
  /** Figures of the line; a replacement is a reading of its own. */
  readonly readings: readonly Reading[];
  /** Ids of those that were declared: they place the line, and close nothing. */
  readonly declared: ReadonlySet<string>;
  /** The first reading behind a rollover that no earlier statement has told. */
  readonly rolledOver?: { readonly beforeMetres: number; readonly reading: Reading } | undefined;
  /** A boundary of the line as the dashboards showed it. */
  readonly show: (boundary: Boundary) => Boundary;
}

/** What the odometers before showed more than the one that counts at an instant. Metres. */
export const offsetAt = (replacements: readonly Replacement[], at: Instant): number =>
  replacements.reduce((sum, one) => (one.at <= at ? sum + one.oldMetres - one.newMetres : sum), 0);

/** A figure of a six-digit odometer as it counts on near `reference`; one that is nowhere near it is taken as it is. */
const unrolled = (metres: number, unit: ReadingRef['unit'], reference: number): number => {
  const range = ROLLOVER_METRES[unit];
  const turns = Math.max(0, Math.round((reference - metres) / range));
  const counted = turns * range + metres;
  return Math.abs(counted - reference) <= ROLLOVER_REACH * range ? counted : metres;
};

/** What every figure is near to: the boundary fixed last, or the contract's first reading of its own car. */
const referenceOf = ({ anchor, readings, expectedVin, replacements }: Shown): number => {
  if (anchor) return anchor.metres + offsetAt(replacements, anchor.at);
  const own = [...readings].sort(inOrder).find(({ vin }) => !vin || !expectedVin || sameVin(vin, expectedVin));
  return own ? own.metres + offsetAt(replacements, own.recordedAt) : 0;
};

const declaredReading = (replacements: readonly Replacement[], one: Replacement, vin: string | undefined): Reading => ({
  id: one.id,
  metres: one.newMetres + offsetAt(replacements, one.at),
  recordedAt: one.at,
  fetchedAt: one.declaredAt,
  requestId: 'declared',
  unit: 'km',
  source: 'manual',
  vin,
});

const mapRefs = (boundary: Boundary, refOf: (ref: ReadingRef, side: 'before' | 'after') => ReadingRef): Boundary => ({
  ...boundary,
  ...(boundary.before && { before: refOf(boundary.before, 'before') }),
  ...(boundary.after && { after: refOf(boundary.after, 'after') }),
});

const raised = (boundary: Boundary, offset: number): Boundary => ({
  ...boundary,
  metres: boundary.metres + offset,
  lowerMetres: boundary.lowerMetres + offset,
  upperMetres: boundary.upperMetres + offset,
});

const isTold = (anchor: Boundary | undefined, { id, recordedAt }: Reading): boolean =>
  anchor !== undefined && (recordedAt <= anchor.at || id === anchor.after?.id);

/** From the line to what the dashboards showed: the figures of the odometer that counted then, the readings as they came. */
const makeShow = ({ anchor, readings, replacements }: Shown, lineAnchor: Boundary | undefined): Line['show'] => {
  const came = new Map([anchor?.before, anchor?.after, ...readings].map((ref) => [ref?.id, ref?.metres]));
  const declared = new Map(replacements.map((one) => [one.id, one]));
  const asShown = (ref: ReadingRef, side: 'before' | 'after'): ReadingRef => {
    const one = declared.get(ref.id);
    if (one) return { ...ref, metres: side === 'before' ? one.newMetres : one.oldMetres };
    return { ...ref, metres: came.get(ref.id) ?? ref.metres };
  };
  return (boundary) =>
    boundary === lineAnchor && anchor
      ? anchor
      : mapRefs(raised(boundary, -offsetAt(replacements, boundary.at)), asShown);
};

/** @throws MileageError `bad_instant` */
export const lineOf = (shown: Shown): Line => {
  const { anchor, readings, expectedVin, replacements } = shown;
  const reference = referenceOf(shown);
  const metresOf = ({ metres, unit, recordedAt }: ReadingRef): number => {
    const offset = offsetAt(replacements, recordedAt);
    return unrolled(metres, unit, reference - offset) + offset;
  };
  const lined = readings.map((reading) => ({ ...reading, metres: metresOf(reading) }));
  if (replacements.length === 0 && lined.every(({ metres }, index) => metres === readings[index]?.metres))
    return { anchor, readings, declared: new Set(), show: (boundary) => boundary };
  const declared = new Map(replacements.map((one) => [one.id, declaredReading(replacements, one, expectedVin)]));
  const lineAnchor =
    anchor &&
    mapRefs(raised(anchor, offsetAt(replacements, anchor.at)), (ref) => ({
      ...ref,
      metres: declared.get(ref.id)?.metres ?? metresOf(ref),
    }));
  const wrapped = [...readings].sort(inOrder).find((reading) => !isTold(anchor, reading) && isBehindRollover(reading));
  function isBehindRollover(reading: Reading): boolean {
    const offset = offsetAt(replacements, reading.recordedAt);
    return metresOf(reading) - offset > reading.metres && reference - offset < ROLLOVER_METRES[reading.unit];
  }
  return {
    anchor: lineAnchor,
    readings: [...lined, ...declared.values()],
    declared: new Set(declared.keys()),
    rolledOver: wrapped && { beforeMetres: reference, reading: wrapped },
    show: makeShow(shown, lineAnchor),
  };
};
