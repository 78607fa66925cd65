// ECDSA signatures over P-256 in their two dresses: the DER sequence that KMS and certificates use (RFC 3279 §2.2.3), and the fixed
// 64 bytes r‖s that JOSE wants (RFC 7518 §3.4). DER is read strictly: shortest lengths, positive, no spare bytes.
import { ProofFault } from './proof-fault.ts';

const SCALAR = 32;

const fault = (): never => {
  throw new ProofFault('DER_SIGNATURE', 'the signature is not a strict DER sequence of two P-256 integers');
};

/** Reads one DER INTEGER at `at` into the 32 bytes of `into`, and returns where it ends. */
function readInteger(der: Uint8Array, at: number, into: Uint8Array): number {
  const length = der[at + 1] ?? 0;
  const start = at + 2;
  const end = start + length;
  const first = der[start] ?? 0;
  const second = der[start + 1] ?? 0;
  const readable = der[at] === 0x02 && length >= 1 && length <= SCALAR + 1 && end <= der.length;
  const negative = (first & 0x80) !== 0;
  const padded = length > 1 && first === 0 && (second & 0x80) === 0;
  if (!readable || negative || padded || (length === SCALAR + 1 && first !== 0)) return fault();
  const digits = der.subarray(first === 0 ? start + 1 : start, end);
  if (digits.length === 0) return fault(); // zero is no signature value
  into.set(digits, SCALAR - digits.length);
  return end;
}

/**
 * DER → r‖s.
 * @throws ProofFault `DER_SIGNATURE`
 */
export function derToRs(der: Uint8Array): Uint8Array {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return fault();
  const rs = new Uint8Array(2 * SCALAR);
  const middle = readInteger(der, 2, rs.subarray(0, SCALAR));
  const end = readInteger(der, middle, rs.subarray(SCALAR));
  return end === der.length ? rs : fault();
}

/** Writes a scalar as a DER INTEGER: without leading zeros, but for the one that keeps it positive. @returns where it ends */
function writeInteger(scalar: Uint8Array, into: Uint8Array, at: number): number {
  const firstDigit = scalar.findIndex((byte) => byte !== 0);
  if (firstDigit < 0) throw new ProofFault('RAW_SIGNATURE', 'zero is no signature value');
  const digits = scalar.subarray(firstDigit);
  const start = at + 2 + ((digits[0] ?? 0) >> 7);
  const end = start + digits.length;
  into[at] = 0x02;
  into[at + 1] = end - at - 2;
  into.set(digits, start);
  return end;
}

/**
 * r‖s → DER.
 * @throws ProofFault `RAW_SIGNATURE`
 */
export function rsToDer(rs: Uint8Array): Uint8Array {
  if (rs.length !== 2 * SCALAR) throw new ProofFault('RAW_SIGNATURE', 'an ES256 signature has 64 bytes');
  const der = new Uint8Array(2 + 2 * (3 + SCALAR));
  const middle = writeInteger(rs.subarray(0, SCALAR), der, 2);
  const end = writeInteger(rs.subarray(SCALAR), der, middle);
  der[0] = 0x30;
  der[1] = end - 2;
  return der.subarray(0, end);
}
