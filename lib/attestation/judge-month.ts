// One month of a contract, judged from what is known of it now. PURE.
import type { Connection } from '../connection/connection.ts';
import type { Contract } from '../contract/contract.ts';
import { overlap, type Term } from '../contract/same-car.ts';
import type { Boundary } from '../mileage/boundary.ts';
import type { Facts } from '../mileage/doubts.ts';
import { judge, type Measured, type NotClosed } from '../mileage/judge.ts';
import type { Period } from '../mileage/period.ts';
import { sameVin } from '../mileage/vin.ts';
import { expectedVinOf } from '../reading/dossier.ts';
import { type OdometerEvent, replacementsOf } from '../reading/odometer-event.ts';
import type { StoredReading } from '../reading/reading.ts';

/** What is known of a contract when a month of it is judged. */
export interface JudgeCase {
  readonly contract: Contract;
  readonly connection: Connection | undefined;
  /** All that the contract ever had, as far as they are known. */
  readonly connections: readonly Connection[];
  /** When the tenant's other contracts are about the same car. */
  readonly onSameCar?: readonly Term[];
  /** All that was declared. */
  readonly odometerEvents: readonly OdometerEvent[];
  /** Only readings that consent covers. */
  readonly readings: readonly StoredReading[];
}

/** @param anchor the last fixed boundary before the month; undefined while none is */
export function judgeMonth(judging: JudgeCase, period: Period, anchor: Boundary | undefined): Measured | NotClosed {
  const { readings } = judging;
  const expectedVin = expectedVinOf(judging);
  return judge({ period, anchor, readings, expectedVin, facts: factsOf(judging, period, anchor, expectedVin) });
}

/** What the judgement knows besides the readings of its own period. */
function factsOf(
  { contract, connections, odometerEvents, readings, onSameCar = [] }: JudgeCase,
  period: Period,
  boundary: Boundary | undefined,
  expectedVin: string | undefined,
): Facts {
  const own = ({ vin }: StoredReading) => vin === undefined || expectedVin === undefined || sameVin(vin, expectedVin);
  const earlier = readings
    .filter((reading) => boundary !== undefined && reading.recordedAt <= boundary.at && own(reading))
    .map(({ recordedAt, metres }) => ({ at: recordedAt, metres }))
    .toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const disconnectedAt = connections.flatMap(({ withdrawnAt }) => withdrawnAt ?? []);
  const replacements = replacementsOf(odometerEvents);
  const month = { startsAt: period.from, endsAt: period.to };
  const contractsOnVehicle = 1 + onSameCar.filter((term) => overlap(term, month)).length;
  return { contractStart: contract.startsAt, replacements, disconnectedAt, contractsOnVehicle, earlier };
}
