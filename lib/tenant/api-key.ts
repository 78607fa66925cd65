// API keys: `ods_<key id>_<secret>`. The id finds the item, the hash of the secret proves the holder. The secret is shown once.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';
import { isId, newId, type RandomBytes } from './id.ts';
import { hashSecret, isSecret, newSecret, sameSecret } from './secret-token.ts';

export const SCOPES = [
  'contracts:read',
  'contracts:write',
  'connections:withdraw',
  'readings:request',
  'odometer:declare',
  'attestations:read',
  'events:read',
  'webhooks:read',
  'webhooks:write',
] as const;
export type Scope = (typeof SCOPES)[number];

const storedKey = z.object({
  keyId: z.string(),
  tenantId: z.string(),
  hash: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  validUntil: z.optional(z.string()),
  revokedAt: z.optional(z.string()),
});

export interface Caller {
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

export interface NewApiKey {
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
  /** Instant after which the key is refused. */
  readonly validUntil?: string | undefined;
}

/** Makes a key and returns its only clear copy. */
export async function createApiKey(
  business: Table,
  { tenantId, scopes, validUntil }: NewApiKey,
  now: number,
  random: RandomBytes,
): Promise<{ readonly keyId: string; readonly apiKey: string }> {
  const keyId = newId('key', now, random);
  const secret = newSecret(random);
  const createdAt = new Date(now).toISOString();
  await business.put(
    { ...keys.apiKey(keyId), keyId, tenantId, hash: hashSecret(secret), scopes, validUntil, createdAt },
    isNew,
  );
  return { keyId, apiKey: `ods_${keyId.slice('key_'.length)}_${secret}` };
}

/** The name of the scheme is case-insensitive (RFC 9110 §11.1), the key is not. */
const BEARER = /^[Bb][Ee][Aa][Rr][Ee][Rr] ods_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/** The caller behind an `Authorization` header, or undefined: one answer for malformed, unknown, wrong, expired and revoked. */
export async function authenticate(business: Table, authorization: string, now: number): Promise<Caller | undefined> {
  const [, id = '', secret = ''] = BEARER.exec(authorization) ?? [];
  const keyId = `key_${id}`;
  if (!isId('key', keyId) || !isSecret(secret)) return undefined;
  const found = storedKey.safeParse(await business.get(keys.apiKey(keyId)));
  if (!found.success || !sameSecret(secret, found.data.hash)) return undefined;
  const { tenantId, scopes, validUntil, revokedAt } = found.data;
  const expired = validUntil !== undefined && Date.parse(validUntil) <= now;
  return expired || revokedAt !== undefined ? undefined : { tenantId, keyId, scopes };
}

/** Revokes a key; the authorizer's cache lets it through for 60 s at most. False when there is no such key. */
export async function revokeApiKey(business: Table, keyId: string, now: number): Promise<boolean> {
  const revokedAt = new Date(now).toISOString();
  const change = { set: { revokedAt }, condition: { expression: 'attribute_exists(#pk)' } };
  return (await business.update(keys.apiKey(keyId), change)) !== undefined;
}
