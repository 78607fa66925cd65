// Crash tests over the read path of V3: the application's token, the signals, the statement. How they are made, and what may differ:
// crash-runs.ts.
import { expect } from 'vitest';
import { crashTests, namesOf } from './crash-runs.ts';

crashTests(
  { name: 'a car that answers on V3, functions that just started', platform: 'v3', cold: true },
  ({ calls, claims }) => {
    expect(claims.outcome).toBe('measured');
    expect(namesOf(calls)).toEqual(
      expect.arrayContaining([
        'plan-reads SQS.SendMessageBatch',
        'tend-connection SecretsManager.GetSecretValue',
        'tend-connection VEHICLE_IAM_ORIGIN.POST',
        'tend-connection SQS.SendMessageBatch',
        'read-vehicle KMS.Decrypt',
        'read-vehicle VEHICLE_V3_ORIGIN.GET',
        'read-vehicle KMS.Sign',
        'read-vehicle DynamoDB.PutItem',
      ]),
    );
  },
);
