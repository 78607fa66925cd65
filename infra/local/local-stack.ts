// The whole service in one process, read from the synthesized templates: tables, queues, keys, secrets, routes, mappings,
// schedules and every function with the bundle and environment that would be deployed. No Docker, no account.
// Functions get what their roles grant and nothing else. Not as on AWS: throttling, item expiry, index lag.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAccessGuard } from './access-guard.ts';
import { type Activity, makeActivity } from './activity.ts';
import { makeAuthorize } from './authorizer-cache.ts';
import { type AwsBackends, makeAwsEndpoint } from './aws-endpoint.ts';
import { makeCloud, putSecret } from './cloud.ts';
import { makeCallLedger } from './cloud-call.ts';
import { type Deployment, readDeployment } from './deployment.ts';
import { type EventSources, makeEventSources } from './event-sources.ts';
import type { LogLine, Outcome } from './function-copy.ts';
import { makeGateway } from './gateway.ts';
import type { QueueState } from './queues.ts';
import { startRunningTime } from './running-time.ts';
import { makeScheduledCalls, type ScheduledCalls } from './scheduled-calls.ts';
import { scheduledEvent } from './scheduled-event.ts';
import { installClock, makeSharedClock } from './shared-clock.ts';
import { FunctionFault, type LocalStack, type LocalStackOptions } from './stack-interface.ts';
import { openServer, type Parts, present } from './stack-parts.ts';
import { startFleet } from './start-fleet.ts';
import { synthesize } from './synthesize.ts';
import { createTables, makeDueReader, makeTableClient } from './tables.ts';
import { readAssembly } from './template.ts';
import { makeTimeMachine, type TimeMachine } from './time-machine.ts';

/** For a pretended deployment: any region and account will do. */
const REGION = 'eu-central-1';
const ACCOUNT = '000000000000';

const openAwsEndpoint = (parts: Parts): Promise<string> => {
  const server = makeAwsEndpoint(() => present(parts.backends), {
    guard: () => present(parts.guard),
    ledger: parts.ledger,
    crashRule: () => parts.crashRule,
    isDead: (worker) => present(parts.fleet).isDead(worker),
    kill: (worker) => present(parts.fleet).kill(worker),
    onSend: () => parts.kick(),
  });
  return openServer(parts, server, 0);
};

const assemblyFolder = async ({ options, cleanup }: Parts): Promise<string> => {
  if (options.outDir !== undefined) return options.outDir;
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-local-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  await synthesize(folder, options.signal);
  return folder;
};

/** Opens tables, queues, keys and secrets behind the endpoint. From here on this thread's Date is the shared clock. */
const fillCloud = async (parts: Parts, deployment: Deployment): Promise<AwsBackends> => {
  parts.cleanup.defer(installClock(parts.clock.memory));
  parts.guard = makeAccessGuard(deployment, (functionName, text) => parts.onLog({ functionName, text }));
  const cloud = await makeCloud(deployment, parts.clock.now);
  parts.cleanup.defer(() => cloud.queues.close());
  parts.backends = cloud;
  await createTables(makeTableClient(deployment.place.awsOrigin), deployment.tables);
  return cloud;
};

/** What Lambda does with a function's role to deliver to it; it makes no mapping without. Source: Lambda Developer Guide, "Amazon SQS". */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const startEventSources = (parts: Parts, deployment: Deployment, activity: Activity): EventSources => {
  for (const { functionName, queue } of deployment.mappings)
    for (const action of POLLING) present(parts.guard).demand(functionName, action, queue.arn);
  const sources = makeEventSources({
    mappings: deployment.mappings,
    queues: present(parts.backends).queues,
    invoke: (name, event) => present(parts.fleet).invoke(name, event),
    activity,
    region: REGION,
    serial: parts.options.time !== 'running',
  });
  parts.cleanup.defer(() => sources.close());
  parts.kick = () => void setImmediate(() => void sources.pump().catch(() => undefined));
  return sources;
};

type Invoke = (name: string, event: unknown) => Promise<Outcome>;

const startTimeMachine = (
  parts: Parts,
  deployment: Deployment,
  sources: EventSources,
  calls: ScheduledCalls,
): TimeMachine => {
  const { queues } = present(parts.backends);
  const { clock } = parts;
  return makeTimeMachine({
    clock,
    schedules: deployment.schedules,
    calls,
    drain: sources.drain,
    messageInstants: async () => {
      const states = await Promise.all(deployment.mappings.map(({ queue }) => queues.state(queue.name)));
      return states.flatMap(({ wakesAt }) => wakesAt);
    },
    beside: parts.options.beside,
    dueItems: makeDueReader(makeTableClient(deployment.place.awsOrigin), deployment.tables),
  });
};

const offer = (
  parts: Parts,
  deployment: Deployment,
  sources: EventSources,
  machine: TimeMachine,
  invoke: Invoke,
): LocalStack => {
  const backends = present(parts.backends);
  return {
    publicOrigin: deployment.place.publicOrigin,
    awsOrigin: deployment.place.awsOrigin,
    deployment,
    clock: { now: parts.clock.now, advanceTo: machine.advanceTo },
    invoke: async (name, event) => {
      const outcome = await invoke(name, event);
      if (outcome.kind === 'fault') throw new FunctionFault(name, outcome);
      return JSON.parse(outcome.payload);
    },
    drain: sources.drain,
    queueStates: (): Promise<readonly QueueState[]> =>
      Promise.all(deployment.queues.map(({ name }) => backends.queues.state(name))),
    send: async (name, body, delaySeconds) => {
      await backends.queues.send(name, body, delaySeconds);
      parts.kick();
    },
    putSecret: (name, value) => putSecret(backends, name, value),
    ledger: parts.ledger,
    access: present(parts.guard),
    retire: (name) => present(parts.fleet).retire(name),
    reconfigure: (variables) => present(parts.fleet).reconfigure(variables),
    crash: (rule) => {
      parts.crashRule = rule;
    },
    invocations: parts.invocations,
    logs: parts.logs,
    accessLog: parts.accessLog,
    close: () => parts.cleanup.disposeAsync(),
  };
};

const boot = async (parts: Parts): Promise<LocalStack> => {
  const publicOrigin = await openServer(
    parts,
    makeGateway(() => parts.gateway),
    parts.options.port ?? 0,
  );
  const awsOrigin = await openAwsEndpoint(parts);
  const assembly = readAssembly(await assemblyFolder(parts));
  const deployment = readDeployment(assembly, { region: REGION, account: ACCOUNT, publicOrigin, awsOrigin });
  await fillCloud(parts, deployment);
  parts.fleet = await startFleet(parts, deployment);
  const activity = makeActivity(() => parts.kick());
  const invoke: Invoke = (name, event) => activity.track(async () => present(parts.fleet).invoke(name, event));
  const sources = startEventSources(parts, deployment, activity);
  const { now } = parts.clock;
  const onAccessLog = (line: string): void => void parts.accessLog.push(line);
  parts.gateway = { deployment, invoke, authorize: makeAuthorize(invoke, REGION, now), now, onAccessLog };
  const calls = makeScheduledCalls(now, (schedule) =>
    invoke(schedule.functionName, scheduledEvent(schedule, deployment.place, now())),
  );
  if (parts.options.time === 'running') {
    parts.cleanup.defer(
      startRunningTime({
        now,
        schedules: deployment.schedules,
        calls,
        pump: sources.pump,
        beside: parts.options.beside,
      }),
    );
  }
  return offer(parts, deployment, sources, startTimeMachine(parts, deployment, sources, calls), invoke);
};

/**
 * Starts the service on this machine.
 * @throws PortInUse when the gateway's port is taken; whatever was started by then is closed again
 */
export const bootLocalStack = async (options: LocalStackOptions = {}): Promise<LocalStack> => {
  const logs: LogLine[] = [];
  const parts: Parts = {
    options,
    cleanup: new AsyncDisposableStack(),
    clock: makeSharedClock(options.startAt ?? Date.now(), options.time ?? 'still'),
    ledger: makeCallLedger(options.onCall),
    invocations: [],
    logs,
    onLog: (line) => {
      logs.push(line);
      options.onLog?.(line);
    },
    accessLog: [],
    crashRule: undefined,
    backends: undefined,
    guard: undefined,
    fleet: undefined,
    gateway: undefined,
    kick: () => undefined,
  };
  try {
    return await boot(parts);
  } catch (error) {
    await parts.cleanup.disposeAsync();
    throw error;
  }
};
