// One data key per tenant, wrapped by KMS, kept unwrapped in this container for some minutes. Deleting the wrapped key shreds every
// token pair of the tenant, once the containers have forgotten it.
import type { DataKeys } from '../aws/data-keys.ts';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';

/** How long a container keeps an unwrapped key. */
const MAX_AGE_MS = 10 * 60_000;

export interface TenantKeys {
  /** The tenant's key; made when there is none yet. */
  readonly forSealing: (tenantId: string) => Promise<Uint8Array>;
  /** The tenant's key, undefined when it was shredded. */
  readonly forOpening: (tenantId: string) => Promise<Uint8Array | undefined>;
}

interface Held {
  readonly key: Promise<Uint8Array | undefined>;
  readonly since: number;
}

export function makeTenantKeys(vault: Table, dataKeys: DataKeys, monotonic: () => number): TenantKeys {
  const held = new Map<string, Held>();
  const context = (tenantId: string) => ({ purpose: 'vehicle-tokens', tenant: tenantId });

  const unwrapStored = async (tenantId: string): Promise<Uint8Array | undefined> => {
    const wrapped = (await vault.get(keys.dataKey(tenantId)))?.['wrapped'];
    return wrapped instanceof Uint8Array ? dataKeys.unwrap(wrapped, context(tenantId)) : undefined;
  };

  // Callers in flight together share one unwrapping. A failure or a missing key is not remembered.
  const forOpening = async (tenantId: string): Promise<Uint8Array | undefined> => {
    const known = held.get(tenantId);
    if (known !== undefined && monotonic() - known.since < MAX_AGE_MS) return known.key;
    const fresh: Held = { key: unwrapStored(tenantId), since: monotonic() };
    held.set(tenantId, fresh);
    const key = await fresh.key.catch((cause: unknown) => {
      held.delete(tenantId);
      throw cause;
    });
    if (key === undefined) held.delete(tenantId);
    return key;
  };

  const make = async (tenantId: string): Promise<Uint8Array> => {
    const { key, wrapped } = await dataKeys.generate(context(tenantId));
    if (await vault.put({ ...keys.dataKey(tenantId), wrapped }, isNew)) {
      held.set(tenantId, { key: Promise.resolve(key), since: monotonic() });
      return key;
    }
    // Somebody else's key stands (or ours does and the answer was lost): either way the stored one is the tenant's.
    const stored = await forOpening(tenantId);
    if (stored === undefined) throw new Error('the tenant key vanished while it was made');
    return stored;
  };

  return { forOpening, forSealing: async (tenantId) => (await forOpening(tenantId)) ?? make(tenantId) };
}
