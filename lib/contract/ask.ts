// Asking for a reading now: noted on the contract, which is due at once, unless a turn that asks the car is under way already: then that
// turn's answer is the answer. Calls no car and sends no message: the planner does, for what is due.
import { keys } from '../aws/keys.ts';
import type { Change, Table } from '../aws/table.ts';
import { waitsSince } from './asked.ts';
import { type Contract, getContract, parseContract, waitsFirmly } from './contract.ts';
import { ContendedContract, MOST_TRIES, TURN_LEASE_MS } from './turn.ts';

/** Cars are asked over an allowance that others need too, and a parked car says the same again. */
const ASK_AGAIN_MS = 15 * 60_000;

export type Asking =
  | { readonly kind: 'asked'; readonly contract: Contract }
  /** One was asked for, and answered, a moment ago. */
  | { readonly kind: 'too_soon'; readonly seconds: number }
  /** Everything is stated: nothing is ever due again. */
  | { readonly kind: 'over' };

/** What the next turn does to the car. */
const READS = ['open', 'before', 'close', 'asked'];

/**
 * Whether a turn that asks the car is on its way, or due within the hour that its lease may last (which of the two, the contract does not
 * say); or the car was refused for a reason that holds for whoever asks.
 */
const joins = (contract: Contract, now: number): boolean =>
  (READS.includes(contract.goal) && Date.parse(contract.dueAt ?? '') <= now + TURN_LEASE_MS) ||
  waitsFirmly(contract, now);

/** Undefined where everything is as it should be already. */
function changeFor({ asked, turn, ...contract }: Contract, now: number): Change | undefined {
  const since = waitsSince(asked);
  const at = new Date(now).toISOString();
  const noted = { asked: { at: since ?? at } };
  const condition = { expression: '#turn = :turn AND attribute_exists(#dueAt)', values: { turn } };
  if (!joins({ ...contract, turn }, now))
    return { set: { ...noted, goal: 'asked', dueAt: at }, add: { turn: 1 }, condition };
  return since === undefined ? { set: noted, condition } : undefined;
}

/**
 * Asks for a reading. By compare-and-swap on the turn; what a repetition after a lost answer finds is what it would have written.
 * @param now epoch milliseconds
 * @throws ContendedContract when others keep moving it
 */
export async function askReading(business: Table, contract: Contract, now: number): Promise<Asking> {
  let current: Contract | undefined = contract;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (current?.dueAt === undefined) return { kind: 'over' };
    const left = Date.parse(current.asked?.at ?? '') + ASK_AGAIN_MS - now;
    if (current.asked?.outcome !== undefined && left > 0) return { kind: 'too_soon', seconds: Math.ceil(left / 1000) };
    const change = changeFor(current, now);
    if (change === undefined) return { kind: 'asked', contract: current };
    const item = await business.update(keys.contract(current.tenantId, current.contractId), change);
    if (item !== undefined) return { kind: 'asked', contract: parseContract(item) };
    current = await getContract(business, current.tenantId, current.contractId);
  }
  throw new ContendedContract('the contract was moved by others again and again');
}
