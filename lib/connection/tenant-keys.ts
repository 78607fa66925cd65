// One data key per tenant, wrapped by KMS, kept unwrapped in this container for some minutes. Deleting the wrapped key shreds every
// token pair of the tenant, once the containers have forgotten it.
import { hash } from 'node:crypto';
import type { DataKeys } from '../aws/data-keys.ts';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';

/** How long a container keeps an unwrapped key. */
const MAX_AGE_MS = 10 * 60_000;

interface TenantKey {
  /** Derived from the wrapped key. */
  readonly keyId: string;
  readonly key: Uint8Array;
}

export interface TenantKeys {
  /** The tenant's key; made when there is none yet. */
  readonly forSealing: (tenantId: string) => Promise<TenantKey>;
  /** The tenant's key if it is `keyId`; undefined when that one was shredded. */
  readonly forOpening: (tenantId: string, keyId: string) => Promise<Uint8Array | undefined>;
}

interface Held {
  readonly key: Promise<TenantKey | undefined>;
  readonly since: number;
}

const keyIdOf = (wrapped: Uint8Array): string => hash('sha256', wrapped, 'base64url').slice(0, 22);

export function makeTenantKeys(vault: Table, dataKeys: DataKeys, monotonic: () => number): TenantKeys {
  const held = new Map<string, Held>();
  const context = (tenantId: string) => ({ purpose: 'vehicle-tokens', tenant: tenantId });

  const unwrapStored = async (tenantId: string): Promise<TenantKey | undefined> => {
    const wrapped = (await vault.get(keys.dataKey(tenantId)))?.['wrapped'];
    if (!(wrapped instanceof Uint8Array)) return undefined;
    return { keyId: keyIdOf(wrapped), key: await dataKeys.unwrap(wrapped, context(tenantId)) };
  };

  const forget = (tenantId: string, stale: Held): void => {
    if (held.get(tenantId) === stale) held.delete(tenantId);
  };

  const load = (tenantId: string): Held => {
    const fresh: Held = { key: unwrapStored(tenantId), since: monotonic() };
    held.set(tenantId, fresh);
    // A failure or a missing key is not remembered.
    fresh.key.then(
      (key) => {
        if (key === undefined) forget(tenantId, fresh);
      },
      () => forget(tenantId, fresh),
    );
    return fresh;
  };

  /** Callers in flight together share one unwrapping. */
  const current = (tenantId: string): Held => {
    const known = held.get(tenantId);
    return known !== undefined && monotonic() - known.since < MAX_AGE_MS ? known : load(tenantId);
  };

  const forOpening = async (tenantId: string, keyId: string): Promise<Uint8Array | undefined> => {
    const found = current(tenantId);
    const key = await found.key;
    if (key === undefined || key.keyId === keyId) return key?.key;
    // Ours may be the one that was shredded: look once more before a pair counts as lost.
    forget(tenantId, found);
    const again = await current(tenantId).key;
    return again?.keyId === keyId ? again.key : undefined;
  };

  const make = async (tenantId: string): Promise<TenantKey> => {
    const { key, wrapped } = await dataKeys.generate(context(tenantId));
    if (await vault.put({ ...keys.dataKey(tenantId), wrapped }, isNew)) {
      const made = { keyId: keyIdOf(wrapped), key };
      held.set(tenantId, { key: Promise.resolve(made), since: monotonic() });
      return made;
    }
    // Somebody else's key stands (or ours does and the answer was lost): either way the stored one is the tenant's.
    const stored = await current(tenantId).key;
    if (stored === undefined) throw new Error('the tenant key vanished while it was made');
    return stored;
  };

  return { forOpening, forSealing: async (tenantId) => (await current(tenantId).key) ?? make(tenantId) };
}
