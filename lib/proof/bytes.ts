// Byte strings side by side. Public values only: comparing takes as long as it takes.

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let n = 0; n < a.length; n += 1) if (a[n] !== b[n]) return false;
  return true;
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const decoder = new TextDecoder('windows-1252');

/** A character for each byte, and ASCII as itself: for finding words in what is no text. */
export const characters = (bytes: Uint8Array): string => decoder.decode(bytes);
