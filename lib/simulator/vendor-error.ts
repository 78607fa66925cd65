// The vendor's error vocabulary, V2: 11 types, 48 (type, code) pairs, each with its HTTP status and resolution.
// Source: smartcar.com/docs/errors. Descriptions are our own words. It decides nothing about when an error occurs.

type Resolution = 'RETRY_LATER' | 'REAUTHENTICATE' | 'CONTACT_SUPPORT' | 'ACTION_REQUIRED' | 'FINANCE' | null;
type Row = readonly [status: number, resolution: Resolution, description: string];

/** Every documented pair, named `TYPE:CODE`, or `TYPE` where the code is null. */
export const vendorErrors = {
  AUTHENTICATION: [401, null, 'The authorization header is missing, malformed, expired or for something else.'],
  PERMISSION: [403, 'REAUTHENTICATE', 'The application lacks the permission, or is not connected to this vehicle.'],
  VALIDATION: [400, null, 'The request is malformed.'],
  'VALIDATION:PARAMETER': [400, null, 'A parameter of the request is invalid.'],
  'RESOURCE_NOT_FOUND:PATH': [404, null, 'There is nothing at this path.'],
  'RESOURCE_NOT_FOUND:VERSION': [404, null, 'There is no such version of this interface.'],
  'BILLING:VEHICLE_LIMIT': [430, 'CONTACT_SUPPORT', 'The plan allows no more active vehicles.'],
  'BILLING:INVALID_PLAN': [430, 'CONTACT_SUPPORT', 'The plan does not include this feature.'],
  'BILLING:VEHICLE_REQUEST_LIMIT': [430, 'CONTACT_SUPPORT', 'The calls of this month for this vehicle are spent.'],
  'BILLING:ACCOUNT_SUSPENDED': [430, 'FINANCE', 'The account is suspended because of an unpaid bill.'],
  'COMPATIBILITY:MAKE_NOT_COMPATIBLE': [501, null, 'Vehicles of this make are not supported.'],
  'COMPATIBILITY:SMARTCAR_NOT_CAPABLE': [501, null, 'This is not yet supported for this vehicle.'],
  'COMPATIBILITY:VEHICLE_NOT_CAPABLE': [501, null, 'This vehicle is not able to do this.'],
  'COMPATIBILITY:PLATFORM_NOT_CAPABLE': [501, 'REAUTHENTICATE', 'The way this vehicle was connected lacks this.'],
  'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE': [400, null, 'The owner has to finish a task at the manufacturer.'],
  'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED': [400, 'REAUTHENTICATE', 'The owner has to log in again.'],
  'CONNECTED_SERVICES_ACCOUNT:NO_VEHICLES': [400, null, 'There is no vehicle in the account of the owner.'],
  'CONNECTED_SERVICES_ACCOUNT:PERMISSION': [400, 'REAUTHENTICATE', 'The owner lacks rights at the manufacturer.'],
  'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION': [400, null, 'The connected services are not active.'],
  'CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING': [400, null, 'The vehicle is no longer in the account of the owner.'],
  'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED': [400, 'ACTION_REQUIRED', 'The owner has to add a virtual key.'],
  'RATE_LIMIT:SMARTCAR_API': [429, 'RETRY_LATER', 'The application made too many requests.'],
  'RATE_LIMIT:VEHICLE': [429, 'RETRY_LATER', 'Too many requests were made to this vehicle.'],
  'SERVER:INTERNAL': [500, 'RETRY_LATER', 'Something went wrong inside.'],
  'SERVER:RECORD_NOT_FOUND': [500, 'CONTACT_SUPPORT', 'There is no record for this vehicle.'],
  'SERVER:MULTIPLE_RECORDS_FOUND': [500, 'CONTACT_SUPPORT', 'There are several records for this vehicle.'],
  'UPSTREAM:INVALID_DATA': [502, 'RETRY_LATER', 'The manufacturer sent data that make no sense.'],
  'UPSTREAM:KNOWN_ISSUE': [502, 'RETRY_LATER', 'The manufacturer has a known outage.'],
  'UPSTREAM:NO_RESPONSE': [502, 'RETRY_LATER', 'The manufacturer did not answer.'],
  'UPSTREAM:RATE_LIMIT': [502, 'RETRY_LATER', 'The manufacturer throttles this vehicle.'],
  'UPSTREAM:UNKNOWN_ISSUE': [502, 'RETRY_LATER', 'The manufacturer answered with an unknown error.'],
  'VEHICLE_STATE:ASLEEP': [409, null, 'The vehicle is asleep.'],
  'VEHICLE_STATE:CHARGING_IN_PROGRESS': [409, null, 'The vehicle is charging.'],
  'VEHICLE_STATE:CHARGING_PLUG_CONNECTED': [409, null, 'The charging plug is connected.'],
  'VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED': [409, null, 'The charging plug is not connected.'],
  'VEHICLE_STATE:CHARGE_FAULT': [409, null, 'The vehicle or the charger reports a fault.'],
  'VEHICLE_STATE:FULLY_CHARGED': [409, null, 'The battery is full.'],
  'VEHICLE_STATE:NOT_CHARGING': [409, null, 'The vehicle is not charging.'],
  'VEHICLE_STATE:DOOR_OPEN': [409, null, 'A door is open.'],
  'VEHICLE_STATE:HOOD_OPEN': [409, null, 'The hood is open.'],
  'VEHICLE_STATE:TRUNK_OPEN': [409, null, 'The trunk is open.'],
  'VEHICLE_STATE:IGNITION_ON': [409, null, 'The ignition is on.'],
  'VEHICLE_STATE:IN_MOTION': [409, null, 'The vehicle is moving.'],
  'VEHICLE_STATE:LOW_BATTERY': [409, 'RETRY_LATER', 'The battery is too low.'],
  'VEHICLE_STATE:REMOTE_ACCESS_DISABLED': [409, null, 'Remote access is switched off in the vehicle.'],
  'VEHICLE_STATE:UNKNOWN': [409, 'RETRY_LATER', 'The vehicle is in an unknown state.'],
  'VEHICLE_STATE:UNREACHABLE': [409, null, 'The vehicle has no coverage.'],
  'VEHICLE_STATE:VEHICLE_OFFLINE_FOR_SERVICE': [409, null, 'The vehicle is at the workshop.'],
} as const satisfies Record<string, Row>;

export type VendorErrorName = keyof typeof vendorErrors;

/** Why a request is refused; `retryAfterSeconds` becomes the header `retry-after`. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly error: VendorErrorName;
  readonly retryAfterSeconds?: number | undefined;
  readonly url?: string | undefined;
  readonly detail?: readonly object[] | undefined;
}

/** Names one documented refusal. */
export function refuse(error: VendorErrorName, extra: Omit<Refusal, 'kind' | 'error'> = {}): Refusal {
  return { kind: 'refusal', error, ...extra };
}

/** @returns the HTTP status of the pair. */
export function statusOf(refusal: Refusal): number {
  return vendorErrors[refusal.error][0];
}

/** The JSON body of an error: `code` is present even when null, `resolution.url` is a string or absent, never null. */
export function errorBody(refusal: Refusal, requestId: string): object {
  const [status, resolution, description] = vendorErrors[refusal.error];
  const [type = '', code = null] = refusal.error.split(':');
  return {
    type,
    code,
    description,
    docURL: `https://smartcar.com/docs/errors/api-errors/${kebab(type)}-errors#${code === null ? 'null' : kebab(code)}`,
    statusCode: status,
    requestId,
    resolution: refusal.url === undefined ? { type: resolution } : { type: resolution, url: refusal.url },
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
  };
}

function kebab(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Where the owner of a Tesla adds the key without which the car takes no requests. */
export const virtualKeyUrl = 'https://www.tesla.com/_ak/smartcar.com';
