// Whether one statement agrees with itself: boundaries within their bounds, distance = closing − opening, bounds around it, null
// figures exactly where a verdict allows them. It recomputes; it does not judge the car.
import type { BoundaryClaim, MeasuredClaims, StatementClaims } from './claims.ts';

export type FigureProblem =
  | 'period_order'
  | 'boundary_order'
  | 'boundary_bounds'
  | 'distance'
  | 'distance_bounds'
  | 'verdict_figures'
  | 'read_to_read';

const bounded = ({ lowerMetres, metres, upperMetres }: BoundaryClaim): boolean =>
  lowerMetres <= metres && metres <= upperMetres;

function distanceProblem(claims: MeasuredClaims): FigureProblem | undefined {
  const { opening, closing, distanceMetres, lowerMetres, upperMetres, verdict } = claims;
  if (distanceMetres === null || lowerMetres === null || upperMetres === null) {
    const allNull = distanceMetres === null && lowerMetres === null && upperMetres === null;
    return allNull && verdict !== 'logical' ? undefined : 'verdict_figures';
  }
  if (verdict === 'illogical') return 'verdict_figures';
  if (distanceMetres !== closing.metres - opening.metres || distanceMetres < 0) return 'distance';
  return lowerMetres <= distanceMetres && distanceMetres <= upperMetres ? undefined : 'distance_bounds';
}

/** The first disagreement of a statement with itself, or undefined. Instants compare as text: they have one form. */
export function figureProblem(claims: StatementClaims): FigureProblem | undefined {
  if (claims.period.from >= claims.period.to) return 'period_order';
  if (claims.outcome === 'no_reading') return undefined;
  const { opening, closing, readToRead } = claims;
  if (opening.at >= closing.at) return 'boundary_order';
  if (!bounded(opening) || !bounded(closing)) return 'boundary_bounds';
  if (readToRead.from > readToRead.to) return 'read_to_read';
  return distanceProblem(claims);
}
