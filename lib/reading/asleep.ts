// A period's car that was asked and slept: found out once a period, by the first answer that shows it, and told once.
import { keys } from '../aws/keys.ts';
import { attemptsFor } from '../contract/attempts.ts';
import type { Contract } from '../contract/contract.ts';
import { type Event, eventOf } from '../event/event.ts';

/** What is known of the times that a contract's car was asked. */
interface Asked {
  readonly contract: Pick<Contract, 'attempts'>;
  readonly readings: readonly { readonly seq?: number | undefined; readonly outcome?: string | undefined }[];
}

/** Whether the car was found asleep before, for month `seq`: it did not answer, or had nothing new to tell. */
export function hasSlept({ contract, readings }: Asked, seq: number): boolean {
  const asleep = attemptsFor(contract.attempts, seq).counts.asleep ?? 0;
  return asleep > 0 || readings.some((reading) => reading.seq === seq && reading.outcome === 'not_yet_recorded');
}

/** Of the contract and the period, whichever item carries it. */
export function periodAsleep(
  {
    tenantId,
    contractId,
    connectionId,
    periodId,
  }: Readonly<Record<'tenantId' | 'contractId' | 'connectionId' | 'periodId', string>>,
  at: string,
): Event {
  const key = keys.contract(tenantId, contractId);
  const data = { contractId, connectionId, periodId };
  return eventOf({ key, type: 'period.asleep', change: periodId, at, tenantId, data });
}
