// What an application asks for when it opens Connect: the parameters of /oauth/authorize and /oauth/reauthenticate.
// Until the redirect URI is known to be the application's, a problem is shown on screen and never redirected.

import type { Application } from './application.ts';
import { brandsOf } from './brands.ts';
import type { Mode } from './consents.ts';
import { permissionTexts } from './permissions.ts';
import { isDocumentedRedirect } from './strict.ts';

/** Connecting vehicles, or logging in again for one that is connected. */
export type Purpose = 'connect' | 'reauthenticate';

export interface AuthorizeRequest {
  readonly purpose: Purpose;
  readonly application: Application;
  readonly redirectUri: string;
  readonly responseType: string;
  readonly state: string | null;
  readonly externalId: string | null;
  /** In order of the request, without the prefix `required:`. */
  readonly permissions: readonly string[];
  readonly required: readonly string[];
  readonly forced: boolean;
  readonly mode: Mode;
  readonly make: string | null;
  readonly country: string | null;
  readonly singleSelect: boolean;
  readonly singleSelectVin: string | null;
  /** Only when logging in again for a vehicle already connected. */
  readonly vehicleId: string | null;
  /** Set by the vendor's mobile SDKs. */
  readonly sdkPlatform: string | null;
}

/**
 * @param strict whether only a registered redirect URI will do, whatever the application accepts
 * @returns the request, or the problem to show on screen.
 */
export function readAuthorizeRequest(
  applications: readonly Application[],
  purpose: Purpose,
  query: URLSearchParams,
  strict: boolean,
): AuthorizeRequest | { readonly problem: string } {
  const clientId = query.get('application_id') ?? query.get('client_id');
  const application = applications.find((candidate) => candidate.clientId === clientId);
  if (application === undefined) return { problem: 'The client_id is missing or unknown.' };
  const redirectUri = query.get('redirect_uri') ?? application.redirectUris[0];
  if (redirectUri === undefined || !mayReturnTo(application, redirectUri, strict)) {
    return { problem: 'The redirect_uri is not registered for this application.' };
  }
  return { purpose, application, redirectUri, ...optionsOf(query), ...scopeOf(application, query) };
}

function mayReturnTo(application: Application, uri: string, strict: boolean): boolean {
  const { clientId, redirectUris, acceptsAnyRedirect = false } = application;
  return redirectUris.includes(uri) || (!strict && acceptsAnyRedirect && isDocumentedRedirect(uri, clientId, strict));
}

type Options = Omit<AuthorizeRequest, 'purpose' | 'application' | 'redirectUri' | 'permissions' | 'required'>;

function optionsOf(query: URLSearchParams): Options {
  const mode = query.get('mode');
  const vin = query.get('single_select') === 'true' ? query.get('single_select_vin') : null;
  return {
    responseType: query.get('response_type') ?? '',
    state: query.get('state'),
    externalId: query.get('external_id'),
    forced: query.get('approval_prompt') === 'force',
    mode: mode === 'test' || mode === 'simulated' ? mode : 'live',
    // A chosen VIN decides the make by itself.
    make: vin === null ? query.get('make') : null,
    country: /(?:^| )country:([A-Z]{2})(?: |$)/.exec(query.get('flags') ?? '')?.[1] ?? null,
    singleSelect: query.get('single_select') === 'true',
    singleSelectVin: vin,
    vehicleId: query.get('vehicle_id'),
    sdkPlatform: query.get('sdk_platform'),
  };
}

function scopeOf(application: Application, query: URLSearchParams): Pick<AuthorizeRequest, 'permissions' | 'required'> {
  const asked =
    query
      .get('scope')
      ?.split(/\s+/)
      .filter((word) => word !== '') ??
    application.scope ??
    usualScope;
  const required = asked.filter((word) => word.startsWith('required:')).map(withoutPrefix);
  return { permissions: [...new Set(asked.map(withoutPrefix))], required };
}

const usualScope: readonly string[] = ['read_vehicle_info', 'read_vin', 'read_odometer'];

function withoutPrefix(word: string): string {
  return word.replace(/^required:/, '');
}

/** @returns what only the real platform refuses: a brand the country or the browser cannot connect, or null. */
export function strictProblemOf({ make, country, sdkPlatform }: AuthorizeRequest): string | null {
  if (make !== null && !brandsOf(country).some((brand) => brand.make === make)) return 'make';
  const onlyInApps = make === 'FORD' || make === 'LINCOLN';
  return onlyInApps && sdkPlatform === null ? 'sdk_platform' : null;
}

/** @returns what is wrong with a request whose redirect URI is good, or null. */
export function problemOf(request: AuthorizeRequest): string | null {
  const { purpose, responseType, vehicleId, permissions, mode, singleSelectVin } = request;
  const success = purpose === 'connect' ? 'code' : 'vehicle_id';
  if (responseType !== success && responseType !== 'none') return 'response_type';
  if (purpose === 'reauthenticate') return vehicleId === null ? 'vehicle_id' : null;
  if (permissions.some((name) => !Object.hasOwn(permissionTexts, name))) return 'scope';
  // Test VINs are no VINs: they start with a digit and SC. They mean nothing to live vehicles.
  return mode === 'live' && singleSelectVin !== null && /^[01]SC/.test(singleSelectVin) ? 'single_select_vin' : null;
}
