// How far the car of a contract went between two instants, by the rules of its statements, and how much of its allowance that is. Signs
// nothing, and estimates nothing beyond the newest reading.
import type { Contract } from '../contract/contract.ts';
import { overlap, type Term } from '../contract/same-car.ts';
import { type Usage, usageOf } from '../mileage/allowance.ts';
import { judge, type Measured, type NotClosed } from '../mileage/judge.ts';
import { type Dossier, expectedVinOf } from './dossier.ts';
import { replacementsOf } from './odometer-event.ts';
import type { StoredReading } from './reading.ts';

/** Instants. Without `to`: up to the newest reading, or the contract's end, whichever comes first. */
export interface Asked {
  readonly from: string;
  readonly to: string | undefined;
}

/** What the car drives after its contract is nobody's business. */
function untilNow({ contract: { endsAt } }: Dossier, readings: readonly StoredReading[]): string | undefined {
  const newest = readings.at(-1)?.recordedAt;
  return newest !== undefined && endsAt !== undefined && endsAt < newest ? endsAt : newest;
}

/**
 * @param readings those that may be used, in order of time
 * @param onSameCar terms of the tenant's other contracts about the car
 * @returns with the end that was meant; undefined where no reading since `from` could be one
 */
export function mileageBetween(
  dossier: Dossier,
  readings: readonly StoredReading[],
  { from, to }: Asked,
  onSameCar: readonly Term[],
): { readonly until: string | undefined; readonly judged: Measured | NotClosed } {
  const until = to ?? untilNow(dossier, readings);
  if (until === undefined || until <= from)
    return { until: undefined, judged: { outcome: 'not_closed', why: 'no_closing_reading' } };
  const period = { id: 'asked', from, to: until, zone: dossier.contract.zone };
  const others = onSameCar.filter((term) => overlap(term, { startsAt: from, endsAt: until }));
  const replacements = replacementsOf(dossier.odometerEvents);
  const continues = from > dossier.contract.startsAt;
  const facts = { contractStart: from, continues, replacements, contractsOnVehicle: 1 + others.length };
  return { until, judged: judge({ period, readings, expectedVin: expectedVinOf(dossier), facts }) };
}

/**
 * Counted from the contract's start: what was driven before the first reading is not known.
 * @param judged from the contract's start
 * @returns undefined for a contract without an allowance, and where the readings say nothing or contradict each other
 */
export function usageOfContract(contract: Contract, judged: Measured | NotClosed): Usage | undefined {
  if (contract.allowance === undefined || judged.outcome !== 'measured') return undefined;
  const { opening, closing, distanceMetres: metres } = judged;
  if (metres === null) return undefined;
  const term = { from: contract.startsAt, to: contract.endsAt };
  return usageOf(contract.allowance, term, [{ from: opening.at, to: closing.at, metres }], closing.at);
}
