// Who agreed to what: a grant is one completed authorization, a connection is (application, user, vehicle).
// Taking a vehicle away takes it from every grant of the application. It knows no tokens and no pages.

export type Mode = 'live' | 'test' | 'simulated';

export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly mode: Mode;
  readonly vehicleIds: readonly string[];
  readonly permissions: readonly string[];
  /** Granted once and taken back by the owner. */
  readonly withdrawn: readonly string[];
  /** Epoch milliseconds. */
  readonly connectedAt: number;
}

export interface Connection {
  readonly vehicleId: string;
  readonly userId: string;
  readonly connectedAt: number;
  readonly mode: Mode;
}

export interface LiveConnection {
  readonly grant: Grant;
  readonly vehicleId: string;
}

export interface ConnectionFilter {
  readonly vehicleId?: string | undefined;
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly mode?: string | undefined;
}

export class Consents {
  readonly #grants = new Map<string, Grant>();
  readonly #users = new Map<string, string>();
  /** By application and user. */
  readonly #externalIds = new Map<string, string>();
  readonly #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  /** @returns the vendor's id of the owner of an account; the same for the same e-mail. */
  userOf(email: string): string {
    const key = email.toLowerCase();
    const known = this.#users.get(key);
    if (known !== undefined) return known;
    const id = this.#uuid();
    this.#users.set(key, id);
    return id;
  }

  grant(wanted: Omit<Grant, 'id' | 'withdrawn'>): Grant {
    const grant = { ...wanted, withdrawn: [], id: this.#uuid() };
    this.#grants.set(grant.id, grant);
    return grant;
  }

  find(grantId: string): Grant | null {
    return this.#grants.get(grantId) ?? null;
  }

  /** @returns whether some grant already covers all of these vehicles with all of these permissions. */
  covers(wanted: Pick<Grant, 'clientId' | 'userId' | 'vehicleIds' | 'permissions'>): boolean {
    return [...this.#grants.values()].some(
      (grant) =>
        grant.clientId === wanted.clientId &&
        grant.userId === wanted.userId &&
        wanted.vehicleIds.every((id) => grant.vehicleIds.includes(id)) &&
        wanted.permissions.every((name) => grant.permissions.includes(name)),
    );
  }

  /** @returns live connections, newest first, one for each (user, vehicle). */
  connections(filter: ConnectionFilter): readonly Connection[] {
    return this.live(filter).map(({ grant, vehicleId }) => connection(grant, vehicleId));
  }

  /** @returns the same as `connections`, with the grant each of them rests on. */
  live(filter: ConnectionFilter): readonly LiveConnection[] {
    const seen = new Set<string>();
    return [...this.#grants.values()]
      .toReversed()
      .flatMap((grant) =>
        grant.vehicleIds.filter((id) => matches(grant, id, filter)).map((vehicleId) => ({ grant, vehicleId })),
      )
      .filter(({ grant: { clientId, userId }, vehicleId }) => {
        const key = `${clientId} ${userId} ${vehicleId}`;
        return !seen.has(key) && seen.add(key);
      });
  }

  /** Keeps the application's own name for a user; the word `null` clears it, and nothing given leaves it. */
  nameUser(clientId: string, userId: string, externalId: string | null): void {
    if (externalId === 'null') this.#externalIds.delete(`${clientId} ${userId}`);
    else if (externalId !== null) this.#externalIds.set(`${clientId} ${userId}`, externalId);
  }

  externalIdOf(clientId: string, userId: string): string | null {
    return this.#externalIds.get(`${clientId} ${userId}`) ?? null;
  }

  /** The owner, or the application, ends the connection. @returns what was ended. */
  disconnect(filter: ConnectionFilter): readonly Connection[] {
    const ended = this.connections(filter);
    for (const grant of this.#grants.values()) {
      const vehicleIds = grant.vehicleIds.filter((id) => !matches(grant, id, filter));
      this.#grants.set(grant.id, { ...grant, vehicleIds });
    }
    return ended;
  }

  /** The owner takes back one permission for a vehicle's grants; the rest stays. */
  withdrawPermission(vehicleId: string, permission: string): void {
    for (const grant of this.#grants.values()) {
      if (!grant.vehicleIds.includes(vehicleId)) continue;
      const permissions = grant.permissions.filter((name) => name !== permission);
      const withdrawn = grant.permissions.includes(permission) ? [...grant.withdrawn, permission] : grant.withdrawn;
      this.#grants.set(grant.id, { ...grant, permissions, withdrawn });
    }
  }
}

function matches(grant: Grant, vehicleId: string, filter: ConnectionFilter): boolean {
  return (
    (filter.vehicleId ?? vehicleId) === vehicleId &&
    (filter.userId ?? grant.userId) === grant.userId &&
    (filter.clientId ?? grant.clientId) === grant.clientId &&
    (filter.mode ?? grant.mode) === grant.mode
  );
}

function connection({ userId, connectedAt, mode }: Grant, vehicleId: string): Connection {
  return { vehicleId, userId, connectedAt, mode };
}
