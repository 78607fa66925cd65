// Functions and everything that calls them (routes, event source mappings, schedules) as the templates declare them.
// Refuses what the runner could only guess at: a target without a function, a cron expression.
import { join } from 'node:path';
import { FUNCTION_TAG } from '../constructs/function-tag.ts';
import { arrayOf, type Finder, type Found, numberOf, text } from './found-resource.ts';
import type { QueueSpec } from './queues.ts';
import { type Assembly, objectOf } from './template.ts';

/** One function: `name` is its folder below `functions/`, `bundle` the module of the asset that would be deployed. */
export type FunctionSpec = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly bundle: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
};

export type AuthorizerSpec = {
  readonly id: string;
  readonly functionName: string;
  readonly identitySources: readonly string[];
  readonly cacheSeconds: number;
};

export type RouteSpec = {
  readonly routeKey: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  readonly authorizer?: AuthorizerSpec;
};

export type MappingSpec = {
  readonly queue: QueueSpec;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsFailures: boolean;
  readonly concurrency: number;
};

export type ScheduleSpec = {
  readonly name: string;
  readonly arn: string;
  readonly periodMs: number;
  readonly functionName: string;
  /** How often Lambda repeats a call that ended in a function error. */
  readonly retryAttempts: number;
  readonly input?: string;
};

/** The folder name that the stacks write on a function's role. */
const functionName = ({ resource, properties }: Found, find: Finder): string => {
  const role = find('AWS::IAM::Role').find(({ arn }) => arn === properties['Role']);
  const tag = arrayOf(role?.properties['Tags'])
    .map(objectOf)
    .find(({ Key }) => Key === FUNCTION_TAG);
  return tag === undefined ? resource.logicalId : text(tag['Value']);
};

export const functionsOf = (find: Finder, assembly: Assembly): readonly FunctionSpec[] =>
  find('AWS::Lambda::Function').flatMap((found) => {
    const { arn, properties } = found;
    const s3Key = objectOf(properties['Code'])['S3Key'];
    // Functions with inline code belong to the CDK itself (custom resources); they do nothing here.
    if (s3Key === undefined) return [];
    const [file = '', exportName = ''] = text(properties['Handler']).split('.');
    const variables = objectOf(objectOf(properties['Environment'])['Variables']);
    return [
      {
        name: functionName(found, find),
        arn,
        roleArn: text(properties['Role']),
        bundle: join(assembly.assetFolder(text(s3Key)), file),
        exportName,
        environment: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, text(value)])),
        timeoutSeconds: numberOf(properties['Timeout'], 3),
        memoryMegabytes: numberOf(properties['MemorySize'], 128),
      },
    ];
  });

/** The function that an ARN, a name, or an API Gateway invocation URI points at. */
const functionBehind = (target: string, functions: readonly FunctionSpec[]): FunctionSpec => {
  const found = functions.find(
    ({ arn }) => target.includes(`${arn}/invocations`) || target === arn || arn.endsWith(`:${target}`),
  );
  if (found === undefined) throw new Error(`the template points at a function that it does not have: ${target}`);
  return found;
};

const authorizersOf = (find: Finder, functions: readonly FunctionSpec[]): readonly AuthorizerSpec[] =>
  find('AWS::ApiGatewayV2::Authorizer').map(({ ref, properties }) => ({
    id: ref,
    functionName: functionBehind(text(properties['AuthorizerUri']), functions).name,
    identitySources: arrayOf(properties['IdentitySource']).map(text),
    cacheSeconds: numberOf(properties['AuthorizerResultTtlInSeconds'], 300),
  }));

export const routesOf = (find: Finder, functions: readonly FunctionSpec[]): readonly RouteSpec[] => {
  const authorizers = authorizersOf(find, functions);
  const integrations = find('AWS::ApiGatewayV2::Integration');
  return find('AWS::ApiGatewayV2::Route').map(({ properties }) => {
    const integration = integrations.find(({ ref }) => text(properties['Target']) === `integrations/${ref}`);
    const authorizer = authorizers.find(({ id }) => id === properties['AuthorizerId']);
    return {
      routeKey: text(properties['RouteKey']),
      functionName: functionBehind(text(integration?.properties['IntegrationUri']), functions).name,
      timeoutMs: numberOf(integration?.properties['TimeoutInMillis'], 30_000),
      ...(authorizer === undefined ? {} : { authorizer }),
    };
  });
};

export const mappingsOf = (
  find: Finder,
  functions: readonly FunctionSpec[],
  queues: readonly QueueSpec[],
): readonly MappingSpec[] =>
  find('AWS::Lambda::EventSourceMapping').flatMap(({ properties }) => {
    const queue = queues.find(({ arn }) => arn === properties['EventSourceArn']);
    if (queue === undefined || properties['Enabled'] === false) return [];
    return [
      {
        queue,
        functionName: functionBehind(text(properties['FunctionName']), functions).name,
        batchSize: numberOf(properties['BatchSize'], 10),
        windowSeconds: numberOf(properties['MaximumBatchingWindowInSeconds'], 0),
        reportsFailures: arrayOf(properties['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
        concurrency: numberOf(objectOf(properties['ScalingConfig'])['MaximumConcurrency'], 5),
      },
    ];
  });

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `rate(5 minutes)` in ms. Refuses cron expressions: no schedule of the service uses one. */
const periodOf = (expression: string): number => {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined) throw new Error(`the local runner does not read the schedule "${expression}"`);
  return Number(count) * unitMs;
};

/**
 * What Lambda does by itself unless an invoke configuration says otherwise. A target's own `RetryPolicy` is not meant: it is about
 * events that EventBridge cannot hand to Lambda, which does not happen here.
 */
const DEFAULT_RETRY_ATTEMPTS = 2;

/** How often Lambda repeats an asynchronous call of a function that failed. Schedules call no other version than the latest. */
const retryAttemptsOf = (find: Finder, { arn }: FunctionSpec, functions: readonly FunctionSpec[]): number => {
  const config = find('AWS::Lambda::EventInvokeConfig').find(
    ({ properties }) =>
      properties['Qualifier'] === '$LATEST' && functionBehind(text(properties['FunctionName']), functions).arn === arn,
  );
  return numberOf(config?.properties['MaximumRetryAttempts'], DEFAULT_RETRY_ATTEMPTS);
};

export const schedulesOf = (find: Finder, functions: readonly FunctionSpec[]): readonly ScheduleSpec[] =>
  find('AWS::Events::Rule')
    .filter(({ properties }) => properties['ScheduleExpression'] !== undefined && properties['State'] !== 'DISABLED')
    .flatMap(({ ref, arn, properties }) =>
      arrayOf(properties['Targets'])
        .map(objectOf)
        .map((target) => {
          const called = functionBehind(text(target['Arn']), functions);
          return {
            name: ref,
            arn,
            periodMs: periodOf(text(properties['ScheduleExpression'])),
            functionName: called.name,
            retryAttempts: retryAttemptsOf(find, called, functions),
            ...(target['Input'] === undefined ? {} : { input: text(target['Input']) }),
          };
        }),
    );
