// The vendor's error vocabulary, V3: what V2's refusals are called there, the names V3 adds, and the body `errors[]`.
// Source: smartcar.com/docs/errors (V3) and live answers of 2026. It decides nothing about when an error occurs.

import { type Refusal, type VendorErrorName, vendorErrors } from './vendor-error.ts';

/** Errors that only V3 knows. */
const v3Errors = {
  'AUTHENTICATION:UNAUTHORIZED': [401, 'The access token is missing, malformed or expired.'],
  'AUTHENTICATION:ACCESS_DENIED': [403, 'The application has no access to this.'],
  'RESOURCE_NOT_FOUND:INVALID_PATH': [404, 'There is nothing at this path.'],
  'RESOURCE_NOT_FOUND:PATH': [404, 'There is no such resource.'],
  'RESOURCE_NOT_FOUND:VEHICLE_NOT_FOUND': [404, 'There is no such vehicle.'],
  'RESOURCE_NOT_FOUND:SIGNAL_NOT_FOUND': [404, 'There is no such signal for this vehicle.'],
  'VALIDATION:INVALID_INPUT_FORMAT': [400, 'The request is malformed.'],
  'VALIDATION:MISSING_PARAMETER': [400, 'A parameter is missing.'],
  'CONFLICT:RESOURCE_ALREADY_EXISTS': [409, 'This exists already.'],
  'PERMISSION:UNKNOWN': [403, 'The permission for this was not granted.'],
} as const;

type V3OnlyName = keyof typeof v3Errors;

/** Why a V3 request is refused. */
export interface V3Refusal {
  readonly kind: 'v3-refusal';
  readonly error: V3OnlyName;
  readonly detail?: string;
}

export function refuseV3(error: V3OnlyName, detail?: string): V3Refusal {
  return detail === undefined ? { kind: 'v3-refusal', error } : { kind: 'v3-refusal', error, detail };
}

/** What V2 calls differently, or V3 does not have. */
const renamed: Readonly<Partial<Record<VendorErrorName, V3OnlyName>>> = {
  AUTHENTICATION: 'AUTHENTICATION:UNAUTHORIZED',
  PERMISSION: 'AUTHENTICATION:ACCESS_DENIED',
  VALIDATION: 'VALIDATION:INVALID_INPUT_FORMAT',
  'VALIDATION:PARAMETER': 'VALIDATION:INVALID_INPUT_FORMAT',
  'RESOURCE_NOT_FOUND:PATH': 'RESOURCE_NOT_FOUND:INVALID_PATH',
};

const notInV3: readonly VendorErrorName[] = ['VEHICLE_STATE:CHARGING_PLUG_CONNECTED', 'VEHICLE_STATE:LOW_BATTERY'];

/** An error as V3 tells it. */
export interface V3Error {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly resolution: { readonly type: string; readonly url?: string };
}

/** @returns the V3 form of a refusal; where V2 has no resolution, the live V3 says `UNKNOWN_RESOLUTION_TYPE`. */
export function v3Error(refusal: Refusal | V3Refusal): V3Error {
  if (refusal.kind === 'v3-refusal') return onlyV3(refusal);
  const known = renamed[refusal.error];
  if (known !== undefined) return onlyV3(refuseV3(known));
  const name = notInV3.includes(refusal.error) ? 'VEHICLE_STATE:UNKNOWN' : refusal.error;
  const [status, resolution, detail] = vendorErrors[name];
  const url = refusal.url === undefined ? {} : { url: refusal.url };
  return { status, ...named(name), detail, resolution: { type: resolution ?? 'UNKNOWN_RESOLUTION_TYPE', ...url } };
}

function onlyV3({ error, detail }: V3Refusal): V3Error {
  const [status, usual] = v3Errors[error];
  return { status, ...named(error), detail: detail ?? usual, resolution: { type: 'UNKNOWN_RESOLUTION_TYPE' } };
}

function named(name: string): Pick<V3Error, 'type' | 'code' | 'title'> {
  const [type = '', code = 'UNKNOWN'] = name.split(':');
  const title = code
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join(' ');
  return { type, code, title };
}

/** The body of a refused request: `status` is text there. */
export function v3ErrorBody(refusal: Refusal | V3Refusal, requestId: string): object {
  const { status, type, code, title, detail, resolution } = v3Error(refusal);
  const about = `https://smartcar.com/docs/errors/api-errors/v3/${kebab(type)}-errors#${kebab(code)}`;
  return {
    errors: [
      {
        status: String(status),
        type,
        code,
        title,
        detail,
        resolution,
        suggestedUserMessage: 'Your request could not be completed.',
        links: { about },
        meta: { debug: { requestId } },
      },
    ],
  };
}

function kebab(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
