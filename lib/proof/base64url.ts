// base64url without padding (RFC 4648 §5, RFC 7515 §2), with exactly one accepted text per byte string. Padding, white space, the
// other alphabet and left-over bits that are not zero are refused: two texts for the same bytes would let a signed file be changed.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** All bits, so that they stay set wherever it is shifted. */
const INVALID = -1;

const values = new Int8Array(256).fill(INVALID);
for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Where bytes are that nobody keeps: most of what a check costs beside its signature is memory asked for and given back. */
const forDecoding = new Uint8Array(8_192);
const forPrimitives = new Uint8Array(8_192);

const writeInto = (scratch: Uint8Array, text: string): Uint8Array =>
  text.length * 3 > scratch.length ? utf8(text) : scratch.subarray(0, encoder.encodeInto(text, scratch).written);

/** UTF-8 bytes of a text, for a primitive that uses them at once: the next call overwrites them. */
export const utf8AtOnce = (text: string): Uint8Array => writeInto(forPrimitives, text);

/** The text of UTF-8 bytes, or undefined if they are not UTF-8. A byte order mark stays in the text. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes whose text is put together at a time: a function takes so many arguments. */
const PIECE = 3 * 1_024;

const codeOf = (bits: number): number => ALPHABET.charCodeAt(bits & 63);

function encodePiece(bytes: Uint8Array): string {
  const codes: number[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes.push(codeOf(group >> 18), codeOf(group >> 12));
    if (left > 1) codes.push(codeOf(group >> 6));
    if (left > 2) codes.push(codeOf(group));
  }
  return String.fromCharCode(...codes);
}

export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += encodePiece(bytes.subarray(at, at + PIECE));
  return text;
}

/**
 * Bytes to be used at once: whatever is decoded next overwrites them.
 * @returns undefined for anything but the one canonical text of some bytes
 */
export function decodeAtOnce(text: string): Uint8Array | undefined {
  const left = text.length % 4;
  if (left === 1) return undefined;
  // In place: three bytes are written where four characters have been read. What is not ASCII begins with a byte that stands for nothing.
  const bytes = writeInto(forDecoding, text);
  const bitsAt = (at: number): number => values[bytes[at] ?? 0] ?? INVALID;
  const whole = text.length - left;
  let length = 0;
  for (let at = 0; at < whole; at += 4) {
    const group = (bitsAt(at) << 18) | (bitsAt(at + 1) << 12) | (bitsAt(at + 2) << 6) | bitsAt(at + 3);
    if (group < 0) return undefined;
    bytes[length++] = group >> 16;
    bytes[length++] = group >> 8;
    bytes[length++] = group;
  }
  if (left === 0) return bytes.subarray(0, length);
  const [a, b, c] = [bitsAt(whole), bitsAt(whole + 1), left === 2 ? 0 : bitsAt(whole + 2)];
  const unused = left === 2 ? b & 15 : c & 3;
  if ((a | b | c) < 0 || unused !== 0) return undefined;
  bytes[length++] = (a << 2) | (b >> 4);
  if (left === 3) bytes[length++] = (b << 4) | (c >> 2);
  return bytes.subarray(0, length);
}

/** @returns undefined for anything but the one canonical text of some bytes */
export const decodeBase64url = (text: string): Uint8Array | undefined => decodeAtOnce(text)?.slice();
