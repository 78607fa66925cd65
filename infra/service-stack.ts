// What can be replaced at any time: functions, queues, HTTP API, schedule, alarms, dashboard. Holds no state that matters.
// Each function's permissions stand beside it, complete; whoever reads one block knows what that function can do.
// Refuses to hand out anything on the attestations beyond reading, and adding by read-vehicle.
import { ArnFormat, CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { environment as adminEnvironment } from '../functions/admin/env.ts';
import { environment as apiEnvironment } from '../functions/api/env.ts';
import { environment as authorizeEnvironment } from '../functions/authorize/env.ts';
import { environment as connectEnvironment } from '../functions/connect/env.ts';
import { environment as planReadsEnvironment } from '../functions/plan-reads/env.ts';
import { environment as publicEnvironment } from '../functions/public/env.ts';
import { environment as readVehicleEnvironment } from '../functions/read-vehicle/env.ts';
import { environment as tendConnectionEnvironment } from '../functions/tend-connection/env.ts';
import type { StageConfig } from './config.ts';
import { onIndex, onKey, onQueues, onTable } from './constructs/access.ts';
import type { Bundles } from './constructs/bundle.ts';
import { type EnvironmentSchema, LambdaFunction, type LambdaFunctionProps } from './constructs/lambda-function.ts';
import { PublicApi } from './constructs/public-api.ts';
import { RunbookAlarms } from './constructs/runbook-alarm.ts';
import { ServiceDashboard } from './constructs/service-dashboard.ts';
import { watchService } from './constructs/watch-service.ts';
import { WorkerQueue } from './constructs/worker-queue.ts';
import { BY_TENANT, type DataStack, DUE, vehicleApplicationSecret } from './data-stack.ts';

/** What the service is built from. */
export interface ServiceStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly bundles: Bundles;
}

/** What is said about a function here; the rest is the same for all or has a default. */
type Given<Schema extends EnvironmentSchema> = Omit<
  LambdaFunctionProps<Schema>,
  'bundles' | 'logRetention' | 'timeout' | 'memory'
> &
  Partial<Pick<LambdaFunctionProps<Schema>, 'timeout' | 'memory'>>;

/** Long enough for one car's slowest answer (300 s) and what follows it. */
const READ_TIMEOUT = Duration.seconds(330);
/** Short, so that a crashed refresh is repeated inside the vehicle platform's 10-minute grace window. */
const TEND_TIMEOUT = Duration.seconds(30);

/** The running service of one stage. */
export class ServiceStack extends Stack {
  private readonly config: StageConfig;
  private readonly data: DataStack;
  private readonly bundles: Bundles;
  private readonly api: PublicApi;
  private readonly origin: string;
  private readonly tend: WorkerQueue;
  private readonly read: WorkerQueue;

  constructor(scope: Construct, id: string, { config, data, bundles, ...props }: ServiceStackProps) {
    super(scope, id, props);
    this.config = config;
    this.data = data;
    this.bundles = bundles;
    const alarms = new RunbookAlarms(this, 'Alarms', config);
    this.api = new PublicApi(this, 'HttpApi', config, config.logRetentionDays);
    this.origin = config.publicOrigin ?? this.api.endpoint;
    this.tend = this.tendQueue(alarms);
    this.read = this.readQueue(alarms);

    const targets = {
      authorize: this.authorize(),
      api: this.apiFunction(),
      connect: this.connect(),
      public: this.publicFunction(),
    };
    const workers = {
      planReads: this.planReads(),
      tendConnection: this.tendConnection(),
      readVehicle: this.readVehicle(),
    };
    const admin = this.admin();
    this.api.route(targets);
    watchService(alarms, { gateway: this.api, ...targets, ...workers });
    new ServiceDashboard(this, 'Dashboard', {
      stage: config.stage,
      api: this.api,
      tend: this.tend,
      read: this.read,
      readVehicle: workers.readVehicle,
    });
    new CfnOutput(this, 'PublicOrigin', {
      value: this.origin,
      description: 'Where drivers, tenants and auditors reach this stage',
    });
    new CfnOutput(this, 'AdminFunction', {
      value: admin.lambda.functionName,
      description: 'Invoke to create tenants, keys and vehicle applications',
    });
  }

  private tendQueue(alarms: RunbookAlarms): WorkerQueue {
    const visibility = Duration.seconds(60);
    return new WorkerQueue(this, 'TendQueue', {
      name: 'tend',
      visibility,
      maxReceives: 5,
      lateAfter: Duration.minutes(30),
      alarms,
    });
  }

  private readQueue(alarms: RunbookAlarms): WorkerQueue {
    const visibility = Duration.seconds(6 * READ_TIMEOUT.toSeconds());
    return new WorkerQueue(this, 'ReadQueue', {
      name: 'read',
      visibility,
      maxReceives: 5,
      lateAfter: Duration.hours(2),
      alarms,
    });
  }

  private function<Schema extends EnvironmentSchema>(given: Given<Schema>): LambdaFunction<Schema> {
    const id = given.name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return new LambdaFunction(this, id, {
      timeout: Duration.seconds(10),
      memory: 512,
      bundles: this.bundles,
      logRetention: this.config.logRetentionDays,
      ...given,
    });
  }

  private authorize(): LambdaFunction {
    return this.function({
      name: 'authorize',
      description: 'Decides whether an API key may call',
      schema: authorizeEnvironment,
      environment: { BUSINESS_TABLE: this.data.business.tableName },
      permissions: [onTable(this.data.business, 'GetItem')],
    });
  }

  private apiFunction(): LambdaFunction {
    const { business, attestations } = this.data;
    return this.function({
      name: 'api',
      description: "The tenants' HTTP API",
      schema: apiEnvironment,
      environment: {
        BUSINESS_TABLE: business.tableName,
        ATTESTATIONS_TABLE: attestations.tableName,
        PUBLIC_ORIGIN: this.origin,
      },
      timeout: Duration.seconds(29),
      permissions: [
        onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
        onIndex(business, BY_TENANT),
        onTable(attestations, 'GetItem', 'Query'),
      ],
    });
  }

  private connect(): LambdaFunction {
    const { business, vault, vaultKey } = this.data;
    const connect = this.function({
      name: 'connect',
      description: "The driver's pages: link, agreement, callback",
      schema: connectEnvironment,
      environment: {
        BUSINESS_TABLE: business.tableName,
        VAULT_TABLE: vault.tableName,
        VAULT_KEY_ID: vaultKey.keyId,
        TEND_QUEUE_URL: this.tend.queue.queueUrl,
        PUBLIC_ORIGIN: this.origin,
        VEHICLE_CONNECT_ORIGIN: this.config.vehicle.connect,
        VEHICLE_AUTH_ORIGIN: this.config.vehicle.auth,
        VEHICLE_API_ORIGIN: this.config.vehicle.api,
      },
      timeout: Duration.seconds(29),
      reservedConcurrency: this.config.concurrency.connect,
      permissions: [
        onTable(business, 'GetItem', 'PutItem', 'UpdateItem'),
        onTable(vault, 'GetItem', 'PutItem', 'UpdateItem'),
        onKey(vaultKey, 'Decrypt', 'GenerateDataKey'),
        onQueues(this.tend.queue),
      ],
    });
    this.mayReadVehicleApplications(connect);
    return connect;
  }

  private planReads(): LambdaFunction {
    const { business } = this.data;
    const planReads = this.function({
      name: 'plan-reads',
      description: 'Finds the contracts that are due and sends them to be read',
      schema: planReadsEnvironment,
      environment: {
        BUSINESS_TABLE: business.tableName,
        TEND_QUEUE_URL: this.tend.queue.queueUrl,
        READ_QUEUE_URL: this.read.queue.queueUrl,
      },
      timeout: Duration.minutes(4),
      permissions: [
        onIndex(business, DUE),
        onTable(business, 'UpdateItem'),
        onQueues(this.tend.queue, this.read.queue),
      ],
    });
    // No retry of a failed or delayed run: the next one is five minutes away and takes the same contracts.
    const target = new LambdaTarget(planReads.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    new Rule(this, 'PlanReadsSchedule', { schedule: Schedule.rate(Duration.minutes(5)), targets: [target] });
    planReads.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    return planReads;
  }

  private tendConnection(): LambdaFunction {
    const { business, vault, vaultKey } = this.data;
    const tendConnection = this.function({
      name: 'tend-connection',
      description: 'Binds a new connection to its vehicle and keeps its tokens fresh',
      schema: tendConnectionEnvironment,
      environment: {
        BUSINESS_TABLE: business.tableName,
        VAULT_TABLE: vault.tableName,
        VAULT_KEY_ID: vaultKey.keyId,
        TEND_QUEUE_URL: this.tend.queue.queueUrl,
        READ_QUEUE_URL: this.read.queue.queueUrl,
        VEHICLE_AUTH_ORIGIN: this.config.vehicle.auth,
        VEHICLE_API_ORIGIN: this.config.vehicle.api,
      },
      timeout: TEND_TIMEOUT,
      // Waiting work passes through its queue again by design; turns and attempts bound it, so Lambda must not cut it off.
      recursiveLoop: RecursiveLoop.ALLOW,
      permissions: [
        onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
        onTable(vault, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
        onKey(vaultKey, 'Decrypt'),
        this.tend.consume(),
        onQueues(this.tend.queue, this.read.queue),
      ],
    });
    this.mayReadVehicleApplications(tendConnection);
    this.tend.feed(tendConnection.lambda, {
      batchSize: 10,
      window: Duration.seconds(0),
      concurrency: this.config.concurrency.tend,
    });
    return tendConnection;
  }

  private readVehicle(): LambdaFunction {
    const { business, attestations, vault, vaultKey, statementKey } = this.data;
    const readVehicle = this.function({
      name: 'read-vehicle',
      description: 'Reads vehicles, judges the distance, signs the statement',
      schema: readVehicleEnvironment,
      environment: {
        BUSINESS_TABLE: business.tableName,
        ATTESTATIONS_TABLE: attestations.tableName,
        VAULT_TABLE: vault.tableName,
        VAULT_KEY_ID: vaultKey.keyId,
        STATEMENT_KEY_ID: statementKey.keyId,
        ISSUER: this.origin,
        TEND_QUEUE_URL: this.tend.queue.queueUrl,
        READ_QUEUE_URL: this.read.queue.queueUrl,
        VEHICLE_API_ORIGIN: this.config.vehicle.api,
      },
      timeout: READ_TIMEOUT,
      recursiveLoop: RecursiveLoop.ALLOW,
      permissions: [
        onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
        onTable(attestations, 'GetItem', 'PutItem', 'Query'),
        onTable(vault, 'GetItem'),
        onKey(vaultKey, 'Decrypt'),
        onKey(statementKey, 'Sign'),
        this.read.consume(),
        onQueues(this.tend.queue, this.read.queue),
      ],
    });
    this.read.feed(readVehicle.lambda, {
      batchSize: 50,
      window: Duration.seconds(2),
      concurrency: this.config.concurrency.read,
    });
    return readVehicle;
  }

  private publicFunction(): LambdaFunction {
    return this.function({
      name: 'public',
      description: 'Publishes the keys that statements verify with',
      schema: publicEnvironment,
      environment: { STATEMENT_KEY_ID: this.data.statementKey.keyId, ISSUER: this.origin },
      reservedConcurrency: this.config.concurrency.public,
      permissions: [onKey(this.data.statementKey, 'GetPublicKey')],
    });
  }

  private admin(): LambdaFunction {
    return this.function({
      name: 'admin',
      description: 'Creates tenants, API keys and vehicle applications; reachable through IAM alone',
      schema: adminEnvironment,
      environment: { BUSINESS_TABLE: this.data.business.tableName },
      permissions: [onTable(this.data.business, 'GetItem', 'PutItem', 'UpdateItem')],
    });
  }

  private mayReadVehicleApplications(to: LambdaFunction): void {
    const name = vehicleApplicationSecret(this.config.stage, '*');
    const resource = this.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    to.role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [resource] }));
    Validations.of(to.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}]`,
      reason:
        'Vehicle applications are added while the service runs, one secret each under this prefix; nothing else is stored there.',
    });
  }
}
