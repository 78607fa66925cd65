// What one statement says (claims of the issuer-signed part). Numbers are whole metres or counts, instants are UTC strings with
// milliseconds, nothing is a float. Only who and which car can be withheld from a reader; period, readings, figures, verdict and rules
// are always in clear, so that nobody can present a statement without its bad news.
import { utf8 } from './base64url.ts';
import { ProofFault } from './proof-fault.ts';

/** `typ` of the JWS header (explicit typing, RFC 8725 §3.11). */
export const STATEMENT_TYP = 'odoseal-mileage+sd-jwt';
/** `vct`: names this claim set and its version. */
export const STATEMENT_VCT = 'urn:odoseal:mileage:1';

/** The claims that a holder may withhold. */
export const DISCLOSABLE = ['vin', 'make', 'model', 'year', 'reference', 'vendorVehicleId', 'consentId'] as const;
export type DisclosableName = (typeof DISCLOSABLE)[number];
/** `year` is a number, everything else text. */
export type Disclosable = Readonly<Partial<Record<Exclude<DisclosableName, 'year'>, string> & { year: number }>>;

export interface PeriodClaim {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

/** One odometer reading that a boundary rests on. */
export interface ReadingClaim {
  readonly metres: number;
  /** When the car measured. */
  readonly recordedAt: string;
  /** When the issuer received it. */
  readonly fetchedAt: string;
  /** The vehicle platform's own id of the request. */
  readonly requestId: string;
  readonly unit: 'km' | 'mi';
  readonly source: 'poll' | 'push' | 'manual';
}

export interface BoundaryClaim {
  readonly at: string;
  readonly metres: number;
  readonly lowerMetres: number;
  readonly upperMetres: number;
  readonly method: 'read' | 'interpolated' | 'first_reading' | 'restart';
  readonly before?: ReadingClaim;
  readonly after?: ReadingClaim;
}

export type Verdict = 'logical' | 'illogical' | 'no_judgement';
export type NoReadingReason = 'asleep' | 'not_connected' | 'reconnect_needed' | 'consent_withdrawn' | 'refused';

/** One rule's result: its name, and the numbers that explain it. */
export interface FindingClaim {
  readonly rule: string;
  readonly [name: string]: string | number | boolean | null;
}

export interface AttemptsClaim {
  readonly counts: Readonly<Record<string, number>>;
  readonly firstAt?: string;
  readonly lastAt?: string;
}

interface CommonClaims {
  readonly iss: string;
  /** Seconds since 1970 (NumericDate, RFC 7519 §2). */
  readonly iat: number;
  readonly jti: string;
  readonly vct: typeof STATEMENT_VCT;
  /** Tenant id. */
  readonly aud: string;
  /** Contract id. */
  readonly sub: string;
  /** Number in the contract's chain, from 1. */
  readonly seq: number;
  /** base64url SHA-256 of the previous statement's JWS signing input; null for the first. */
  readonly prev: string | null;
  /** `jti` of the statement that this one takes the place of. */
  readonly replaces?: string;
  readonly period: PeriodClaim;
  readonly attempts: AttemptsClaim;
  readonly platform: string;
  readonly rulesVersion: string;
}

export interface MeasuredClaims extends CommonClaims {
  readonly outcome: 'measured';
  readonly opening: BoundaryClaim;
  readonly closing: BoundaryClaim;
  /** null when the verdict is `illogical`. */
  readonly distanceMetres: number | null;
  readonly lowerMetres: number | null;
  readonly upperMetres: number | null;
  readonly readToRead: { readonly metres: number | null; readonly from: string; readonly to: string };
  /** Metres of the months before this one for which there was no reading. */
  readonly catchUpMetres?: number;
  readonly partial: boolean;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly findings: readonly FindingClaim[];
  /** How many findings and reasons were left out to keep the statement within its size. */
  readonly omitted?: number;
}

export interface NoReadingClaims extends CommonClaims {
  readonly outcome: 'no_reading';
  readonly reason: NoReadingReason;
  readonly verdict: 'no_judgement';
}

export type StatementClaims = MeasuredClaims | NoReadingClaims;

/** A reading as the store knows it: the store's own id does not go into a statement. */
type ReadingFact = ReadingClaim & { readonly id?: string };
type BoundaryFact = Omit<BoundaryClaim, 'before' | 'after'> & {
  readonly before?: ReadingFact;
  readonly after?: ReadingFact;
};
type MeasuredFields =
  | 'outcome'
  | 'distanceMetres'
  | 'lowerMetres'
  | 'upperMetres'
  | 'readToRead'
  | 'catchUpMetres'
  | 'partial'
  | 'verdict'
  | 'reasons'
  | 'findings'
  | 'rulesVersion';
/** A judged period, as the mileage room returns it. */
export type MeasuredFact = Pick<MeasuredClaims, MeasuredFields> & {
  readonly opening: BoundaryFact;
  readonly closing: BoundaryFact;
};
export interface NoReadingFact {
  readonly outcome: 'no_reading';
  readonly reason: NoReadingReason;
  readonly rulesVersion: string;
}

/** Everything a statement is made from. */
export interface StatementFacts {
  readonly issuer: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly jti: string;
  readonly tenant: string;
  readonly contract: string;
  readonly seq: number;
  readonly prev: string | null;
  readonly replaces?: string;
  readonly period: PeriodClaim;
  readonly attempts: AttemptsClaim;
  readonly platform: string;
  readonly result: MeasuredFact | NoReadingFact;
}

/** KMS signs at most 4,096 bytes; a signing input keeps well below. */
export const MAX_SIGNING_INPUT = 3500;
/** Bytes of JSON left for claims when header and seven digests are taken off {@link MAX_SIGNING_INPUT}. */
const CLAIMS_BUDGET = 2170;

const readingClaim = ({ metres, recordedAt, fetchedAt, requestId, unit, source }: ReadingFact): ReadingClaim => ({
  metres,
  recordedAt,
  fetchedAt,
  requestId,
  unit,
  source,
});

/** A boundary as statements carry it: the same object closes one statement and opens the next. */
export const boundaryClaim = ({
  at,
  metres,
  lowerMetres,
  upperMetres,
  method,
  before,
  after,
}: BoundaryFact): BoundaryClaim => ({
  at,
  metres,
  lowerMetres,
  upperMetres,
  method,
  ...(before && { before: readingClaim(before) }),
  ...(after && { after: readingClaim(after) }),
});

const attemptsClaim = ({ counts, firstAt, lastAt }: AttemptsClaim): AttemptsClaim => ({
  counts: Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  ...(firstAt !== undefined && { firstAt }),
  ...(lastAt !== undefined && { lastAt }),
});

const commonClaims = (facts: StatementFacts): CommonClaims => ({
  iss: facts.issuer,
  iat: Math.floor(facts.issuedAt / 1000),
  jti: facts.jti,
  vct: STATEMENT_VCT,
  aud: facts.tenant,
  sub: facts.contract,
  seq: facts.seq,
  prev: facts.prev,
  ...(facts.replaces !== undefined && { replaces: facts.replaces }),
  period: { id: facts.period.id, from: facts.period.from, to: facts.period.to, zone: facts.period.zone },
  attempts: attemptsClaim(facts.attempts),
  platform: facts.platform,
  rulesVersion: facts.result.rulesVersion,
});

const measuredClaims = (common: CommonClaims, result: MeasuredFact): MeasuredClaims => ({
  ...common,
  outcome: 'measured',
  opening: boundaryClaim(result.opening),
  closing: boundaryClaim(result.closing),
  distanceMetres: result.distanceMetres,
  lowerMetres: result.lowerMetres,
  upperMetres: result.upperMetres,
  readToRead: { metres: result.readToRead.metres, from: result.readToRead.from, to: result.readToRead.to },
  ...(result.catchUpMetres !== undefined && { catchUpMetres: result.catchUpMetres }),
  partial: result.partial,
  verdict: result.verdict,
  reasons: result.reasons,
  findings: result.findings,
});

const fits = (claims: StatementClaims): boolean => utf8(JSON.stringify(claims)).length <= CLAIMS_BUDGET;

/** Leaves out findings, and only then reasons, from the end, until the claims fit. Figures and verdict are never left out. */
function fitted(claims: MeasuredClaims): MeasuredClaims {
  const total = claims.findings.length + claims.reasons.length;
  for (let kept = total; kept >= 0; kept--) {
    const reasons = claims.reasons.slice(0, kept);
    const findings = claims.findings.slice(0, Math.max(0, kept - claims.reasons.length));
    const candidate = { ...claims, reasons, findings, ...(kept < total && { omitted: total - kept }) };
    if (fits(candidate)) return candidate;
  }
  throw new ProofFault('CLAIMS_TOO_LARGE', 'a statement does not fit its size even without findings');
}

/**
 * Builds the claims of one statement, in fixed member order.
 * @throws ProofFault `CLAIMS_TOO_LARGE` when identifiers are so long that nothing could be signed
 */
export function buildClaims(facts: StatementFacts): StatementClaims {
  const common = commonClaims(facts);
  if (facts.result.outcome === 'measured') return fitted(measuredClaims(common, facts.result));
  const claims: NoReadingClaims = {
    ...common,
    outcome: 'no_reading',
    reason: facts.result.reason,
    verdict: 'no_judgement',
  };
  if (!fits(claims)) throw new ProofFault('CLAIMS_TOO_LARGE', 'a statement does not fit its size');
  return claims;
}
