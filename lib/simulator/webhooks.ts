// The webhooks of the applications, which the vendor lets only its dashboard create: where they go, what triggers them,
// what they carry, whether the receiver has proven itself. What is sent, and when, is worked out in deliveries.ts.

/** Which payloads a webhook gets: 4.0 tells of signals, 2.0 of endpoints of V2 by a schedule, and of charging. */
type Generation = 'v2' | 'v4';

/** What a dashboard user fills in. */
export interface NewWebhook {
  readonly id?: string;
  /** Default: `v4`. */
  readonly generation?: Generation;
  readonly name?: string;
  /** Absolute URL; null delivers nothing, and needs no proof. */
  readonly callbackUri: string | null;
  /** Where VEHICLE_ERROR goes; default: to `callbackUri`. */
  readonly errorCallbackUri?: string | null;
  /** Codes of the signals whose change is told; default: the odometer. */
  readonly triggers?: readonly string[];
  /** Codes of the signals every delivery carries; default: odometer and VIN. */
  readonly data?: readonly string[];
  readonly autoSubscribe?: boolean;
  readonly isEnabled?: boolean;
  /** Skips the challenge; default: false, except without a `callbackUri`. */
  readonly verified?: boolean;
  /**
   * Tells no vehicle's state more often than this; default: the documented minutes of its make. A webhook of generation `v2` tells
   * exactly this often, default once a day.
   */
  readonly atMostEveryMs?: number;
}

export interface Webhook {
  readonly id: string;
  readonly generation: Generation;
  readonly clientId: string;
  readonly name: string;
  readonly callbackUri: string | null;
  readonly errorCallbackUri: string | null;
  readonly triggers: readonly string[];
  readonly data: readonly string[];
  readonly autoSubscribe: boolean;
  readonly isEnabled: boolean;
  readonly verified: boolean;
  readonly atMostEveryMs: number | null;
}

export type WebhookChange = Partial<Omit<Webhook, 'id' | 'clientId'>>;

const ODOMETER = 'odometer-traveleddistance';

export class Webhooks {
  readonly #webhooks = new Map<string, Webhook>();
  readonly #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  add(clientId: string, wanted: NewWebhook): Webhook {
    const webhook: Webhook = {
      id: wanted.id ?? this.#uuid(),
      generation: wanted.generation ?? 'v4',
      clientId,
      name: wanted.name ?? 'Webhook',
      callbackUri: wanted.callbackUri,
      errorCallbackUri: wanted.errorCallbackUri ?? null,
      triggers: wanted.triggers ?? [ODOMETER],
      data: wanted.data ?? [ODOMETER, 'vehicleidentification-vin'],
      autoSubscribe: wanted.autoSubscribe ?? false,
      isEnabled: wanted.isEnabled ?? true,
      verified: wanted.verified ?? wanted.callbackUri === null,
      atMostEveryMs: wanted.atMostEveryMs ?? null,
    };
    this.#webhooks.set(webhook.id, webhook);
    return webhook;
  }

  /** A new callback URL, or a new management token, needs new proof: pass `verified: false` with it. */
  change(id: string, change: WebhookChange): Webhook | null {
    const webhook = this.find(id);
    if (webhook !== null) this.#webhooks.set(id, { ...webhook, ...change });
    return this.find(id);
  }

  find(id: string): Webhook | null {
    return this.#webhooks.get(id) ?? null;
  }

  of(clientId: string): readonly Webhook[] {
    return this.all().filter((webhook) => webhook.clientId === clientId);
  }

  all(): readonly Webhook[] {
    return [...this.#webhooks.values()];
  }
}
