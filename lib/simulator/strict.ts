// What only the real platform refuses, and this one does in strict mode: requests without a User-Agent at the token
// endpoints, bodies in another form than documented, redirect URIs that are not registered, receivers that are not public, brands the country or
// the browser cannot connect. Everything else is refused in every mode.

/** @returns why a webhook's receiver is refused, or null. */
export function refusedReceiver(uri: string): string | null {
  const { protocol, hostname } = new URL(uri);
  const isLocal = /^(localhost|.*\.localhost|127\..*|10\..*|192\.168\..*|\[::1\])$/.test(hostname);
  return protocol === 'https:' && !isLocal ? null : 'In strict mode a receiver is a public https address.';
}

/** `http` for localhost only (and 127.0.0.1, where it is not `strict`), any `https`, or the custom scheme `sc<client id>`. */
export function isDocumentedRedirect(uri: string, clientId: string, strict: boolean): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  if (protocol === 'http:') return hostname === 'localhost' || (!strict && hostname === '127.0.0.1');
  return protocol === 'https:' || protocol === `sc${clientId.toLowerCase()}:`;
}

/** @returns why a request to a token endpoint is refused, or null. */
export function refusedTokenRequest(request: Request, types: readonly string[]): string | null {
  if (!request.headers.get('user-agent')) return 'The header User-Agent is required.';
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return types.includes(type) ? null : `The body must be ${types.join(' or ')}.`;
}
