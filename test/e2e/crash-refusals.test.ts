// Crash tests over the read path of V2 where a question is refused: from the refusal on. How they are made, and what may differ:
// crash-runs.ts.
import { expect } from 'vitest';
import type { CloudCall } from '../../infra/local/cloud-call.ts';
import { crashTests, namesOf } from './crash-runs.ts';

const HOUR = 3_600_000;

const isVehicle = ({ name }: CloudCall): boolean => name === 'VEHICLE_API_ORIGIN.POST';
const asked = (calls: readonly CloudCall[]) => namesOf(calls.filter(({ name }) => name.startsWith('VEHICLE_')));

crashTests(
  {
    name: 'a car that sleeps and answers a later question',
    stage: (fleet, carId, to) => fleet.sleep(carId, { from: to - HOUR, to: to + HOUR / 6 }),
    from: isVehicle,
  },
  ({ calls, claims }) => {
    expect([claims.outcome, claims.attempts.counts]).toEqual(['measured', { asleep: 1, read: 1 }]);
    expect(asked(calls)).toEqual(['read-vehicle VEHICLE_API_ORIGIN.POST', 'read-vehicle VEHICLE_API_ORIGIN.POST']);
  },
);

crashTests(
  {
    name: 'a token that is refused',
    stage: (fleet, carId) => fleet.inject(carId, { error: 'AUTHENTICATION' }),
    from: isVehicle,
  },
  ({ calls, claims }) => {
    expect(claims.outcome).toBe('measured');
    expect(asked(calls)).toEqual([
      'read-vehicle VEHICLE_API_ORIGIN.POST',
      'tend-connection VEHICLE_AUTH_ORIGIN.POST',
      'read-vehicle VEHICLE_API_ORIGIN.POST',
    ]);
  },
);
