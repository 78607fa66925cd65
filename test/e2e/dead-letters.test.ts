// A message that fails and fails, on the deployed queue of read-vehicle: it is set aside, the alarm of the template would see it, and the
// command of the runbook brings it back. The cause is a call that read-vehicle does not survive.
import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { RUNNER } from '../../infra/local/aws-endpoint.ts';
import type { CloudCall } from '../../infra/local/cloud-call.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import { arrayOf, finder } from '../../infra/local/found-resource.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { makeResolver } from '../../infra/local/resolve-intrinsics.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { objectOf, readAssembly, type TemplateObject } from '../../infra/local/template.ts';
import { openPlayground } from './open-playground.ts';

/** A loaded machine is slow, not wrong. */
const SLOW = 600_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-30T12:00:00.000Z');
const UNREADABLE = JSON.stringify({ kind: 'turn', tenantId: 'rivage' });

let ground: Playground;
let stack: LocalStack;
let sqs: SQSClient;
let apiKey: string;

beforeAll(async () => {
  ground = await openPlayground({ outDir: inject('assembly'), startAt: START });
  stack = ground.stack;
  const credentials = { accessKeyId: RUNNER, secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: stack.awsOrigin, region: 'eu-central-1', credentials });
  await createVehicleApplication(stack, { applicationId: 'default', secretId: ground.secretName, spreadMinutes: 0 });
  apiKey = await createTenantWithKey(stack, { tenantId: 'rivage', name: 'Rivage', applicationId: 'default' });
}, SLOW);
afterAll(async () => {
  sqs?.destroy();
  await ground?.close();
});

/** A contract of one month that nobody connects, up to but without `end`, and when it is stated: a day later in Paris. */
async function signMonth(start: string, end: string, deadline: string) {
  const terms = { kind: 'lease', reference: start, start, end, zone: 'Europe/Paris', deadlineDays: 1 };
  const { contractId } = await createContractWithLink(stack.publicOrigin, apiKey, terms);
  return { contractId, deadline: Date.parse(deadline) };
}

/** The queue that the template feeds read-vehicle from, and where that one sets messages aside. */
function readQueue() {
  const { mappings, queues } = stack.deployment;
  const queue = mappings.find(({ functionName }) => functionName === 'read-vehicle')?.queue;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(queue?.attributes['RedrivePolicy'] ?? '{}');
  const dead = queues.find(({ arn }) => arn === deadLetterTargetArn);
  if (queue === undefined || dead === undefined)
    throw new Error('read-vehicle has no queue, or that none for its dead');
  return {
    queue,
    dead,
    receives: Number(maxReceiveCount),
    visibilityMs: Number(queue.attributes['VisibilityTimeout']) * 1000,
  };
}

const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
};

/** Whether the alarm of the template on what lies visibly in a queue would ring now. */
async function alarmRings(queueName: string): Promise<boolean> {
  const found = readAssembly(inject('assembly'));
  const isOfQueue = ({ MetricName, Dimensions }: TemplateObject): boolean =>
    MetricName === 'ApproximateNumberOfMessagesVisible' &&
    arrayOf(Dimensions).some((one) => objectOf(one)['Name'] === 'QueueName' && objectOf(one)['Value'] === queueName);
  const find = finder(found, makeResolver(found, stack.deployment.place));
  const [alarm, ...more] = find('AWS::CloudWatch::Alarm')
    .map(({ properties }) => properties)
    .filter(isOfQueue);
  const rings = COMPARE[String(alarm?.['ComparisonOperator'])];
  if (alarm === undefined || more.length > 0 || rings === undefined) throw new Error('not one alarm on this queue');
  return rings((await queueState(queueName))?.ready ?? 0, Number(alarm['Threshold']));
}

const queueState = async (name: string) => (await stack.queueStates()).find((queue) => queue.name === name);

const redrive = async (): Promise<void> => {
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: readQueue().dead.arn }));
  await stack.drain();
};

async function statements(contractId: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${stack.publicOrigin}/v1/contracts/${contractId}/attestations`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const { items } = (await answer.json()) as {
    readonly items: readonly { readonly claims: { readonly seq: number; readonly outcome: string } }[];
  };
  return items.map(({ claims }) => [claims.seq, claims.outcome]);
}

/** Invocations of read-vehicle since there were `before`. */
const readings = (before = 0): number =>
  stack.invocations.filter(({ functionName }) => functionName === 'read-vehicle').length - before;

const dies = ({ caller, name }: CloudCall): boolean => caller === 'read-vehicle' && name === 'KMS.Sign';

/** What the test finds: invocations of read-vehicle, what lies visibly among the dead letters, and whether that rings. */
async function look(before: number): Promise<readonly unknown[]> {
  const { dead } = readQueue();
  return [readings(before), (await queueState(dead.name))?.ready, await alarmRings(dead.name)];
}

describe('a message that read-vehicle does not survive', () => {
  it(
    'is set aside while the planner waits, rings the alarm, and is worked once it is redriven, the cause being gone',
    async () => {
      const { contractId, deadline } = await signMonth('2026-01-01', '2026-02-01', '2026-02-01T23:00:00.000Z');
      const { receives, visibilityMs } = readQueue();
      const before = readings();
      stack.crash((call) => (dies(call) ? 'before' : undefined));
      await stack.clock.advanceTo(deadline + receives * visibilityMs - MINUTE);
      expect(await look(before)).toEqual([receives, 0, false]);
      await stack.clock.advanceTo(deadline + receives * visibilityMs);
      expect(await look(before)).toEqual([receives, 1, true]);
      expect(await statements(contractId)).toEqual([]);

      stack.crash(undefined);
      await redrive();
      expect(await statements(contractId)).toEqual([[1, 'no_reading']]);
      expect(await look(before)).toEqual([receives + 1, 0, false]);
    },
    SLOW,
  );

  it(
    'is dropped when it is redriven after the planner took its contract up again',
    async () => {
      const { contractId, deadline } = await signMonth('2026-02-01', '2026-03-01', '2026-03-01T23:00:00.000Z');
      const { receives, visibilityMs } = readQueue();
      stack.crash((call) => (dies(call) ? 'before' : undefined));
      await stack.clock.advanceTo(deadline + receives * visibilityMs);
      const before = readings();
      expect(await look(before)).toEqual([0, 1, true]);
      stack.crash(undefined);
      await stack.clock.advanceTo(deadline + DAY);
      expect(await statements(contractId)).toEqual([[1, 'no_reading']]);
      expect(await look(before)).toEqual([1, 1, true]);
      await redrive();
      expect(await statements(contractId)).toEqual([[1, 'no_reading']]);
      expect(await look(before)).toEqual([2, 0, false]);
    },
    SLOW,
  );
});

it(
  'a message that nobody can read is set aside, and again when it is redriven',
  async () => {
    const { dead, queue, receives, visibilityMs } = readQueue();
    const before = readings();
    await stack.send(queue.name, UNREADABLE);
    await stack.clock.advanceTo(stack.clock.now() + receives * visibilityMs + MINUTE);
    expect(await look(before)).toEqual([receives, 1, true]);
    await redrive();
    await stack.clock.advanceTo(stack.clock.now() + receives * visibilityMs + MINUTE);
    expect(await look(before)).toEqual([2 * receives, 1, true]);
    expect((await queueState(dead.name))?.bodies).toEqual([UNREADABLE]);
  },
  SLOW,
);
