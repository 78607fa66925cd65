// A stage whose settings differ from every default: each setting reaches the template.
import { expect, it } from 'vitest';
import { issue, makeParty } from '../lib/report/authority.ts';
import { fields, type Resource, type Synthesized } from './synthesized.ts';

const authority = makeParty('Authority');

/** A setting other than the default for everything. */
export const SETTINGS = {
  publicOrigin: 'https://odoseal.example',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/own',
  vehicle: {
    connect: 'https://connect.example',
    auth: 'https://auth.example',
    api: 'https://api.example',
    management: 'https://v2-management.example',
    v3: {
      iam: 'https://iam.example',
      vehicle: 'https://vehicle.example',
      management: 'https://management.example',
    },
  },
  throttles: {
    api: { rate: 1, burst: 2 },
    connect: { rate: 3, burst: 4 },
    keys: { rate: 5, burst: 6 },
    vehicleEvents: { rate: 7, burst: 8 },
  },
  concurrency: {
    connect: null,
    public: null,
    vehicleEvents: null,
    read: 7,
    tend: 8,
    seal: null,
    webhook: 9,
    report: 6,
  },
  webhookLoopback: true,
  signingKeys: {
    statements: { made: 3, signs: 2 },
    statusLists: { made: 2, signs: 2 },
    pdfSeals: { made: 2, signs: 2 },
  },
  sealCertificates: issue(makeParty('Odoseal Seals'), authority),
  timestampUrl: 'http://timestamps.example/tsr',
  logRetentionDays: 30,
  alarms: { email: 'operator@odoseal.example', runbook: 'https://odoseal.example/runbook' },
};

/** Tests of a stage synthesized with {@link SETTINGS}. */
export const settingsSuite = (stage: Synthesized): void => {
  const each = (type: string): readonly Resource['Properties'][] =>
    [...stage.all(type).values()].map(({ Properties }) => Properties);
  const told = (variable: string): ReadonlySet<unknown> => {
    const values = each('AWS::Lambda::Function').map(
      ({ Environment }) => fields(fields(Environment)['Variables'])[variable],
    );
    return new Set(values.filter((value) => value !== undefined));
  };

  it('makes as many signing keys as told, publishes all of them, and signs with the one that it is told of', () => {
    const p256 = [...stage.all('AWS::KMS::Key')].filter(
      ([, { Properties }]) => Properties['KeySpec'] === 'ECC_NIST_P256',
    );
    const statements = ['StatementKey', 'StatementKey2', 'StatementKey3'];
    const lists = ['StatusListKey', 'StatusListKey2'];
    const seals = ['PdfSealKey', 'PdfSealKey2'];
    expect(p256.map(([name]) => name).toSorted()).toEqual([...seals, ...statements, ...lists]);
    const signs = (key: string) => stage.whoMay('kms:Sign', key);
    expect(statements.map(signs)).toEqual(Array(3).fill(['read-vehicle']));
    expect(lists.map(signs)).toEqual(Array(2).fill(['build-report', 'public']));
    expect(seals.map(signs)).toEqual(Array(2).fill(['build-report']));
    for (const key of [...statements, ...lists, ...seals]) {
      expect(stage.whoMay('kms:GetPublicKey', key)).toContain('public');
      expect(stage.whoMay('kms:DescribeKey', key)).toContain('admin');
    }
    const ids = (variable: string) => new Set([...told(variable)].map((value) => stage.text(value as string)));
    expect(ids('STATEMENT_KEY_ID')).toEqual(new Set(['StatementKey2']));
    expect(ids('STATUS_LIST_KEY_ID')).toEqual(new Set(['StatusListKey2']));
    expect(ids('PDF_SEAL_KEY_ID')).toEqual(new Set(['PdfSealKey2']));
  });

  it('tells build-report which certificate to seal with', () => {
    expect(told('SEAL_CERTIFICATES')).toEqual(new Set([SETTINGS.sealCertificates]));
  });

  it('tells seal-log whom to ask for timestamps', () => {
    expect(told('TIMESTAMP_URL')).toEqual(new Set(['http://timestamps.example/tsr']));
  });

  it('lets webhooks go to loopback', () => {
    expect(told('WEBHOOK_LOOPBACK')).toEqual(new Set(['allowed']));
  });

  it('tells functions its origins', () => {
    expect(told('PUBLIC_ORIGIN')).toEqual(new Set(['https://odoseal.example']));
    expect(told('ISSUER')).toEqual(new Set(['https://odoseal.example']));
    expect(told('VEHICLE_CONNECT_ORIGIN')).toEqual(new Set(['https://connect.example']));
    expect(told('VEHICLE_AUTH_ORIGIN')).toEqual(new Set(['https://auth.example']));
    expect(told('VEHICLE_API_ORIGIN')).toEqual(new Set(['https://api.example']));
    expect(told('VEHICLE_IAM_ORIGIN')).toEqual(new Set(['https://iam.example']));
    expect(told('VEHICLE_V3_ORIGIN')).toEqual(new Set(['https://vehicle.example']));
    expect(told('VEHICLE_V2_MANAGEMENT_ORIGIN')).toEqual(new Set(['https://v2-management.example']));
    expect(told('VEHICLE_MANAGEMENT_ORIGIN')).toEqual(new Set(['https://management.example']));
  });

  it('throttles as told', () => {
    const [settings] = each('AWS::ApiGatewayV2::Stage');
    expect(settings?.['DefaultRouteSettings']).toEqual({ ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 });
    expect(settings?.['RouteSettings']).toMatchObject({
      'POST /connect/{token}': { ThrottlingRateLimit: 3, ThrottlingBurstLimit: 4 },
      'GET /.well-known/jwks.json': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6 },
      'POST /vehicle-events/{applicationId}': { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
    });
  });

  it('sets aside no concurrency where told null, and works queues as widely as told', () => {
    expect(each('AWS::Lambda::Function').filter((lambda) => 'ReservedConcurrentExecutions' in lambda)).toEqual([]);
    expect(
      each('AWS::Lambda::EventSourceMapping').map(({ ScalingConfig }) => fields(ScalingConfig)['MaximumConcurrency']),
    ).toEqual([8, 7, 9, 6]);
  });

  it('keeps logs as long as told', () => {
    expect(new Set(each('AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays))).toEqual(new Set([30]));
  });

  it('sends every alarm to the address, over TLS, with a link to the runbook it names', () => {
    expect(each('AWS::SNS::Subscription').map(({ Endpoint, Protocol }) => [Protocol, Endpoint])).toEqual([
      ['email', 'operator@odoseal.example'],
    ]);
    expect(
      each('AWS::SNS::TopicPolicy').flatMap(({ PolicyDocument }) => stage.statements(PolicyDocument)),
    ).toMatchObject([{ effect: 'Deny', condition: { Bool: { 'aws:SecureTransport': 'false' } } }]);
    for (const { AlarmActions, AlarmDescription } of each('AWS::CloudWatch::Alarm')) {
      expect([AlarmActions].flat().map((topic) => stage.text(topic))).toEqual(['AlarmsTopic']);
      expect(AlarmDescription).toContain('https://odoseal.example/runbook#');
    }
  });

  it('keeps its secrets under its own name', () => {
    expect(each('AWS::SecretsManager::Secret').map(({ Name }) => Name)).toEqual([
      'odoseal/prod/cursor-key',
      'odoseal/prod/reconnect-key',
      'odoseal/prod/vehicle-application/default',
    ]);
    const readable = stage
      .permissions()
      .get('connect')
      ?.filter((line) => line.startsWith('secretsmanager:'));
    expect(readable).toEqual([
      'secretsmanager:GetSecretValue ReconnectKey',
      expect.stringMatching(/:secret:odoseal\/prod\/vehicle-application\/\*$/),
    ]);
  });

  it('answers under its own domain, with its certificate, and under no other', () => {
    const [domain] = each('AWS::ApiGatewayV2::DomainName');
    expect(domain?.['DomainName']).toBe('odoseal.example');
    expect(domain?.['DomainNameConfigurations']).toEqual([
      { CertificateArn: SETTINGS.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
    ]);
    const [mapping] = each('AWS::ApiGatewayV2::ApiMapping');
    expect([stage.text(mapping?.['ApiId']), stage.text(mapping?.['Stage'])]).toEqual(['HttpApiHttp', '$default']);
    expect(each('AWS::ApiGatewayV2::Api').map(({ DisableExecuteApiEndpoint }) => DisableExecuteApiEndpoint)).toEqual([
      true,
    ]);
  });
};
