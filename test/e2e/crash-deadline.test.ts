// Crash tests over the read path of V2 where the deadline passes without a reading. How they are made, and what may differ: crash-runs.ts.
import { expect } from 'vitest';
import { crashTests, namesOf } from './crash-runs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What is signed before the car is asked for the next month, and by whom. */
const PAST_DEADLINE = [
  'read-vehicle KMS.Sign',
  'tend-connection VEHICLE_AUTH_ORIGIN.POST',
  'read-vehicle VEHICLE_API_ORIGIN.POST',
];

crashTests(
  {
    name: 'a car that sleeps past its deadline, from the deadline on',
    // Asked once: the platform wants to be left alone until the deadline is past. Otherwise six more questions lie before each deadline.
    stage: (fleet, carId) =>
      fleet.inject(carId, {
        error: 'VEHICLE_STATE:ASLEEP',
        path: '/odometer',
        retryAfterSeconds: (DAY + HOUR) / 1000,
      }),
    from: (_call, sinceEnd) => sinceEnd >= DAY,
  },
  ({ calls, claims }) => {
    expect(claims).toMatchObject({ outcome: 'no_reading', reason: 'asleep', attempts: { counts: { asleep: 1 } } });
    expect(namesOf(calls).filter((name) => PAST_DEADLINE.includes(name))).toEqual(PAST_DEADLINE);
  },
);

crashTests({ name: 'a contract that was never connected', connected: false }, ({ calls, claims }) => {
  expect(claims).toMatchObject({ outcome: 'no_reading', reason: 'not_connected' });
  expect(namesOf(calls)).toEqual(
    expect.arrayContaining([
      'plan-reads SQS.SendMessageBatch',
      'read-vehicle KMS.Sign',
      'read-vehicle DynamoDB.PutItem',
    ]),
  );
});
