// Webhook endpoints over HTTP: where a tenant is told. A secret is in the answer of the request that made it and nowhere else.
import * as z from 'zod/mini';
import { EVENT_TYPES } from '../event/event.ts';
import {
  createEndpoint,
  type Endpoint,
  getEndpoint,
  listEndpoints,
  MOST_ENDPOINTS,
  rotateSecret,
  type WithSecret,
} from '../webhook/endpoint.ts';
import { changeEndpoint, deleteEndpoint } from '../webhook/endpoint-state.ts';
import { TRIED } from '../webhook/schedule.ts';
import { webhookUrl } from '../webhook/webhook-url.ts';
import type { ApiCall, CommonDeps, EndpointDeps } from './call.ts';
import { entityTag, ifMatch, tagged } from './entity-tag.ts';
import { about, form, instant, oneOf, orNull, segment } from './fields.ts';
import { type ApiResponse, json, noContent, problem } from './problem.ts';
import { type ApiContext, answersJson, answersNothing, type Route, route } from './route.ts';

export const endpointParams = { endpointId: segment('Id of a webhook endpoint, `whe_…`.') } as const;

const URL_RULE = 'An https URL of the public internet, without credentials and fragment, of at most 2,048 characters';

/** A test is sent to whom it is asked for, whatever that endpoint wants to be told of. */
const TYPES = EVENT_TYPES.filter((type) => type !== 'webhook.test');
const SOME_TYPES = 'One type or more, each once';

const types = z.array(oneOf(TYPES), SOME_TYPES).check(
  z.minLength(1, SOME_TYPES),
  z.refine((given) => new Set(given).size === given.length, SOME_TYPES),
);

export const newWebhookEndpoint = form({
  url: about(z.string(URL_RULE), `Where events are posted to. ${URL_RULE}.`),
  types: z.optional(about(types, 'What it is told of; left out: everything, also what there is to tell of later.')),
}).check(z.meta({ id: 'NewWebhookEndpoint' }));

export const webhookEndpointChange = form({
  state: z.optional(
    about(
      oneOf(['enabled', 'disabled']),
      'What is on its way when it is disabled has failed; what happens while it is, `GET /v1/events` alone tells.',
    ),
  ),
  types: z.optional(about(orNull(types), 'What it is told of; null: everything.')),
}).check(z.meta({ id: 'WebhookEndpointChange' }));

const shown = {
  id: z.string(),
  url: z.string(),
  types: about(orNull(z.array(z.string())), 'What it is told of; null: everything.'),
  state: z.enum(['enabled', 'disabled']),
  reason: about(
    orNull(z.enum(['tenant', 'gone', 'failing'])),
    'Why it is disabled. `tenant`: you asked for it; `gone`: it answered 410; `failing`: nothing has arrived for five days, in which something was sent at least every other day.',
  ),
  disabledAt: orNull(instant),
  failingSince: about(orNull(instant), 'Since when nothing has arrived, though something was sent.'),
  createdAt: instant,
} as const;

const webhookEndpoint = z.object(shown).check(z.meta({ id: 'WebhookEndpoint' }));

const endpointWithSecret = z
  .object({
    ...shown,
    secret: about(
      orNull(z.string()),
      '`whsec_` and base64: what signatures are verified with. Shown once: null where the request is repeated.',
    ),
    secretShown: about(z.boolean(), 'Whether the secret was shown before, and cannot be shown again.'),
    secretBeforeUntil: about(orNull(instant), 'Until when the secret before signs as well.'),
  })
  .check(z.meta({ id: 'WebhookEndpointWithSecret' }));

const endpointView = (endpoint: Endpoint): z.infer<typeof webhookEndpoint> => ({
  id: endpoint.endpointId,
  url: endpoint.url,
  types: endpoint.types ?? null,
  state: endpoint.state,
  reason: endpoint.reason ?? null,
  disabledAt: endpoint.disabledAt ?? null,
  failingSince: endpoint.failingSince ?? null,
  createdAt: endpoint.createdAt,
});

function withSecret(status: number, { endpoint, secret }: WithSecret, headers = {}): ApiResponse {
  const [, before] = endpoint.secrets;
  const said = { ...endpointView(endpoint), secret, secretShown: false, secretBeforeUntil: before?.until ?? null };
  return { ...json(status, said, headers), keptBody: JSON.stringify({ ...said, secret: null, secretShown: true }) };
}

async function postEndpoint(
  context: ApiContext<unknown, z.infer<typeof newWebhookEndpoint>, EndpointDeps>,
): Promise<ApiResponse> {
  const { deps, caller, request, body, newId } = context;
  if (webhookUrl(body.url, { loopback: deps.webhookLoopback }) === undefined) {
    return problem('invalid_request', request.id, { errors: [{ field: 'url', message: URL_RULE }] });
  }
  const asked = { tenantId: caller.tenantId, endpointId: newId('whe'), url: body.url, types: body.types };
  const made = await createEndpoint(deps, asked, deps.now);
  if (made === undefined) {
    const detail = `A tenant may have ${MOST_ENDPOINTS}, disabled ones among them.`;
    return problem('too_many_webhook_endpoints', request.id, { detail });
  }
  return withSecret(201, made, { location: `/v1/webhook-endpoints/${made.endpoint.endpointId}` });
}

async function getEndpoints({ deps, caller }: ApiCall<CommonDeps>): Promise<ApiResponse> {
  const endpoints = await listEndpoints(deps.business, caller.tenantId);
  return json(200, { items: endpoints.toReversed().map(endpointView) });
}

export const endpointIdOf = ({ caller, params }: Pick<ApiCall<CommonDeps>, 'caller' | 'params'>) => ({
  tenantId: caller.tenantId,
  endpointId: params['endpointId'] ?? '',
});

/** An endpoint of the caller's tenant. A malformed id is looked up like any other. */
export const findEndpoint = (call: ApiCall<CommonDeps>): Promise<Endpoint | undefined> =>
  getEndpoint(call.deps.business, endpointIdOf(call));

const shownAlone = (endpoint: Endpoint): ApiResponse => json(200, endpointView(endpoint));

async function getOne(call: ApiCall<CommonDeps>): Promise<ApiResponse> {
  const endpoint = await findEndpoint(call);
  return endpoint === undefined ? problem('not_found', call.request.id) : shownAlone(endpoint);
}

async function patchEndpoint(
  context: ApiContext<unknown, z.infer<typeof webhookEndpointChange>, CommonDeps>,
): Promise<ApiResponse> {
  const { deps, request, body } = context;
  const condition = request.headers['if-match'];
  if (condition === undefined) return problem('precondition_required', request.id);
  const endpoint = await findEndpoint(context);
  if (endpoint === undefined) return problem('not_found', request.id);
  if (!ifMatch(condition, entityTag(shownAlone(endpoint).body))) return problem('precondition_failed', request.id);
  const changed = await changeEndpoint(deps.business, endpoint, body, deps.now);
  return changed === undefined ? problem('precondition_failed', request.id) : tagged(shownAlone(changed));
}

async function deleteOne(call: ApiCall<CommonDeps>): Promise<ApiResponse> {
  const { deps, request } = call;
  const deleted = await deleteEndpoint(deps.business, endpointIdOf(call), deps.now);
  return deleted ? noContent() : problem('not_found', request.id);
}

async function postRotation(call: ApiCall<EndpointDeps>): Promise<ApiResponse> {
  const { deps, request } = call;
  const rotated = await rotateSecret(deps, endpointIdOf(call), deps.now);
  return rotated === undefined ? problem('not_found', request.id) : withSecret(200, rotated);
}

const group = 'Webhooks' as const;

export const webhookEndpointRoutes: readonly Route<EndpointDeps>[] = [
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints',
    name: 'createWebhookEndpoint',
    group,
    summary: 'Create a webhook endpoint',
    detail: `Keep the secret of the answer: with it, and any library for Standard Webhooks, your server verifies what it is sent. A tenant may have 16.

Each event is a POST with the headers \`webhook-id\` (the event’s, the same at every attempt), \`webhook-timestamp\` and \`webhook-signature\`, and a body of \`type\`, \`timestamp\`, \`sequence\` and \`data\`: ids alone, ask for the rest. Answer 2xx within 15 seconds. Otherwise it is tried ${TRIED}; 410 disables the endpoint at once, five days in which nothing arrives do so too. Events come at least once and in no order: drop a \`webhook-id\` that you know; \`sequence\` counts the deliveries of the endpoint.`,
    scope: 'webhooks:write',
    body: newWebhookEndpoint,
    answers: { 201: answersJson('Created.', endpointWithSecret, { location: 'Where the endpoint is.' }) },
    problems: ['too_many_webhook_endpoints'],
    handle: postEndpoint,
  }),
  route({
    method: 'GET',
    path: '/v1/webhook-endpoints',
    name: 'listWebhookEndpoints',
    group,
    summary: 'List the webhook endpoints, newest first',
    scope: 'webhooks:read',
    answers: { 200: answersJson('All of them.', z.object({ items: z.array(webhookEndpoint) })) },
    handle: getEndpoints,
  }),
  route({
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}',
    name: 'getWebhookEndpoint',
    group,
    summary: 'Get a webhook endpoint',
    scope: 'webhooks:read',
    params: endpointParams,
    answers: { 200: answersJson('The endpoint.', webhookEndpoint) },
    handle: getOne,
  }),
  route({
    method: 'PATCH',
    path: '/v1/webhook-endpoints/{endpointId}',
    name: 'changeWebhookEndpoint',
    group,
    summary: 'Enable, disable or change a webhook endpoint',
    detail:
      'Fields that are left out stay as they are. `If-Match` names the state that you mean to change: the `etag` of the endpoint as you read it. For another URL create another endpoint.',
    scope: 'webhooks:write',
    params: endpointParams,
    body: webhookEndpointChange,
    answers: { 200: answersJson('The endpoint as it is now.', webhookEndpoint) },
    handle: patchEndpoint,
  }),
  route({
    method: 'DELETE',
    path: '/v1/webhook-endpoints/{endpointId}',
    name: 'deleteWebhookEndpoint',
    group,
    summary: 'Delete a webhook endpoint',
    detail:
      'Nothing more is sent to it, also nothing that was to be tried again; an attempt that is under way ends as it may.',
    scope: 'webhooks:write',
    params: endpointParams,
    answers: { 204: answersNothing('Deleted.') },
    handle: deleteOne,
  }),
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/rotate-secret',
    name: 'rotateWebhookSecret',
    group,
    summary: 'Make a new secret for a webhook endpoint',
    detail:
      'For a day what is sent has a signature for each secret, so that your server may verify with the one or the other; five secrets at most.',
    scope: 'webhooks:write',
    params: endpointParams,
    answers: { 200: answersJson('The endpoint and its new secret.', endpointWithSecret) },
    handle: postRotation,
  }),
];
