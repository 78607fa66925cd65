// Crash tests over the read path of V2: planner, refresh, reading, statement. How they are made, and what may differ: crash-runs.ts.
import { expect } from 'vitest';
import { crashTests, namesOf } from './crash-runs.ts';

const DAY = 86_400_000;

crashTests({ name: 'a car that answers, functions that just started', cold: true }, ({ calls, claims }) => {
  expect(claims.outcome).toBe('measured');
  expect(namesOf(calls)).toEqual(
    expect.arrayContaining([
      'plan-reads DynamoDB.Query',
      'plan-reads DynamoDB.UpdateItem',
      'plan-reads SQS.SendMessageBatch',
      'tend-connection KMS.Decrypt',
      'tend-connection SecretsManager.GetSecretValue',
      'tend-connection VEHICLE_AUTH_ORIGIN.POST',
      'tend-connection SQS.SendMessageBatch',
      'read-vehicle VEHICLE_API_ORIGIN.POST',
      'read-vehicle KMS.GetPublicKey',
      'read-vehicle KMS.Sign',
      'read-vehicle DynamoDB.PutItem',
      'read-vehicle DynamoDB.UpdateItem',
    ]),
  );
});

crashTests(
  {
    name: 'a car that is read before and after the end of the month',
    policy: 'around',
    // Parked for the last day, and moved once more in its last moment: each reading is the same whenever it is taken.
    stage: (fleet, carId, to) => {
      fleet.drive(carId, 0, to - DAY);
      fleet.drive(carId, 1_000, to - 1);
      fleet.drive(carId, 0, to);
    },
  },
  ({ calls, claims }) => {
    expect(claims).toMatchObject({ outcome: 'measured', attempts: { counts: { read: 2 } } });
    expect(namesOf(calls).filter((name) => name === 'read-vehicle VEHICLE_API_ORIGIN.POST')).toHaveLength(2);
    expect(namesOf(calls).filter((name) => name === 'read-vehicle KMS.Sign')).toHaveLength(1);
  },
);
