// The vault: one sealed token pair per connection, its version, and the lease of whoever is refreshing it.
// A pair is written only over the version it replaces. Nothing here calls the vehicle platform; refresh.ts does.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import type { RandomBytes } from '../tenant/id.ts';
import { open, seal } from './sealed-box.ts';
import type { TenantKeys } from './tenant-keys.ts';

interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch milliseconds. */
  readonly accessExpiresAt: number;
  readonly refreshExpiresAt: number;
}

interface Owner {
  readonly tenantId: string;
  readonly connectionId: string;
}

export interface HeldPair extends TokenPair {
  /** Grows by one with every refresh. */
  readonly version: number;
}

const stored = z.object({
  sealed: z.string(),
  /** Names the data key it was sealed under: what a shredded key sealed is gone, also when the tenant has a new key. */
  keyId: z.string(),
  version: z.int(),
  accessExpiresAt: z.number(),
  refreshExpiresAt: z.number(),
});

const tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });

/** A pair in the hands of whoever holds its lease. */
export interface LeasedPair extends HeldPair {
  /** Epoch milliseconds: from then on another refresher may trade it. */
  readonly leaseUntil: number;
}

/** A refresh is given up after 10 s; its lease outlives it by as much again. */
export const LEASE_MS = 20_000;

/** A pair that nobody bound (the driver left, the worker died) is dropped by DynamoDB after a day. */
export const PENDING_MS = 86_400_000;

export interface Vault {
  /** Stores a first pair. It expires unless it is kept. */
  readonly storePending: (owner: Owner, pair: TokenPair, now: number) => Promise<void>;
  /** Makes a place for a token that is still to come, unless there is one that opens. Stays until it is removed. */
  readonly reserve: (owner: Owner, pair: TokenPair) => Promise<void>;
  /** The connection is bound: its pair stays. False when the pair is gone. */
  readonly keep: (owner: Owner) => Promise<boolean>;
  /** The first pair that is not kept yet stays a day longer than until then (epoch milliseconds). */
  readonly extend: (owner: Owner, until: number) => Promise<void>;
  /** The current pair, undefined when there is none or its key was shredded. */
  readonly read: (owner: Owner) => Promise<HeldPair | undefined>;
  /** Takes the refresh lease and reads the pair in one consistent update. */
  readonly lease: (owner: Owner, holder: string, now: number) => Promise<LeasedPair | undefined>;
  /**
   * Puts `pair` in the place of version `over` and gives the lease back. False when the lease is not `holder`'s any more: then another
   * refresher has traded, or is about to, and the platform knows at most one of the two new pairs.
   */
  readonly replace: (owner: Owner, pair: TokenPair, over: number, holder: string) => Promise<boolean>;
  /** Gives a lease back without a new pair. */
  readonly release: (owner: Owner, holder: string) => Promise<void>;
  readonly remove: (owner: Owner) => Promise<void>;
}

export function makeVault(table: Table, tenantKeys: TenantKeys, random: RandomBytes): Vault {
  const key = ({ tenantId, connectionId }: Owner) => keys.tokens(tenantId, connectionId);
  const owned = ({ tenantId, connectionId }: Owner, version: number) => [
    tenantId,
    connectionId,
    'tokens',
    String(version),
  ];

  const sealPair = async (owner: Owner, pair: TokenPair, version: number) => {
    const { accessToken, refreshToken, accessExpiresAt, refreshExpiresAt } = pair;
    const { keyId, key: dataKey } = await tenantKeys.forSealing(owner.tenantId);
    const sealed = seal(dataKey, JSON.stringify({ accessToken, refreshToken }), owned(owner, version), random);
    return { sealed, keyId, version, accessExpiresAt, refreshExpiresAt };
  };

  const openPair = async (owner: Owner, item: unknown): Promise<HeldPair | undefined> => {
    const found = stored.safeParse(item);
    if (!found.success) return undefined;
    const { sealed, keyId, ...times } = found.data;
    const dataKey = await tenantKeys.forOpening(owner.tenantId, keyId);
    if (dataKey === undefined) return undefined;
    return { ...times, ...tokens.parse(JSON.parse(open(dataKey, sealed, owned(owner, times.version)))) };
  };

  return {
    storePending: async (owner, pair, now) => {
      const expiresAt = Math.floor((now + PENDING_MS) / 1000);
      await table.put({ ...key(owner), ...(await sealPair(owner, pair, 1)), expiresAt });
    },
    reserve: async (owner, pair) => {
      const place = await sealPair(owner, pair, 0);
      const values = { keyId: place.keyId };
      await table.put(
        { ...key(owner), ...place },
        { expression: 'attribute_not_exists(#keyId) OR #keyId <> :keyId', values },
      );
    },
    keep: async (owner) => {
      const change = { remove: ['expiresAt'], condition: { expression: 'attribute_exists(#sealed)' } };
      return (await table.update(key(owner), change)) !== undefined;
    },
    extend: async (owner, until) => {
      const expiresAt = Math.floor((until + PENDING_MS) / 1000);
      await table.update(key(owner), {
        set: { expiresAt },
        // Never of a pair that was kept meanwhile: it would expire under a connection that is read.
        condition: { expression: 'attribute_exists(#sealed) AND attribute_exists(#expiresAt)' },
      });
    },
    read: async (owner) => openPair(owner, await table.get(key(owner))),
    lease: async (owner, holder, now) => {
      // The holder's own lease does not stand in its way: the SDK sends an update again whose answer was lost.
      const free =
        'attribute_exists(#sealed) AND (attribute_not_exists(#leaseUntil) OR #leaseUntil < :now OR #leaseHolder = :holder)';
      const leaseUntil = now + LEASE_MS;
      const item = await table.update(key(owner), {
        set: { leaseHolder: holder, leaseUntil },
        condition: { expression: free, values: { now, holder } },
      });
      const pair = await openPair(owner, item);
      return pair && { ...pair, leaseUntil };
    },
    replace: async (owner, pair, over, holder) => {
      const next = await sealPair(owner, pair, over + 1);
      const condition = { expression: '#version = :over AND #leaseHolder = :holder', values: { over, holder } };
      return (
        (await table.update(key(owner), { set: next, remove: ['leaseHolder', 'leaseUntil'], condition })) !== undefined
      );
    },
    release: async (owner, holder) => {
      const condition = { expression: '#leaseHolder = :holder', values: { holder } };
      await table.update(key(owner), { remove: ['leaseHolder', 'leaseUntil'], condition });
    },
    remove: async (owner) => {
      await table.remove(key(owner));
    },
  };
}
