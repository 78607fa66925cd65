// What must survive: tables, keys, files, the vehicle application's secret. Everything here is retained when the stack goes and
// protected against deletion while it stands. Nothing in this stack runs code.
//
// Encryption at rest: tables use the AWS-managed DynamoDB key. Its use shows in CloudTrail and it works only through
// DynamoDB in this account, and no function needs a permission for it: so `kms:Decrypt` in a role always means the vault key.
// Tokens are sealed a second time, by the application, under that vault key.
import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Secret, type SecretProps } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { KEY_EVENTS } from '../lib/aws/keys.ts';
import { REPORT_DAYS } from '../lib/report/report.ts';
import type { StageConfig } from './config.ts';
import { unlessFunction } from './constructs/function-tag.ts';
import { vehicleApplicationSecret } from './constructs/vehicle-applications.ts';

const text = (name: string): { readonly name: string; readonly type: AttributeType } => ({
  name,
  type: AttributeType.STRING,
});

/** Names of the indexes of the business table. */
export const BY_TENANT = 'byTenant';
export const DUE = 'due';
export const UNTOLD = 'untold';

/** Name of the index of the attestations table. */
export const PENDING = 'pending';

/** Tables, keys and secrets of one stage. */
export class DataStack extends Stack {
  readonly business: Table;
  readonly attestations: Table;
  readonly log: Table;
  readonly vault: Table;
  readonly vaultKey: Key;
  /** All of their purpose, the oldest first; then the one that signs. */
  readonly statementKeys: readonly Key[];
  readonly statementKey: Key;
  readonly statusListKeys: readonly Key[];
  readonly statusListKey: Key;
  readonly pdfSealKeys: readonly Key[];
  readonly pdfSealKey: Key;
  readonly cursorKey: Secret;
  readonly reconnectKey: Secret;
  readonly checkpointKey: Key;
  readonly webhookKey: Key;
  readonly reports: Bucket;

  constructor(scope: Construct, id: string, config: StageConfig, props: StackProps = {}) {
    super(scope, id, { ...props, terminationProtection: true });
    this.business = this.businessTable();
    this.attestations = this.attestationsTable();
    this.log = this.table('Log', { resourcePolicy: logGrows() });
    this.vault = this.vaultTable();
    this.vaultKey = this.wrappingKey();
    const { ECC_NIST_P256, ECC_NIST_EDWARDS25519 } = KeySpec;
    const reader = { name: 'read-vehicle', sid: 'OnlyReadVehicleSigns' };
    const { statements, statusLists, pdfSeals } = config.signingKeys;
    const ofStatements = (id: string) => this.signingKey(id, 'mileage statements (ES256)', ECC_NIST_P256, reader);
    this.statementKeys = keysNamed('StatementKey', statements.made, ofStatements);
    this.statementKey = numbered(this.statementKeys, statements.signs);
    const publishers = { name: ['public', 'build-report'], sid: 'OnlyPublicAndBuildReportSign' };
    const ofState = 'status lists and heads of chains (ES256)';
    const ofLists = (id: string) => this.signingKey(id, ofState, ECC_NIST_P256, publishers);
    this.statusListKeys = keysNamed('StatusListKey', statusLists.made, ofLists);
    this.statusListKey = numbered(this.statusListKeys, statusLists.signs);
    const printer = { name: 'build-report', sid: 'OnlyBuildReportSeals' };
    const ofPdfs = (id: string) => this.signingKey(id, 'whole PDF files (ES256)', ECC_NIST_P256, printer);
    this.pdfSealKeys = keysNamed('PdfSealKey', pdfSeals.made, ofPdfs);
    this.pdfSealKey = numbered(this.pdfSealKeys, pdfSeals.signs);
    this.cursorKey = this.pageCursorKey(config.stage);
    this.reconnectKey = this.reconnectLinkKey(config.stage);
    const sealer = { name: 'seal-log', sid: 'OnlySealLogSigns' };
    const ofLog = 'checkpoints of the log (Ed25519)';
    this.checkpointKey = this.signingKey('CheckpointKey', ofLog, ECC_NIST_EDWARDS25519, sealer);
    this.webhookKey = this.webhookSecretsKey();
    this.reports = this.reportsBucket();
    this.defaultVehicleApplication(config.stage);
  }

  private table(id: string, props: Partial<TableProps> = {}): Table {
    return new Table(this, id, {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }

  private businessTable(): Table {
    const table = this.table('Business', { timeToLiveAttribute: 'expiresAt' });
    table.addGlobalSecondaryIndex({
      indexName: BY_TENANT,
      partitionKey: text('tenantKey'),
      sortKey: text('tenantSort'),
      projectionType: ProjectionType.ALL,
    });
    table.addGlobalSecondaryIndex({
      indexName: DUE,
      partitionKey: text('dueShard'),
      sortKey: text('dueAt'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    table.addGlobalSecondaryIndex({
      indexName: UNTOLD,
      partitionKey: text('untoldShard'),
      sortKey: text('untoldAt'),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['marks'],
    });
    return table;
  }

  private attestationsTable(): Table {
    const table = this.table('Attestations', { resourcePolicy: signedBytesStay() });
    table.addGlobalSecondaryIndex({
      indexName: PENDING,
      partitionKey: text('pendingShard'),
      sortKey: text('pendingAt'),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  private vaultTable(): Table {
    const table = this.table('Vault', {
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
    });
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'A restored token is dead anyway (pairs rotate), and a backup would undo the shredding of a tenant: its wrapped key must be gone when it is deleted.',
    });
    return table;
  }

  /** Wraps the data keys under which tokens are sealed. */
  private wrappingKey(): Key {
    const key = new Key(this, 'VaultKey', {
      description: `${this.stackName}: wraps the data keys of the token vault`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const openers = ['connect', 'tend-connection', 'read-vehicle'];
    key.addToResourcePolicy(denyOthers('OnlyTokenFunctionsOpen', ['kms:Decrypt', 'kms:ReEncryptFrom'], openers));
    const makers = [
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext',
    ];
    key.addToResourcePolicy(denyOthers('OnlyTokenMakersMakeDataKeys', makers, ['connect', 'tend-connection']));
    return key;
  }

  /** Seals the secrets that webhooks are signed with: who makes one cannot open it again. */
  private webhookSecretsKey(): Key {
    const key = new Key(this, 'WebhookKey', {
      description: `${this.stackName}: seals the secrets of webhook endpoints`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const opening = ['kms:Decrypt', 'kms:ReEncryptFrom'];
    key.addToResourcePolicy(denyOthers('OnlySendWebhooksOpens', opening, ['send-webhooks']));
    return key;
  }

  /**
   * Files that can be made again. They hold what is personal: none is kept for longer than it can be downloaded, no version of one that was
   * deleted stays, and one function writes them, another opens them.
   */
  private reportsBucket(): Bucket {
    const bucket = new Bucket(this, 'Reports', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        { expiration: Duration.days(REPORT_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const objects = [bucket.arnForObjects('*')];
    bucket.addToResourcePolicy(denyOthers('OnlyBuildReportWrites', ['s3:PutObject'], ['build-report'], objects));
    bucket.addToResourcePolicy(denyOthers('OnlyReportsOpens', ['s3:GetObject'], ['reports', 'public'], objects));
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'An access log would name tenants and hold addresses that open a file for a minute; who asked for a download is in the API, and an operator who wants more turns on data events in CloudTrail.',
    });
    return bucket;
  }

  /** Signs for the functions named alone. AWS rotates no asymmetric key: a successor is a new key beside this one. */
  private signingKey(
    id: string,
    signs: string,
    keySpec: KeySpec,
    signer: { name: string | readonly string[]; sid: string },
  ): Key {
    const key = new Key(this, id, {
      description: `${this.stackName}: signs ${signs}`,
      keySpec,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    key.addToResourcePolicy(denyOthers(signer.sid, ['kms:Sign'], [signer.name].flat()));
    return key;
  }

  /** Signs the page cursors of the API. Another value makes callers begin their lists anew, and harms nobody else. */
  private pageCursorKey(stage: string): Secret {
    return this.macKey(
      'CursorKey',
      { secretName: `odoseal/${stage}/cursor-key`, description: 'Signs the page cursors of the API' },
      'A cursor opens nothing that its tenant cannot ask for without one; whoever wants a new key puts a new value.',
    );
  }

  /** Signs the links of connections that need a new login. Another value ends those under way; the API gives new ones on asking. */
  private reconnectLinkKey(stage: string): Secret {
    return this.macKey(
      'ReconnectKey',
      {
        secretName: `odoseal/${stage}/reconnect-key`,
        description: 'Signs the links of connections that need a new login',
      },
      'A new value ends every link that is on its way to a driver, so nothing changes it by the calendar; whoever has to end them all puts one.',
    );
  }

  /** 43 random letters and digits: 256 bits. Each is for one purpose, and for the functions that need it. */
  private macKey(
    id: string,
    named: Required<Pick<SecretProps, 'secretName' | 'description'>>,
    whyNotRotated: string,
  ): Secret {
    const secret = new Secret(this, id, {
      ...named,
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: whyNotRotated });
    return secret;
  }

  /** Created with a placeholder that the vehicle platform refuses; the operator puts the real credentials in. */
  private defaultVehicleApplication(stage: string): void {
    const secret = new Secret(this, 'DefaultVehicleApplication', {
      secretName: vehicleApplicationSecret(stage, 'default'),
      description: 'Credentials at the vehicle platform: {"clientId","clientSecret","managementToken"?}',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ clientId: 'replace-me' }),
        generateStringKey: 'clientSecret',
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The vehicle platform issues these credentials in its dashboard and has no API to rotate them; functions re-read the secret when the platform refuses them.',
    });
  }
}

/** The first has the bare name: it was there before it had a successor. */
const keysNamed = (name: string, made: number, make: (id: string) => Key): readonly Key[] =>
  Array.from({ length: made }, (_, n) => make(n === 0 ? name : `${name}${n + 1}`));

/** The settings see to it that it is there. */
const numbered = (keys: readonly Key[], number: number): Key => {
  const key = keys[number - 1];
  if (key === undefined) throw new Error(`there is no signing key number ${number}`);
  return key;
};

const denyOthers = (
  sid: string,
  actions: string[],
  functions: readonly string[],
  resources = ['*'],
  conditions: Readonly<Record<string, unknown>> = {},
): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources,
    conditions: { ...unlessFunction(...functions), ...conditions },
  });

/**
 * No function deletes an item of `attestations` or `log`, and no administrator does without changing this policy first: that, and who
 * wears a function's tag, is what an auditor looks for in CloudTrail.
 */
const NEVER = [
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLDelete',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:UpdateTimeToLive',
  'dynamodb:DeleteTable',
];

const nobody = (sid: string, actions: string[], conditions?: Readonly<Record<string, unknown>>): PolicyStatement =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources: ['*'],
    ...(conditions === undefined ? {} : { conditions }),
  });

/** What an update may touch: where a statement stands in the log, and how far the log was signed. Nothing that is signed. */
const SEAL_ATTRIBUTES = ['pk', 'sk', 'leafIndex', 'pendingShard', 'pendingAt', 'size', 'root'];

/** Puts of items that are no key event, and of those that are. */
const OF_STATEMENTS = { 'ForAnyValue:StringNotEquals': { 'dynamodb:LeadingKeys': [KEY_EVENTS] } };
const OF_KEY_EVENTS = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [KEY_EVENTS] } };

/**
 * While this policy stands, nobody, administrators included, deletes or alters what a statement says; only read-vehicle adds one, only
 * seal-log seals one. What happens to signing keys is said by admin alone, and is as lasting.
 */
const signedBytesStay = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      nobody('NobodyDeletesSignedBytes', NEVER),
      denyOthers('OnlyReadVehicleAddsStatements', ['dynamodb:PutItem'], ['read-vehicle'], ['*'], OF_STATEMENTS),
      denyOthers('OnlyAdminTellsOfKeys', ['dynamodb:PutItem'], ['admin'], ['*'], OF_KEY_EVENTS),
      denyOthers('OnlySealLogSeals', ['dynamodb:UpdateItem'], ['seal-log']),
      nobody('NobodyAltersSignedBytes', ['dynamodb:UpdateItem'], {
        'ForAnyValue:StringNotEquals': { 'dynamodb:Attributes': SEAL_ATTRIBUTES },
      }),
    ],
  });

/** Nobody deletes from the log or alters it; only seal-log puts. */
const logGrows = (): PolicyDocument =>
  new PolicyDocument({
    statements: [
      nobody('NobodyDeletesOrAltersTheLog', [...NEVER, 'dynamodb:UpdateItem']),
      denyOthers('OnlySealLogGrowsTheLog', ['dynamodb:PutItem'], ['seal-log']),
    ],
  });
