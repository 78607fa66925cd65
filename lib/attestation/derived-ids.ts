// Ids that nobody can guess, and that are the same however often a statement is tried: HMAC-SHA-256 under the contract's secret, cut to
// 128 bits. lib/proof/salt.ts says why that is as good as drawing them. Once the secret is erased, none is made any more.
import { hmacSha256 } from '../aws/digest.ts';
import type { Contract } from '../contract/contract.ts';

const SECRET_BYTES = 32;
const ID_BYTES = 16;

type Secret = Pick<Contract, 'contractId' | 'saltSecret'>;

function derived({ saltSecret }: Secret, ...named: readonly (string | number)[]): string {
  const secret = Buffer.from(saltSecret, 'base64url');
  if (secret.length < SECRET_BYTES) throw new Error('the secret of an erased contract derives nothing');
  const mac = hmacSha256(secret, Buffer.from(JSON.stringify(['odoseal id', ...named])));
  return Buffer.from(mac.subarray(0, ID_BYTES)).toString('base64url');
}

/** `att_` + the contract's own hex + number + 128 bits: finds its item without an index, and only under the right tenant. */
export const attestationId = (contract: Secret, seq: number): string =>
  `att_${contract.contractId.slice('con_'.length)}_${seq}_${derived(contract, 'attestation', seq)}`;

/** 128 bits: under it, what became of the contract's statements is published. Tells nothing of the contract. */
export const statusListId = (contract: Secret): string => derived(contract, 'status list');

export function parseAttestationId(text: string): { readonly contractId: string; readonly seq: number } | undefined {
  const [, contract, seq] = /^att_([0-9a-f]{32})_([1-9]\d{0,7})_[\w-]{22}$/.exec(text) ?? [];
  return contract === undefined ? undefined : { contractId: `con_${contract}`, seq: Number(seq) };
}
