// Boundary contradicted: a reading that came late shows that the odometer stood elsewhere at a boundary already signed.
// The boundary stays (only a replacement moves it), sums stay whole; how they fall to the months is in doubt.
// Within the bounds that were signed this is a note: the statement had said how far off it could be.
import type { Boundary } from '../boundary.ts';
import { readingOf } from '../boundary.ts';
import type { Evidence, Witness } from '../evidence.ts';
import type { Finding } from '../finding.ts';
import { epochOf } from '../instant.ts';
import { farthest, ROUNDING_METRES } from '../limits.ts';

interface Range {
  readonly least: number;
  readonly most: number;
}

/** Where the odometer can have stood at an instant, by one reading from another. */
const impliedAt = (witness: Witness, epoch: number): Range => {
  const { metres } = witness.reading;
  const reach = farthest(Math.abs(witness.epoch - epoch));
  return witness.epoch <= epoch ? { least: metres, most: metres + reach } : { least: metres - reach, most: metres };
};

const apart = (one: Range, other: Range): boolean =>
  one.least > other.most + ROUNDING_METRES || other.least > one.most + ROUNDING_METRES;

/** Readings that were not there when the anchor was fixed: recorded before its last evidence, fetched after it. */
const lateFor = (anchor: Boundary, { old, window }: Evidence): readonly Witness[] => {
  const used = [anchor.before, anchor.after].filter((ref) => ref !== undefined);
  const [fetched, recorded] = [used.map((ref) => ref.fetchedAt).sort(), used.map((ref) => ref.recordedAt).sort()];
  const [lastFetched, lastRecorded] = [fetched.at(-1) ?? '', recorded.at(-1) ?? ''];
  return [...old, ...window].filter(
    ({ reading, standing }) =>
      standing === 'trusted' && reading.recordedAt <= lastRecorded && reading.fetchedAt > lastFetched,
  );
};

/** @param anchor the fixed boundary the period opens from; a restart says nothing about what lies before it */
export const boundaryContradicted = (anchor: Boundary, evidence: Evidence): Finding | undefined => {
  if (anchor.method === 'restart') return undefined;
  // A `read` boundary states the figure of its reading, which may lie minutes beside the boundary's instant.
  const pivot = epochOf(anchor.method === 'read' ? (readingOf(anchor)?.recordedAt ?? anchor.at) : anchor.at);
  const point = { least: anchor.metres, most: anchor.metres };
  const against = lateFor(anchor, evidence).filter((witness) => apart(impliedAt(witness, pivot), point));
  const worst = against.find((witness) => outside(witness, anchor)) ?? against[0];
  if (!worst) return undefined;
  const { metres } = worst.reading;
  return {
    rule: 'boundary_contradicted',
    severity: outside(worst, anchor) ? 'no_judgement' : 'note',
    numbers: {
      boundaryMetres: anchor.metres,
      boundaryLowerMetres: anchor.lowerMetres,
      boundaryUpperMetres: anchor.upperMetres,
      lateReadingMetres: metres,
    },
  };
};

const outside = (witness: Witness, anchor: Boundary): boolean =>
  apart(impliedAt(witness, epochOf(anchor.at)), { least: anchor.lowerMetres, most: anchor.upperMetres });
