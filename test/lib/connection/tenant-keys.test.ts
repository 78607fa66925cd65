// Data keys as functions hold them: unwrapped once per tenant and container, forgotten in time, useless once shredded.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDataKeys } from '../../../lib/aws/data-keys.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { makeTenantKeys, type TenantKeys } from '../../../lib/connection/tenant-keys.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { makeAesKms } from './aes-kms.ts';

const MINUTE = 60_000;

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
});

afterAll(() => tables.close());

function container(kms = makeAesKms()) {
  let now = 0;
  const make = (): TenantKeys => makeTenantKeys(tables.vault, makeDataKeys(kms.client, 'vault-key'), () => now);
  const wait = (ms: number): void => {
    now += ms;
  };
  return { kms, make, wait };
}

describe('a tenant’s data key', () => {
  it('is made once, however many containers need it at the same time', async () => {
    const { make } = container();
    const made = await Promise.all(Array.from({ length: 8 }, () => make().forSealing('many')));
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1);
    expect(new Set(made.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  it('is unwrapped once for fifty callers in one container', async () => {
    const { kms, make } = container();
    const { keyId, key } = await make().forSealing('fifty');
    const fresh = make();
    const opened = await Promise.all(Array.from({ length: 50 }, () => fresh.forOpening('fifty', keyId)));
    expect(opened.every((one) => one !== undefined && Buffer.compare(one, key) === 0)).toBe(true);
    expect(kms.counts()).toEqual({ generated: 1, unwrapped: 1 });
  });

  it('is kept for ten minutes and then asked for again', async () => {
    const { kms, make, wait } = container();
    const { keyId } = await make().forSealing('minutes');
    const fresh = make();
    await fresh.forOpening('minutes', keyId);
    wait(10 * MINUTE - 1);
    await fresh.forOpening('minutes', keyId);
    expect(kms.counts().unwrapped).toBe(1);
    wait(1);
    await fresh.forOpening('minutes', keyId);
    expect(kms.counts().unwrapped).toBe(2);
  });

  it('is gone when its item is deleted, and a new one is another', async () => {
    const { make } = container();
    const old = await make().forSealing('shredded');
    await tables.vault.remove(keys.dataKey('shredded'));
    expect(await make().forOpening('shredded', old.keyId)).toBeUndefined();
    const next = await make().forSealing('shredded');
    expect(next.keyId).not.toBe(old.keyId);
    expect(await make().forOpening('shredded', old.keyId)).toBeUndefined();
  });

  it('that a container still holds does not hide a newer one', async () => {
    const { make } = container();
    const holder = make();
    await holder.forSealing('newer');
    await tables.vault.remove(keys.dataKey('newer'));
    const next = await make().forSealing('newer');
    const opened = await holder.forOpening('newer', next.keyId);
    expect(Buffer.from(opened ?? []).toString('hex')).toBe(Buffer.from(next.key).toString('hex'));
  });

  it('opens for its own tenant only: the wrapped key names it', async () => {
    const { make } = container();
    const { keyId } = await make().forSealing('mine');
    const item = await tables.vault.get(keys.dataKey('mine'));
    await tables.vault.put({ ...item, ...keys.dataKey('thief') });
    await expect(make().forOpening('thief', keyId)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
  });

  it('that could not be unwrapped is asked for again', async () => {
    const { kms, make } = container();
    const { keyId } = await make().forSealing('again');
    const working = makeDataKeys(kms.client, 'vault-key');
    let failures = 1;
    const flaky: typeof working = {
      ...working,
      unwrap: (...args) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('KMS is away')) : working.unwrap(...args);
      },
    };
    const fresh = makeTenantKeys(tables.vault, flaky, () => 0);
    await expect(fresh.forOpening('again', keyId)).rejects.toThrow('KMS is away');
    expect(await fresh.forOpening('again', keyId)).toBeDefined();
  });
});
