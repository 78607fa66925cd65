// Identifiers: a prefix that says what it names, then a UUIDv7 (RFC 9562 §5.7) in hex. Time-ordered, so that listing by id is listing
// by age; 74 random bits, so that nobody guesses one.

/** Fills and returns `length` random bytes from a cryptographic source. */
export type RandomBytes = (length: number) => Uint8Array;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param now epoch milliseconds */
export function newId(prefix: string, now: number, random: RandomBytes): string {
  const tail = random(10);
  tail[0] = 0x70 | ((tail[0] ?? 0) & 0x0f); // version 7
  tail[2] = 0x80 | ((tail[2] ?? 0) & 0x3f); // variant 10
  return `${prefix}_${Math.floor(now).toString(16).padStart(12, '0')}${hex(tail)}`;
}

/** An id of some work: the same for the same prefix and number, whoever does it. */
export type HeldId = (prefix: string, nth?: number) => string;

/** Ids for work that no record stands behind (idempotency.ts): other ones every time. */
export const freshIds =
  (now: number, random: RandomBytes): HeldId =>
  (prefix) =>
    newId(prefix, now, random);

export const isId = (prefix: string, text: string): boolean => new RegExp(`^${prefix}_[0-9a-f]{32}$`).test(text);
