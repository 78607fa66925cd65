// Ending a contract: its last day is set, or moved nearer, and its last period with it. Never ends what is over already: months that have
// passed keep their whole length, so that no statement can be made of a period that is being cut.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { periodContaining } from '../mileage/period.ts';
import { type Contract, getContract, parseContract } from './contract.ts';
import { ContendedContract, MOST_TRIES } from './turn.ts';

/** Longer than a turn may work with what it has read of a contract: until then it may state what was over by then. */
export const STILL_AT_WORK_MS = 10 * 60_000;

export type Ended =
  | { readonly kind: 'ended'; readonly contract: Contract }
  /** `earliest`: an instant. */
  | { readonly kind: 'too_early'; readonly earliest: string }
  /** It ends before that, or has ended. */
  | { readonly kind: 'too_late' };

/** From when on a contract may end: the first instant of the period that nobody can be stating, and not before its start. */
function earliestEnd({ zone, dayOffset, startsAt }: Contract, now: number): string {
  const { from } = periodContaining({ zone, dayOffset }, new Date(now + STILL_AT_WORK_MS).toISOString());
  return from < startsAt ? startsAt : from;
}

function refusalOf(contract: Contract, endsAt: string, now: number): Exclude<Ended, { kind: 'ended' }> | undefined {
  const { endsAt: before, dueAt } = contract;
  const isOver = dueAt === undefined || (before !== undefined && Date.parse(before) <= now + STILL_AT_WORK_MS);
  if (isOver || (before !== undefined && endsAt > before)) return { kind: 'too_late' };
  const earliest = earliestEnd(contract, now);
  return endsAt < earliest ? { kind: 'too_early', earliest } : undefined;
}

/**
 * Ends a contract at an instant, by compare-and-swap on the turn. It is due at once, so that the turn plans for the new end; a turn that
 * is under way finds that it was overtaken, and cannot have stated the period that is cut: that period was not over when it looked.
 * A crash after the update leaves everything done; whoever asks again is answered as before.
 * @param now epoch milliseconds
 * @throws ContendedContract when others keep moving it
 */
export async function endContract(business: Table, contract: Contract, endsAt: string, now: number): Promise<Ended> {
  let current: Contract | undefined = contract;
  for (let tries = 0; tries < MOST_TRIES && current !== undefined; tries += 1) {
    if (current.endsAt === endsAt) return { kind: 'ended', contract: current };
    const refusal = refusalOf(current, endsAt, now);
    if (refusal !== undefined) return refusal;
    const { turn, tenantId, contractId } = current;
    const item = await business.update(keys.contract(tenantId, contractId), {
      set: { endsAt, goal: 'close', dueAt: new Date(now).toISOString() },
      add: { turn: 1, revision: 1 },
      condition: { expression: '#turn = :turn AND attribute_exists(#dueAt)', values: { turn } },
    });
    if (item !== undefined) return { kind: 'ended', contract: parseContract(item) };
    current = await getContract(business, tenantId, contractId);
  }
  throw new ContendedContract('the contract was moved by others again and again');
}
