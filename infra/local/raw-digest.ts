// ECDSA on P-256 over a digest that was computed elsewhere (FIPS 186-5 section 6.4), which node:crypto does not offer.
// Both ways use the private key, as a KMS may; point multiplication is left to node's ECDH. Not constant time: local use only.
import { createECDH, type KeyObject, randomBytes } from 'node:crypto';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let b = base % ORDER, e = exponent; e > 0n; e >>= 1n, b = (b * b) % ORDER)
    if (e & 1n) result = (result * b) % ORDER;
  return result;
};
// The order is prime: Fermat's little theorem gives the inverse.
const inverse = (value: bigint): bigint => power(value, ORDER - 2n);

/** The x coordinate of scalar × G, modulo the order. */
const xOfMultiple = (scalar: bigint): bigint => {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(toBytes(scalar));
  return toNumber(curve.getPublicKey().subarray(1, 33)) % ORDER;
};

const scalarOf = (key: KeyObject): bigint => {
  const { d } = key.export({ format: 'jwk' });
  if (d === undefined) throw new TypeError('not a private P-256 key');
  return toNumber(Buffer.from(d, 'base64url'));
};

const derInteger = (value: bigint): Buffer => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, signed.length), signed]);
};

const fromDer = (der: Buffer): readonly [bigint, bigint] | undefined => {
  const rLength = der[3] ?? 0;
  const sLength = der[5 + rLength] ?? 0;
  if (der[0] !== 0x30 || rLength === 0 || sLength === 0 || der.length !== 6 + rLength + sLength) return undefined;
  return [toNumber(der.subarray(4, 4 + rLength)), toNumber(der.subarray(6 + rLength))];
};

/** The DER signature over a 32-byte digest. */
export const signDigest = (digest: Buffer, key: KeyObject): Buffer => {
  const nonce = 1n + (toNumber(randomBytes(40)) % (ORDER - 1n));
  const r = xOfMultiple(nonce);
  const s = (inverse(nonce) * (toNumber(digest) + r * scalarOf(key))) % ORDER;
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
};

/** Whether `signature` (DER) is one of this private key over the digest. */
export const verifyDigest = (digest: Buffer, key: KeyObject, signature: Buffer): boolean => {
  const pair = fromDer(signature);
  if (pair === undefined) return false;
  const [r, s] = pair;
  if (r <= 0n || r >= ORDER || s <= 0n || s >= ORDER) return false;
  const scalar = (inverse(s) * (toNumber(digest) + r * scalarOf(key))) % ORDER;
  return scalar !== 0n && xOfMultiple(scalar) === r;
};
