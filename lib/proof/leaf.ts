// What a statement looks like in the public log: 64 bytes without personal data. The first half names the slot (this contract, this
// number) to whoever holds the chain secret, the second half fixes what was said. Two versions of one statement share the first half
// and differ in the second: whoever scans the log with the secret sees both.

import type { Sha256 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';

export const SECRET_BYTES = 32;

export interface Slot {
  /** 32 bytes, per contract; part of every bundle. Never the secret behind the salts. */
  readonly chainSecret: Uint8Array;
  /** The statement's number in its chain, from 1. */
  readonly seq: number;
}

/** SHA-256(chain secret ‖ seq as 8 bytes, big-endian): the first 32 bytes of the leaf. */
export function slotName({ chainSecret, seq }: Slot, sha256: Sha256): Uint8Array {
  if (chainSecret.length !== SECRET_BYTES) throw new ProofFault('SECRET', 'a chain secret has 32 bytes');
  if (!Number.isSafeInteger(seq) || seq < 1) throw new ProofFault('STATEMENT', 'statements are numbered from 1');
  const input = new Uint8Array(SECRET_BYTES + 8);
  input.set(chainSecret);
  new DataView(input.buffer).setBigUint64(SECRET_BYTES, BigInt(seq));
  return sha256(input);
}

/**
 * The log entry of one statement: slot name ‖ SHA-256(JWS signing input).
 * @param signingInputHash 32 bytes
 */
export function slotLeaf(slot: Slot, signingInputHash: Uint8Array, sha256: Sha256): Uint8Array {
  if (signingInputHash.length !== 32) throw new ProofFault('STATEMENT', 'a SHA-256 hash has 32 bytes');
  const leaf = new Uint8Array(64);
  leaf.set(slotName(slot, sha256));
  leaf.set(signingInputHash, 32);
  return leaf;
}
