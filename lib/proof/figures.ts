// Whether one statement agrees with itself: boundaries within their bounds, distance = closing − opening (over replaced odometers),
// bounds around it, null figures exactly where a verdict allows them. It recomputes; it does not judge the car.
import type { BoundaryClaim, MeasuredClaims, StatementClaims } from './claims.ts';

export type FigureProblem =
  | 'period_order'
  | 'boundary_order'
  | 'boundary_bounds'
  | 'partial'
  | 'verdict'
  | 'replaced'
  | 'distance'
  | 'distance_bounds'
  | 'read_to_read'
  | 'catch_up';

const bounded = ({ lowerMetres, metres, upperMetres }: BoundaryClaim): boolean =>
  lowerMetres <= metres && metres <= upperMetres;

/** An `illogical` statement states no distance at all; every other one states all of them. */
function nullsFitVerdict({ verdict, distanceMetres, lowerMetres, upperMetres, readToRead }: MeasuredClaims): boolean {
  const figures = [distanceMetres, lowerMetres, upperMetres, readToRead.metres];
  return figures.every((figure) => (figure === null) === (verdict === 'illogical'));
}

/** What the odometers that were replaced after `from` and until `to` showed more than those that took their place. Metres. */
export const replacedMetres = ({ replaced = [] }: MeasuredClaims, from: string, to: string): number =>
  replaced.reduce((sum, one) => (one.at > from && one.at <= to ? sum + one.old - one.new : sum), 0);

/** In order, and only such as the figures count over. */
function replacedProblem({ replaced, opening, closing, catchUpFrom }: MeasuredClaims): FigureProblem | undefined {
  if (replaced === undefined) return undefined;
  const instants = [catchUpFrom ?? opening.at, ...replaced.map(({ at }) => at)];
  const rising = instants.every((at, n) => n === 0 || (instants[n - 1] ?? '') < at);
  return replaced.length > 0 && rising && (instants.at(-1) ?? '') <= closing.at ? undefined : 'replaced';
}

function distanceProblem(claims: MeasuredClaims): FigureProblem | undefined {
  const { opening, closing, distanceMetres, lowerMetres, upperMetres } = claims;
  if (distanceMetres === null) return undefined;
  const more = replacedMetres(claims, opening.at, closing.at);
  if (distanceMetres !== closing.metres - opening.metres + more || distanceMetres < 0) return 'distance';
  const least = Math.max(0, closing.lowerMetres - opening.upperMetres + more);
  const most = Math.max(0, closing.upperMetres - opening.lowerMetres + more);
  return lowerMetres === least && upperMetres === most ? undefined : 'distance_bounds';
}

/** What the odometer showed where the statement's figures begin: its opening, or where it starts to catch up. Metres. */
export const startMetres = (claims: MeasuredClaims): number => {
  const { opening, catchUpMetres = 0, catchUpFrom = opening.at } = claims;
  return opening.metres - catchUpMetres + replacedMetres(claims, catchUpFrom, opening.at);
};

function catchUpProblem(claims: MeasuredClaims): FigureProblem | undefined {
  const { opening, catchUpMetres, catchUpFrom } = claims;
  if (catchUpMetres === undefined && catchUpFrom === undefined) return undefined;
  if (catchUpMetres === undefined || catchUpFrom === undefined) return 'catch_up';
  const fits = catchUpMetres >= 0 && startMetres(claims) >= 0 && catchUpFrom < opening.at;
  return fits ? undefined : 'catch_up';
}

/** The first disagreement of a statement with itself, or undefined. Instants compare as text: they have one form. */
export function figureProblem(claims: StatementClaims): FigureProblem | undefined {
  const { period } = claims;
  if (period.from >= period.to) return 'period_order';
  if (claims.outcome === 'no_reading') return undefined;
  const { opening, closing, readToRead, partial } = claims;
  if (opening.at > closing.at) return 'boundary_order';
  if (!bounded(opening) || !bounded(closing)) return 'boundary_bounds';
  if (partial !== (opening.at !== period.from || closing.at !== period.to)) return 'partial';
  if (!nullsFitVerdict(claims)) return 'verdict';
  if (readToRead.from > readToRead.to || (readToRead.metres ?? 0) < 0) return 'read_to_read';
  return replacedProblem(claims) ?? distanceProblem(claims) ?? catchUpProblem(claims);
}
