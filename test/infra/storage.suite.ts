// What must survive: tables, files, keys and secrets are retained, protected and, but for the vault, recoverable.
import { describe, expect, it } from 'vitest';
import { fields, list, type Resource, type Synthesized } from './synthesized.ts';

const TABLES = ['Attestations', 'Business', 'Log', 'Vault'];

const onAttributes = (table: Resource): unknown => table.Properties['KeySchema'];

const hash = (name: string): unknown => ({ AttributeName: name, KeyType: 'HASH' });
const range = (name: string): unknown => ({ AttributeName: name, KeyType: 'RANGE' });

/** Tests of the data stack. */
export const storageSuite = (stage: Synthesized): void => {
  const tables = stage.all('AWS::DynamoDB::Table');
  const table = (name: string): Resource => {
    const found = tables.get(name);
    if (found === undefined) throw new Error(`No table ${name}`);
    return found;
  };
  const recovery = (name: string): unknown =>
    fields(table(name).Properties['PointInTimeRecoverySpecification'])['PointInTimeRecoveryEnabled'];

  describe('tables', () => {
    it('are these four', () => {
      expect([...tables.keys()].sort()).toEqual(TABLES);
    });

    it.each(TABLES)('%s is keyed by pk and sk, on demand, encrypted with a key of the account', (name) => {
      expect(onAttributes(table(name))).toEqual([hash('pk'), range('sk')]);
      expect(table(name).Properties['BillingMode']).toBe('PAY_PER_REQUEST');
      expect(table(name).Properties['SSESpecification']).toEqual({ SSEEnabled: true });
    });

    it.each(TABLES)('%s is protected against deletion and outlives its stack', (name) => {
      expect(table(name).Properties['DeletionProtectionEnabled']).toBe(true);
      expect(table(name).DeletionPolicy).toBe('Retain');
      expect(table(name).UpdateReplacePolicy).toBe('Retain');
    });

    it('can be restored to a point in time, except the vault', () => {
      expect(Object.fromEntries(TABLES.map((name) => [name, recovery(name)]))).toEqual({
        Attestations: true,
        Business: true,
        Log: true,
        Vault: false,
      });
    });

    it('let items expire in business and vault only', () => {
      const expiring = TABLES.filter((name) => table(name).Properties['TimeToLiveSpecification'] !== undefined);
      expect(expiring).toEqual(['Business', 'Vault']);
      for (const name of expiring) {
        expect(table(name).Properties['TimeToLiveSpecification']).toEqual({
          AttributeName: 'expiresAt',
          Enabled: true,
        });
      }
    });

    it('have four indexes: whole contracts by tenant, marks by what is untold; keys alone of what is due, and of what the log lacks', () => {
      expect(TABLES.filter((name) => table(name).Properties['GlobalSecondaryIndexes'] !== undefined)).toEqual([
        'Attestations',
        'Business',
      ]);
      expect(table('Attestations').Properties['GlobalSecondaryIndexes']).toEqual([
        {
          IndexName: 'pending',
          KeySchema: [hash('pendingShard'), range('pendingAt')],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ]);
      expect(table('Business').Properties['GlobalSecondaryIndexes']).toEqual([
        {
          IndexName: 'byTenant',
          KeySchema: [hash('tenantKey'), range('tenantSort')],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'due',
          KeySchema: [hash('dueShard'), range('dueAt')],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'untold',
          KeySchema: [hash('untoldShard'), range('untoldAt')],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['marks'] },
        },
      ]);
    });

    it('hold strings in every key', () => {
      expect(table('Business').Properties['AttributeDefinitions']).toEqual(
        ['pk', 'sk', 'tenantKey', 'tenantSort', 'dueShard', 'dueAt', 'untoldShard', 'untoldAt'].map((name) => ({
          AttributeName: name,
          AttributeType: 'S',
        })),
      );
    });
  });

  it('files of reports are in one bucket: encrypted, closed to the public, gone after thirty days, kept when the stack goes', () => {
    const [[name, bucket] = [], ...others] = [...stage.all('AWS::S3::Bucket')];
    expect([name, others]).toEqual(['Reports', []]);
    expect([bucket?.DeletionPolicy, bucket?.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    const { Tags, ...properties } = fields(bucket?.Properties);
    expect(properties).toEqual({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: 30, Status: 'Enabled' },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
    });
  });

  describe('keys and secrets', () => {
    const keys = stage.all('AWS::KMS::Key');

    it('are two symmetric keys that rotate, P-256 keys that sign and one Ed25519 key that signs', () => {
      const shape = ([name, { Properties }]: readonly [string, Resource]): unknown => [
        name,
        Properties['KeySpec'] ?? 'SYMMETRIC_DEFAULT',
        Properties['KeyUsage'] ?? 'ENCRYPT_DECRYPT',
        Properties['EnableKeyRotation'] ?? false,
      ];
      expect([...keys].map(shape)).toEqual([
        ['VaultKey', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', true],
        ['StatementKey', 'ECC_NIST_P256', 'SIGN_VERIFY', false],
        ['StatusListKey', 'ECC_NIST_P256', 'SIGN_VERIFY', false],
        ['PdfSealKey', 'ECC_NIST_P256', 'SIGN_VERIFY', false],
        ['CheckpointKey', 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', false],
        ['WebhookKey', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', true],
      ]);
    });

    it('are left to the roles of the account by their policies, or no role could use them', () => {
      const account = {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']],
      };
      const leaving = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: account } };
      for (const [name, { Properties }] of keys)
        expect(list(fields(Properties['KeyPolicy'])['Statement']), name).toContainEqual(leaving);
    });

    it('outlive their stack', () => {
      const kept = [...keys, ...stage.all('AWS::SecretsManager::Secret')];
      const policies = kept.map(([name, { DeletionPolicy, UpdateReplacePolicy }]) => [
        name,
        DeletionPolicy,
        UpdateReplacePolicy,
      ]);
      const names = [
        ...['VaultKey', 'StatementKey', 'StatusListKey', 'PdfSealKey', 'CheckpointKey', 'WebhookKey'],
        ...['CursorKey', 'ReconnectKey', 'DefaultVehicleApplication'],
      ];
      expect(policies.toSorted()).toEqual(names.map((name) => [name, 'Retain', 'Retain']).toSorted());
    });

    it('I12 the secret of the default vehicle application is created with a placeholder, in the agreed shape', () => {
      const secret = stage.all('AWS::SecretsManager::Secret').get('DefaultVehicleApplication');
      expect(secret?.Properties['Name']).toBe('odoseal/dev/vehicle-application/default');
      expect(secret?.Properties['GenerateSecretString']).toEqual({
        SecretStringTemplate: '{"clientId":"replace-me"}',
        GenerateStringKey: 'clientSecret',
      });
    });

    it('live apart from everything that runs or may be replaced', () => {
      const stateful = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::S3::Bucket'];
      expect(stage.serviceTypes().filter((type) => stateful.includes(type))).toEqual([]);
    });
  });
};
