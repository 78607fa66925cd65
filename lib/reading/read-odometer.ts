// One vehicle call for one contract. What comes back is a reading to store, or a refusal with its meaning: never an exception for what
// cars and their makers do every day.
import type { Connection } from '../connection/connection.ts';
import type { HeldPair } from '../connection/vault.ts';
import type { Outcome } from '../contract/attempts.ts';
import type { Contract } from '../contract/contract.ts';
import type { Period } from '../mileage/period.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import { newId, type RandomBytes } from '../tenant/id.ts';
import type { VehiclePlatform } from '../vehicle/platform.ts';
import { documentedReason, type Meaning } from '../vehicle/refusals.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import type { StoredReading } from './reading.ts';

export type Answer =
  | {
      readonly kind: 'reading';
      readonly reading: Omit<StoredReading, 'seq' | 'outcome'>;
      /** The VIN alone was refused. */
      readonly vinRefused?: Refusal | undefined;
    }
  | ({ readonly kind: 'refused' } & Refusal);

interface Refusal {
  readonly meaning: Meaning;
  readonly retryAfterSeconds: number | undefined;
  /** Whether the platform's own error document said so. */
  readonly spoken: boolean;
  /** In the platform's documented words. */
  readonly reason?: string | undefined;
}

export interface Call {
  readonly application: Pick<VehicleApplication, 'platform'>;
  readonly platform: VehiclePlatform;
  readonly connection: Connection & { readonly vendorVehicleId: string };
  readonly pair: HeldPair;
  readonly withVin: boolean;
  readonly deadlineMs: number;
}

const QUARTERLY = 3;

/** Whether this read asks for the VIN too: each part is billed. Those of a contract whose car nobody knows yet all do. */
export function asksForVin(
  { vinPolicy, vinEveryPeriods = QUARTERLY }: Pick<VehicleApplication, 'vinPolicy' | 'vinEveryPeriods'>,
  { lastFetchedAt, boundVin }: Pick<Contract, 'lastFetchedAt' | 'boundVin'>,
  { id }: Pick<Period, 'id'>,
): boolean {
  if (vinPolicy === 'every_read' || lastFetchedAt === undefined || boundVin === undefined) return true;
  const [year = 0, month = 0] = id.split('-').map(Number);
  return vinPolicy === 'every_n_periods' && (12 * year + month - 1) % vinEveryPeriods === 0;
}

/** What a car measured, it measured before its answer came: a clock that is ahead by less than this is put right. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * When a car measured what came here at `now`. Undefined when it says further ahead: nobody knows when that was; it proves nothing, and
 * would close months that are still to come.
 * @param now epoch milliseconds
 */
export function measuredAt(recordedAt: string, now: number): string | undefined {
  const said = Date.parse(recordedAt);
  return said > now + CLOCK_TOLERANCE_MS ? undefined : new Date(Math.min(said, now)).toISOString();
}

const wrongTime: Answer = {
  kind: 'refused',
  meaning: 'transient',
  retryAfterSeconds: undefined,
  spoken: true,
};

export async function readOdometer(
  call: Call,
  { clock, random }: { readonly clock: () => number; readonly random: RandomBytes },
): Promise<Answer> {
  const { application, platform, connection, pair, withVin, deadlineMs } = call;
  try {
    const { odometer, vin, vinRefused } = await platform.read(pair.accessToken, vehicleOf(connection), {
      withVin,
      deadlineMs,
    });
    const { requestId = 'none', ...measured } = odometer;
    const now = clock();
    const id = newId('rdg', now, random);
    // By our clock: the platform may answer from stock, fetched days ago, and what was asked for today must count as asked today.
    const fetchedAt = new Date(now).toISOString();
    const recordedAt = measuredAt(measured.recordedAt, now);
    if (recordedAt === undefined) return wrongTime;
    const came = { source: 'poll', connectionId: connection.connectionId, platform: application.platform } as const;
    const reading = { id, ...measured, recordedAt, fetchedAt, requestId, vin, ...came };
    return vinRefused === undefined
      ? { kind: 'reading', reading }
      : { kind: 'reading', reading, vinRefused: refusalOf(vinRefused) };
  } catch (refusal) {
    if (!(refusal instanceof VehicleError)) throw refusal;
    return { kind: 'refused', ...refusalOf(refusal) };
  }
}

function refusalOf(refusal: VehicleError): Refusal {
  const { meaning, retryAfterSeconds, type } = refusal;
  return { meaning, retryAfterSeconds, spoken: type !== undefined, reason: documentedReason(refusal) };
}

const vehicleOf = ({ vendorVehicleId, vendorUserId }: Call['connection']) => ({
  vehicleId: vendorVehicleId,
  userId: vendorUserId,
});

/** How an attempt is counted in the statement. */
export const outcomeOf: Readonly<Record<Meaning, Outcome>> = {
  refresh_once: 'reconnect_needed',
  reconnect: 'reconnect_needed',
  owner_must_act: 'owner_must_act',
  asleep: 'asleep',
  transient: 'unavailable',
  application_rate_limited: 'rate_limited',
  vehicle_rate_limited: 'rate_limited',
  not_capable: 'refused',
  billing: 'refused',
  operator: 'refused',
};
