// Deliveries of webhook events: which attempts are due at an instant, signed as the vendor signs, retried as it retries.
// Pure: sends nothing, reads no clock. Source: smartcar.com/docs/integrations/webhooks, delivery and verification.

import { createHmac } from 'node:crypto';
import type { Behaviour } from './behaviour.ts';
import { attemptBody, isSigned, type WebhookEvent } from './webhook-event.ts';

/** Four attempts: at once, then so long after the first one. Then the event is dropped for good. */
const attemptsAfterMs = [0, 25_000, 50_000, 100_000] as const;

/** How many outcomes are remembered. */
const REMEMBERED = 200;

/** One attempt, to be sent as it stands. */
export interface Delivery {
  /** New for every attempt; the `deliveryId` of the body. */
  readonly id: string;
  readonly eventId: string;
  readonly eventType: WebhookEvent['eventType'];
  readonly webhookId: string;
  /** 1 to 4. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly dueAt: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the receiver answered; null when nobody answered within 15 seconds. */
export type DeliveryOutcome = { readonly status: number; readonly body: string } | null;

/** What became of an attempt. */
export interface Settled extends Omit<Delivery, 'headers' | 'body'> {
  readonly status: number | null;
  readonly accepted: boolean;
}

interface Pending {
  readonly event: WebhookEvent;
  readonly url: string;
  readonly secret: string;
  /** What the receiver has to answer with; null for anything but VERIFY. */
  readonly challenge: string | null;
  readonly attempt: number;
  readonly firstAt: number;
  readonly dueAt: number;
  readonly delivery: Delivery | null;
  /** Accepted before, and sent once more: at least once is all that is promised. */
  readonly repeated: boolean;
}

/** Lower-case hex HMAC-SHA256: the `SC-Signature` of a raw body, and the answer to a challenge. */
export function signatureOf(managementToken: string, message: string): string {
  return createHmac('sha256', managementToken).update(message).digest('hex');
}

export class Deliveries {
  #pending: readonly Pending[] = [];
  #settled: readonly Settled[] = [];
  readonly #uuid: () => string;
  readonly #behaviour: () => Behaviour;

  constructor(uuid: () => string, behaviour: () => Behaviour) {
    this.#uuid = uuid;
    this.#behaviour = behaviour;
  }

  /** Plans an event, first attempt at `now`. @param challenge of a VERIFY, whose request is not repeated */
  plan(event: WebhookEvent, url: string, managementToken: string, now: number, challenge: string | null = null): void {
    const expected = challenge === null ? null : signatureOf(managementToken, challenge);
    const times = { attempt: 1, firstAt: now, dueAt: now, delivery: null, repeated: false };
    this.#pending = [...this.#pending, { event, url, secret: managementToken, challenge: expected, ...times }];
  }

  /** @returns when the next planned attempt is due; null when none is. */
  nextAt(): number | null {
    return this.#pending.length === 0 ? null : Math.min(...this.#pending.map(({ dueAt }) => dueAt));
  }

  /** @returns what is due and not settled yet; asked again it is the same. */
  due(now: number): readonly Delivery[] {
    this.#pending = this.#pending.map((pending) =>
      pending.dueAt > now || pending.delivery !== null ? pending : this.#handOut(pending, now),
    );
    const due = this.#pending.flatMap(({ delivery }) => delivery ?? []);
    return this.#behaviour().deliveryOrder === 'planned' ? due : due.toReversed();
  }

  /**
   * Tells what became of an attempt. Anything but 2xx, and no answer, plans the next one.
   * @returns the event when the receiver took it, and for a VERIFY also answered right; else null.
   */
  settle(deliveryId: string, outcome: DeliveryOutcome): WebhookEvent | null {
    const pending = this.#pending.find(({ delivery }) => delivery?.id === deliveryId);
    if (pending?.delivery == null) return null;
    const accepted =
      outcome !== null && outcome.status >= 200 && outcome.status < 300 && isProof(pending, outcome.body);
    const { headers: _headers, body: _body, ...told } = pending.delivery;
    this.#settled = [...this.#settled, { ...told, status: outcome?.status ?? null, accepted }].slice(-REMEMBERED);
    const next = accepted ? this.#repetition(pending) : nextAttempt(pending);
    this.#pending = this.#pending.flatMap((other) => (other !== pending ? [other] : (next ?? [])));
    return accepted ? pending.event : null;
  }

  /** The last outcomes, oldest first. */
  settled(): readonly Settled[] {
    return this.#settled;
  }

  /** Once more after it was accepted, if that is how the platform behaves. */
  #repetition(pending: Pending): Pending | null {
    if (this.#behaviour().deliveryRepeats === 'never' || pending.challenge !== null || pending.repeated) return null;
    const next = nextAttempt(pending);
    return next === null ? null : { ...next, repeated: true };
  }

  #handOut(pending: Pending, now: number): Pending {
    const { event, url, secret, attempt, dueAt } = pending;
    const id = this.#uuid();
    const body = attemptBody(event, id, now);
    const signature: Readonly<Record<string, string>> = isSigned(event)
      ? { 'sc-signature': signatureOf(secret, body) }
      : {};
    const { eventId, eventType, webhook } = event;
    const agent = webhook.generation === 'v2' ? 'Smartcar/2.0' : 'Smartcar/4.0';
    const headers = { 'content-type': 'application/json', 'user-agent': agent, ...signature };
    const delivery = { id, eventId, eventType, webhookId: webhook.id, attempt, dueAt, url, headers, body };
    // Time may have jumped over the first attempt; the others keep their distance from when it was really made.
    return { ...pending, delivery, firstAt: attempt === 1 ? now : pending.firstAt };
  }
}

function nextAttempt(pending: Pending): Pending | null {
  const after = pending.challenge === null ? attemptsAfterMs[pending.attempt] : undefined;
  if (after === undefined) return null;
  return { ...pending, attempt: pending.attempt + 1, dueAt: pending.firstAt + after, delivery: null };
}

/** A VERIFY is only accepted with the HMAC of its challenge; the body of any other answer does not matter. */
function isProof({ challenge }: Pending, body: string): boolean {
  if (challenge === null) return true;
  try {
    const parsed: unknown = JSON.parse(body);
    return Object.entries(parsed ?? {}).some(([name, value]) => name === 'challenge' && value === challenge);
  } catch {
    return false;
  }
}
