// Functions: what they run on, what they are told, where they log, how many may run.
import { describe, expect, it } from 'vitest';
import { functionName } from '../../infra/config.ts';
import { functionNames } from '../../infra/constructs/bundle.ts';
import { fields, type Resource, type Synthesized } from './synthesized.ts';

const pascal = (name: string): string =>
  name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');

interface EnvironmentModule {
  readonly environment: { readonly shape: object };
}

const names = await functionNames();
const schemas = new Map<string, EnvironmentModule>();
for (const name of names) schemas.set(name, await import(`../../functions/${name}/env.ts`));

/** Tests of every function in `functions/`. */
export const functionsSuite = (stage: Synthesized): void => {
  const functions = stage.all('AWS::Lambda::Function');
  const properties = (name: string): Resource['Properties'] =>
    fields(functions.get(`${pascal(name)}Function`)?.Properties);
  const variables = (name: string): Resource['Properties'] =>
    fields(fields(properties(name)['Environment'])['Variables']);

  it('are the folders of functions/, each deployed once', () => {
    expect([...functions.keys()].sort()).toEqual(names.map((name) => `${pascal(name)}Function`).sort());
  });

  it('are called after their stage and folder, which fits for every stage', () => {
    expect(names.map((name) => properties(name)['FunctionName'])).toEqual(names.map((name) => `odoseal-dev-${name}`));
    // Names of stages have at most 16 characters, those of functions 64.
    for (const name of names) expect(functionName('s'.repeat(16), name).length).toBeLessThanOrEqual(64);
  });

  it('run on nodejs24.x, arm64, from the bundle', () => {
    for (const name of names) {
      const { Runtime, Architectures, Handler } = properties(name);
      expect({ name, Runtime, Architectures, Handler }).toEqual({
        name,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    }
  });

  it.each(names)('%s is told exactly the variables that it refuses to start without', (name) => {
    const wanted = Object.keys(schemas.get(name)?.environment.shape ?? {}).sort();
    expect(Object.keys(variables(name)).sort()).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(0);
  });

  it('are told the right thing under each name', () => {
    const meaning: Readonly<Record<string, string>> = {
      BUSINESS_TABLE: 'Business',
      ATTESTATIONS_TABLE: 'Attestations',
      LOG_TABLE: 'Log',
      VAULT_TABLE: 'Vault',
      VAULT_KEY_ID: 'VaultKey',
      STATEMENT_KEY_ID: 'StatementKey',
      STATEMENT_KEY_IDS: 'StatementKey',
      STATUS_LIST_KEY_IDS: 'StatusListKey',
      STATUS_LIST_KEY_ID: 'StatusListKey',
      PDF_SEAL_KEY_IDS: 'PdfSealKey',
      PDF_SEAL_KEY_ID: 'PdfSealKey',
      SEAL_CERTIFICATES: 'self-issued',
      TIMESTAMP_URL: 'none',
      CHECKPOINT_KEY_ID: 'CheckpointKey',
      TEND_QUEUE_URL: 'TendQueue',
      READ_QUEUE_URL: 'ReadQueue',
      WEBHOOK_QUEUE_URL: 'WebhookQueue',
      REPORT_QUEUE_URL: 'ReportQueue',
      REPORT_BUCKET: 'Reports',
      WEBHOOK_KEY_ID: 'WebhookKey',
      WEBHOOK_LOOPBACK: 'refused',
      CURSOR_KEY_ID: 'CursorKey',
      RECONNECT_KEY_ID: 'ReconnectKey',
      PUBLIC_ORIGIN: 'HttpApiHttp',
      ISSUER: 'HttpApiHttp',
      VEHICLE_CONNECT_ORIGIN: 'https://connect.smartcar.com',
      VEHICLE_AUTH_ORIGIN: 'https://auth.smartcar.com',
      VEHICLE_API_ORIGIN: 'https://api.smartcar.com',
      VEHICLE_IAM_ORIGIN: 'https://iam.smartcar.com',
      VEHICLE_V3_ORIGIN: 'https://vehicle.api.smartcar.com',
      VEHICLE_V2_MANAGEMENT_ORIGIN: 'https://management.smartcar.com',
      VEHICLE_MANAGEMENT_ORIGIN: 'https://management.api.smartcar.com',
    };
    for (const name of names) {
      const told = Object.entries(variables(name)).map(([variable, value]) => [variable, stage.text(value)]);
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(told.map(([variable]) => [variable, meaning[String(variable)]])),
      );
    }
  });

  it('log each into a group of its own', () => {
    for (const name of names) {
      const { LogGroup } = fields(properties(name)['LoggingConfig']);
      expect(stage.text(LogGroup)).toBe(`${pascal(name)}Logs`);
    }
  });

  it('have no policy of their own that lets others in, but for the gateway and the schedule', () => {
    const callers = [...stage.all('AWS::Lambda::Permission').values()].map(({ Properties }) => [
      stage.text(Properties['FunctionName']),
      Properties['Principal'],
    ]);
    expect(new Set(callers.map((caller) => caller.join(' ')))).toEqual(
      new Set([
        'AuthorizeFunction apigateway.amazonaws.com',
        'ApiFunction apigateway.amazonaws.com',
        'CompatibilityFunction apigateway.amazonaws.com',
        'ReportsFunction apigateway.amazonaws.com',
        'WebhookEndpointsFunction apigateway.amazonaws.com',
        'ConnectFunction apigateway.amazonaws.com',
        'PublicFunction apigateway.amazonaws.com',
        'VehicleEventsFunction apigateway.amazonaws.com',
        'PlanReadsFunction events.amazonaws.com',
        'TallyRunsFunction events.amazonaws.com',
        'SendWebhooksFunction events.amazonaws.com',
        'SealLogFunction events.amazonaws.com',
        'CheckLogFunction events.amazonaws.com',
      ]),
    );
  });

  it('are capped where strangers call them, and where one is enough', () => {
    const capped = names.map((name) => [name, properties(name)['ReservedConcurrentExecutions']] as const);
    expect(capped.filter(([, cap]) => cap !== undefined)).toEqual([
      ['connect', 20],
      ['public', 10],
      ['seal-log', 1],
      ['vehicle-events', 20],
    ]);
  });

  it('may send to the queues that feed them, where turns bound the chain', () => {
    const looping = names.filter((name) => properties(name)['RecursiveLoop'] === 'Allow');
    expect(looping).toEqual(['read-vehicle', 'send-webhooks', 'tend-connection']);
  });

  describe('log groups', () => {
    it('keep everything for 90 days and nothing for ever', () => {
      const groups = [...stage.all('AWS::Logs::LogGroup')].map(([name, { Properties }]) => [
        name,
        Properties['RetentionInDays'],
      ]);
      expect(Object.fromEntries(groups)).toEqual(
        Object.fromEntries(
          [...names.map((name) => `${pascal(name)}Logs`), 'HttpApiAccessLog'].map((name) => [name, 90]),
        ),
      );
    });

    it('outlive their stack', () => {
      const groups = [...stage.all('AWS::Logs::LogGroup').values()];
      expect(groups.map(({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy])).toEqual(
        [...names, 'access log'].map(() => ['Retain', 'Retain']),
      );
    });
  });

  it('answer before the gateway gives up after 30 s and the vehicle platform after 15 s, and none works without end', () => {
    expect(Object.fromEntries(names.map((name) => [name, properties(name)['Timeout']]))).toEqual({
      admin: 10,
      api: 29,
      authorize: 10,
      'build-report': 600,
      'check-log': 600,
      compatibility: 29,
      connect: 29,
      'plan-reads': 240,
      public: 10,
      'read-vehicle': 330,
      reports: 29,
      'seal-log': 240,
      'send-webhooks': 50,
      'tally-runs': 240,
      'tend-connection': 30,
      'vehicle-events': 14,
      'webhook-endpoints': 29,
    });
  });

  it('are woken by schedules, without retries: plan-reads and tally-runs every five minutes, send-webhooks and seal-log every minute, check-log hourly', () => {
    const rules = [...stage.all('AWS::Events::Rule').values()].map(({ Properties }) => {
      const [target] = [Properties['Targets']].flat();
      const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: retries } = fields(fields(target)['RetryPolicy']);
      const wakes = stage.text(fields(target)['Arn']);
      return [wakes, Properties['ScheduleExpression'], Properties['State'], age, retries].join(' ');
    });
    expect(rules.toSorted()).toEqual([
      'CheckLogFunction rate(1 hour) ENABLED 3600 0',
      'PlanReadsFunction rate(5 minutes) ENABLED 300 0',
      'SealLogFunction rate(1 minute) ENABLED 60 0',
      'SendWebhooksFunction rate(1 minute) ENABLED 60 0',
      'TallyRunsFunction rate(5 minutes) ENABLED 300 0',
    ]);
    // Lambda itself repeats an event that a function did not take, unless told otherwise.
    const repeats = [...stage.all('AWS::Lambda::EventInvokeConfig').values()].map(({ Properties }) =>
      [
        stage.text(Properties['FunctionName']),
        Properties['MaximumEventAgeInSeconds'],
        Properties['MaximumRetryAttempts'],
      ].join(' '),
    );
    expect(repeats.toSorted()).toEqual([
      'CheckLogFunction 3600 0',
      'PlanReadsFunction 300 0',
      'SealLogFunction 60 0',
      'SendWebhooksFunction 60 0',
      'TallyRunsFunction 300 0',
    ]);
  });
};
