// ES256 with the nonce of RFC 6979 §3.2, so that the vectors come out the same on every run. Plain big integers, slow, and not
// constant in time: for test keys only.
import { createHash, createHmac } from 'node:crypto';

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

type Point = readonly [bigint, bigint] | undefined;

const mod = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [mod(value, modulus), modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return mod(x, modulus);
}

function add(left: Point, right: Point): Point {
  if (!left || !right) return left ?? right;
  const [[x1, y1], [x2, y2]] = [left, right];
  if (x1 === x2 && y1 !== y2) return undefined;
  const slope = x1 === x2 ? (3n * x1 * x1 - 3n) * inverse(2n * y1, P) : (y2 - y1) * inverse(x2 - x1, P);
  const x = mod(slope * slope - x1 - x2, P);
  return [x, mod(slope * (x1 - x) - y1, P)];
}

function times(scalar: bigint): Point {
  let [sum, power, left]: [Point, Point, bigint] = [undefined, G, scalar];
  for (; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, power);
    power = add(power, power);
  }
  return sum;
}

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const hmac = (key: Buffer, ...parts: readonly Uint8Array[]): Buffer =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();

/** RFC 6979 §3.2, steps b to h. */
function* nonces(secret: bigint, hash: Buffer): Generator<bigint, never> {
  const seed = Buffer.concat([toBytes(secret), toBytes(mod(toNumber(hash), N))]);
  let [k, v]: [Buffer, Buffer] = [Buffer.alloc(32, 0), Buffer.alloc(32, 1)];
  for (const round of [0, 1]) {
    k = hmac(k, v, Buffer.from([round]), seed);
    v = hmac(k, v);
  }
  for (;;) {
    v = hmac(k, v);
    const candidate = toNumber(v);
    if (candidate > 0n && candidate < N) yield candidate;
    k = hmac(k, v, Buffer.from([0]));
    v = hmac(k, v);
  }
}

/**
 * @param secret the private key, 32 bytes
 * @returns r‖s, 64 bytes
 */
export function signDeterministically(secret: Uint8Array, message: string): Uint8Array {
  const hash = createHash('sha256').update(message).digest();
  const key = toNumber(secret);
  for (const nonce of nonces(key, hash)) {
    const r = mod(times(nonce)?.[0] ?? 0n, N);
    const s = mod(inverse(nonce, N) * (toNumber(hash) + r * key), N);
    if (r !== 0n && s !== 0n) return Buffer.concat([toBytes(r), toBytes(s)]);
  }
  throw new Error('unreachable: nonces never end');
}
