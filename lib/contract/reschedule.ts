// Another start, zone, day offset or deadline of a contract, for as long as nobody can have stated anything of it. Apart from other
// changes, because it takes a calendar. Never moves a period that is over: its statement may be on its way.
import type { Table } from '../aws/table.ts';
import { localDate } from '../mileage/local-date.ts';
import { isZone, startOfDay } from '../mileage/period.ts';
import { type Contract, type ContractChange, changeContract, getContract } from './contract.ts';
import { deadlineOf } from './due.ts';
import { STILL_AT_WORK_MS } from './end.ts';
import { openPeriod } from './open-period.ts';
import { noteCar } from './same-car.ts';
import { ContendedContract, MOST_TRIES } from './turn.ts';

/** `start`: a local day. */
export interface NewTerms {
  readonly zone?: string | undefined;
  readonly start?: string | undefined;
  readonly dayOffset?: number | undefined;
  readonly deadlineDays?: number | undefined;
}

export type Rescheduled =
  | { readonly kind: 'changed'; readonly contract: Contract }
  /** Somebody has changed it since it was read. */
  | { readonly kind: 'overtaken' }
  /** Its first month is over. */
  | { readonly kind: 'fixed' }
  | { readonly kind: 'wrong'; readonly field: 'zone' | 'start'; readonly message: string };

type Terms = Pick<Contract, 'zone' | 'startsAt' | 'endsAt' | 'dayOffset' | 'deadlineDays'>;

/** Days stay the days they are, also in another zone. */
function termsOf(contract: Contract, change: NewTerms): Terms | Extract<Rescheduled, { kind: 'wrong' }> {
  const { zone = contract.zone, dayOffset = contract.dayOffset, deadlineDays = contract.deadlineDays } = change;
  const dayOf = (at: string): string => localDate(contract.zone, Date.parse(at));
  if (!isZone(zone)) return { kind: 'wrong', field: 'zone', message: 'An IANA time zone, e.g. Europe/Amsterdam' };
  const startsAt = beginOf(zone, change.start ?? dayOf(contract.startsAt));
  if (startsAt === undefined && change.start !== undefined)
    return { kind: 'wrong', field: 'start', message: 'This day does not exist' };
  const endsAt = contract.endsAt === undefined ? undefined : beginOf(zone, dayOf(contract.endsAt));
  if (startsAt === undefined || (endsAt === undefined && contract.endsAt !== undefined))
    return { kind: 'wrong', field: 'zone', message: 'A day of the contract does not exist there' };
  if (endsAt !== undefined && endsAt <= startsAt)
    return { kind: 'wrong', field: 'start', message: 'Must come before the end' };
  return { zone, startsAt, endsAt, dayOffset, deadlineDays };
}

function beginOf(zone: string, day: string): string | undefined {
  try {
    return startOfDay(zone, day);
  } catch {
    return undefined;
  }
}

/** Whether a turn that is under way may have stated the first period, or may yet. */
function isFixed(contract: Contract, now: number): boolean {
  const first = openPeriod(contract, undefined);
  return contract.dueAt === undefined || first === undefined || Date.parse(first.to) <= now + STILL_AT_WORK_MS;
}

/**
 * Changes the terms together with all else, in one update, by compare-and-swap on revision and turn. The contract is due at once, with the
 * deadline of its new first period, so that a turn plans what follows; one that is under way finds that it was overtaken, and cannot have
 * stated anything: no period was over when it looked. A crash before the update leaves a note of its car, which says nothing by itself.
 * @param now epoch milliseconds
 * @throws ContendedContract when others keep moving it
 */
export async function reschedule(
  business: Table,
  contract: Contract,
  change: ContractChange,
  newTerms: NewTerms,
  now: number,
): Promise<Rescheduled> {
  const terms = termsOf(contract, newTerms);
  if ('kind' in terms) return terms;
  const names = ['zone', 'startsAt', 'endsAt', 'dayOffset', 'deadlineDays'] as const;
  const isSame = names.every((name) => terms[name] === contract[name]);
  if (!isSame && isFixed(contract, now)) return { kind: 'fixed' };
  const period = openPeriod(terms, undefined);
  if (isSame || period === undefined) {
    const changed = await changeContract(business, contract, change);
    return changed === undefined ? { kind: 'overtaken' } : { kind: 'changed', contract: changed };
  }
  // Other days may be those of another contract of the car.
  if (contract.boundVin !== undefined) await noteCar(business, { ...contract, ...terms }, contract.boundVin);
  const dueAt = new Date(now).toISOString();
  const deadlineAt = new Date(deadlineOf(period, terms.deadlineDays)).toISOString();
  const moved = { ...terms, deadlineAt, dueAt, goal: 'close' } as const;
  let current: Contract | undefined = contract;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const changed = await changeContract(business, current, change, moved);
    if (changed !== undefined) return { kind: 'changed', contract: changed };
    // A turn moves nothing of what the caller has read.
    current = await getContract(business, contract.tenantId, contract.contractId);
    if (current?.dueAt === undefined || current.revision !== contract.revision || current.erasureAskedAt !== undefined)
      return { kind: 'overtaken' };
  }
  throw new ContendedContract('the contract was moved by others again and again');
}
