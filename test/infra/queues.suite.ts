// Queues: TLS only, encrypted, with dead letters, worked in batches that report their failures one by one.
import { describe, expect, it } from 'vitest';
import { TURN_LEASE_MS } from '../../lib/contract/turn.ts';
import { fields, type Resource, type Synthesized } from './synthesized.ts';

const QUEUES = ['ReadQueue', 'ReportQueue', 'TendQueue', 'WebhookQueue'];

/** Tests of queues and of who works them. */
export const queuesSuite = (stage: Synthesized): void => {
  const queues = stage.all('AWS::SQS::Queue');
  const properties = (name: string): Resource['Properties'] => fields(queues.get(name)?.Properties);

  it('are four, each with its dead letters', () => {
    expect([...queues.keys()].sort()).toEqual([
      'ReadQueue',
      'ReadQueueDeadLetters',
      'ReportQueue',
      'ReportQueueDeadLetters',
      'TendQueue',
      'TendQueueDeadLetters',
      'WebhookQueue',
      'WebhookQueueDeadLetters',
    ]);
    for (const name of QUEUES) {
      const { deadLetterTargetArn, maxReceiveCount } = fields(properties(name)['RedrivePolicy']);
      expect([stage.text(deadLetterTargetArn), maxReceiveCount]).toEqual([`${name}DeadLetters`, 5]);
      expect(properties(`${name}DeadLetters`)['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
    }
  });

  it('refuse whoever does not speak TLS', () => {
    const refusing = [...stage.all('AWS::SQS::QueuePolicy').values()].flatMap(({ Properties }) =>
      stage.statements(Properties['PolicyDocument']),
    );
    expect(refusing.flatMap(({ resources }) => resources).sort()).toEqual([...queues.keys()].sort());
    for (const statement of refusing) {
      expect(statement).toMatchObject({
        effect: 'Deny',
        actions: ['sqs:*'],
        principal: { AWS: '*' },
        condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
  });

  it('are encrypted at rest', () => {
    for (const name of queues.keys()) expect(properties(name)['SqsManagedSseEnabled']).toBe(true);
  });

  describe('are worked', () => {
    const mappings = [...stage.all('AWS::Lambda::EventSourceMapping').values()].map(({ Properties }) => ({
      queue: stage.text(Properties['EventSourceArn']),
      worker: stage.text(Properties['FunctionName']),
      batch: Properties['BatchSize'],
      window: Properties['MaximumBatchingWindowInSeconds'],
      concurrency: fields(Properties['ScalingConfig'])['MaximumConcurrency'],
      reports: Properties['FunctionResponseTypes'],
    }));
    const timeout = (name: string): number =>
      Number(stage.all('AWS::Lambda::Function').get(name)?.Properties['Timeout']);

    it('in batches, failures reported one by one', () => {
      const reports = ['ReportBatchItemFailures'];
      expect(mappings).toEqual([
        { queue: 'TendQueue', worker: 'TendConnectionFunction', batch: 10, window: 0, concurrency: 5, reports },
        { queue: 'ReadQueue', worker: 'ReadVehicleFunction', batch: 50, window: 2, concurrency: 5, reports },
        { queue: 'WebhookQueue', worker: 'SendWebhooksFunction', batch: 10, window: 0, concurrency: 5, reports },
        { queue: 'ReportQueue', worker: 'BuildReportFunction', batch: 1, window: 0, concurrency: 2, reports },
      ]);
    });

    it('tend within the grace window: 30 s of work, back after 60 s', () => {
      expect(timeout('TendConnectionFunction')).toBe(30);
      expect(properties('TendQueue')['VisibilityTimeout']).toBe(60);
    });

    it('read with patience: 330 s of work, back after twice that', () => {
      expect(timeout('ReadVehicleFunction')).toBe(330);
      expect(properties('ReadQueue')['VisibilityTimeout']).toBe(2 * 330);
    });

    it.each(['ReadQueue', 'TendQueue'])(
      '%s sets a message aside before the planner gives its contract another turn',
      (name) => {
        const { maxReceiveCount } = fields(properties(name)['RedrivePolicy']);
        const window = Number(mappings.find(({ queue }) => queue === name)?.window);
        const hidden = Number(properties(name)['VisibilityTimeout']);
        expect(Number(maxReceiveCount) * (hidden + window) * 1000).toBeLessThan(TURN_LEASE_MS);
      },
    );

    it('build one report at a time: 600 s of work, back after 660 s, over before an erased contract may be looked at', () => {
      expect(timeout('BuildReportFunction')).toBe(600);
      expect(properties('ReportQueue')['VisibilityTimeout']).toBe(660);
    });

    it('send ten webhooks of 15 s side by side: 50 s of work, back after six times that', () => {
      expect(timeout('SendWebhooksFunction')).toBe(50);
      expect(properties('WebhookQueue')['VisibilityTimeout']).toBe(6 * 50);
    });
  });
};
