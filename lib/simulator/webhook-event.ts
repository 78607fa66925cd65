// What a webhook delivery says (payload version 4.0), with every variation that documents and captures show.
// Source: smartcar.com/docs/integrations/webhooks and captured deliveries. Pure: when and whether is in deliveries.ts.

import type { Behaviour } from './behaviour.ts';
import type { SignalState } from './signal-answers.ts';
import type { Signal } from './signals.ts';
import { v3Error } from './v3-error.ts';
import type { Visit } from './vehicle-requests.ts';
import { errorBody } from './vendor-error.ts';
import type { Webhook } from './webhooks.ts';

export interface WebhookEvent {
  /** The same for every attempt. */
  readonly eventId: string;
  /** `eventType` of a payload 4.0, `eventName` of a payload 2.0. */
  readonly eventType: 'VERIFY' | 'VEHICLE_STATE' | 'VEHICLE_ERROR' | 'verify' | 'schedule' | 'eventBased';
  readonly webhook: Webhook;
  /** 4.0: everything but `eventId`, `eventType` and `meta`. 2.0: everything but `version`, `webhookId` and `eventName`. */
  readonly content: object;
  /** 4.0: what of `meta` is the same for every attempt. */
  readonly meta: object;
}

/** Neither generation repeats a challenge; only 4.0 leaves it unsigned. */
export const isSigned = ({ eventType }: WebhookEvent): boolean => eventType !== 'VERIFY';

/** What made a webhook speak: signals that changed, or the subscription itself. */
export type Trigger = Signal | 'FIRST_DELIVERY';

/** The body of one attempt, byte for byte what is signed. */
export function attemptBody(event: WebhookEvent, deliveryId: string, deliveredAt: number): string {
  const { eventId, eventType, webhook, content, meta } = event;
  if (webhook.generation === 'v2') {
    return JSON.stringify({ version: '2.0', webhookId: webhook.id, eventName: eventType, ...content });
  }
  const names = { webhookId: webhook.id, webhookName: webhook.name };
  return JSON.stringify({
    ...{ eventId, eventType },
    ...content,
    meta: { version: '4.0', ...names, deliveryId, deliveredAt, ...meta },
  });
}

export function verifyEvent(webhook: Webhook, eventId: string, challenge: string): WebhookEvent {
  if (webhook.generation === 'v2') {
    return { eventId, eventType: 'verify', webhook, content: { payload: { challenge } }, meta: {} };
  }
  return { eventId, eventType: 'VERIFY', webhook, content: { data: { challenge } }, meta: {} };
}

/** One vehicle of one user, as a webhook sees it. */
export interface Told {
  readonly behaviour: Behaviour;
  readonly webhook: Webhook;
  readonly visit: Visit;
  readonly externalId: string | null;
  readonly eventId: string;
  /** Grows with every event; a tie-break for receivers. */
  readonly sequence: number;
}

export function stateEvent(told: Told, states: readonly SignalState[], triggers: readonly Trigger[]): WebhookEvent {
  const { behaviour } = told;
  const elements = states.map((state) => signalElement(behaviour, state));
  const data = { ...aboutVehicle(told), signals: elements };
  const content =
    behaviour.triggers === 'in_data'
      ? { data: { ...data, triggers: triggers.map(triggerInData) } }
      : { data, triggers: triggers.map((trigger) => triggerOnTop(behaviour, trigger)) };
  return eventOf(told, 'VEHICLE_STATE', content, { signalCount: elements.length });
}

/** @param state `RESOLVED` when the error is over. */
export function errorEvent(told: Told, failed: readonly SignalState[], state: 'ERROR' | 'RESOLVED'): WebhookEvent {
  const [first] = failed;
  if (first?.error == null) throw new RangeError('An error event needs a signal that failed');
  const { type, code, detail, resolution } = v3Error(first.error);
  const known = first.error.kind === 'refusal' ? errorBody(first.error, '') : {};
  const error = {
    type,
    code: type === 'PERMISSION' ? null : code,
    description: detail,
    ...('docURL' in known ? { docURL: known.docURL } : {}),
    resolution: resolution.type === 'UNKNOWN_RESOLUTION_TYPE' ? { type: null } : resolution,
    suggestedUserMessage: 'Your request could not be completed.',
    state,
    ...(told.behaviour.envelope === 'full' ? { signals: failed.map(({ signal }) => nameOf(signal)) } : {}),
  };
  return eventOf(told, 'VEHICLE_ERROR', { data: { ...aboutVehicle(told), errors: [error] } }, {});
}

function eventOf(told: Told, eventType: WebhookEvent['eventType'], content: object, meta: object): WebhookEvent {
  const { webhook, eventId, visit, sequence, behaviour } = told;
  if (behaviour.envelope === 'least') return { eventId, eventType, webhook, content, meta };
  const mode = visit.caller.grant.mode.toUpperCase();
  const more = { applicationId: webhook.clientId, ...meta, sequence, mode };
  return { eventId, eventType, webhook, content: { vehicleId: visit.entry.car.id, ...content }, meta: more };
}

function aboutVehicle({ behaviour, visit, externalId }: Told): object {
  const { grant } = visit.caller;
  const { id, make, model, year, powertrain } = visit.entry.car;
  const full = behaviour.envelope === 'full';
  return {
    user: { id: grant.userId, ...(full ? { externalId } : {}) },
    vehicle: { id, make, model, year, ...(full ? { mode: grant.mode, powertrainType: powertrain } : {}) },
  };
}

/** Values from the vendor's records carry 0 for both ages; a signal that failed carries neither ages nor value. */
function signalElement({ fetched }: Behaviour, { signal, error, body, recordedAt, fetchedAt }: SignalState): object {
  if (error !== null) {
    const { type, code } = v3Error(error);
    return { ...nameOf(signal), status: { value: 'ERROR', error: { type, code } } };
  }
  const meta = { oemUpdatedAt: recordedAt ?? 0, [fetched]: recordedAt === null ? 0 : fetchedAt };
  return { ...nameOf(signal), body, meta, status: { value: 'SUCCESS' } };
}

function nameOf({ code, name, group }: Signal): object {
  return { code, name, group };
}

function triggerOnTop({ triggers }: Behaviour, trigger: Trigger): object {
  if (trigger === 'FIRST_DELIVERY') return { type: 'FIRST_DELIVERY' };
  const signal = triggers === 'text' ? `${trigger.group}.${trigger.name}` : nameOf(trigger);
  return { type: 'SIGNAL_UPDATED', signal };
}

function triggerInData(trigger: Trigger): object {
  return trigger === 'FIRST_DELIVERY' ? { code: 'FIRST_DELIVERY' } : nameOf(trigger);
}
