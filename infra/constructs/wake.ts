// A function that a schedule wakes. A call that failed or came late is not repeated: the next one is as near, and finds what it left.
import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { LambdaFunction } from './lambda-function.ts';

/** Calls `woken` from now on, every so often. */
export const wake = (woken: LambdaFunction, every: Duration): void => {
  const patience = { retryAttempts: 0, maxEventAge: every };
  const targets = [new LambdaTarget(woken.lambda, patience)];
  new Rule(woken.node.scope ?? woken, `${woken.node.id}Schedule`, { schedule: Schedule.rate(every), targets });
  woken.lambda.configureAsyncInvoke(patience);
};
