// What the platform has to tell its subscribers: looks at subscribed vehicles, compares with what was last told, and
// plans events for the difference. Looking takes an instant and no fault; sending is somebody else's.

import { nextNewsAfter } from './car.ts';
import type { Deliveries } from './deliveries.ts';
import { freshEveryMs, pushedStates, type SignalState } from './signal-answers.ts';
import { testEvent } from './test-event.ts';
import { V2Pushes } from './v2-pushes.ts';
import { v3Error } from './v3-error.ts';
import type { Visit } from './vehicle-requests.ts';
import type { Watch } from './watch.ts';
import { errorEvent, stateEvent, type Told, type Trigger, verifyEvent } from './webhook-event.ts';
import type { Webhook } from './webhooks.ts';
import type { World } from './world.ts';

/** What a subscriber was told last. */
interface Memory {
  /** Value by code; null before the first delivery. */
  readonly values: ReadonlyMap<string, string> | null;
  readonly toldAt: number;
  /** Signals that failed, by type and code of the error. */
  readonly errors: ReadonlyMap<string, readonly SignalState[]>;
}

const nothingTold: Memory = { values: null, toldAt: Number.NEGATIVE_INFINITY, errors: new Map() };

export class Pushes {
  readonly #memories = new Map<string, Memory>();
  readonly #world: World;
  readonly #deliveries: Deliveries;
  readonly #v2: V2Pushes;
  #sequence = 0;

  constructor(world: World, deliveries: Deliveries) {
    this.#world = world;
    this.#deliveries = deliveries;
    this.#v2 = new V2Pushes(world.uuid);
  }

  /** Challenges the receiver of a webhook; nothing else is sent to it before it has answered right. */
  challenge(webhook: Webhook, now: number): void {
    if (webhook.callbackUri === null) return;
    const text = this.#world.uuid();
    const event = verifyEvent(webhook, this.#world.uuid(), text);
    this.#deliveries.plan(event, webhook.callbackUri, this.#tokenOf(webhook), now, text);
  }

  /** Plans what there is to tell at this instant. */
  notice(now: number): void {
    for (const watch of this.#watches(now)) {
      if (watch.webhook.generation === 'v4') this.#tell(watch, now);
      else for (const event of this.#v2.news(watch, now)) this.#plan(event, watch.webhook.callbackUri, now);
    }
  }

  /** @returns the next instant at which there is, or may be, something to tell; `now` when there is already. */
  nextAt(now: number): number | null {
    const instants = this.#watches(now).flatMap((watch) => this.#nextFor(watch, now) ?? []);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  #nextFor(watch: Watch, now: number): number | null {
    if (watch.webhook.generation === 'v2') return this.#v2.nextAt(watch, now);
    const memory = this.#memoryOf(watch);
    const states = statesOf(this.#world, watch);
    if (memory.values === null || differing(memory.errors, errorsOf(states)).length > 0) return now;
    const change = changed(memory, watch, states).length > 0 ? now : nextNewsAfter(watch.entry.car, now);
    return change === null ? null : Math.max(change, memory.toldAt + everyMs(watch));
  }

  #tell(watch: Watch, now: number): void {
    const memory = this.#memoryOf(watch);
    const states = statesOf(this.#world, watch);
    const errors = errorsOf(states);
    for (const key of differing(memory.errors, errors)) {
      const failed = errors.get(key) ?? memory.errors.get(key) ?? [];
      const event = errorEvent(this.#told(watch, now), failed, errors.has(key) ? 'ERROR' : 'RESOLVED');
      this.#plan(event, watch.webhook.errorCallbackUri ?? watch.webhook.callbackUri, now);
    }
    const triggers = this.#triggers(memory, watch, states, now);
    if (triggers.length > 0)
      this.#plan(stateEvent(this.#told(watch, now), carried(watch, states), triggers), watch.webhook.callbackUri, now);
    const told = triggers.length > 0 ? { values: valuesOf(states), toldAt: now } : memory;
    this.#memories.set(watch.subscription.id, { values: told.values, toldAt: told.toldAt, errors });
  }

  #triggers(memory: Memory, watch: Watch, states: readonly SignalState[], now: number): readonly Trigger[] {
    if (memory.values === null) return ['FIRST_DELIVERY'];
    return now < memory.toldAt + everyMs(watch) ? [] : changed(memory, watch, states);
  }

  #plan(event: ReturnType<typeof stateEvent>, url: string | null, now: number): void {
    if (url !== null) this.#deliveries.plan(event, url, this.#tokenOf(event.webhook), now);
  }

  /** A delivery as the dashboard sends it for a test, to an address of its own. @returns its event id */
  test(clientId: string, callbackUri: string, now: number): string {
    const event = testEvent(clientId, this.#world.uuid, now);
    this.#plan(event, callbackUri, now);
    return event.eventId;
  }

  #told({ webhook, visit }: Watch, now: number): Told {
    const { clientId, userId } = visit.caller.grant;
    this.#sequence = Math.max(this.#sequence + 1, now);
    return {
      behaviour: this.#world.behaviour.current,
      webhook,
      visit,
      externalId: this.#world.consents.externalIdOf(clientId, userId),
      eventId: this.#world.uuid(),
      sequence: this.#sequence,
    };
  }

  #memoryOf({ subscription }: Watch): Memory {
    return this.#memories.get(subscription.id) ?? nothingTold;
  }

  #tokenOf({ clientId }: Webhook): string {
    return this.#world.applications.find((application) => application.clientId === clientId)?.managementToken ?? '';
  }

  /** Subscriptions of webhooks that are enabled and proven, while the connection lives, of cars that tell at all. */
  #watches(now: number): readonly Watch[] {
    const { subscriptions, webhooks, consents, fleet, applications } = this.#world;
    return subscriptions.all().flatMap((subscription) => {
      const { clientId, userId, vehicleId } = subscription;
      const webhook = webhooks.find(subscription.webhookId);
      const grant = consents.live({ clientId, userId, vehicleId })[0]?.grant;
      const entry = fleet.find(vehicleId);
      const application = applications.find((each) => each.clientId === clientId);
      if (webhook?.callbackUri == null || !webhook.isEnabled || !webhook.verified) return [];
      if (grant === undefined || entry === null || entry.silent || application === undefined) return [];
      const caller = { kind: 'caller', application, grant } as const;
      const query = new URLSearchParams();
      const visit: Visit = { kind: 'visit', caller, entry, now, units: 'metric', origin: '', query };
      return [{ subscription, webhook, entry, visit }];
    });
  }
}

function everyMs({ webhook, entry }: Watch): number {
  return webhook.atMostEveryMs ?? freshEveryMs(entry.car.make);
}

function statesOf(world: World, { webhook, visit }: Watch): readonly SignalState[] {
  return pushedStates(world, visit, [...webhook.data, ...webhook.triggers]);
}

/** Every delivery carries all data signals, whatever triggered it. */
function carried({ webhook }: Watch, states: readonly SignalState[]): readonly SignalState[] {
  return states.filter(({ signal }) => webhook.data.includes(signal.code));
}

function changed(memory: Memory, { webhook }: Watch, states: readonly SignalState[]): readonly Trigger[] {
  const values = valuesOf(states);
  return states
    .filter(({ signal: { code } }) => webhook.triggers.includes(code) && values.has(code))
    .filter(({ signal: { code } }) => values.get(code) !== memory.values?.get(code))
    .map(({ signal }) => signal);
}

function valuesOf(states: readonly SignalState[]): ReadonlyMap<string, string> {
  const known = states.filter(({ error }) => error === null);
  return new Map(known.map(({ signal, body }) => [signal.code, JSON.stringify(body)]));
}

function errorsOf(states: readonly SignalState[]): ReadonlyMap<string, readonly SignalState[]> {
  return Map.groupBy(
    states.filter(({ error }) => error !== null),
    ({ error }) => (error === null ? '' : `${v3Error(error).type}:${v3Error(error).code}`),
  );
}

/** Errors that came, and errors that went. */
function differing(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): readonly string[] {
  const came = [...after.keys()].filter((key) => !before.has(key));
  return [...came, ...[...before.keys()].filter((key) => !after.has(key))];
}
