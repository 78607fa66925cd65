// API Gateway's payload 2.0, in and out: what the functions behind the API share. Decides nothing.
// Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format version 2.0.
import * as z from 'zod/mini';
import { compiledObject } from '../aws/compiled-object.ts';
import { type Caller, SCOPES, type Scope } from '../tenant/scopes.ts';
import type { ApiRequest, CommonDeps } from './call.ts';
import { handleRequest, type RoutesAt } from './handle.ts';
import { problem } from './problem.ts';

const gatewayEvent = compiledObject({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: compiledObject({
    accept: z.optional(z.string()),
    'content-type': z.optional(z.string()),
    'idempotency-key': z.optional(z.string()),
    'if-match': z.optional(z.string()),
    'if-none-match': z.optional(z.string()),
  }),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
  requestContext: compiledObject({
    requestId: z.string(),
    http: compiledObject({ method: z.string() }),
    authorizer: z.nullish(compiledObject({ lambda: z.optional(z.unknown()) })),
  }),
});

type GatewayEvent = z.infer<typeof gatewayEvent>;

const authorized = compiledObject({ tenantId: z.string(), keyId: z.string(), scopes: z.string() });

const known: ReadonlySet<string> = new Set(SCOPES);

const isScope = (text: string): text is Scope => known.has(text);

/** The caller as the authorizer knows it; scopes it may have learnt since are dropped. */
function callerOf({ requestContext }: GatewayEvent): Caller | undefined {
  const found = authorized.safeParse(requestContext.authorizer?.lambda);
  if (!found.success) return undefined;
  const { tenantId, keyId, scopes } = found.data;
  return { tenantId, keyId, scopes: scopes.split(' ').filter(isScope) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that are no UTF-8 are no JSON either (RFC 8259 §8.1), and neither is what stands for them. */
function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '\ufffd';
  }
}

const requestOf = ({
  rawPath,
  rawQueryString,
  headers,
  body,
  isBase64Encoded,
  requestContext,
}: GatewayEvent): ApiRequest => ({
  id: requestContext.requestId,
  method: requestContext.http.method,
  path: rawPath,
  query: rawQueryString === '' ? [] : [...new URLSearchParams(rawQueryString)],
  headers,
  body: body !== undefined && isBase64Encoded ? textOf(Buffer.from(body, 'base64')) : body,
});

/**
 * Answers the gateway's events with some of the routes. A fault is one problem without a detail.
 * @param depsNow what they run with at this moment
 * @returns throws when an event is none of payload 2.0
 */
export const answerGateway =
  <Deps extends CommonDeps>(routesAt: RoutesAt<Deps>, depsNow: () => Deps, reportFault: (fault: unknown) => void) =>
  async (event: unknown) => {
    const parsed = gatewayEvent.parse(event);
    const request = requestOf(parsed);
    const answer = handleRequest(routesAt, depsNow(), request, callerOf(parsed));
    const { status, headers, body } = await answer.catch((fault: unknown) => {
      reportFault(fault);
      return problem('internal', request.id);
    });
    return { statusCode: status, headers, body };
  };
