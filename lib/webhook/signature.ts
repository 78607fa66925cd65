// Standard Webhooks signatures, version `v1`: HMAC-SHA-256 over `id.timestamp.body` (standardwebhooks.com, specification, "Signature
// scheme"). PURE. Knows nothing of where a message goes.
import { createHmac } from 'node:crypto';
import type { RandomBytes } from '../tenant/id.ts';

const PREFIX = 'whsec_';

/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** A fresh secret, as it is shown to its owner once: `whsec_` and base64. */
export const newWebhookSecret = (random: RandomBytes): string =>
  `${PREFIX}${Buffer.from(random(SECRET_BYTES)).toString('base64')}`;

/** @param timestamp epoch seconds @returns `v1,` and base64 */
const signatureOf = (secret: string, id: string, timestamp: number, body: string): string => {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
};

/**
 * The headers of one attempt. While a secret is being rotated there are two, and a signature for each of them.
 * @param now epoch milliseconds
 */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  body: string,
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(now / 1000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => signatureOf(secret, id, timestamp, body)).join(' '),
  };
}
