// What one statement says (claims of the issuer-signed part). Numbers are whole metres or counts, instants are UTC strings with
// milliseconds, nothing is a float. Only who and which car can be withheld from a reader; period, readings, figures, verdict and rules
// are always in clear, so that nobody can present a statement without its bad news.
import type { Boundary } from '../mileage/boundary.ts';
import type { Verdict } from '../mileage/finding.ts';
import type { Measured } from '../mileage/judge.ts';
import type { Replacement } from '../mileage/line.ts';
import type { Period } from '../mileage/period.ts';
import type { ReadingRef } from '../mileage/reading.ts';
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

/** One odometer reading that a boundary rests on; the store's own id of it stays outside. */
export interface ReadingClaim extends Omit<ReadingRef, 'id' | 'requestId'> {
  /** The platform's id of the request; the last that is left out of a statement which would be too large. */
  readonly requestId?: string;
}

export type BoundaryClaim = Omit<Boundary, 'before' | 'after'> & {
  readonly before?: ReadingClaim;
  readonly after?: ReadingClaim;
};

export type NoReadingReason = 'asleep' | 'not_connected' | 'reconnect_needed' | 'consent_withdrawn' | 'refused';

/** One rule's result: its code, and the whole numbers that explain it. */
export interface FindingClaim {
  readonly rule: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** A declared replacement of the odometer: the last figure of the old one and the first of the new one, in metres. */
export interface ReplacedClaim {
  readonly at: string;
  readonly old: number;
  readonly new: number;
}

/** Where it is published whether the statement is still in force (draft-ietf-oauth-status-list §6.2). */
export interface StatusClaim {
  readonly status_list: { readonly idx: number; readonly uri: string };
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
  readonly status: StatusClaim;
  readonly period: Period;
  readonly attempts: AttemptsClaim;
  readonly platform: string;
  readonly rulesVersion: string;
}

export interface MeasuredClaims extends CommonClaims {
  readonly outcome: 'measured';
  readonly opening: BoundaryClaim;
  readonly closing: BoundaryClaim;
  /** closing − opening, and what replaced odometers showed more; null exactly when the verdict is `illogical`. */
  readonly distanceMetres: number | null;
  readonly lowerMetres: number | null;
  readonly upperMetres: number | null;
  readonly readToRead: { readonly metres: number | null; readonly from: string; readonly to: string };
  /** Driven before the opening boundary and in no earlier statement. */
  readonly catchUpMetres?: number;
  /** Since when: instant of the closing boundary of the measured statement before, or of the contract's first boundary. */
  readonly catchUpFrom?: string;
  /** Within the time that distance and catch-up are about, oldest first. */
  readonly replaced?: readonly ReplacedClaim[];
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

/** What was tried for a period: attempts by outcome. */
interface AttemptsFact {
  readonly counts: Readonly<Partial<Record<string, number>>>;
  readonly firstAt?: string | undefined;
  readonly lastAt?: string | undefined;
}

/** A period for which there will be no reading. */
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
  /** Address of the contract's status list. */
  readonly statusUri: string;
  readonly period: Period;
  readonly attempts: AttemptsFact;
  readonly platform: string;
  readonly result: Measured | NoReadingFact;
}

/** KMS signs at most 4,096 bytes; a signing input keeps well below. */
export const MAX_SIGNING_INPUT = 3500;
/** Bytes of JSON left for claims when header and seven digests are taken off {@link MAX_SIGNING_INPUT}. */
const CLAIMS_BUDGET = 2176;

/** Ids from outside are shortened and made plain, so that no answer of a vehicle platform can make a statement too large to sign. */
const foreignId = (text: string): string => text.replace(/[^\w.:-]/g, '_').slice(0, 36);

const readingClaim = (reading: ReadingRef): ReadingClaim => ({
  metres: reading.metres,
  recordedAt: reading.recordedAt,
  fetchedAt: reading.fetchedAt,
  requestId: foreignId(reading.requestId),
  unit: reading.unit,
  source: reading.source,
});

/** A boundary as statements carry it: the same object closes one statement and opens the next. */
const boundaryClaim = ({ at, metres, lowerMetres, upperMetres, method, before, after }: Boundary): BoundaryClaim => ({
  at,
  metres,
  lowerMetres,
  upperMetres,
  method,
  ...(before && { before: readingClaim(before) }),
  ...(after && { after: readingClaim(after) }),
});

const replacedClaim = ({ at, oldMetres, newMetres }: Replacement): ReplacedClaim => ({
  at,
  old: oldMetres,
  new: newMetres,
});

const attemptsClaim = ({ counts, firstAt, lastAt }: AttemptsFact): AttemptsClaim => ({
  counts: Object.fromEntries(
    Object.entries(counts)
      .filter((entry): entry is [string, number] => entry[1] !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ),
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
  status: { status_list: { idx: facts.seq, uri: facts.statusUri } },
  period: { id: facts.period.id, from: facts.period.from, to: facts.period.to, zone: facts.period.zone },
  attempts: attemptsClaim(facts.attempts),
  platform: facts.platform,
  rulesVersion: facts.result.rulesVersion,
});

const measuredClaims = (common: CommonClaims, result: Measured): MeasuredClaims => ({
  ...common,
  outcome: 'measured',
  opening: boundaryClaim(result.opening),
  closing: boundaryClaim(result.closing),
  distanceMetres: result.distanceMetres,
  lowerMetres: result.lowerMetres,
  upperMetres: result.upperMetres,
  readToRead: { metres: result.readToRead.metres, from: result.readToRead.from, to: result.readToRead.to },
  ...(result.catchUpMetres !== undefined && { catchUpMetres: result.catchUpMetres }),
  ...(result.catchUpFrom && { catchUpFrom: result.catchUpFrom.at }),
  ...(result.replacements && { replaced: result.replacements.map(replacedClaim) }),
  partial: result.partial,
  verdict: result.verdict,
  reasons: result.reasons,
  findings: result.findings.map(({ rule, numbers }) => ({ rule, numbers })),
});

const fits = (claims: StatementClaims): boolean => utf8(JSON.stringify(claims)).length <= CLAIMS_BUDGET;

const anonymous = ({ requestId: _, ...reading }: ReadingClaim): ReadingClaim => reading;

const withoutRequests = ({ before, after, ...boundary }: BoundaryClaim): BoundaryClaim => ({
  ...boundary,
  ...(before && { before: anonymous(before) }),
  ...(after && { after: anonymous(after) }),
});

/**
 * Leaves out findings, then reasons, from the end, then when attempts began and ended, then the platform's ids of requests, until the
 * claims fit: one replaced odometer does, whatever else there is. Figures and verdict are never left out.
 */
function fitted(claims: MeasuredClaims): MeasuredClaims {
  const total = claims.findings.length + claims.reasons.length;
  for (let kept = total; kept >= 0; kept--) {
    const reasons = claims.reasons.slice(0, kept);
    const findings = claims.findings.slice(0, Math.max(0, kept - claims.reasons.length));
    const candidate = { ...claims, reasons, findings, ...(kept < total && { omitted: total - kept }) };
    if (fits(candidate)) return candidate;
  }
  const barest = { ...claims, reasons: [], findings: [], attempts: { counts: claims.attempts.counts }, omitted: total };
  const { omitted, ...whole } = barest;
  const least = omitted > 0 ? barest : whole;
  if (fits(least)) return least;
  const { opening, closing } = least;
  const nameless = { ...least, opening: withoutRequests(opening), closing: withoutRequests(closing) };
  if (fits(nameless)) return nameless;
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
