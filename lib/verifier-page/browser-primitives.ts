// The proof room's primitives where there is no node:crypto, and WebCrypto would only answer later: noble's hashes and curves, fflate's
// inflate. Strict where those are lenient, so that both ways of running the check find the same.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { Unzlib } from 'fflate';
import { decodeBase64url } from '../proof/base64url.ts';
import { joinBytes } from '../proof/bytes.ts';
import type { Inflate, P256PublicKey, Sha256, VerifyEd25519, VerifyEs256 } from '../proof/primitives.ts';

export const sha256: Sha256 = (data) => nobleSha256(data);

/** SEC 1 §2.3.3, uncompressed; undefined for what is no coordinate. */
function pointOf({ x, y }: P256PublicKey): Uint8Array | undefined {
  const [first, second] = [decodeBase64url(x), decodeBase64url(y)];
  return first && second && joinBytes(Uint8Array.of(4), first, second);
}

/** JOSE does not ask for the lower of both values of s (RFC 7518 §3.4). */
const ANY_S = { lowS: false } as const;

export const verifyEs256: VerifyEs256 = (key, signature, data) => {
  try {
    const point = pointOf(key);
    return point !== undefined && p256.verify(signature, data, point, ANY_S);
  } catch {
    return false; // not a signature, or not a point on the curve
  }
};

/** As RFC 8032 §5.1.7 has it, not as ZIP 215 relaxes it. */
const STRICT = { zip215: false } as const;

export const verifyEd25519: VerifyEd25519 = (publicKey, signature, data) => {
  try {
    return ed25519.verify(signature, data, publicKey, STRICT);
  } catch {
    return false; // not a key
  }
};

/** What goes in at once: what comes out of it is at most a thousand times as much, so that a bomb ends soon after its limit. */
const PIECE = 4_096;
const ADLER_BYTES = 4;
const ADLER = 65_521;
/** As many bytes as can be summed before a sum exceeds 2^32 (RFC 1950 §9 takes the rest of each byte). */
const ADLER_RUN = 3_800;

/** Adler-32 (RFC 1950 §8.2). */
function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < data.length; at += ADLER_RUN) {
    for (const byte of data.subarray(at, at + ADLER_RUN)) {
      a += byte;
      b += a;
    }
    a %= ADLER;
    b %= ADLER;
  }
  return b * 0x1_0000 + a;
}

/** Why it ended early. */
class TooMuch extends Error {}

/** All but the last four bytes, which stand for the sum; undefined for what is no such data, cut short, or too much. */
function unzip(data: Uint8Array, limit: number): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Unzlib((piece) => {
    length += piece.length;
    if (length > limit) throw new TooMuch();
    pieces.push(piece);
  });
  try {
    for (let at = 0; at < data.length; at += PIECE)
      stream.push(data.subarray(at, at + PIECE), at + PIECE >= data.length);
  } catch {
    return undefined;
  }
  return joinBytes(...pieces);
}

/** fflate looks neither at the sum nor at what comes between the end of the data and its place. */
export const inflate: Inflate = (data, limit) => {
  const inflated = data.length < ADLER_BYTES ? undefined : unzip(data, limit);
  if (inflated === undefined) return undefined;
  const sum = new DataView(data.buffer, data.byteOffset + data.length - ADLER_BYTES).getUint32(0);
  // If it ends as well with a byte less, that byte is none of it.
  const ends = unzip(data.subarray(0, -1), limit) === undefined;
  return ends && sum === adler32(inflated) ? inflated : undefined;
};
