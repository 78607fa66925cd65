// The period of a contract that is stated next. Apart from the contract itself because it takes a calendar, which is a quarter of what a
// function loads, and to read a contract none is needed.
import { type Calendar, clipPeriod, type Period, periodContaining } from '../mileage/period.ts';
import type { Contract } from './contract.ts';

/** What of a contract says when its periods are. */
type Timed = Pick<Contract, 'startsAt' | 'zone' | 'dayOffset'> & { readonly endsAt?: string | undefined };

const calendarOf = ({ zone, dayOffset }: Timed): Calendar => ({ zone, dayOffset });

/** The period that follows `through` (the end of the last stated one), clipped to the contract; undefined when all are stated. */
export function openPeriod(contract: Timed, through: string | undefined): Period | undefined {
  const { startsAt: start, endsAt: end } = contract;
  const next = through ?? start;
  if (end !== undefined && next >= end) return undefined;
  return clipPeriod(periodContaining(calendarOf(contract), next), { start, end });
}
