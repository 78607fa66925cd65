// Which readings speak about a period, in what order, and whether each is known to be the contracted vehicle.
// Sorts, removes repetitions, tells trusted from untrusted. Figures are judged elsewhere.
import type { Boundary } from './boundary.ts';
import type { Finding } from './finding.ts';
import { epochOf, type Instant } from './instant.ts';
import type { Line } from './line.ts';
import type { Period } from './period.ts';
import { closes, inOrder, type Reading, type ReadingRef } from './reading.ts';
import { outliers } from './rules/outlier.ts';
import { sameVin } from './vin.ts';

/** `foreign`: another VIN. `unconfirmed`: no VIN was read since a foreign one. `outlier`: off the line for this once. */
type Standing = 'trusted' | 'foreign' | 'unconfirmed' | 'outlier';

export interface Witness {
  readonly reading: Reading;
  readonly epoch: number;
  readonly standing: Standing;
  /** Recorded between the two readings that fixed the anchor: that gap is settled, it closes and places nothing. */
  readonly settled: boolean;
  /** Of an outlier. */
  readonly finding?: Finding | undefined;
}

export interface Evidence {
  /** After the anchor up to the reading that closes the period, in order. */
  readonly window: readonly Witness[];
  /** At or before the anchor, in order: told in earlier statements, or come too late for them. */
  readonly old: readonly Witness[];
}

/** A restart's `after` is not trusted: it is the reading of another vehicle, or of one that nobody confirmed. */
const carriedBy = (anchor: Boundary | undefined): ReadingRef | undefined =>
  anchor?.method === 'restart' ? undefined : anchor?.after;

/** The anchor carries the reading behind it, so a judgement needs nothing older than the newest reading beside it. */
const known = (readings: readonly Reading[], carried: ReadingRef | undefined): readonly Reading[] => {
  const missing = carried && !readings.some((reading) => reading.id === carried.id);
  return [...readings, ...(missing ? [carried] : [])].sort(inOrder);
};

/**
 * Once another vehicle has answered, a reading without a VIN may be of either: it stays unconfirmed until the
 * expected VIN has been read again, also over the end of a statement (`doubtAfter`).
 */
const standingsFrom = (expectedVin: string | undefined, own: string | undefined, doubtAfter: Instant | undefined) => {
  let doubt = false;
  let pending = doubtAfter;
  return (reading: Reading): Standing => {
    if (reading.id === own) return 'trusted';
    if (pending !== undefined && reading.recordedAt > pending) [doubt, pending] = [true, undefined];
    if (reading.vin === undefined || expectedVin === undefined) return doubt ? 'unconfirmed' : 'trusted';
    doubt = !sameVin(reading.vin, expectedVin);
    return doubt ? 'foreign' : 'trusted';
  };
};

/** A sleeping car answers with the same measurement again and again: the first answer is kept, it is the freshest. */
const withoutRepetitions = (witnesses: readonly Witness[]): readonly Witness[] =>
  witnesses.filter((witness, index) => {
    const previous = witnesses[index - 1];
    return (
      previous?.epoch !== witness.epoch ||
      previous.reading.metres !== witness.reading.metres ||
      previous.standing !== witness.standing
    );
  });

/** The reading that closes: of trusted ones the nearest within tolerance, else the first after the end. */
const closest = (candidates: readonly Witness[], period: Period): Witness | undefined => {
  const to = epochOf(period.to);
  const before = candidates.findLast((witness) => witness.epoch <= to);
  const after = candidates.find((witness) => witness.epoch > to);
  if (!before || !after) return before ?? after;
  return to - before.epoch <= after.epoch - to ? before : after;
};

const upToClosing = (
  fresh: readonly Witness[],
  period: Period,
  declared: Line['declared'],
): readonly Witness[] | undefined => {
  const closers = fresh.filter(
    ({ reading, standing }) => closes(reading, period) && standing !== 'outlier' && !declared.has(reading.id),
  );
  const trusted = closers.filter(({ standing, settled }) => standing === 'trusted' && !settled);
  const last = closest(trusted, period) ?? closers[0];
  return last && fresh.slice(0, fresh.indexOf(last) + 1);
};

/** Readings that left the line for once stand aside; the others are as they were. */
const withoutOutliers = (witnesses: readonly Witness[], anchor: Boundary | undefined): readonly Witness[] => {
  const stand = anchor && { epoch: epochOf(anchor.at), least: anchor.lowerMetres, most: anchor.upperMetres };
  const found = outliers(
    stand,
    witnesses.filter(({ standing }) => standing === 'trusted'),
  );
  return witnesses.map((witness) => {
    const finding = found.get(witness.reading.id);
    return finding ? { ...witness, standing: 'outlier', finding } : witness;
  });
};

/**
 * @returns `undefined` while no reading closes the period. A foreign reading closes it too, when no trusted one does:
 * that the connection answers for another vehicle is known, and waiting would not make it known better.
 */
export const evidenceFor = (
  period: Period,
  { anchor, readings, declared }: Pick<Line, 'anchor' | 'readings' | 'declared'>,
  expectedVin: string | undefined,
): Evidence | undefined => {
  const carried = carriedBy(anchor);
  const ended = anchor?.method === 'restart' ? anchor.after?.recordedAt : undefined;
  const all = known(readings, carried);
  const isOld = (reading: Reading): boolean => anchor !== undefined && reading.recordedAt <= anchor.at;
  const settledUntil = carried?.recordedAt ?? '';
  const witness =
    (of: (reading: Reading) => Standing) =>
    (reading: Reading): Witness => ({
      reading,
      epoch: epochOf(reading.recordedAt),
      standing: of(reading),
      settled: reading.recordedAt < settledUntil,
    });
  const old = all.filter(isOld).map(witness(standingsFrom(expectedVin, undefined, undefined)));
  const fresh = all.filter((reading) => !isOld(reading)).map(witness(standingsFrom(expectedVin, carried?.id, ended)));
  // What ended the last segment was told in the statement that ended it: it does not spoil the next one too.
  const untold = fresh.filter(({ reading, standing }) => standing === 'trusted' || reading.recordedAt > (ended ?? ''));
  const window = upToClosing(withoutOutliers(withoutRepetitions(untold), anchor), period, declared);
  return window && { window, old };
};
