// Boundaries: what the odometer showed at an instant, how that is known, and between which two figures
// it must have been. Computed once from readings; a later statement reuses the object and never computes it again.
import { epochOf, type Instant } from './instant.ts';
import { BOUNDARY_TOLERANCE_MS, farthest } from './limits.ts';
import { type ReadingRef, refOf } from './reading.ts';

export interface Boundary {
  readonly at: Instant;
  readonly metres: number;
  /** The odometer was at least this at `at`: monotony, and the speed ceiling back from the reading after it. */
  readonly lowerMetres: number;
  /** The odometer was at most this at `at`. */
  readonly upperMetres: number;
  readonly method: 'read' | 'interpolated' | 'first_reading' | 'restart';
  /** The last reading used that was recorded at or before `at`. */
  readonly before?: ReadingRef;
  /** The first reading used that was recorded after `at`; under `restart`, the foreign reading that ended the segment. */
  readonly after?: ReadingRef;
}

/** A reading on the line of a segment: its time as a number, and its figure freed of unit rounding (never falling). */
export interface Knot {
  readonly reading: ReadingRef;
  readonly epoch: number;
  readonly metres: number;
}

/** Linear, rounded to the metre, halves up; in whole numbers, so that every implementation gets the same metre. */
const between = (before: Knot, after: Knot, epoch: number): number => {
  const span = BigInt(after.epoch - before.epoch);
  const way = BigInt(after.metres - before.metres) * BigInt(epoch - before.epoch);
  return before.metres + Number((2n * way + span) / (2n * span));
};

const within = (knot: Knot | undefined, epoch: number): number =>
  knot && Math.abs(knot.epoch - epoch) <= BOUNDARY_TOLERANCE_MS ? Math.abs(knot.epoch - epoch) : Infinity;

/** The neighbour that is the boundary: the nearer one within tolerance, of two equally near ones the earlier. */
const nearer = (before: Knot | undefined, after: Knot | undefined, epoch: number): Knot | undefined => {
  const [back, ahead] = [within(before, epoch), within(after, epoch)];
  if (back === Infinity && ahead === Infinity) return undefined;
  return back <= ahead ? before : after;
};

/**
 * The boundary at an instant, from the trusted readings around it.
 *
 * @param knots in order of time
 * @param floor metres that the odometer had shown before: a boundary never falls behind the one before it
 * @returns `undefined` when no reading is near and not both neighbours exist
 */
export const boundaryAt = (knots: readonly Knot[], at: Instant, floor = 0): Boundary | undefined => {
  const epoch = epochOf(at);
  const before = knots.findLast((knot) => knot.epoch <= epoch);
  const after = knots.find((knot) => knot.epoch > epoch);
  const near = nearer(before, after, epoch);
  if (!near && !(before && after)) return undefined;
  // A far neighbour on the other side of a `read` boundary tightens the bounds; without one the speed ceiling alone does.
  const least = Math.max(before?.metres ?? 0, after ? after.metres - farthest(after.epoch - epoch) : 0);
  const most = Math.min(after?.metres ?? Infinity, before ? before.metres + farthest(epoch - before.epoch) : Infinity);
  const found = near ? near.metres : before && after ? between(before, after, epoch) : 0;
  const metres = Math.max(found, floor);
  return {
    at,
    metres,
    // Unit rounding may put a figure a mile beyond what the ceiling allows: the bounds always hold the figure itself.
    lowerMetres: Math.min(least, metres),
    upperMetres: Math.max(most, metres),
    method: near ? 'read' : 'interpolated',
    ...(before && { before: refOf(before.reading) }),
    ...(after && { after: refOf(after.reading) }),
  };
};

/** A boundary that is one reading, at the reading's own instant: how a contract or a new segment begins. */
export const boundaryFrom = (knot: Knot, method: 'first_reading' | 'restart', endedBy?: ReadingRef): Boundary => ({
  at: knot.reading.recordedAt,
  metres: knot.metres,
  lowerMetres: knot.metres,
  upperMetres: knot.metres,
  method,
  before: refOf(knot.reading),
  ...(endedBy && { after: refOf(endedBy) }),
});

/**
 * The reading that closed what ended at this boundary, and so opens what begins there. Read-to-read figures run from
 * one such reading to the next and leave nothing out.
 */
export const readingOf = (boundary: Boundary): ReadingRef | undefined => {
  const { method, before, after } = boundary;
  if (method === 'interpolated') return after;
  if (method !== 'read') return before;
  if (!before || !after) return before ?? after;
  const epoch = epochOf(boundary.at);
  return epoch - epochOf(before.recordedAt) <= epochOf(after.recordedAt) - epoch ? before : after;
};
