// The chart of a printed report as numbers: where each bar, whisker and line is. PURE; pdf.ts draws it.
import type { StatementClaims } from '../../proof/claims.ts';

interface Column {
  /** Left edge and width, in points from the left of the chart. */
  readonly x: number;
  readonly width: number;
  /** In points, from the axis up. */
  readonly height: number;
}

export interface Bar {
  readonly periodId: string;
  /** Undefined: the month has no figure. */
  readonly distance?: Column;
  /** Where there is a distance; heights in points. */
  readonly bounds?: { readonly lower: number; readonly upper: number };
  /** Of months before, left of the month's own distance. */
  readonly catchUp?: Column;
  /** The room of them all. */
  readonly x: number;
  readonly width: number;
}

export interface Chart {
  readonly bars: readonly Bar[];
  /** Horizontal lines: metres, and their height in points. */
  readonly lines: readonly { readonly metres: number; readonly y: number }[];
  /** The longest distance of a month, in metres. */
  readonly mostMetres: number;
}

const KM = 1_000;

/** 1, 2 or 5 times a power of ten: the smallest that makes at most five steps. */
function stepFor(most: number): number {
  const least = Math.max(most, KM) / 5;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

/** The highest that is drawn of a month. Metres. */
const reachOf = (claims: StatementClaims): number =>
  claims.outcome === 'measured'
    ? Math.max(claims.distanceMetres ?? 0, claims.upperMetres ?? 0, claims.catchUpMetres ?? 0)
    : 0;

const drivenIn = (claims: StatementClaims): number =>
  claims.outcome === 'measured' ? (claims.distanceMetres ?? 0) : 0;

/** @param room where the month is drawn @param rise points for so many metres */
function barOf(claims: StatementClaims, room: Pick<Bar, 'x' | 'width'>, rise: (metres: number) => number): Bar {
  const empty = { periodId: claims.period.id, ...room };
  if (claims.outcome === 'no_reading' || claims.distanceMetres === null) return empty;
  const { distanceMetres, lowerMetres, upperMetres, catchUpMetres = 0 } = claims;
  const width = catchUpMetres === 0 ? room.width : room.width / 2;
  return {
    ...empty,
    distance: { x: room.x + room.width - width, width, height: rise(distanceMetres) },
    ...(lowerMetres !== null &&
      upperMetres !== null && { bounds: { lower: rise(lowerMetres), upper: rise(upperMetres) } }),
    ...(catchUpMetres > 0 && { catchUp: { x: room.x, width, height: rise(catchUpMetres) } }),
  };
}

/**
 * @param claims those in force, by period
 * @param size of the drawing, points
 */
export function chartOf(
  claims: readonly StatementClaims[],
  { width, height }: { readonly width: number; readonly height: number },
): Chart {
  const most = Math.max(...claims.map(reachOf));
  const step = stepFor(most);
  const steps = Math.max(1, Math.ceil(most / step));
  const rise = (metres: number): number => (metres / (steps * step)) * height;
  const share = width / claims.length;
  const barWidth = Math.min(36, share * 0.6);
  const bars = claims.map((one, n) => barOf(one, { x: n * share + (share - barWidth) / 2, width: barWidth }, rise));
  const lines = Array.from({ length: steps + 1 }, (_, n) => ({ metres: n * step, y: rise(n * step) }));
  return { bars, lines, mostMetres: Math.max(...claims.map(drivenIn)) };
}
