// Authenticated encryption of one small text, or of bytes: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The additional data names the
// owner, so that a sealed pair moved to another connection, tenant or version does not open.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { RandomBytes } from '../tenant/id.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class SealError extends Error {
  readonly code = 'SEAL_BROKEN';
}

/** @returns base64 of nonce ‖ ciphertext ‖ tag */
export function seal(
  key: Uint8Array,
  plain: string | Uint8Array,
  owner: readonly string[],
  random: RandomBytes,
): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(JSON.stringify(owner)));
  const ciphertext = [cipher.update(Buffer.from(plain)), cipher.final()];
  return Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]).toString('base64');
}

/** @throws SealError when key, owner or bytes are not those it was sealed with */
export const open = (key: Uint8Array, sealed: string, owner: readonly string[]): string =>
  openBytes(key, sealed, owner).toString('utf8');

/** @throws SealError as {@link open} */
export function openBytes(key: Uint8Array, sealed: string, owner: readonly string[]): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(JSON.stringify(owner)))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new SealError('a sealed pair did not open', { cause });
  }
}
