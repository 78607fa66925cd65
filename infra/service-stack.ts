// What can be replaced at any time: functions, queues, HTTP API, schedule, alarms, dashboard. Holds no state that matters.
// Only wires: what a function is told and may do stands in constructs/*-functions.ts.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from './config.ts';
import type { Bundles } from './constructs/bundle.ts';
import { eventFunctions, webhookQueue } from './constructs/event-functions.ts';
import { OwnDomain } from './constructs/own-domain.ts';
import { PublicApi } from './constructs/public-api.ts';
import { readingFunctions, readingQueues } from './constructs/reading-functions.ts';
import { reportFunctions, reportQueue } from './constructs/report-functions.ts';
import { runFunctions } from './constructs/run-functions.ts';
import { RunbookAlarms } from './constructs/runbook-alarm.ts';
import { sealingFunctions } from './constructs/sealing-functions.ts';
import { ServiceDashboard } from './constructs/service-dashboard.ts';
import { watchService } from './constructs/watch-service.ts';
import { webFunctions } from './constructs/web-functions.ts';
import type { DataStack } from './data-stack.ts';

/** What the service is built from. */
export interface ServiceStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly bundles: Bundles;
}

/** The running service of one stage. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, bundles, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const alarms = new RunbookAlarms(this, 'Alarms', config);
    const gateway = new PublicApi(this, 'HttpApi', config);
    const origin = config.publicOrigin ?? gateway.endpoint;
    const queues = {
      ...readingQueues(this, alarms),
      webhook: webhookQueue(this, alarms),
      report: reportQueue(this, alarms),
    };
    const surroundings = { config, data, bundles, origin, ...queues };
    const web = webFunctions(this, surroundings);
    const reading = readingFunctions(this, surroundings);
    const runs = runFunctions(this, surroundings);
    const reports = reportFunctions(this, surroundings);
    const events = eventFunctions(this, surroundings);
    const sealing = sealingFunctions(this, surroundings);
    gateway.route({ ...web, ...reports });
    if (config.certificateArn !== undefined) {
      new OwnDomain(this, 'OwnDomain', { gateway, origin, certificateArn: config.certificateArn });
    }
    watchService(alarms, { gateway, ...web, ...reading, ...runs, ...reports, ...events, ...sealing });
    new ServiceDashboard(this, 'Dashboard', {
      stage: config.stage,
      gateway,
      ...queues,
      readVehicle: reading.readVehicle,
    });
    new CfnOutput(this, 'PublicOrigin', {
      value: origin,
      description: 'Where drivers, tenants and auditors reach this stage',
    });
    new CfnOutput(this, 'AdminFunction', {
      value: web.admin.lambda.functionName,
      description: 'Invoke to create tenants, API keys and vehicle applications',
    });
  }
}
