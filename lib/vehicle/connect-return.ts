// What the driver's browser brings back from Connect: the query of the callback as a tagged union. PURE.
// Everything in it can be typed by anybody, so nothing is trusted: the caller checks `state` before it acts on the rest.
// New error names are expected: they become `unknown`.

/** Documented error redirects; the four ways of leaving early are one. */
type ConnectRefusal =
  | 'access_denied'
  | 'vehicle_incompatible'
  | 'invalid_subscription'
  | 'no_vehicles'
  | 'configuration_error'
  | 'server_error'
  | 'cancelled'
  | 'unknown';

/** The car the driver had chosen, if it was shared. Personal data. */
interface RefusedVehicle {
  readonly vin: string;
  readonly make: string | undefined;
  readonly model: string | undefined;
  readonly year: number | undefined;
}

export type ConnectReturn =
  | {
      readonly kind: 'granted';
      readonly code: string;
      readonly state: string | undefined;
      readonly userId: string | undefined;
      readonly externalId: string | undefined;
      /** Where a Tesla owner must go to pair a virtual key. */
      readonly virtualKeyUrl: string | undefined;
    }
  | {
      readonly kind: 'refused';
      readonly refusal: ConnectRefusal;
      readonly state: string | undefined;
      readonly vehicle: RefusedVehicle | undefined;
      /** HTTP status behind a `configuration_error`. */
      readonly statusCode: number | undefined;
    }
  /** Neither a code nor an error, or the same name twice: not from Connect. */
  | { readonly kind: 'unreadable' };

const refusalByError: Readonly<Record<string, ConnectRefusal>> = {
  access_denied: 'access_denied',
  vehicle_incompatible: 'vehicle_incompatible',
  invalid_subscription: 'invalid_subscription',
  no_vehicles: 'no_vehicles',
  configuration_error: 'configuration_error',
  server_error: 'server_error',
  user_manually_returned_to_application: 'cancelled',
  oem_cancelled_login: 'cancelled',
  user_cancelled: 'cancelled',
  user_exited: 'cancelled',
};

/** Reads the query string of the redirect, with or without its question mark. */
export const parseConnectReturn = (query: string): ConnectReturn => {
  const fields = new URLSearchParams(query);
  const names = [...fields.keys()];
  if (new Set(names).size !== names.length) return { kind: 'unreadable' };
  const field = (name: string): string | undefined => fields.get(name) || undefined;
  if (fields.has('error')) return refused(field);
  const code = field('code');
  if (code === undefined) return { kind: 'unreadable' };
  return {
    kind: 'granted',
    code,
    state: field('state'),
    userId: field('user_id'),
    externalId: field('external_id'),
    virtualKeyUrl: field('virtual_key_url'),
  };
};

const refused = (field: (name: string) => string | undefined): ConnectReturn => {
  const error = field('error') ?? '';
  return {
    kind: 'refused',
    refusal: (Object.hasOwn(refusalByError, error) ? refusalByError[error] : undefined) ?? 'unknown',
    state: field('state'),
    vehicle: vehicleOf(field),
    statusCode: integerOf(field('status_code')),
  };
};

const vehicleOf = (field: (name: string) => string | undefined): RefusedVehicle | undefined => {
  const vin = field('vin');
  return vin === undefined
    ? undefined
    : { vin, make: field('make'), model: field('model'), year: integerOf(field('year')) };
};

const integerOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
