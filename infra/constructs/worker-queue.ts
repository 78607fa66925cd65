// A queue with everything a queue needs to be left alone: TLS only, encrypted, a dead-letter queue that keeps what could not be
// worked for 14 days, an alarm when anything lies there and one when work waits too long.
// Messages hold ids and a turn, never personal data. Refuses FIFO: order comes from compare-and-swap, not from the queue.
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RunbookAlarms } from './runbook-alarm.ts';

/** How a queue behaves and when it is late. */
export interface WorkerQueueProps {
  /** First part of its alarms' runbook sections. */
  readonly name: string;
  readonly visibility: Duration;
  /** Deliveries before a message is set aside. */
  readonly maxReceives: number;
  /** Age of the oldest message that means the worker does not keep up. */
  readonly lateAfter: Duration;
  readonly alarms: RunbookAlarms;
}

/** How a function takes messages from a queue. */
export interface WorkerOptions {
  readonly batchSize: number;
  /** How long a batch may gather. */
  readonly window: Duration;
  /** Batches in work at once. */
  readonly concurrency: number;
}

const FIVE_MINUTES = Duration.minutes(5);

/** A queue, its dead letters and their alarms. */
export class WorkerQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WorkerQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: props.visibility,
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceives },
    });
    this.watch(props);
  }

  /** The permission to take messages; give it to the function that {@link feed} connects. */
  consume(): PolicyStatement {
    // What Lambda polls with; it lets visibility run out and never changes it.
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    return new PolicyStatement({ actions, resources: [this.queue.queueArn] });
  }

  /** Delivers messages in batches to `worker`, which answers with the ids of those that failed. */
  feed(worker: CdkFunction, options: WorkerOptions): void {
    new EventSourceMapping(this, 'Worker', {
      target: worker,
      eventSourceArn: this.queue.queueArn,
      batchSize: options.batchSize,
      maxBatchingWindow: options.window,
      maxConcurrency: options.concurrency,
      reportBatchItemFailures: true,
    });
  }

  private watch({ name, lateAfter, alarms }: WorkerQueueProps): void {
    alarms.add({
      section: `${name}-dead-letters`,
      says: `Messages of the ${name} queue failed until they were set aside.`,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: 'Maximum' }),
      threshold: 1,
    });
    alarms.add({
      section: `${name}-late`,
      says: `The oldest message of the ${name} queue waits longer than ${lateAfter.toMinutes()} minutes.`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: 'Maximum' }),
      threshold: lateAfter.toSeconds(),
      periods: 3,
    });
  }
}
