// Asking for a statement to be stated again: noted on the contract, which is due at once, also when nothing else is due for it any more.
// Signs nothing and puts no statement: a turn does.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { type Contract, getContract, parseContract } from './contract.ts';
import { type Replacement, wantedOf } from './replacement.ts';
import { ContendedContract, MOST_TRIES } from './turn.ts';

export type ReplacementAsked =
  | { readonly kind: 'asked'; readonly contract: Contract }
  /** Another statement is wanted again, and has yet to be. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'erased' };

type Wish = Pick<Replacement, 'seq' | 'attestationId' | 'reason'>;

/**
 * By compare-and-swap on the turn: a turn that is under way is overtaken, and one that erases finds the contract not over, or is found.
 * A crash after the update leaves everything done; a repetition joins what waits, and what a lost answer had written is found so.
 * @param now epoch milliseconds
 * @throws ContendedContract when others keep moving it
 */
export async function askReplacement(
  business: Table,
  contract: Contract,
  { seq, attestationId, reason }: Wish,
  now: number,
): Promise<ReplacementAsked> {
  let current: Contract | undefined = contract;
  for (let tries = 0; tries < MOST_TRIES && current !== undefined; tries += 1) {
    const waiting = wantedOf(current.replace);
    if (current.erasureAskedAt !== undefined) return { kind: 'erased' };
    if (waiting !== undefined) return waiting.seq === seq ? { kind: 'asked', contract: current } : { kind: 'waits' };
    const at = new Date(now).toISOString();
    const { tenantId, contractId, turn, dueAt } = current;
    const isDue = dueAt !== undefined && dueAt < at;
    const item = await business.update(keys.contract(tenantId, contractId), {
      set: { replace: { at, seq, attestationId, reason }, corrected: true, ...(isDue ? {} : { dueAt: at }) },
      add: { turn: 1 },
      condition: { expression: '#turn = :turn AND attribute_not_exists(#erasureAskedAt)', values: { turn } },
    });
    if (item !== undefined) return { kind: 'asked', contract: parseContract(item) };
    current = await getContract(business, tenantId, contractId);
  }
  throw new ContendedContract('the contract was moved by others again and again');
}
