// Alarms that name their section of the runbook. The alarm's name ends in the section's heading and its text carries the link;
// a test compares alarms and headings both ways. An alarm without a written answer is not created anywhere else.
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';

/** One alarm: when `metric` reaches `threshold` in `periods` periods in a row. */
export interface RunbookAlarmProps {
  /** Heading in infra/RUNBOOK.md: lower-case words joined by hyphens. */
  readonly section: string;
  /** One sentence: what has happened. */
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default 1 */
  readonly periods?: number;
  /** Whether fewer than `threshold`, or silence, is what alarms. @default false */
  readonly whenBelow?: boolean;
}

/** Creates every alarm of a stage and sends it to the stage's topic, if it has one. */
export class RunbookAlarms extends Construct {
  private readonly config: StageConfig;
  private readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.config = config;
    this.topic = this.topicOf(config);
  }

  /** Adds one alarm. */
  add(props: RunbookAlarmProps): void {
    const alarm = new Alarm(this, props.section, {
      alarmName: `odoseal-${this.config.stage}-${props.section}`,
      alarmDescription: `${props.says} What to do: ${this.config.alarms.runbook}#${props.section}`,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: props.whenBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: props.whenBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (this.topic !== undefined) alarm.addAlarmAction(new SnsAction(this.topic));
  }

  private topicOf({ alarms }: StageConfig): ITopic | undefined {
    if (alarms.topicArn !== undefined) return Topic.fromTopicArn(this, 'Topic', alarms.topicArn);
    if (alarms.email === undefined) return undefined;
    const topic = new Topic(this, 'Topic', { displayName: `Odoseal ${this.config.stage} alarms`, enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarms.email));
    return topic;
  }
}
