// API keys: `ods_<key id>_<secret>`. The id finds the item, the hash of the secret proves the holder. The secret is shown once.
import * as z from 'zod/mini';
import { apiKeysOf, keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';
import { pageByTenant, type TenantPage } from './by-tenant.ts';
import { isId, newId, type RandomBytes } from './id.ts';
import { type Caller, SCOPES, type Scope } from './scopes.ts';
import { hashSecret, isSecret, newSecret, sameSecret } from './secret-token.ts';

const storedKey = z.object({
  keyId: z.string(),
  tenantId: z.string(),
  /** What its owner calls it. */
  name: z.optional(z.string()),
  hash: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  /** Instant from which on the key is refused. */
  validUntil: z.optional(z.string()),
  createdAt: z.string(),
  /** The key that it was made with; absent: the operator made it. */
  createdBy: z.optional(z.string()),
  revokedAt: z.optional(z.string()),
});

type StoredKey = Readonly<z.infer<typeof storedKey>>;

/** A key as it may be shown. */
export type ApiKey = Omit<StoredKey, 'hash'>;

interface NewApiKey extends Pick<ApiKey, 'tenantId'>, Partial<Pick<ApiKey, 'name' | 'validUntil' | 'createdBy'>> {
  readonly scopes: readonly Scope[];
}

/** @throws when an item is none */
export const parseApiKey = (item: unknown): StoredKey => storedKey.parse(item);

const shown = ({ hash: _, ...key }: StoredKey): ApiKey => key;

/**
 * Makes a key and returns its only clear copy. A crash after the put leaves a key whose secret nobody holds: a repetition under its id
 * finds it, and gives it another secret.
 * @param now epoch milliseconds
 * @param keyId one that was drawn before, by whom nobody else works under any more
 */
export async function createApiKey(
  business: Table,
  wanted: NewApiKey,
  now: number,
  random: RandomBytes,
  keyId = newId('key', now, random),
): Promise<{ readonly key: ApiKey; readonly apiKey: string }> {
  const secret = newSecret(random);
  const { tenantId, name, scopes, validUntil, createdBy } = wanted;
  const hash = hashSecret(secret);
  const createdAt = new Date(now).toISOString();
  const place = { ...keys.apiKey(keyId), tenantKey: apiKeysOf(tenantId), tenantSort: keyId };
  const item = { ...place, keyId, tenantId, name, hash, scopes: [...scopes], validUntil, createdAt, createdBy };
  const own = { expression: '#tenantId = :tenantId', values: { tenantId } };
  const stored = (await business.put(item, isNew))
    ? item
    : await business.update(keys.apiKey(keyId), { set: { hash }, condition: own });
  return { key: shown(parseApiKey(stored)), apiKey: `ods_${keyId.slice('key_'.length)}_${secret}` };
}

/** The name of the scheme is case-insensitive (RFC 9110 §11.1), the key is not. */
const BEARER = /^[Bb][Ee][Aa][Rr][Ee][Rr] ods_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** The caller behind an `Authorization` header, or undefined: one answer for malformed, unknown, wrong, expired and revoked. */
export async function authenticate(business: Table, authorization: string, now: number): Promise<Caller | undefined> {
  const [, id = '', secret = ''] = BEARER.exec(authorization) ?? [];
  const keyId = `key_${id}`;
  if (!isId('key', keyId) || !isSecret(secret)) return undefined;
  const found = await readKey(business, keyId);
  if (found === undefined || !sameSecret(secret, found.hash) || !works(found, now)) return undefined;
  const { tenantId, scopes } = found;
  return { tenantId, keyId, scopes };
}

async function readKey(business: Table, keyId: string): Promise<StoredKey | undefined> {
  return storedKey.safeParse(await business.get(keys.apiKey(keyId))).data;
}

const works = ({ validUntil, revokedAt }: StoredKey, now: number): boolean =>
  revokedAt === undefined && (validUntil === undefined || now < Date.parse(validUntil));

/** The key that somebody calls with, as it is now and not as the authorizer's cache has it; undefined when it works no more. */
export async function currentKey(business: Table, { keyId }: Caller, now: number): Promise<ApiKey | undefined> {
  const found = await readKey(business, keyId);
  return found !== undefined && works(found, now) ? shown(found) : undefined;
}

/** Keys of a tenant, newest first, those that work no more among them. One Query of an index, which lags. */
export async function listApiKeys(business: Table, tenantId: string, page: TenantPage) {
  const { items, more } = await pageByTenant(business, apiKeysOf(tenantId), page);
  return { apiKeys: items.map((item) => shown(parseApiKey(item))), more };
}

/**
 * Revokes a key, for ever; the authorizer's cache lets it through for 60 s at most. Doing it again changes nothing.
 * @returns false when there is no such key
 */
export async function revokeApiKey(business: Table, keyId: string, now: number): Promise<boolean> {
  const revokedAt = new Date(now).toISOString();
  const expression = 'attribute_not_exists(#revokedAt) AND attribute_exists(#pk)';
  const change = { set: { revokedAt }, condition: { expression } };
  if ((await business.update(keys.apiKey(keyId), change)) !== undefined) return true;
  return (await readKey(business, keyId)) !== undefined;
}

/**
 * Revokes a key for its tenant: one that may do no more than the key that asks.
 * @returns `beyond`: its scopes that the caller does not have. `unknown` after the same calls, whether the key is another tenant's or
 * nobody's.
 */
export async function revokeAs(
  business: Table,
  { tenantId, scopes }: Caller,
  keyId: string,
  now: number,
): Promise<'revoked' | 'unknown' | { readonly beyond: readonly Scope[] }> {
  const found = await readKey(business, keyId);
  if (found?.tenantId !== tenantId) return 'unknown';
  // What a key may do never changes: it is the same when it is revoked.
  const beyond = found.scopes.filter((scope) => !scopes.includes(scope));
  if (beyond.length > 0) return { beyond };
  if (found.revokedAt === undefined) await revokeApiKey(business, keyId, now);
  return 'revoked';
}
