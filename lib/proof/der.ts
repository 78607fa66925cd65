// Reading DER (ITU-T X.690 §10), strictly: definite lengths in their shortest form, low tag numbers, nothing beyond the end. Reads one
// level at a time, so that no depth is too deep.

export interface Der {
  /** The identifier octet. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** With identifier and length. */
  readonly whole: Uint8Array;
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const OCTET_STRING = 0x04;
const OID = 0x06;
export const BIT_STRING = 0x03;
export const INTEGER = 0x02;
export const BOOLEAN = 0x01;
/** Context-specific, constructed. */
export const context = (n: number): number => 0xa0 + n;

/** Lengths of more bytes than this are larger than anything that is read. */
const MOST_LENGTH_BYTES = 3;

/** The value that begins at `at`; undefined for what is none. */
export function readDer(bytes: Uint8Array, at = 0): Der | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || first === 0x80) return undefined;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > MOST_LENGTH_BYTES) return undefined;
  const start = at + 2 + count;
  const digits = bytes.subarray(at + 2, start);
  const length = count === 0 ? first : digits.reduce((sum, digit) => sum * 256 + digit, 0);
  const shortest = count === 0 || (length >= 0x80 && digits[0] !== 0);
  const end = start + length;
  if (!shortest || end > bytes.length) return undefined;
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) };
}

/** Everything in a constructed value, in order; undefined unless it is made of whole values. */
function partsOf(content: Uint8Array): readonly Der[] | undefined {
  const parts: Der[] = [];
  for (let at = 0; at < content.length; ) {
    const part = readDer(content, at);
    if (part === undefined) return undefined;
    parts.push(part);
    at += part.whole.length;
  }
  return parts;
}

/** The parts of the value that has this tag; undefined for any other. */
export const partsIn = (der: Der | undefined, tag: number): readonly Der[] | undefined =>
  der?.tag === tag ? partsOf(der.content) : undefined;

const hexOf = (bytes: Uint8Array): string => bytes.reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '');

/** The object identifier that a value is, as the hexadecimal digits of its bytes; undefined for what is none. */
export const oidOf = (der: Der | undefined): string | undefined => (der?.tag === OID ? hexOf(der.content) : undefined);

export const isOid = (der: Der | undefined, oid: string): boolean => oidOf(der) === oid;

/** Whether a value is written in exactly these bytes. */
export const is = (der: Der | undefined, hex: string): boolean => der !== undefined && hexOf(der.whole) === hex;
