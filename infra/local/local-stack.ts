// The whole service in one process, read from the synthesized templates: tables, queues, keys, secrets, routes, mappings,
// schedules and every function with the bundle and environment that would be deployed. Design section 10; no Docker, no account.
// Not as on AWS: permissions (asserted against the template), throttling, item expiry, index lag.
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeActivity } from './activity.ts';
import { makeAuthorize } from './authorizer-cache.ts';
import { type AwsBackends, makeAwsEndpoint } from './aws-endpoint.ts';
import { answerAwsJson } from './aws-json.ts';
import { type CallLedger, type CloudCall, type CrashRule, functionOfWorker, makeCallLedger } from './cloud-call.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import { makeEventSources } from './event-sources.ts';
import { type FunctionPool, type LogLine, makeFunctionPool, type Outcome } from './function-pool.ts';
import { type GatewaySettings, makeGateway } from './gateway.ts';
import { makeKms } from './kms.ts';
import { listen, stopListening } from './listen.ts';
import { makeQueues, type QueueState } from './queues.ts';
import { scheduledEvent } from './scheduled-event.ts';
import { makeSecretsManager } from './secrets-manager.ts';
import { installClock, makeSharedClock } from './shared-clock.ts';
import { synthesize } from './synthesize.ts';
import { createTables, makeDueReader, makeTableClient, makeTableStore } from './tables.ts';
import { readAssembly } from './template.ts';
import { type AdvanceOptions, makeTimeMachine } from './time-machine.ts';

export type LocalStackOptions = {
  /** A cloud assembly of stage `local`; absent: the CDK app is run into a folder that goes when the stack is closed. */
  readonly outDir?: string;
  /** Port of the gateway on 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  /** First instant of the clock, epoch ms; absent: the real time. */
  readonly startAt?: number;
  /** `still` (default): time stands until it is moved, deliveries are serial. `running`: time goes on by itself. */
  readonly time?: 'still' | 'running';
  /** Values that replace variables of the functions, by name: where the vehicle platform is. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Most copies of one function at once; default 4. */
  readonly copies?: number;
  readonly onCall?: (call: CloudCall) => void;
  readonly onLog?: (line: LogLine) => void;
};

export type LocalStack = {
  /** Where the HTTP API answers, no trailing slash. */
  readonly publicOrigin: string;
  /** Where the AWS stand-ins answer: `AWS_ENDPOINT_URL` for anyone who wants to look in. */
  readonly awsOrigin: string;
  readonly deployment: Deployment;
  readonly clock: {
    readonly now: () => number;
    /** Moves time to `instant` (epoch ms); see time-machine.ts. */
    readonly advanceTo: (instant: number, options?: AdvanceOptions) => Promise<void>;
  };
  /**
   * Calls a function directly, as an IAM principal would.
   * @throws FunctionFault when it throws, times out, or does not start
   */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Waits until nothing runs and nothing can run without time moving on. */
  readonly drain: () => Promise<void>;
  readonly queueStates: () => Promise<readonly QueueState[]>;
  /** Puts a message into a queue, as a redrive by an operator would. */
  readonly send: (queueName: string, body: string, delaySeconds?: number) => Promise<void>;
  readonly putSecret: (name: string, value: string) => void;
  readonly ledger: CallLedger;
  /** Sets or clears where functions crash. */
  readonly crash: (rule: CrashRule | undefined) => void;
  readonly logs: readonly LogLine[];
  readonly accessLog: readonly string[];
  readonly close: () => Promise<void>;
};

/** What a caller of {@link LocalStack.invoke} gets instead of a result. */
export class FunctionFault extends Error {
  readonly errorType: string;
  constructor(functionName: string, outcome: Extract<Outcome, { readonly kind: 'fault' }>) {
    super(`${functionName}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    this.name = 'FunctionFault';
    this.errorType = outcome.error.errorType;
  }
}

/** For a pretended deployment: any region and account will do. */
const REGION = 'eu-central-1';
const ACCOUNT = '000000000000';

const openServer = async (cleanup: AsyncDisposableStack, server: Server, port: number): Promise<string> => {
  const origin = await listen(server, port);
  cleanup.defer(() => stopListening(server));
  return origin;
};

const assemblyFolder = async (cleanup: AsyncDisposableStack, given: string | undefined): Promise<string> => {
  if (given !== undefined) return given;
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-local-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  await synthesize(folder);
  return folder;
};

const boot = async (options: LocalStackOptions, cleanup: AsyncDisposableStack): Promise<LocalStack> => {
  const mode = options.time ?? 'still';
  const clock = makeSharedClock(options.startAt ?? Date.now(), mode);
  const ledger = makeCallLedger(options.onCall);
  const logs: LogLine[] = [];
  const accessLog: string[] = [];
  const pools = new Map<string, FunctionPool>();
  const dead = new Set<string>();
  let crashRule: CrashRule | undefined;
  let backends: AwsBackends | undefined;
  let gateway: GatewaySettings | undefined;
  let kick = (): void => undefined;

  // Ports first: the functions' environment names them.
  const publicOrigin = await openServer(
    cleanup,
    makeGateway(() => gateway),
    options.port ?? 0,
  );
  const endpoint = makeAwsEndpoint(() => backends ?? failing('the stand-ins are not ready'), {
    ledger,
    crashRule: () => crashRule,
    isDead: (worker) => dead.has(worker),
    kill: (worker) => {
      dead.add(worker);
      pools.get(functionOfWorker(worker))?.kill(worker);
    },
    onSend: () => kick(),
  });
  const awsOrigin = await openServer(cleanup, endpoint, 0);
  const folder = await assemblyFolder(cleanup, options.outDir);
  const deployment = readDeployment(readAssembly(folder), {
    region: REGION,
    account: ACCOUNT,
    publicOrigin,
    awsOrigin,
  });

  cleanup.defer(installClock(clock.memory));
  const queues = await makeQueues(deployment.queues, deployment.buckets, REGION, clock.now);
  cleanup.defer(() => queues.close());
  const secrets = makeSecretsManager(deployment.secrets, REGION, clock.now);
  backends = { tables: makeTableStore(), queues, secrets, kms: makeKms(deployment.keys) };
  const tableClient = makeTableClient(awsOrigin);
  await createTables(tableClient, deployment.tables);

  const onLog = (line: LogLine): void => {
    logs.push(line);
    options.onLog?.(line);
  };
  for (const spec of deployment.functions) {
    const { variables: overrides = {}, copies = 4 } = options;
    pools.set(
      spec.name,
      makeFunctionPool({ spec, clock: clock.memory, region: REGION, awsOrigin, overrides, copies, onLog }),
    );
  }
  cleanup.defer(async () => void (await Promise.all([...pools.values()].map((pool) => pool.close()))));

  const activity = makeActivity(() => kick());
  const untracked = (name: string, event: unknown): Promise<Outcome> =>
    (pools.get(name) ?? failing(`the template has no function ${name}`)).invoke(event);
  const tracked = (name: string, event: unknown): Promise<Outcome> =>
    activity.track(async () => untracked(name, event));
  const sources = makeEventSources({
    mappings: deployment.mappings,
    queues,
    invoke: untracked,
    activity,
    region: REGION,
    serial: mode === 'still',
  });
  cleanup.defer(() => sources.close());
  kick = () => void setImmediate(() => void sources.pump());
  gateway = {
    deployment,
    invoke: tracked,
    authorize: makeAuthorize(tracked, REGION, clock.now),
    now: clock.now,
    onAccessLog: (line) => void accessLog.push(line),
  };

  const queueStates = (): Promise<readonly QueueState[]> =>
    Promise.all(deployment.queues.map(({ name }) => queues.state(name)));
  const served = new Set(deployment.mappings.map(({ queue }) => queue.name));
  const machine = makeTimeMachine({
    clock,
    schedules: deployment.schedules,
    fire: (schedule) => tracked(schedule.functionName, scheduledEvent(schedule, deployment.place, clock.now())),
    drain: sources.drain,
    messageInstants: async () =>
      (await queueStates()).filter(({ name }) => served.has(name)).flatMap(({ wakesAt }) => wakesAt),
    dueItems: makeDueReader(tableClient, deployment.tables),
  });

  return {
    publicOrigin,
    awsOrigin,
    deployment,
    clock: { now: clock.now, advanceTo: machine.advanceTo },
    invoke: async (name, event) => {
      const outcome = await tracked(name, event);
      if (outcome.kind === 'fault') throw new FunctionFault(name, outcome);
      return JSON.parse(outcome.payload);
    },
    drain: sources.drain,
    queueStates,
    send: async (name, body, delaySeconds) => {
      await queues.send(name, body, delaySeconds);
      kick();
    },
    putSecret: (name, value) => {
      const known = answerAwsJson(secrets, 'DescribeSecret', JSON.stringify({ SecretId: name })).status === 200;
      const request = known ? { SecretId: name, SecretString: value } : { Name: name, SecretString: value };
      answerAwsJson(secrets, known ? 'PutSecretValue' : 'CreateSecret', JSON.stringify(request));
    },
    ledger,
    crash: (rule) => {
      crashRule = rule;
    },
    logs,
    accessLog,
    close: () => cleanup.disposeAsync(),
  };
};

const failing = (why: string): never => {
  throw new Error(why);
};

/**
 * Starts the service on this machine.
 * @throws PortInUse when the gateway's port is taken; whatever was started by then is closed again
 */
export const bootLocalStack = async (options: LocalStackOptions = {}): Promise<LocalStack> => {
  const cleanup = new AsyncDisposableStack();
  try {
    return await boot(options, cleanup);
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
};
