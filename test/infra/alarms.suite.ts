// Alarms and the runbook: every alarm has its section, every section its alarm, every section says what, why and what to do.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeLog } from '../../lib/aws/log.ts';
import type { Synthesized } from './synthesized.ts';

const RUNBOOK = readFileSync(new URL('../../infra/RUNBOOK.md', import.meta.url), 'utf8');
const ALARM_SECTIONS = 'Alarms';
const FUNCTIONS = new URL('../../functions/', import.meta.url);

const handlerOf = (name: string): string => readFileSync(new URL(`${name}/handler.ts`, FUNCTIONS), 'utf8');

/** Functions that ask for an operator in their log. */
const asking = readdirSync(FUNCTIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && handlerOf(entry.name).includes("log('error', 'operator'"))
  .map(({ name }) => name)
  .sort();

interface Section {
  readonly heading: string;
  readonly body: string;
}

const sections = (text: string, mark: string): readonly Section[] =>
  text
    .split(new RegExp(`^${mark} `, 'm'))
    .slice(1)
    .map((part) => {
      const [heading = '', ...body] = part.split('\n');
      return { heading: heading.trim(), body: body.join('\n') };
    });

/** Tests of alarms against infra/RUNBOOK.md. */
export const alarmsSuite = (stage: Synthesized): void => {
  const alarms = [...stage.all('AWS::CloudWatch::Alarm').values()].map(({ Properties }) => Properties);
  const chapter = sections(RUNBOOK, '#').find(({ heading }) => heading === ALARM_SECTIONS);
  const written = sections(chapter?.body ?? '', '##');

  it('each link to a section of the runbook, and each section has its alarm', () => {
    const linked = alarms.map(
      ({ AlarmDescription }) => /infra\/RUNBOOK\.md#(\S+)$/.exec(String(AlarmDescription))?.[1],
    );
    expect(linked.sort()).toEqual(written.map(({ heading }) => heading).sort());
    expect(new Set(linked).size).toBe(alarms.length);
  });

  it('are named for the stage and the section', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      written.map(({ heading }) => `odoseal-dev-${heading}`).sort(),
    );
  });

  it.each(written)('the section $heading has a description, an investigation and a resolution', ({ body }) => {
    const parts = sections(body, '###');
    expect(parts.map(({ heading }) => heading)).toEqual(['Description', 'Investigation', 'Resolution']);
    for (const part of parts) expect(part.body.trim().length).toBeGreaterThan(40);
  });

  describe('watch', () => {
    const bySection = new Map(alarms.map((alarm) => [String(alarm['AlarmName']).replace('odoseal-dev-', ''), alarm]));

    it.each(['tend', 'read', 'webhook', 'report'])('the dead letters of the %s queue: one is enough', (name) => {
      expect(bySection.get(`${name}-dead-letters`)).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    });

    it.each([
      ['tend', 1800],
      ['read', 7200],
      ['webhook', 1800],
      ['report', 1800],
    ])('the age of the oldest message of the %s queue: %i s', (name, seconds) => {
      expect(bySection.get(`${name}-late`)).toMatchObject({
        MetricName: 'ApproximateAgeOfOldestMessage',
        Statistic: 'Maximum',
        Threshold: seconds,
      });
    });

    it.each(['plan-reads', 'tally-runs', 'send-webhooks', 'seal-log', 'check-log'])(
      '%s that does not run: silence alarms',
      (name) => {
        expect(bySection.get(`${name}-silent`)).toMatchObject({
          MetricName: 'Invocations',
          Threshold: 1,
          EvaluationPeriods: 3,
          ComparisonOperator: 'LessThanThreshold',
          TreatMissingData: 'breaching',
        });
      },
    );

    it('what a function asks an operator for in its log: one line is enough, and no function asks in vain', () => {
      expect(asking).toEqual(['read-vehicle', 'seal-log', 'tend-connection', 'vehicle-events']);
      const filters = [...stage.all('AWS::Logs::MetricFilter').values()].map(({ Properties }) => ({
        pattern: Properties['FilterPattern'],
        group: stage.text(Properties['LogGroupName']),
        metrics: Properties['MetricTransformations'],
      }));
      const groups = {
        'read-vehicle': 'ReadVehicleLogs',
        'seal-log': 'SealLogLogs',
        'tend-connection': 'TendConnectionLogs',
        'vehicle-events': 'VehicleEventsLogs',
      };
      const asked = filters.filter(({ pattern }) => pattern !== '{ $.message = "push.refused" }');
      expect(asked.toSorted((a, b) => a.group.localeCompare(b.group))).toEqual(
        Object.entries(groups).map(([name, group]) => ({
          pattern: '{ $.message = "operator" }',
          group,
          metrics: [{ MetricNamespace: 'odoseal-dev-service', MetricName: `${name}-operator`, MetricValue: '1' }],
        })),
      );
      for (const name of asking) {
        expect(bySection.get(`${name}-operator`)).toMatchObject({
          Namespace: 'odoseal-dev-service',
          MetricName: `${name}-operator`,
          Statistic: 'Sum',
          Threshold: 1,
          EvaluationPeriods: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'notBreaching',
        });
      }
      // The member that the pattern names is the one that a log line has.
      const lines: string[] = [];
      makeLog((line) => void lines.push(line), {})('error', 'operator', { code: 'vehicle_billing' });
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        { level: 'error', message: 'operator', code: 'vehicle_billing' },
      ]);
    });

    it('signatures of pushes that are refused: five within a quarter of an hour', () => {
      const filters = [...stage.all('AWS::Logs::MetricFilter').values()].map(({ Properties }) => Properties);
      const metric = { MetricNamespace: 'odoseal-dev-service', MetricName: 'vehicle-events-refused' };
      const counting = filters.filter(({ FilterPattern }) => FilterPattern === '{ $.message = "push.refused" }');
      expect(counting.map(({ MetricTransformations }) => MetricTransformations)).toEqual([
        [{ ...metric, MetricValue: '1' }],
      ]);
      expect(stage.text(counting[0]?.['LogGroupName'])).toBe('VehicleEventsLogs');
      expect(handlerOf('vehicle-events')).toContain("log('warn', 'push.refused'");
      expect(bySection.get('vehicle-events-refused')).toMatchObject({
        Namespace: 'odoseal-dev-service',
        MetricName: 'vehicle-events-refused',
        Statistic: 'Sum',
        Period: 900,
        Threshold: 5,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    });

    it('functions that crash and callers that are turned away', () => {
      const metrics = [...bySection].map(([section, { MetricName }]) => [section, MetricName] as const);
      const alarmed = (metric: string): readonly string[] =>
        metrics
          .filter(([, name]) => name === metric)
          .map(([section]) => section)
          .sort();
      expect(alarmed('Errors')).toEqual([
        'authorize-errors',
        'build-report-errors',
        'check-log-errors',
        'plan-reads-errors',
        'read-vehicle-errors',
        'seal-log-errors',
        'send-webhooks-errors',
        'tally-runs-errors',
        'tend-connection-errors',
        'vehicle-events-errors',
      ]);
      expect(alarmed('Throttles')).toEqual(['connect-throttled', 'public-throttled', 'vehicle-events-throttled']);
      expect(alarmed('5xx')).toEqual(['api-errors']);
    });

    it('five minutes at a time: two with a crash in a row, one of seal-log or check-log, ten callers turned away, five answers 5xx', () => {
      const patience = ([section, alarm]: readonly [string, (typeof alarms)[number]]) => {
        const { Period, Threshold, EvaluationPeriods } = alarm;
        return [section, [Period, Threshold, EvaluationPeriods].join(' ')];
      };
      const counted = [...bySection].filter(([, { MetricName }]) =>
        ['Errors', 'Throttles', '5xx'].includes(String(MetricName)),
      );
      expect(Object.fromEntries(counted.map(patience))).toEqual({
        'authorize-errors': '300 1 2',
        'build-report-errors': '300 1 2',
        'check-log-errors': '300 1 1',
        'plan-reads-errors': '300 1 2',
        'read-vehicle-errors': '300 1 2',
        'seal-log-errors': '300 1 1',
        'send-webhooks-errors': '300 1 2',
        'tally-runs-errors': '300 1 2',
        'tend-connection-errors': '300 1 2',
        'vehicle-events-errors': '300 1 2',
        'connect-throttled': '300 10 1',
        'public-throttled': '300 10 1',
        'vehicle-events-throttled': '300 10 1',
        'api-errors': '300 5 1',
      });
    });
  });
};
