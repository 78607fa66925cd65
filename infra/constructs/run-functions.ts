// What counts runs, on its schedule. It reads contracts with all that is theirs, and statements; it writes how runs stand, which is also
// how it tells that one is complete. It has no key, no secret and no queue.
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environment as tallyRunsEnvironment } from '../../functions/tally-runs/env.ts';
import { contractPartition, runsPartition } from '../../lib/aws/keys.ts';
import { BY_TENANT } from '../data-stack.ts';
import { onIndex, onItems, onTable } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { Surroundings } from './surroundings.ts';
import { wake } from './wake.ts';

/** The functions that look after runs. */
export interface RunFunctions {
  readonly tallyRuns: LambdaFunction;
}

/** Creates the functions that look after runs. */
export function runFunctions(scope: Construct, given: Surroundings): RunFunctions {
  const { business, attestations } = given.data;
  const tallyRuns = new LambdaFunction(scope, 'TallyRuns', {
    ...given,
    name: 'tally-runs',
    description: 'Counts how the contracts of a month stand, and tells when it is complete',
    schema: tallyRunsEnvironment,
    environment: { BUSINESS_TABLE: business.tableName, ATTESTATIONS_TABLE: attestations.tableName },
    timeout: Duration.minutes(4),
    permissions: [
      onIndex(business, BY_TENANT),
      onItems(business, contractPartition('*', '*'), 'Query'),
      onItems(business, runsPartition('*'), 'PutItem', 'UpdateItem'),
      onTable(attestations, 'BatchGetItem'),
      // Chains of contracts that were ever corrected.
      onItems(attestations, contractPartition('*', '*'), 'Query'),
    ],
  });
  wake(tallyRuns, Duration.minutes(5));
  return { tallyRuns };
}
