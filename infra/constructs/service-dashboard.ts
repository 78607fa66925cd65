// One screen for the operator: does the API answer, does work flow, do cars answer. Numbers only, no per-tenant or per-car figures.
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { LambdaFunction } from './lambda-function.ts';
import type { PublicApi } from './public-api.ts';
import type { WorkerQueue } from './worker-queue.ts';

/** What the dashboard shows. */
export interface ServiceDashboardProps {
  readonly stage: string;
  readonly gateway: PublicApi;
  readonly tend: WorkerQueue;
  readonly read: WorkerQueue;
  readonly readVehicle: LambdaFunction;
}

const graph = (title: string, left: IMetric[], right: IMetric[] = []): GraphWidget =>
  new GraphWidget({ title, left, right, width: 12, period: Duration.minutes(5) });

const queueGraph = (title: string, { queue, deadLetters }: WorkerQueue): GraphWidget =>
  graph(
    title,
    [
      queue.metricApproximateNumberOfMessagesVisible({ label: 'waiting' }),
      queue.metricApproximateNumberOfMessagesDelayed({ label: 'delayed' }),
      deadLetters.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
    ],
    [queue.metricApproximateAgeOfOldestMessage({ label: 'oldest (s)' })],
  );

/** The dashboard of one stage. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, gateway, tend, read, readVehicle }: ServiceDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: `odoseal-${stage}` });
    dashboard.addWidgets(
      graph(
        'HTTP API',
        [gateway.stage.metricCount(), gateway.stage.metricClientError(), gateway.stage.metricServerError()],
        [gateway.stage.metricLatency({ statistic: 'p99' })],
      ),
      graph(
        'read-vehicle',
        [readVehicle.lambda.metricInvocations(), readVehicle.lambda.metricErrors()],
        [readVehicle.lambda.metricDuration({ statistic: 'p90' })],
      ),
      queueGraph('Tend queue', tend),
      queueGraph('Read queue', read),
    );
  }
}
