// Webhooks with payload version 2.0: every subscribed vehicle by a schedule, and its charging when it begins and ends.
// Source: smartcar.com/docs, webhooks (V2). What a delivery carries are the V2 endpoints of the webhook's data signals.

import { toPart } from './answer.ts';
import { signals } from './signals.ts';
import { isFull, type Read, vehicleReads } from './vehicle-reads.ts';
import { lookOf, pushedRead } from './vehicle-requests.ts';
import type { Watch } from './watch.ts';
import type { WebhookEvent } from './webhook-event.ts';

const DAY = 86_400_000;

interface Memory {
  readonly toldAt: number;
  readonly charging: boolean;
}

type Charging = 'CHARGING_STARTED' | 'CHARGING_STOPPED' | 'CHARGING_COMPLETED';

export class V2Pushes {
  /** By subscription. */
  readonly #memories = new Map<string, Memory>();
  readonly #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  /** @returns when there is something to tell next; `now` when there is already. */
  nextAt(watch: Watch, now: number): number {
    const memory = this.#memories.get(watch.subscription.id);
    if (memory === undefined || memory.charging !== watch.entry.condition.charging) return now;
    return Math.max(now, memory.toldAt + every(watch));
  }

  /** @returns the events of this instant, and remembers that they were told. */
  news(watch: Watch, now: number): readonly WebhookEvent[] {
    const { id } = watch.subscription;
    const { charging } = watch.entry.condition;
    const memory = this.#memories.get(id);
    const isDue = memory === undefined || now >= memory.toldAt + every(watch);
    this.#memories.set(id, { toldAt: isDue ? now : memory.toldAt, charging });
    const change = memory !== undefined && memory.charging !== charging ? [this.#charging(watch, now)] : [];
    return isDue ? [...change, this.#schedule(watch)] : change;
  }

  #schedule({ webhook, visit, entry }: Watch): WebhookEvent {
    const requestId = this.#uuid();
    const data = readsOf(webhook.data).map((read) => toPart(read.path, pushedRead(visit, read), requestId));
    const vehicles = [{ vehicleId: entry.car.id, requestId, data }];
    const content = { mode: visit.caller.grant.mode, payload: { vehicles } };
    return { eventId: this.#uuid(), eventType: 'schedule', webhook, content, meta: {} };
  }

  #charging({ webhook, visit, entry }: Watch, now: number): WebhookEvent {
    const stopped: Charging = isFull(lookOf(visit)) ? 'CHARGING_COMPLETED' : 'CHARGING_STOPPED';
    const eventId = this.#uuid();
    const payload = {
      eventId,
      vehicleId: entry.car.id,
      eventType: entry.condition.charging ? 'CHARGING_STARTED' : stopped,
      eventTime: new Date(now).toISOString(),
    };
    const content = { mode: visit.caller.grant.mode, payload };
    return { eventId, eventType: 'eventBased', webhook, content, meta: {} };
  }
}

function every({ webhook }: Watch): number {
  return webhook.atMostEveryMs ?? DAY;
}

/** The endpoints that tell what these signals tell. */
function readsOf(codes: readonly string[]): readonly Read[] {
  const twins = new Set(signals.filter(({ code }) => codes.includes(code)).map(({ twin }) => twin));
  return vehicleReads.filter(({ path }) => twins.has(path));
}
