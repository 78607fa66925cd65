// One Lambda function: its bundle, its own role with nothing but the given permissions, its own log group.
// Its environment is typed by the very schema that the handler checks at start: a missing or surplus variable does not compile,
// and an empty one does not synthesize. Adds no variable, layer, extension or managed policy of its own.
import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as CdkFunction, Code, type RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod/mini';
import { functionName, type StageConfig } from '../config.ts';
import type { Bundles } from './bundle.ts';
import { FUNCTION_TAG } from './function-tag.ts';

/** A function's `environment` schema, from its `env.ts`. */
export type EnvironmentSchema = z.ZodMiniObject<Readonly<Record<string, z.ZodMiniString>>>;

/** What one function is given. */
export interface LambdaFunctionProps<Schema extends EnvironmentSchema> {
  readonly config: Pick<StageConfig, 'stage' | 'logRetentionDays'>;
  readonly bundles: Bundles;
  /** The folder below `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  readonly environment: Readonly<Record<keyof z.output<Schema>, string>>;
  readonly permissions: readonly PolicyStatement[];
  /** @default 10 seconds */
  readonly timeout?: Duration;
  /** Megabytes. @default 512 */
  readonly memory?: number;
  /** Concurrent executions set aside; null leaves the function to the account's pool. @default null */
  readonly reservedConcurrency?: number | null;
  /** Whether Lambda may stop a chain of messages that this function seems to send to itself. @default Terminate */
  readonly recursiveLoop?: RecursiveLoop;
}

/** One deployed function, see the head of this file. */
export class LambdaFunction<Schema extends EnvironmentSchema = EnvironmentSchema> extends Construct {
  readonly lambda: CdkFunction;
  readonly role: Role;
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps<Schema>) {
    super(scope, id);
    this.logs = new LogGroup(this, 'Logs', {
      retention: props.config.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Odoseal ${props.name}`,
    });
    Tags.of(this.role).add(FUNCTION_TAG, props.name);
    this.logs.grantWrite(this.role);
    for (const statement of props.permissions) this.role.addToPolicy(statement);
    this.lambda = new CdkFunction(this, 'Function', {
      functionName: functionName(props.config.stage, props.name),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundleOf(props)),
      environment: { ...props.schema.parse(props.environment) },
      timeout: props.timeout ?? Duration.seconds(10),
      memorySize: props.memory ?? 512,
      role: this.role,
      logGroup: this.logs,
      reservedConcurrentExecutions: props.reservedConcurrency ?? undefined,
      recursiveLoop: props.recursiveLoop,
    });
  }
}

const bundleOf = ({ bundles, name }: { readonly bundles: Bundles; readonly name: string }): string => {
  const folder = bundles.get(name);
  if (folder === undefined) throw new Error(`There is no bundle of a function "${name}"`);
  return folder;
};
