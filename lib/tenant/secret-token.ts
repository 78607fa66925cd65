// Bearer secrets that we hand out once and store as a hash: API keys, connect links, states, cookies.
// 256 random bits need no salt and no slow hash: there is nothing to guess.
import { hash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from './id.ts';

/** 43 characters of base64url: 256 bits. */
export const newSecret = (random: RandomBytes): string => Buffer.from(random(32)).toString('base64url');

export const isSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);

/** What is stored instead of the secret: SHA-256 in base64url. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url');

/** Compares without telling by its duration how much was right. */
export function sameSecret(secret: string, storedHash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const stored = Buffer.from(storedHash);
  return given.length === stored.length && timingSafeEqual(given, stored);
}
