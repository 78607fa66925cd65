// Control actions about webhooks: creating one as the vendor's dashboard does, its test button, and sending what is due.

import * as z from 'zod/mini';
import {
  type ControlAction,
  type ControlContext,
  type Done,
  done,
  type Problem,
  problem,
  withBody,
  withoutHoles,
} from './control-action.ts';
import { millisecondsField, receiverField, signalField } from './control-fields.ts';
import { refusedReceiver } from './strict.ts';

const webhook = z.strictObject({
  callbackUri: z.nullable(receiverField),
  errorCallbackUri: z.optional(z.nullable(receiverField)),
  generation: z.optional(z.enum(['v2', 'v4'])),
  name: z.optional(z.string()),
  id: z.optional(z.string()),
  triggers: z.optional(z.array(signalField).check(z.minLength(1))),
  data: z.optional(z.array(signalField).check(z.minLength(1))),
  autoSubscribe: z.optional(z.boolean()),
  verified: z.optional(z.boolean()),
  atMostEveryMs: z.optional(millisecondsField),
});

export const webhookActions: readonly ControlAction[] = [
  {
    method: 'POST',
    path: '/control/webhooks',
    does: 'Creates a webhook, as the vendor’s dashboard does, and sends VERIFY to its receiver.',
    example: { callbackUri: 'https://receiver.example/events', autoSubscribe: true },
    ...withBody(webhook, addWebhook),
  },
  {
    method: 'POST',
    path: '/control/webhooks/test',
    does: 'Sends a test delivery, as the vendor’s dashboard does: signed, mode TEST, a vehicle nobody has, nine signals.',
    example: { callbackUri: 'https://receiver.example/events' },
    ...withBody(z.strictObject({ callbackUri: receiverField }), async (context, { callbackUri }) => {
      const { simulator, applications, deliver } = context;
      const refused = refusedIn(context, [callbackUri]);
      if (refused !== null) return refused;
      const eventId = simulator.sendTest(applications[0].clientId, callbackUri);
      await deliver();
      return done({ eventId, attempts: simulator.settledDeliveries().filter((each) => each.eventId === eventId) });
    }),
  },
  {
    method: 'POST',
    path: '/control/deliveries',
    does: 'Sends the webhook deliveries that are due now, without waiting for the next second.',
    example: {},
    ...withBody(z.strictObject({}), async ({ simulator, deliver }) =>
      done({ attempts: await deliver(), last: simulator.settledDeliveries().slice(-10) }),
    ),
  },
];

async function addWebhook(context: ControlContext, wanted: z.infer<typeof webhook>): Promise<Done | Problem> {
  const { simulator, applications, deliver } = context;
  const refused = refusedIn(context, [wanted.callbackUri, wanted.errorCallbackUri ?? null]);
  if (refused !== null) return refused;
  const added = simulator.addWebhook(applications[0].clientId, withoutHoles(wanted));
  await deliver();
  return done(simulator.changeWebhook(added.id, {}) ?? added);
}

/** What strict mode says of receivers. */
function refusedIn({ simulator }: ControlContext, uris: readonly (string | null)[]): Problem | null {
  if (!simulator.behave({}).strict) return null;
  const refused = uris.map((uri) => (uri === null ? null : refusedReceiver(uri))).find((text) => text !== null);
  return refused === undefined || refused === null ? null : problem(refused);
}
