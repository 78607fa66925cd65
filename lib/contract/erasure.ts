// Asking for a contract's personal data to be erased: noted on the contract, and as an item of its own that is due until it is done.
// Erases nothing itself.
import { DUE_SHARDS, dueShard, keys } from '../aws/keys.ts';
import type { Key, Table } from '../aws/table.ts';
import { type Contract, getContract, parseContract } from './contract.ts';
import { shardOf } from './due.ts';

type ContractId = Pick<Contract, 'tenantId' | 'contractId'>;

/** Longer than a login at the maker and what follows it: whatever was under way by then stands in the contract's partition, or never will. */
const ERASURE_DELAY_MS = 15 * 60_000;

export type ErasureAsked =
  | { readonly kind: 'asked'; readonly contract: Contract }
  /** It has not ended, or not all of it is stated. */
  | { readonly kind: 'not_over' }
  | { readonly kind: 'held' }
  | { readonly kind: 'gone' };

const refusalOf = ({ endsAt, dueAt, legalHold }: Contract, now: number): ErasureAsked | undefined => {
  if (dueAt !== undefined || endsAt === undefined || Date.parse(endsAt) > now) return { kind: 'not_over' };
  return legalHold === true ? { kind: 'held' } : undefined;
};

/**
 * The item is put first: a crash after it leaves an erasure that nobody has asked for, which is taken away when it is due; the contract's
 * note decides, against a hold that is set at the same time.
 * @param now epoch milliseconds
 */
export async function askErasure(business: Table, contract: Contract, now: number): Promise<ErasureAsked> {
  if (contract.erasureAskedAt !== undefined) return { kind: 'asked', contract };
  const refusal = refusalOf(contract, now);
  if (refusal !== undefined) return refusal;
  const { tenantId, contractId } = contract;
  const erasureAskedAt = new Date(now).toISOString();
  const dueAt = new Date(now + ERASURE_DELAY_MS).toISOString();
  const shard = dueShard(shardOf(contractId, DUE_SHARDS));
  await business.put({ ...keys.erasure(tenantId, contractId), erasureAskedAt, dueAt, dueShard: shard });
  const condition = {
    expression:
      'attribute_exists(#endsAt) AND attribute_not_exists(#dueAt) AND attribute_not_exists(#erasureAskedAt) AND (attribute_not_exists(#legalHold) OR #legalHold = :free)',
    values: { free: false },
  };
  const noted = await business.update(keys.contract(tenantId, contractId), { set: { erasureAskedAt }, condition });
  if (noted !== undefined) return { kind: 'asked', contract: parseContract(noted) };
  // Noted already, by this very update or by another request; or a hold was faster.
  const current = await getContract(business, tenantId, contractId);
  if (current?.erasureAskedAt !== undefined) return { kind: 'asked', contract: current };
  return (current && refusalOf(current, now)) ?? { kind: 'gone' };
}

/** Which contract a key of what is due asks to erase; undefined for a key of anything else. */
export function erasureOf({ pk, sk }: Key): ContractId | undefined {
  const [, tenantId, contractId] = /^T#([^#]+)#C#([^#]+)$/.exec(pk) ?? [];
  if (tenantId === undefined || contractId === undefined) return undefined;
  return sk === keys.erasure(tenantId, contractId).sk ? { tenantId, contractId } : undefined;
}
