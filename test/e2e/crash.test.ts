// Crash tests over the read path of V2: planner, refresh, reading, statement. How they are made, and what may differ: crash-runs.ts.
import { expect } from 'vitest';
import { crashTests, namesOf } from './crash-runs.ts';

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
