// Whether one statement agrees with itself: boundaries within their bounds, distance = closing − opening, bounds around it, null
// figures exactly where a verdict allows them. It recomputes; it does not judge the car.
import type { BoundaryClaim, MeasuredClaims, StatementClaims } from './claims.ts';

export type FigureProblem =
  | 'period_order'
  | 'boundary_order'
  | 'boundary_bounds'
  | 'partial'
  | 'verdict'
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

function distanceProblem(claims: MeasuredClaims): FigureProblem | undefined {
  const { opening, closing, distanceMetres, lowerMetres, upperMetres } = claims;
  if (distanceMetres === null) return undefined;
  if (distanceMetres !== closing.metres - opening.metres || distanceMetres < 0) return 'distance';
  const least = Math.max(0, closing.lowerMetres - opening.upperMetres);
  const most = Math.max(0, closing.upperMetres - opening.lowerMetres);
  return lowerMetres === least && upperMetres === most ? undefined : 'distance_bounds';
}

function catchUpProblem({ opening, catchUpMetres, catchUpFrom }: MeasuredClaims): FigureProblem | undefined {
  if (catchUpMetres === undefined && catchUpFrom === undefined) return undefined;
  if (catchUpMetres === undefined || catchUpFrom === undefined) return 'catch_up';
  const fits = catchUpMetres >= 0 && catchUpMetres <= opening.metres && catchUpFrom < opening.at;
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
  return distanceProblem(claims) ?? catchUpProblem(claims);
}
