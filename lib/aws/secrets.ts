// Secrets Manager with a cache that forgets: a rotated secret is picked up after MAX_AGE_MS at the latest, at once with `fresh`.
// The age is measured on a monotonic clock, because it is the age of this container's copy, not of anything in the world.
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** How long a container trusts its copy. */
const MAX_AGE_MS = 15 * 60_000;

export class SecretError extends Error {
  readonly code = 'SECRET_UNAVAILABLE';
}

/** The secret's text. `fresh` skips the cache, for when the other side refused what we had. */
export type ReadSecret = (secretId: string, options?: { readonly fresh?: boolean }) => Promise<string>;

export function makeSecrets(client: SecretsManagerClient, monotonic: () => number): ReadSecret {
  const cache = new Map<string, { readonly text: string; readonly readAt: number }>();
  const underWay = new Map<string, Promise<string>>();
  const ask = async (secretId: string): Promise<string> => {
    const text = await fetchText(client, secretId);
    cache.set(secretId, { text, readAt: monotonic() });
    return text;
  };
  return (secretId, options) => {
    const fresh = options?.fresh === true;
    const held = cache.get(secretId);
    if (!fresh && held !== undefined && monotonic() - held.readAt < MAX_AGE_MS) return Promise.resolve(held.text);
    // The messages of one batch share one question; a fresh one may not share an answer that was on its way before.
    const shared = fresh ? undefined : underWay.get(secretId);
    if (shared !== undefined) return shared;
    const asked = ask(secretId).finally(() => underWay.delete(secretId));
    underWay.set(secretId, asked);
    return asked;
  };
}

async function fetchText(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { SecretString } = await client
    .send(new GetSecretValueCommand({ SecretId: secretId }))
    .catch((cause: unknown) => {
      throw new SecretError('the secret store did not answer', { cause });
    });
  if (SecretString === undefined) throw new SecretError('the secret holds no text');
  return SecretString;
}
