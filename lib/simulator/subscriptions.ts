// Which vehicles are subscribed to which webhooks, over V2 or V3. It sends nothing.

export interface Subscription {
  readonly id: string;
  readonly webhookId: string;
  readonly clientId: string;
  readonly userId: string;
  readonly vehicleId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface SubscriptionFilter {
  readonly id?: string | undefined;
  readonly webhookId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
  readonly vehicleId?: string | undefined;
}

export class Subscriptions {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  /** @returns null when this user's vehicle is subscribed to this webhook already. */
  add(wanted: Omit<Subscription, 'id'>): Subscription | null {
    const { webhookId, userId, vehicleId } = wanted;
    const known = this.all().some(
      (each) => each.webhookId === webhookId && each.userId === userId && each.vehicleId === vehicleId,
    );
    if (known) return null;
    const subscription = { ...wanted, id: this.#uuid() };
    this.#subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  find(id: string): Subscription | null {
    return this.#subscriptions.get(id) ?? null;
  }

  /** @returns what fits, oldest first. */
  all(filter: SubscriptionFilter = {}): readonly Subscription[] {
    return [...this.#subscriptions.values()].filter((each) =>
      (['id', 'webhookId', 'clientId', 'userId', 'vehicleId'] as const).every(
        (name) => (filter[name] ?? each[name]) === each[name],
      ),
    );
  }

  remove(filter: SubscriptionFilter): void {
    for (const { id } of this.all(filter)) this.#subscriptions.delete(id);
  }
}
