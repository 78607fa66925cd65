// From verified JSON to typed claims: every known member is present and of its kind, to the letter of the format table. Members that
// are not known are left alone (RFC 7519 §4); a statement whose meaning changes gets another `vct`.
import type { Period } from '../mileage/period.ts';
import { decodeAtOnce } from './base64url.ts';
import type {
  AttemptsClaim,
  BoundaryClaim,
  Disclosable,
  FindingClaim,
  MeasuredClaims,
  NoReadingClaims,
  ReadingClaim,
  ReplacedClaim,
  StatementClaims,
  StatusClaim,
} from './claims.ts';
import { DISCLOSABLE, STATEMENT_VCT } from './claims.ts';
import { statusListUri } from './status-list.ts';
import { isObject, type Json, type JsonObject, member } from './strict-json.ts';

/** Returns the path of the first thing wrong, from the value on: '' for the value itself. Undefined when nothing is. */
type Check = (value: Json | undefined) => string | undefined;
/** A check for every member of T, so that a new claim cannot be forgotten here. */
type Checks<T> = { readonly [K in keyof T]-?: Check };

const MAX_METRES = 2 ** 31;
const MAX_INDEX = 2 ** 31;
/** 9999-12-31T23:59:59Z */
const LAST_SECOND = 253_402_300_799;

const when =
  (holds: (value: Json | undefined) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : '';
const matching = (pattern: RegExp): Check => when((value) => typeof value === 'string' && pattern.test(value));
const oneOf = (...words: readonly Json[]): Check => when((value) => value !== undefined && words.includes(value));
const integer = (min: number, max: number): Check =>
  when((value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);

const within = (name: string, path: string): string => (path === '' || path.startsWith('[') ? name : `${name}.`) + path;

const listOf =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return '';
    for (const [n, item] of value.entries()) {
      const problem = check(item);
      if (problem !== undefined) return within(`[${n}]`, problem);
    }
    return undefined;
  };

const shape = <T>(checks: Checks<T>): Check => {
  const named = Object.entries<Check>(checks);
  return (value) => {
    if (!isObject(value)) return '';
    for (const [name, check] of named) {
      const problem = check(member(value, name));
      if (problem !== undefined) return within(name, problem);
    }
    return undefined;
  };
};

const recordOf =
  (key: RegExp, check: Check): Check =>
  (value) => {
    if (!isObject(value)) return '';
    for (const [name, item] of Object.entries(value)) {
      if (!key.test(name)) return '';
      const problem = check(item);
      if (problem !== undefined) return within(name, problem);
    }
    return undefined;
  };

const OF_ANY_MONTH = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}\.\d{3}Z$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Whether a text is an instant `YYYY-MM-DDTHH:mm:ss.sssZ` that exists. */
const isInstant = (value: Json | undefined): value is string => {
  if (typeof value !== 'string') return false;
  if (OF_ANY_MONTH.test(value)) return true;
  if (!INSTANT.test(value)) return false;
  // The 30th of February is read as a day of March, and 24:00 as the next one: the day tells.
  return new Date(value).getUTCDate() === Number(value.slice(8, 10));
};

const CODE = /^[a-z][a-z0-9_]{0,39}$/;
const MEMBER = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
const text: Check = when((value) => typeof value === 'string' && value.length <= 256);
const id: Check = matching(/^[\x21-\x7e]{1,256}$/);
const code = matching(CODE);
const instant = when(isInstant);
const metres = integer(0, MAX_METRES);
const difference = integer(-MAX_METRES, MAX_METRES);
const hash = when((value) => typeof value === 'string' && value.length === 43 && decodeAtOnce(value)?.length === 32);
const boolean = when((value) => typeof value === 'boolean');

const reading = shape<ReadingClaim>({
  metres,
  recordedAt: instant,
  fetchedAt: instant,
  requestId: optional(text),
  unit: oneOf('km', 'mi'),
  source: oneOf('poll', 'push', 'manual'),
});

const boundary = shape<BoundaryClaim>({
  at: instant,
  metres,
  lowerMetres: metres,
  upperMetres: metres,
  method: oneOf('read', 'interpolated', 'first_reading', 'restart'),
  before: optional(reading),
  after: optional(reading),
});

const finding = shape<FindingClaim>({
  rule: code,
  numbers: recordOf(MEMBER, integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
});

const common = {
  iss: id,
  iat: integer(0, LAST_SECOND),
  jti: id,
  vct: oneOf(STATEMENT_VCT),
  aud: id,
  sub: id,
  seq: integer(1, Number.MAX_SAFE_INTEGER),
  prev: nullable(hash),
  replaces: optional(id),
  status: shape<StatusClaim>({
    status_list: shape<StatusClaim['status_list']>({ idx: integer(0, MAX_INDEX), uri: id }),
  }),
  period: shape<Period>({ id: matching(/^\d{4}-(?:0[1-9]|1[0-2])$/), from: instant, to: instant, zone: id }),
  attempts: shape<AttemptsClaim>({
    counts: recordOf(CODE, integer(0, Number.MAX_SAFE_INTEGER)),
    firstAt: optional(instant),
    lastAt: optional(instant),
  }),
  platform: code,
  rulesVersion: id,
};

const measured = shape<MeasuredClaims>({
  ...common,
  outcome: oneOf('measured'),
  opening: boundary,
  closing: boundary,
  distanceMetres: nullable(difference),
  lowerMetres: nullable(difference),
  upperMetres: nullable(difference),
  readToRead: shape<MeasuredClaims['readToRead']>({ metres: nullable(difference), from: instant, to: instant }),
  catchUpMetres: optional(difference),
  catchUpFrom: optional(instant),
  replaced: optional(listOf(shape<ReplacedClaim>({ at: instant, old: metres, new: metres }))),
  partial: boolean,
  verdict: oneOf('logical', 'illogical', 'no_judgement'),
  reasons: listOf(code),
  findings: listOf(finding),
  omitted: optional(integer(1, Number.MAX_SAFE_INTEGER)),
});

const noReading = shape<NoReadingClaims>({
  ...common,
  outcome: oneOf('no_reading'),
  reason: oneOf('asleep', 'not_connected', 'reconnect_needed', 'consent_withdrawn', 'refused'),
  verdict: oneOf('no_judgement'),
});

const disclosable = shape<Disclosable>({
  vin: optional(text),
  make: optional(text),
  model: optional(text),
  year: optional(integer(1, 9999)),
  reference: optional(text),
  vendorVehicleId: optional(text),
  consentId: optional(text),
});

/** A statement never expires and is bound to no holder: a claim that says otherwise is not for a reader without clock and key. */
const FORBIDDEN = ['exp', 'nbf', 'cnf'];

export type ReadClaims =
  | { readonly ok: true; readonly claims: StatementClaims; readonly disclosed: Disclosable }
  | { readonly ok: false; readonly claim: string };

/** A statement stands in its issuer's list, at its own number: nothing else could be looked up for it. */
function statusProblem({ iss, seq, status }: StatementClaims): string | undefined {
  const { idx, uri } = status.status_list;
  if (idx !== seq) return 'status.status_list.idx';
  return uri.startsWith(statusListUri(iss, '')) ? undefined : 'status.status_list.uri';
}

/** @param payload the processed payload, disclosed claims included */
export function readClaims(payload: JsonObject): ReadClaims {
  const forbidden = FORBIDDEN.find((name) => Object.hasOwn(payload, name));
  const outcome = member(payload, 'outcome') === 'no_reading' ? noReading : measured;
  const problem = forbidden ?? outcome(payload) ?? disclosable(payload);
  if (problem !== undefined) return { ok: false, claim: problem };
  // Taken out in one go: copying members one by one takes longer than all the checks.
  const {
    vin: _1,
    make: _2,
    model: _3,
    year: _4,
    reference: _5,
    vendorVehicleId: _6,
    consentId: _7,
    ...rest
  } = payload;
  const disclosed: Record<string, Json> = {};
  for (const name of DISCLOSABLE) {
    const value = member(payload, name);
    if (value !== undefined) disclosed[name] = value;
  }
  // The checks above have just established both shapes, member by member.
  const claims = rest as unknown as StatementClaims;
  const elsewhere = statusProblem(claims);
  if (elsewhere !== undefined) return { ok: false, claim: elsewhere };
  return { ok: true, claims, disclosed: disclosed as Disclosable };
}
