// Walks the readings of a period in order, frees them of unit rounding, and cuts the line where no honest odometer
// could have gone: a fall, a leap, another vehicle. What follows the last cut is the new segment.
import { type Boundary, type Knot, readingOf } from './boundary.ts';
import type { Witness } from './evidence.ts';
import type { Finding } from './finding.ts';
import { epochOf } from './instant.ts';
import type { ReadingRef } from './reading.ts';
import { implausibleSpeed } from './rules/implausible-speed.ts';
import { rollback } from './rules/rollback.ts';
import { unitSuspect } from './rules/unit-suspect.ts';

export interface Segment {
  /** From the last cut, or from the anchor's own reading. Empty when the period ends in untrusted readings. */
  readonly knots: readonly Knot[];
  readonly findings: readonly Finding[];
  /** Whether there was a cut. */
  readonly cut: boolean;
  /** The last trusted reading of the window, on whichever side of a cut. */
  readonly lastTrusted?: Knot | undefined;
  /** The untrusted reading behind which nothing trusted came. */
  readonly endedBy?: ReadingRef | undefined;
}

/** Between which figures the odometer stood, and when: a point for a reading, a range for an interpolated anchor. */
interface Stand {
  readonly epoch: number;
  readonly least: number;
  readonly most: number;
}

interface Walk extends Segment {
  readonly stand?: Stand | undefined;
}

const beginning = (anchor: Boundary | undefined): Walk => {
  const walk: Walk = { knots: [], findings: [], cut: false };
  if (!anchor) return walk;
  const stand = { epoch: epochOf(anchor.at), least: anchor.lowerMetres, most: anchor.upperMetres };
  const { before } = anchor;
  if (!before) return { ...walk, stand };
  const metres = readingOf(anchor) === before ? Math.max(before.metres, anchor.lowerMetres) : before.metres;
  return { ...walk, stand, knots: [{ reading: before, epoch: epochOf(before.recordedAt), metres }] };
};

const stepTrusted = (walk: Walk, { reading, epoch, settled }: Witness): Walk => {
  const { stand } = walk;
  const broken =
    stand &&
    (rollback(stand.least, reading.metres) ?? implausibleSpeed(stand.most, reading.metres, epoch - stand.epoch));
  const metres = broken ? reading.metres : Math.max(reading.metres, stand?.least ?? 0);
  const knot: Knot = { reading, epoch, metres };
  const suspect = unitSuspect(walk.knots, epoch, reading.metres);
  const line = settled ? walk.knots : [...walk.knots, knot];
  return {
    knots: broken ? [knot] : line,
    findings: [...walk.findings, broken, suspect].filter((finding) => finding !== undefined),
    cut: walk.cut || broken !== undefined,
    lastTrusted: knot,
    stand: { epoch, least: metres, most: metres },
  };
};

/** An untrusted reading says nothing about the contracted odometer: what stood before it still stands after it. */
const stepUntrusted = (walk: Walk, { reading }: Witness): Walk => ({ ...walk, knots: [], cut: true, endedBy: reading });

/**
 * @param anchor the boundary the window follows, if the chain has one
 * @param window the readings of the period, in order
 */
export const segmentOf = (anchor: Boundary | undefined, window: readonly Witness[]): Segment =>
  window.reduce<Walk>((walk, witness) => {
    if (witness.standing === 'outlier') return walk;
    return witness.standing === 'trusted' ? stepTrusted(walk, witness) : stepUntrusted(walk, witness);
  }, beginning(anchor));
