// What was sent to a webhook endpoint, over HTTP: the list with every attempt, a test, and once more. Nothing is sent from here: the
// next sweep of send-webhooks does, within a minute.
import * as z from 'zod/mini';
import { offerTest, redeliver } from '../webhook/deliver.ts';
import { type Delivery, deliveryName, deliveryNamed, listDeliveries } from '../webhook/delivery.ts';
import type { ApiCall, PagedDeps } from './call.ts';
import { eventAnswer, eventView } from './events.ts';
import { about, instant, orNull, pageOf, pageQuery, segment } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';
import { endpointIdOf, endpointParams, findEndpoint } from './webhook-endpoints.ts';

const attemptAnswer = z.object({
  at: instant,
  status: about(orNull(z.int()), 'HTTP status of the answer; null when none came.'),
  error: about(
    orNull(z.string()),
    'Why no answer came: `timeout`, `network`, `no_such_name`, `address_refused`, `url_refused`; null when one did.',
  ),
});

const deliveryAnswer = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    sequence: about(z.int(), 'The `sequence` of what is sent: its number among the deliveries of the endpoint.'),
    state: about(
      z.enum(['pending', 'delivered', 'failed']),
      '`pending`: it is sent, or tried again, until it has arrived or failed.',
    ),
    event: eventAnswer,
    attempts: about(z.array(attemptAnswer), 'Oldest first; of those before a redelivery the newest 20.'),
  })
  .check(z.meta({ id: 'WebhookDelivery' }));

const deliveryView = (delivery: Delivery) => ({
  id: deliveryName(delivery),
  endpoint: delivery.endpointId,
  sequence: delivery.seq,
  state: delivery.state,
  event: eventView(delivery.event),
  attempts: delivery.attempts.map(({ at, status = null, error = null }) => ({ at, status, error })),
});

async function getDeliveries(context: ApiContext<z.infer<typeof pageQuery>, unknown, PagedDeps>): Promise<ApiResponse> {
  const { deps, request, query } = context;
  const id = endpointIdOf(context);
  const list = `deliveries ${id.endpointId}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const before = place.after === undefined ? undefined : Number(place.after);
  const [endpoint, { deliveries, more }] = await Promise.all([
    findEndpoint(context),
    listDeliveries(deps.business, id, { limit: query.limit, before }),
  ]);
  if (endpoint === undefined) return problem('not_found', request.id);
  const last = more ? deliveries.at(-1) : undefined;
  const next = await nextCursor(context, list, last === undefined ? undefined : String(last.seq));
  return json(200, { items: deliveries.map(deliveryView), next });
}

/** They are sent within a minute. */
const TESTS_WAIT = { detail: 'Five tests wait to be sent.', headers: { 'retry-after': '60' } } as const;

/** A crash after the test was put leaves it to be sent; a repetition with the key finds it under the id that it makes. */
async function postTest(context: ApiContext<unknown, unknown, PagedDeps>): Promise<ApiResponse> {
  const { deps, request, newId } = context;
  const endpoint = await findEndpoint(context);
  if (endpoint === undefined) return problem('not_found', request.id);
  if (endpoint.state === 'disabled') return problem('webhook_endpoint_disabled', request.id);
  const test = await offerTest(deps.business, endpoint, newId('tst'), deps.now);
  if (test === undefined) return problem('rate_limited', request.id, TESTS_WAIT);
  return json(202, deliveryView(test));
}

async function postRedelivery(call: ApiCall<PagedDeps>): Promise<ApiResponse> {
  const { deps, request, params } = call;
  const endpoint = await findEndpoint(call);
  if (endpoint === undefined) return problem('not_found', request.id);
  if (endpoint.state === 'disabled') return problem('webhook_endpoint_disabled', request.id);
  const id = deliveryNamed(endpoint, params['deliveryId'] ?? '');
  const again = await redeliver(deps.business, id, deps.now);
  return again === undefined ? problem('not_found', request.id) : json(202, deliveryView(again));
}

const group = 'Webhooks' as const;

const SOON = 'It is sent within a minute, and tried again like every other.';

export const webhookDeliveryRoutes: readonly Route<PagedDeps>[] = [
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/test',
    name: 'testWebhookEndpoint',
    group,
    summary: 'Send a test to a webhook endpoint',
    detail: `An event of the type \`webhook.test\`, to this endpoint alone, whatever types it is told of. ${SOON}`,
    scope: 'webhooks:write',
    params: endpointParams,
    answers: { 202: answersJson('What will be sent.', deliveryAnswer) },
    problems: ['webhook_endpoint_disabled'],
    handle: postTest,
  }),
  route({
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries',
    name: 'listWebhookDeliveries',
    group,
    summary: 'List what was sent to a webhook endpoint in the last 30 days, newest first',
    scope: 'webhooks:read',
    params: endpointParams,
    query: pageQuery,
    answers: { 200: answersJson('A page of deliveries.', pageOf(deliveryAnswer)) },
    handle: getDeliveries,
  }),
  route({
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver',
    name: 'redeliverWebhook',
    group,
    summary: 'Send a delivery once more',
    detail: `Whatever became of it, with the same \`webhook-id\` and body. ${SOON}`,
    scope: 'webhooks:write',
    params: { ...endpointParams, deliveryId: segment('Id of a delivery, `dlv_…`.') },
    answers: { 202: answersJson('The delivery as it is now.', deliveryAnswer) },
    problems: ['webhook_endpoint_disabled'],
    handle: postRedelivery,
  }),
];
