// What V3 refuses, as the one VehicleError: a refused call (`errors[]` of JSON:API) and a refused signal inside a
// successful answer. Keeps type, code, resolution and request id; titles and details are vendor prose and are dropped.

import { isRecord, refusedBy, type VehicleError } from './vehicle-error.ts';

export interface V3Refused {
  readonly operation: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed JSON, or undefined when the body was empty or not JSON. */
  readonly body: unknown;
}

/** The error for a refused call. A body without `errors` is read as V2 wrote it; HTML and the like go by status. */
export const v3RefusedBy = ({ body, ...answer }: V3Refused): VehicleError =>
  refusedBy({ ...answer, service: 'vehicle', body: flattened(firstError(body) ?? body) });

/** `errors[0]` of a V3 error document, whatever the HTTP status said. */
export const firstError = (body: unknown): Readonly<Record<string, unknown>> | undefined => {
  const errors = isRecord(body) ? body['errors'] : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return isRecord(first) ? first : undefined;
};

/**
 * The error for one signal, or one command, refused inside a successful answer. It has no status of its own there: the
 * one documented for its type stands in, so that an unknown code still falls through to a meaning.
 */
export const refusedInside = (operation: string, error: unknown, headers: V3Refused['headers']): VehicleError => {
  const type = isRecord(error) ? error['type'] : undefined;
  const status = typeof type === 'string' && Object.hasOwn(STATUS_BY_TYPE, type) ? STATUS_BY_TYPE[type] : undefined;
  return v3RefusedBy({ operation, status: status ?? 502, headers, body: error });
};

/** HTTP status documented for each error type. */
export const STATUS_BY_TYPE: Readonly<Record<string, number>> = {
  AUTHENTICATION: 401,
  PERMISSION: 403,
  VALIDATION: 400,
  RESOURCE_NOT_FOUND: 404,
  BILLING: 430,
  COMPATIBILITY: 501,
  CONNECTED_SERVICES_ACCOUNT: 400,
  RATE_LIMIT: 429,
  SERVER: 500,
  UPSTREAM: 502,
  VEHICLE_STATE: 409,
};

// To the fields the error factory knows. The request id stands in a debug block; "unknown resolution" means none.
const flattened = (error: unknown): unknown => {
  if (!isRecord(error)) return undefined;
  const meta = isRecord(error['meta']) ? error['meta'] : {};
  const debug = isRecord(meta['debug']) ? meta['debug'] : {};
  const { type, code, requestId = debug['requestId'] } = error;
  return { type, code, requestId, resolution: resolutionOf(error['resolution']) };
};

const resolutionOf = (resolution: unknown): unknown =>
  isRecord(resolution) && resolution['type'] === 'UNKNOWN_RESOLUTION_TYPE'
    ? { type: null, url: resolution['url'] }
    : resolution;
