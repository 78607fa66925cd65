// What each refusal of the vehicle platform means to us: the one exhaustive list of its documented (type, code) pairs,
// V2 and V3, and the rules for everything it does not document. Decides nothing: `retry.ts` turns a meaning into an
// action. README.md shows the same tables to people; a test compares the two.

/**
 * - `refresh_once`: the access token is not accepted; refresh, repeat once, then treat as `reconnect`
 * - `reconnect`: the driver has to go through Connect again
 * - `owner_must_act`: the connection is fine, the owner has something to do at the manufacturer
 * - `asleep`: the car itself cannot answer now
 * - `transient`: try later, nobody has to do anything
 * - `application_rate_limited`: pause every call of the vehicle application
 * - `vehicle_rate_limited`: pause this vehicle only
 * - `not_capable`: this car will not answer this question
 * - `billing`: the plan at the vehicle platform is exhausted or suspended
 * - `operator`: our request or our configuration is wrong, or the platform asks us to call support
 */
export type Meaning =
  | 'refresh_once'
  | 'reconnect'
  | 'owner_must_act'
  | 'asleep'
  | 'transient'
  | 'application_rate_limited'
  | 'vehicle_rate_limited'
  | 'not_capable'
  | 'billing'
  | 'operator';

/** The pairs of V2, most of which V3 shares. Keys are `TYPE:CODE` as on the wire, `null` for a null code. */
export const refusals = {
  'AUTHENTICATION:null': 'refresh_once',
  'PERMISSION:null': 'reconnect',
  'VALIDATION:null': 'operator',
  'VALIDATION:PARAMETER': 'operator',
  'RESOURCE_NOT_FOUND:PATH': 'operator',
  'RESOURCE_NOT_FOUND:VERSION': 'operator',
  'BILLING:VEHICLE_LIMIT': 'billing',
  'BILLING:INVALID_PLAN': 'billing',
  'BILLING:VEHICLE_REQUEST_LIMIT': 'billing',
  'BILLING:ACCOUNT_SUSPENDED': 'billing',
  'COMPATIBILITY:MAKE_NOT_COMPATIBLE': 'not_capable',
  'COMPATIBILITY:SMARTCAR_NOT_CAPABLE': 'not_capable',
  'COMPATIBILITY:VEHICLE_NOT_CAPABLE': 'not_capable',
  // Connected through a manufacturer's integration that lacks the endpoint: a new login uses the new integration.
  'COMPATIBILITY:PLATFORM_NOT_CAPABLE': 'reconnect',
  'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE': 'owner_must_act',
  'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED': 'reconnect',
  'CONNECTED_SERVICES_ACCOUNT:NO_VEHICLES': 'owner_must_act',
  'CONNECTED_SERVICES_ACCOUNT:PERMISSION': 'reconnect',
  'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION': 'owner_must_act',
  'CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING': 'owner_must_act',
  'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED': 'owner_must_act',
  'RATE_LIMIT:SMARTCAR_API': 'application_rate_limited',
  'RATE_LIMIT:VEHICLE': 'vehicle_rate_limited',
  'SERVER:INTERNAL': 'transient',
  'SERVER:RECORD_NOT_FOUND': 'operator',
  'SERVER:MULTIPLE_RECORDS_FOUND': 'operator',
  'UPSTREAM:INVALID_DATA': 'transient',
  'UPSTREAM:KNOWN_ISSUE': 'transient',
  'UPSTREAM:NO_RESPONSE': 'transient',
  // The manufacturer throttles this car (the driver's own app counts too), not our application.
  'UPSTREAM:RATE_LIMIT': 'vehicle_rate_limited',
  'UPSTREAM:UNKNOWN_ISSUE': 'transient',
  'VEHICLE_STATE:ASLEEP': 'asleep',
  // The states that only commands are refused for say nothing against a read: a read that meets one tries later.
  'VEHICLE_STATE:CHARGING_IN_PROGRESS': 'transient',
  'VEHICLE_STATE:CHARGING_PLUG_CONNECTED': 'transient',
  'VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED': 'transient',
  'VEHICLE_STATE:CHARGE_FAULT': 'transient',
  'VEHICLE_STATE:FULLY_CHARGED': 'transient',
  'VEHICLE_STATE:NOT_CHARGING': 'transient',
  'VEHICLE_STATE:DOOR_OPEN': 'transient',
  'VEHICLE_STATE:HOOD_OPEN': 'transient',
  'VEHICLE_STATE:TRUNK_OPEN': 'transient',
  'VEHICLE_STATE:IGNITION_ON': 'asleep',
  'VEHICLE_STATE:IN_MOTION': 'asleep',
  'VEHICLE_STATE:LOW_BATTERY': 'asleep',
  'VEHICLE_STATE:REMOTE_ACCESS_DISABLED': 'owner_must_act',
  'VEHICLE_STATE:UNKNOWN': 'transient',
  'VEHICLE_STATE:UNREACHABLE': 'asleep',
  'VEHICLE_STATE:VEHICLE_OFFLINE_FOR_SERVICE': 'asleep',
} as const satisfies Readonly<Record<string, Meaning>>;

/** The pairs that only V3 has. */
export const v3Refusals = {
  // The application's token, not a driver's: `retry.ts` is told whose, because a second refusal means another thing.
  'AUTHENTICATION:UNAUTHORIZED': 'refresh_once',
  // Refused to the application as a whole or because the driver left: `v3-platform.ts` asks which, for a read.
  'AUTHENTICATION:ACCESS_DENIED': 'operator',
  'VALIDATION:INVALID_INPUT_FORMAT': 'operator',
  'VALIDATION:MISSING_PARAMETER': 'operator',
  'RESOURCE_NOT_FOUND:INVALID_PATH': 'operator',
  // Seen for weeks on listed connections: a fault at the platform, unless the connection is gone (then as above).
  'RESOURCE_NOT_FOUND:VEHICLE_NOT_FOUND': 'transient',
  // The signal store fills when the car is heard of; says nothing about consent.
  'RESOURCE_NOT_FOUND:SIGNAL_NOT_FOUND': 'transient',
  // Of one signal, inside a successful answer.
  'PERMISSION:UNKNOWN': 'reconnect',
} as const satisfies Readonly<Record<string, Meaning>>;

type Pairs = typeof refusals & typeof v3Refusals;

type WithoutNull<Pair extends string> = Pair extends `${infer Type}:null` ? Type : Pair;

/** The documented reasons of the vehicle API that mean this, as `documentedReason` spells them. */
export type ReasonsThatMean<M extends Meaning> = {
  [Pair in keyof Pairs]: Pairs[Pair] extends M ? WithoutNull<Pair> : never;
}[keyof Pairs];

/** OAuth error names of the token endpoint (RFC 6749 §5.2). A bad refresh token is answered `invalid_request` in practice. */
export const tokenRefusals = {
  invalid_grant: 'reconnect',
  invalid_request: 'reconnect',
  invalid_client: 'operator',
  unauthorized_client: 'operator',
  unsupported_grant_type: 'operator',
  invalid_scope: 'operator',
  server_error: 'transient',
  temporarily_unavailable: 'transient',
} as const satisfies Readonly<Record<string, Meaning>>;

/** OAuth error names of the V3 token endpoint: no driver takes part, so whatever it refuses is ours to repair. */
export const applicationTokenRefusals = {
  invalid_request: 'operator',
  invalid_client: 'operator',
  invalid_grant: 'operator',
  unauthorized_client: 'operator',
  unsupported_grant_type: 'operator',
  invalid_scope: 'operator',
  server_error: 'transient',
  temporarily_unavailable: 'transient',
} as const satisfies Readonly<Record<string, Meaning>>;

export interface Refusal {
  /** `auth` is the token endpoint of V2, `iam` the one of V3. */
  readonly service: 'vehicle' | 'auth' | 'iam';
  readonly status: number;
  /** Vendor error type, or the OAuth `error`; undefined when the body was not the platform's own error document. */
  readonly type: string | undefined;
  readonly code: string | null;
}

/** Meaning of one refusal: by its documented pair, else by HTTP status. */
export const meaningOf = (refusal: Refusal): Meaning => {
  const { service, status, type, code } = refusal;
  if (service === 'auth') return lookUp(tokenRefusals, type) ?? meaningOfTokenStatus(status);
  if (service === 'iam') return lookUp(applicationTokenRefusals, type) ?? meaningOfTokenStatus(status);
  const pair = type === undefined ? undefined : `${type}:${code}`;
  return lookUp(refusals, pair) ?? lookUp(v3Refusals, pair) ?? meaningOfStatus(status, type !== undefined);
};

/** A refusal in the platform's own words, `TYPE:CODE` or `TYPE`, if they are documented: nobody knows what else a type may hold. */
export function documentedReason({ type, code }: Pick<Refusal, 'type' | 'code'>): string | undefined {
  const pair = `${type}:${code}`;
  const documented = lookUp(refusals, pair) ?? lookUp(v3Refusals, pair);
  return documented === undefined ? undefined : pair.replace(/:null$/, '');
}

const lookUp = (table: Readonly<Record<string, Meaning>>, key: string | undefined): Meaning | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

// `spoken` is false for a body that is not the platform's error document: a proxy's 403 or 501 page must never end a
// driver's connection or write a car off.
const meaningOfStatus = (status: number, spoken: boolean): Meaning => {
  if (status === 401) return 'refresh_once';
  if (status === 403) return spoken ? 'reconnect' : 'operator';
  if (status === 429) return 'application_rate_limited';
  if (status === 430) return 'billing';
  if (status === 501) return spoken ? 'not_capable' : 'transient';
  if (status === 408 || status === 409 || status === 425) return 'transient';
  return status >= 400 && status < 500 ? 'operator' : 'transient';
};

// A 401 from the token endpoint is about our credentials, so a refresh cannot help.
const meaningOfTokenStatus = (status: number): Meaning => {
  if (status === 429) return 'application_rate_limited';
  if (status === 408 || status === 425) return 'transient';
  return status >= 400 && status < 500 ? 'operator' : 'transient';
};
