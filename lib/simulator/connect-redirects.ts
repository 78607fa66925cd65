// How Connect returns to the application: 302 with the parameters the vendor documents, nothing else.

import type { AuthorizeRequest } from './authorize-request.ts';
import type { Failure } from './connect-session.ts';

/** `code` only for `response_type=code`; `state` and `external_id` as they were sent. */
export function successRedirect(
  request: AuthorizeRequest,
  code: string | null,
  userId: string,
  virtualKeyUrl: string | null,
): Response {
  const { state, externalId } = request;
  return redirect(request, { code, state, user_id: userId, external_id: externalId, virtual_key_url: virtualKeyUrl });
}

/** The answer to a login for a vehicle that was already connected. */
export function vehicleRedirect(request: AuthorizeRequest, vehicleId: string): Response {
  return redirect(request, { vehicle_id: vehicleId, state: request.state });
}

export function failureRedirect(request: AuthorizeRequest, failure: Failure): Response {
  const { error, description, extra } = failure;
  return redirect(request, { error, error_description: description, ...extra, state: request.state });
}

function redirect(request: AuthorizeRequest, parameters: Readonly<Record<string, string | null>>): Response {
  const target = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) target.searchParams.append(name, value);
  }
  return new Response(null, {
    status: 302,
    headers: { location: target.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });
}
