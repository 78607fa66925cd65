// For tests of calls that must fail.
import { VehicleError } from '../../../lib/vehicle/vehicle-error.ts';

/** The VehicleError a call rejects with. Fails when it resolves or rejects with something else. */
export const thrownBy = async (call: Promise<unknown>): Promise<VehicleError> => {
  const outcome = await call.then(
    () => 'resolved',
    (error: unknown) => error,
  );
  if (outcome instanceof VehicleError) return outcome;
  throw new Error(`expected a VehicleError, got ${String(outcome)}`);
};
