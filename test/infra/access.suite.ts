// Who may do what. The first test is the whole table; the others say what it must never become.
import { describe, expect, it } from 'vitest';
import { fields, list, type Synthesized } from './synthesized.ts';

const SECRETS = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:odoseal/dev/vehicle-application/*';

const logs = (name: string): readonly string[] => [`logs:CreateLogStream ${name}Logs`, `logs:PutLogEvents ${name}Logs`];

const on = (resource: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${action} ${resource}`);

const consume = (queue: string): readonly string[] =>
  on(queue, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');

const GET = 'dynamodb:GetItem';
const PUT = 'dynamodb:PutItem';
const UPDATE = 'dynamodb:UpdateItem';
const GET_MANY = 'dynamodb:BatchGetItem';
const DELETE = 'dynamodb:DeleteItem';
const QUERY = 'dynamodb:Query';
const SEND = 'sqs:SendMessage';
/** Items under one kind of partition key, and no other. */
const only = (pattern: string): string =>
  ` if ${JSON.stringify({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pattern] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  })}`;
/** Tokens and data keys of vehicle applications, and no tenant's: ids of tenants hold no colon. */
const PUT_TOKEN = `${PUT} Vault${only('V#application:*#*')}`;
const PUT_DATA_KEY = `${PUT} Vault${only('K#application:*')}`;
const SECRET = `secretsmanager:GetSecretValue ${SECRETS}`;

const EVERYTHING: Readonly<Record<string, readonly string[]>> = {
  authorize: [...logs('Authorize'), ...on('Business', GET)],
  api: [
    ...logs('Api'),
    ...on('Business', GET, PUT, UPDATE, QUERY),
    ...on('Business/index/byTenant', QUERY),
    ...on('Attestations', GET, GET_MANY, QUERY),
    'secretsmanager:GetSecretValue CursorKey',
    'secretsmanager:GetSecretValue ReconnectKey',
  ],
  compatibility: [
    ...logs('Compatibility'),
    ...on(`Business${only('T#*')}`, GET),
    ...on(`Business${only('T#*#REQUESTS#*')}`, UPDATE),
    ...on(`Business${only('APP#*')}`, GET, UPDATE),
    SECRET,
  ],
  'webhook-endpoints': [
    ...logs('WebhookEndpoints'),
    ...on(`Business${only('T#*#REQUESTS#*')}`, UPDATE),
    ...on(`Business${only('T#*#IDEMPOTENCY#*')}`, GET, PUT, UPDATE),
    ...on(`Business${only('T#*#WEBHOOKS')}`, GET, PUT, UPDATE, DELETE, QUERY),
    ...on(`Business${only('T#*#WEBHOOK#*')}`, GET, PUT, UPDATE, QUERY),
    ...on(`Business${only('T#*#EVENTS')}`, PUT),
    'secretsmanager:GetSecretValue CursorKey',
    ...on('WebhookKey', 'kms:Encrypt'),
  ],
  reports: [
    ...logs('Reports'),
    ...on(`Business${only('T#*#REQUESTS#*')}`, UPDATE),
    ...on(`Business${only('T#*#IDEMPOTENCY#*')}`, GET, PUT, UPDATE),
    ...on(`Business${only('T#*#C#*')}`, GET, PUT),
    ...on(`Business${only('T#*#REPORTS')}`, GET, PUT, QUERY),
    ...on(`Business${only('T#*#SHARES#*')}`, GET, PUT, UPDATE, QUERY),
    ...on(`Business${only('SHARE#*')}`, PUT),
    ...on('ReportQueue', SEND),
    ...on('Reports/*', 's3:GetObject'),
    'secretsmanager:GetSecretValue CursorKey',
  ],
  'build-report': [
    ...logs('BuildReport'),
    ...on('Business/index/byTenant', QUERY),
    ...on(`Business${only('T#*')}`, GET),
    ...on(`Business${only('T#*#C#*')}`, QUERY, DELETE),
    ...on(`Business${only('T#*#REPORTS')}`, GET, UPDATE, DELETE),
    ...on(`Business${only('T#*#SHARES#*')}`, PUT, QUERY, DELETE),
    ...on(`Business${only('SHARE#*')}`, PUT, DELETE),
    ...on('Log', GET),
    ...on(`Attestations${only('KEYS')}`, QUERY),
    ...on('StatementKey', 'kms:GetPublicKey'),
    ...on('StatusListKey', 'kms:Sign', 'kms:GetPublicKey'),
    ...on('PdfSealKey', 'kms:Sign', 'kms:GetPublicKey', 'kms:DescribeKey'),
    ...on('CheckpointKey', 'kms:GetPublicKey'),
    ...on('Attestations', GET_MANY),
    ...on(`Attestations${only('T#*#C#*')}`, QUERY),
    ...on('Reports/*', 's3:PutObject', 's3:DeleteObject'),
    ...consume('ReportQueue'),
  ],
  connect: [
    ...logs('Connect'),
    ...on('Business', GET, PUT, UPDATE, QUERY),
    ...on('Vault', GET, PUT),
    ...on('VaultKey', 'kms:Decrypt', 'kms:GenerateDataKey'),
    ...on('TendQueue', SEND),
    'secretsmanager:GetSecretValue ReconnectKey',
    SECRET,
  ],
  'vehicle-events': [...logs('VehicleEvents'), ...on('Business', GET, PUT, UPDATE), ...on('ReadQueue', SEND), SECRET],
  'plan-reads': [
    ...logs('PlanReads'),
    ...on('Business/index/due', QUERY),
    ...on('Business', UPDATE),
    ...on('TendQueue', SEND),
    ...on('ReadQueue', SEND),
  ],
  'tally-runs': [
    ...logs('TallyRuns'),
    ...on('Business/index/byTenant', QUERY),
    ...on(`Business${only('T#*#C#*')}`, QUERY),
    ...on(`Business${only('T#*#RUNS')}`, PUT, UPDATE),
    ...on('Attestations', GET_MANY),
    ...on(`Attestations${only('T#*#C#*')}`, QUERY),
  ],
  'tend-connection': [
    ...logs('TendConnection'),
    ...on('Business', GET, PUT, UPDATE, QUERY),
    ...on('Business/index/byTenant', QUERY),
    ...on(`Business${only('APP#*#V#*')}`, DELETE),
    ...on(`Business${only('T#*#C#*')}`, DELETE),
    ...on(`Business${only('T#*#VIN#*')}`, DELETE),
    ...on(`Business${only('T#*#REF#*')}`, DELETE),
    ...on(`Business${only('MYDATA#*')}`, DELETE),
    ...on('Vault', GET, UPDATE, DELETE),
    PUT_TOKEN,
    PUT_DATA_KEY,
    ...on('VaultKey', 'kms:Decrypt', 'kms:GenerateDataKey'),
    ...consume('TendQueue'),
    ...on('TendQueue', SEND),
    ...on('ReadQueue', SEND),
    ...on('ReportQueue', SEND),
    SECRET,
  ],
  'read-vehicle': [
    ...logs('ReadVehicle'),
    ...on('Business', GET, PUT, UPDATE, QUERY),
    ...on('Attestations', PUT, QUERY),
    ...on('Vault', GET),
    ...on('VaultKey', 'kms:Decrypt'),
    ...on('StatementKey', 'kms:Sign', 'kms:GetPublicKey'),
    ...consume('ReadQueue'),
    ...on('TendQueue', SEND),
    ...on('ReadQueue', SEND),
  ],
  'send-webhooks': [
    ...logs('SendWebhooks'),
    ...on('Business/index/untold', QUERY),
    ...on(`Business${only('T#*#C#*')}`, UPDATE),
    ...on(`Business${only('T#*#RUNS')}`, UPDATE),
    ...on(`Business${only('T#*#REPORTS')}`, UPDATE),
    ...on(`Business${only('T#*#EVENTS')}`, PUT, UPDATE),
    ...on(`Business${only('T#*#WEBHOOKS')}`, GET, UPDATE, QUERY),
    ...on(`Business${only('T#*#WEBHOOK#*')}`, GET, PUT, UPDATE, QUERY),
    ...on('WebhookKey', 'kms:Decrypt'),
    ...consume('WebhookQueue'),
    ...on('WebhookQueue', SEND),
  ],
  'seal-log': [
    ...logs('SealLog'),
    ...on('Attestations/index/pending', QUERY),
    ...on('Attestations', GET, GET_MANY, UPDATE),
    ...on('Log', GET, PUT),
    ...on(`Business${only('T#*#EVENTS')}`, PUT),
    ...on('CheckpointKey', 'kms:Sign', 'kms:GetPublicKey'),
  ],
  'check-log': [
    ...logs('CheckLog'),
    ...on('Attestations', GET, GET_MANY, QUERY, 'dynamodb:Scan'),
    ...on('Log', GET),
    ...on(`Business${only('LOGCHECK')}`, GET, PUT),
    ...on('StatementKey', 'kms:GetPublicKey'),
    ...on('CheckpointKey', 'kms:GetPublicKey'),
  ],
  public: [
    ...logs('Public'),
    ...on('Log', GET),
    ...on(`Business${only('SHARE#*')}`, GET),
    ...on(`Business${only('T#*#SHARES#*')}`, GET, UPDATE),
    ...on('Reports/*', 's3:GetObject'),
    ...on(`Attestations${only('STATUS#*')}`, GET),
    ...on(`Attestations${only('T#*#C#*')}`, QUERY),
    ...on(`Attestations${only('KEYS')}`, QUERY),
    ...on('StatementKey', 'kms:GetPublicKey'),
    ...on('StatusListKey', 'kms:Sign', 'kms:GetPublicKey'),
    ...on('PdfSealKey', 'kms:GetPublicKey'),
    ...on('CheckpointKey', 'kms:GetPublicKey'),
  ],
  admin: [
    ...logs('Admin'),
    ...on('Business', GET, PUT, UPDATE),
    ...on('Business/index/byTenant', QUERY),
    ...on('TendQueue', SEND),
    ...on(`Attestations${only('KEYS')}`, PUT, QUERY),
    ...on(`Log${only('LOG')}`, GET),
    ...on(`Log${only('CHECKPOINT#*')}`, GET),
    ...on('StatementKey', 'kms:GetPublicKey', 'kms:DescribeKey'),
    ...on('StatusListKey', 'kms:GetPublicKey', 'kms:DescribeKey'),
    ...on('PdfSealKey', 'kms:GetPublicKey', 'kms:DescribeKey'),
  ],
};

const WRITES = [
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLUpdate',
];

const writers = (stage: Synthesized, table: string): Readonly<Record<string, readonly string[]>> => {
  const found = WRITES.map((action) => [action, stage.whoMay(`dynamodb:${action}`, table)] as const);
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
};

const TAG = 'aws:PrincipalTag/odoseal-function';

/** Actions that a resource's own policy denies to everybody, except to the functions named, or when they touch other attributes. */
interface Refusal {
  readonly actions: readonly string[];
  readonly except: readonly string[];
  readonly beside?: readonly string[];
  /** Partitions that it is about, or all but those. */
  readonly items?: readonly string[];
  readonly otherItems?: readonly string[];
}

const refusals = (stage: Synthesized, document: Parameters<Synthesized['statements']>[0]): readonly Refusal[] => {
  const denied = stage.statements(document).filter(({ effect }) => effect === 'Deny');
  return denied.map(({ actions, principal, resources, condition }) => {
    expect(principal).toEqual({ AWS: '*' });
    expect(resources).toEqual(['*']);
    const {
      StringNotEquals,
      'ForAnyValue:StringNotEquals': others,
      'ForAllValues:StringLike': these,
      ...more
    } = fields(condition ?? {});
    expect(more).toEqual({});
    const except = StringNotEquals === undefined ? [] : list(fields(StringNotEquals)[TAG]).map(String);
    const named = (from: typeof others, key: string) => {
      const values = fields(from ?? {})[key];
      return values === undefined ? undefined : list(values).map(String);
    };
    const beside = named(others, 'dynamodb:Attributes');
    const otherItems = named(others, 'dynamodb:LeadingKeys');
    const items = named(these, 'dynamodb:LeadingKeys');
    const short = actions.map((action) => action.slice(action.indexOf(':') + 1));
    const about = { ...(beside && { beside }), ...(items && { items }), ...(otherItems && { otherItems }) };
    return { actions: short, except, ...about };
  });
};

/** Tests of roles, and of the policies of tables and keys. */
export const accessSuite = (stage: Synthesized): void => {
  describe('what roles allow', () => {
    it('is exactly this table', () => {
      const expected = Object.entries(EVERYTHING).map(([name, lines]) => [name, [...lines].sort()]);
      expect(Object.fromEntries(stage.permissions())).toEqual(Object.fromEntries(expected));
    });

    it('comes from no managed policy and no inline policy', () => {
      for (const { Properties } of stage.all('AWS::IAM::Role').values()) {
        expect(Object.keys(Properties)).toEqual(['AssumeRolePolicyDocument', 'Description', 'Tags']);
      }
    });

    it('can be assumed by the Lambda service alone', () => {
      for (const { Properties } of stage.all('AWS::IAM::Role').values()) {
        const principals = stage.statements(Properties['AssumeRolePolicyDocument']).map(({ principal }) => principal);
        expect(principals).toEqual([{ Service: 'lambda.amazonaws.com' }]);
      }
    });

    it('names every action and every resource, but for secrets of vehicle applications, files of reports, and items by kind', () => {
      const wild = [...stage.permissions().values()].flat().filter((line) => line.includes('*'));
      expect(new Set(wild)).toEqual(
        new Set([
          SECRET,
          PUT_TOKEN,
          PUT_DATA_KEY,
          `${DELETE} Business${only('APP#*#V#*')}`,
          `${GET} Business${only('T#*')}`,
          ...on(`Business${only('APP#*')}`, GET, UPDATE),
          ...on(`Business${only('T#*#C#*')}`, GET, PUT, DELETE, UPDATE, QUERY),
          ...on(`Business${only('T#*#REPORTS')}`, GET, PUT, DELETE, UPDATE, QUERY),
          ...on(`Business${only('T#*#SHARES#*')}`, GET, PUT, UPDATE, DELETE, QUERY),
          ...on(`Business${only('SHARE#*')}`, GET, PUT, DELETE),
          ...on('Reports/*', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'),
          ...on(`Business${only('T#*#RUNS')}`, PUT, UPDATE),
          ...on(`Business${only('T#*#VIN#*')}`, DELETE),
          ...on(`Business${only('T#*#REF#*')}`, DELETE),
          ...on(`Business${only('MYDATA#*')}`, DELETE),
          ...on(`Business${only('T#*#EVENTS')}`, PUT, UPDATE),
          ...on(`Business${only('T#*#REQUESTS#*')}`, UPDATE),
          ...on(`Business${only('T#*#IDEMPOTENCY#*')}`, GET, PUT, UPDATE),
          ...on(`Business${only('T#*#WEBHOOKS')}`, GET, PUT, UPDATE, DELETE, QUERY),
          ...on(`Business${only('T#*#WEBHOOK#*')}`, GET, PUT, UPDATE, QUERY),
          ...on(`Attestations${only('STATUS#*')}`, GET),
          ...on(`Attestations${only('T#*#C#*')}`, QUERY),
          ...on(`Log${only('CHECKPOINT#*')}`, GET),
        ]),
      );
    });

    it('lets only connect, tend-connection and read-vehicle decrypt tokens, and only connect and tend-connection make data keys', () => {
      expect(stage.whoMay('kms:Decrypt', 'VaultKey')).toEqual(['connect', 'read-vehicle', 'tend-connection']);
      expect(stage.whoMay('kms:GenerateDataKey', 'VaultKey')).toEqual(['connect', 'tend-connection']);
    });

    it('lets only read-vehicle sign statements, only seal-log checkpoints, and only public and build-report status lists', () => {
      expect(stage.whoMay('kms:Sign', 'StatementKey')).toEqual(['read-vehicle']);
      expect(stage.whoMay('kms:Sign', 'CheckpointKey')).toEqual(['seal-log']);
      expect(stage.whoMay('kms:Sign', 'StatusListKey')).toEqual(['build-report', 'public']);
      expect(stage.whoMay('kms:Sign', 'PdfSealKey')).toEqual(['build-report']);
      expect([...stage.permissions().values()].flat().filter((line) => line.startsWith('kms:Sign '))).toHaveLength(5);
    });

    it('lets these functions write these tables', () => {
      expect(writers(stage, 'Business')).toEqual({
        PutItem: [
          'admin',
          'api',
          'build-report',
          'check-log',
          'connect',
          'read-vehicle',
          'reports',
          'seal-log',
          'send-webhooks',
          'tally-runs',
          'tend-connection',
          'vehicle-events',
          'webhook-endpoints',
        ],
        UpdateItem: [
          'admin',
          'api',
          'build-report',
          'compatibility',
          'connect',
          'plan-reads',
          'public',
          'read-vehicle',
          'reports',
          'send-webhooks',
          'tally-runs',
          'tend-connection',
          'vehicle-events',
          'webhook-endpoints',
        ],
        DeleteItem: ['build-report', 'tend-connection', 'webhook-endpoints'],
      });
      expect(writers(stage, 'Vault')).toEqual({
        PutItem: ['connect', 'tend-connection'],
        UpdateItem: ['tend-connection'],
        DeleteItem: ['tend-connection'],
      });
      expect(writers(stage, 'Log')).toEqual({ PutItem: ['seal-log'] });
    });

    it('I6 lets read-vehicle add statements, admin tell of keys, seal-log seal both, and nobody delete one', () => {
      expect(writers(stage, 'Attestations')).toEqual({ PutItem: ['admin', 'read-vehicle'], UpdateItem: ['seal-log'] });
    });
  });

  describe('what the data itself refuses', () => {
    const keyRefuses = (name: string): readonly Refusal[] =>
      refusals(stage, stage.all('AWS::KMS::Key').get(name)?.Properties['KeyPolicy']);

    const tableRefuses = (name: string): readonly Refusal[] => {
      const policy = stage.all('AWS::DynamoDB::Table').get(name)?.Properties['ResourcePolicy'];
      return refusals(stage, fields(policy)['PolicyDocument']);
    };
    const NEVER = [
      'DeleteItem',
      'BatchWriteItem',
      'PartiQLDelete',
      'PartiQLInsert',
      'PartiQLUpdate',
      'UpdateTimeToLive',
      'DeleteTable',
    ];

    it('I6 attestations refuse everybody to delete, to add but for read-vehicle, to tell of keys but for admin, to seal but for seal-log, to alter what is signed', () => {
      expect(tableRefuses('Attestations')).toEqual([
        { actions: NEVER, except: [] },
        { actions: ['PutItem'], except: ['read-vehicle'], otherItems: ['KEYS'] },
        { actions: ['PutItem'], except: ['admin'], items: ['KEYS'] },
        { actions: ['UpdateItem'], except: ['seal-log'] },
        {
          actions: ['UpdateItem'],
          except: [],
          beside: ['pk', 'sk', 'leafIndex', 'pendingShard', 'pendingAt', 'size', 'root'],
        },
      ]);
    });

    it('I6 the log refuses everybody to delete or alter, and to add but for seal-log', () => {
      expect(tableRefuses('Log')).toEqual([
        { actions: [...NEVER, 'UpdateItem'], except: [] },
        { actions: ['PutItem'], except: ['seal-log'] },
      ]);
    });

    it('the checkpoint key signs for seal-log only', () => {
      expect(keyRefuses('CheckpointKey')).toEqual([{ actions: ['Sign'], except: ['seal-log'] }]);
    });

    it('the key of status lists signs for public and build-report only', () => {
      expect(keyRefuses('StatusListKey')).toEqual([{ actions: ['Sign'], except: ['public', 'build-report'] }]);
      expect(keyRefuses('PdfSealKey')).toEqual([{ actions: ['Sign'], except: ['build-report'] }]);
    });

    it('the key of webhook secrets opens for send-webhooks only', () => {
      expect(keyRefuses('WebhookKey')).toEqual([{ actions: ['Decrypt', 'ReEncryptFrom'], except: ['send-webhooks'] }]);
      expect(stage.whoMay('kms:Decrypt', 'WebhookKey')).toEqual(['send-webhooks']);
      expect(stage.whoMay('kms:Encrypt', 'WebhookKey')).toEqual(['webhook-endpoints']);
    });

    it('reports are written by build-report and opened by reports and public, by nobody else, and over TLS alone', () => {
      const [policy, ...others] = [...stage.all('AWS::S3::BucketPolicy').values()];
      expect([others, stage.text(policy?.Properties['Bucket'])]).toEqual([[], 'Reports']);
      const unless = (name: string | readonly string[]) => ({ StringNotEquals: { [TAG]: name } });
      const denied = { effect: 'Deny', principal: { AWS: '*' } };
      expect(stage.statements(policy?.Properties['PolicyDocument'])).toEqual([
        {
          ...denied,
          actions: ['s3:*'],
          resources: ['Reports', 'Reports/*'],
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        { ...denied, actions: ['s3:PutObject'], resources: ['Reports/*'], condition: unless('build-report') },
        { ...denied, actions: ['s3:GetObject'], resources: ['Reports/*'], condition: unless(['reports', 'public']) },
      ]);
    });

    it('the vault key opens for token functions only', () => {
      expect(keyRefuses('VaultKey')).toEqual([
        { actions: ['Decrypt', 'ReEncryptFrom'], except: ['connect', 'tend-connection', 'read-vehicle'] },
        {
          actions: [
            'GenerateDataKey',
            'GenerateDataKeyWithoutPlaintext',
            'GenerateDataKeyPair',
            'GenerateDataKeyPairWithoutPlaintext',
          ],
          except: ['connect', 'tend-connection'],
        },
      ]);
    });

    it('the statement key signs for read-vehicle only', () => {
      expect(keyRefuses('StatementKey')).toEqual([{ actions: ['Sign'], except: ['read-vehicle'] }]);
    });
  });
};
