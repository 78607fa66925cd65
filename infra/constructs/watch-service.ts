// What wakes an operator besides the queues: functions that fail or ask for somebody, a planner that does not run, an API that answers
// 5xx, public functions at their concurrency cap. Each alarm's answer is a section of the runbook.
import { Duration, Stack } from 'aws-cdk-lib';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { LambdaFunction } from './lambda-function.ts';
import type { PublicApi } from './public-api.ts';
import type { RunbookAlarms } from './runbook-alarm.ts';

/** Everything that is watched. */
export interface Watched {
  readonly gateway: PublicApi;
  readonly authorize: LambdaFunction;
  readonly connect: LambdaFunction;
  readonly public: LambdaFunction;
  readonly vehicleEvents: LambdaFunction;
  readonly planReads: LambdaFunction;
  readonly tendConnection: LambdaFunction;
  readonly readVehicle: LambdaFunction;
  readonly tallyRuns: LambdaFunction;
  readonly buildReport: LambdaFunction;
  readonly sendWebhooks: LambdaFunction;
  readonly sealLog: LambdaFunction;
  readonly checkLog: LambdaFunction;
}

const PERIOD = { period: Duration.minutes(5) };

const watchApi = (alarms: RunbookAlarms, { stage }: PublicApi): void =>
  alarms.add({
    section: 'api-errors',
    says: 'The HTTP API answered 5xx several times within five minutes.',
    metric: stage.metricServerError({ ...PERIOD, statistic: 'Sum' }),
    threshold: 5,
  });

const watchErrors = (alarms: RunbookAlarms, name: string, { lambda }: LambdaFunction): void =>
  alarms.add({
    section: `${name}-errors`,
    says: `The function ${name} crashed or timed out in two periods of five minutes in a row.`,
    metric: lambda.metricErrors(PERIOD),
    threshold: 1,
    periods: 2,
  });

/** Nothing failed: the function itself says that only somebody can help, in a log line with the message `operator`. */
const watchWarnings = (alarms: RunbookAlarms, name: string, { logs }: LambdaFunction): void => {
  const warnings = logs.addMetricFilter('Operator', {
    filterPattern: FilterPattern.stringValue('$.message', '=', 'operator'),
    metricNamespace: Stack.of(logs).stackName,
    metricName: `${name}-operator`,
  });
  alarms.add({
    section: `${name}-operator`,
    says: `The function ${name} logged something that only an operator can put right.`,
    metric: warnings.metric({ ...PERIOD, statistic: 'Sum' }),
    threshold: 1,
  });
};

/** Anybody can send a wrong signature; a run of them may be the platform, which drops a push for good after four. */
const watchRefusals = (alarms: RunbookAlarms, name: string, { logs }: LambdaFunction): void => {
  const refusals = logs.addMetricFilter('Refused', {
    filterPattern: FilterPattern.stringValue('$.message', '=', 'push.refused'),
    metricNamespace: Stack.of(logs).stackName,
    metricName: `${name}-refused`,
  });
  alarms.add({
    section: `${name}-refused`,
    says: `The function ${name} refused signatures five times within a quarter of an hour.`,
    metric: refusals.metric({ period: Duration.minutes(15), statistic: 'Sum' }),
    threshold: 5,
  });
};

const watchCap = (alarms: RunbookAlarms, name: string, { lambda }: LambdaFunction): void =>
  alarms.add({
    section: `${name}-throttled`,
    says: `Requests to the function ${name} were turned away at its concurrency cap.`,
    metric: lambda.metricThrottles(PERIOD),
    threshold: 10,
  });

const HOUR = { period: Duration.hours(1) };

const watchChecker = (alarms: RunbookAlarms, { lambda }: LambdaFunction): void => {
  alarms.add({
    section: 'check-log-errors',
    says: 'Checking log and store against each other failed, or found what they do not agree on.',
    metric: lambda.metricErrors(PERIOD),
    threshold: 1,
  });
  alarms.add({
    section: 'check-log-silent',
    says: 'Log and store have not been checked against each other for three hours; it should be every hour.',
    metric: lambda.metricInvocations(HOUR),
    threshold: 1,
    periods: 3,
    whenBelow: true,
  });
};

/** The log stops at the first doubt, so the first error counts. */
const watchSealer = (alarms: RunbookAlarms, { lambda }: LambdaFunction): void => {
  alarms.add({
    section: 'seal-log-errors',
    says: 'The function seal-log failed: nothing new is sealed until a run succeeds, and it may have refused to continue the log.',
    metric: lambda.metricErrors(PERIOD),
    threshold: 1,
  });
  alarms.add({
    section: 'seal-log-silent',
    says: 'The log has not been worked on for fifteen minutes; it should be every minute.',
    metric: lambda.metricInvocations(PERIOD),
    threshold: 1,
    periods: 3,
    whenBelow: true,
  });
};

const watchPlanner = (alarms: RunbookAlarms, { lambda }: LambdaFunction): void =>
  alarms.add({
    section: 'plan-reads-silent',
    says: 'The planner has not run for fifteen minutes; it should run every five.',
    metric: lambda.metricInvocations(PERIOD),
    threshold: 1,
    periods: 3,
    whenBelow: true,
  });

const watchTally = (alarms: RunbookAlarms, { lambda }: LambdaFunction): void =>
  alarms.add({
    section: 'tally-runs-silent',
    says: 'Nobody has counted runs for an hour; it should happen every five minutes.',
    metric: lambda.metricInvocations({ period: Duration.minutes(20) }),
    threshold: 1,
    periods: 3,
    whenBelow: true,
  });

const watchSweep = (alarms: RunbookAlarms, { lambda }: LambdaFunction): void =>
  alarms.add({
    section: 'send-webhooks-silent',
    says: 'Nothing looked for untold events for fifteen minutes; it should happen every minute.',
    metric: lambda.metricInvocations(PERIOD),
    threshold: 1,
    periods: 3,
    whenBelow: true,
  });

/** Creates the alarms of the service. */
export const watchService = (alarms: RunbookAlarms, watched: Watched): void => {
  watchApi(alarms, watched.gateway);
  watchErrors(alarms, 'authorize', watched.authorize);
  watchErrors(alarms, 'vehicle-events', watched.vehicleEvents);
  watchErrors(alarms, 'plan-reads', watched.planReads);
  watchErrors(alarms, 'tend-connection', watched.tendConnection);
  watchErrors(alarms, 'read-vehicle', watched.readVehicle);
  watchErrors(alarms, 'tally-runs', watched.tallyRuns);
  watchErrors(alarms, 'build-report', watched.buildReport);
  watchErrors(alarms, 'send-webhooks', watched.sendWebhooks);
  watchWarnings(alarms, 'tend-connection', watched.tendConnection);
  watchWarnings(alarms, 'read-vehicle', watched.readVehicle);
  watchWarnings(alarms, 'seal-log', watched.sealLog);
  watchWarnings(alarms, 'vehicle-events', watched.vehicleEvents);
  watchRefusals(alarms, 'vehicle-events', watched.vehicleEvents);
  watchPlanner(alarms, watched.planReads);
  watchTally(alarms, watched.tallyRuns);
  watchSweep(alarms, watched.sendWebhooks);
  watchSealer(alarms, watched.sealLog);
  watchChecker(alarms, watched.checkLog);
  watchCap(alarms, 'connect', watched.connect);
  watchCap(alarms, 'public', watched.public);
  watchCap(alarms, 'vehicle-events', watched.vehicleEvents);
};
