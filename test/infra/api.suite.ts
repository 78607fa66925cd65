// The HTTP API: which routes there are, which need a key, how fast they may be asked, and what the access log does not hold.
import { describe, expect, it } from 'vitest';
import { fields, type Resource, type Synthesized } from './synthesized.ts';

const PROTECTED = [
  'ANY /v1/brands',
  'ANY /v1/compatibility',
  'ANY /v1/reports',
  'ANY /v1/reports/{proxy+}',
  'ANY /v1/webhook-endpoints',
  'ANY /v1/webhook-endpoints/{proxy+}',
  'ANY /v1/{proxy+}',
];
const OPEN = [
  'GET /.well-known/jwks.json',
  'GET /connect/callback',
  'GET /connect/done/{token}',
  'GET /connect/{token}',
  'GET /docs',
  'GET /log/checkpoint',
  'GET /log/proof/{index}',
  'GET /log/tile/{path+}',
  'GET /log/timestamp/{size}',
  'GET /log/vkey',
  'GET /my-data/{token}',
  'GET /openapi.json',
  'GET /s/{token}',
  'GET /status/{listId}',
  'GET /verify',
  'POST /connect/done/{token}',
  'POST /connect/{token}',
  'POST /my-data/{token}',
  'POST /s/{token}',
  'POST /vehicle-events/{applicationId}',
];

const only = (resources: ReadonlyMap<string, Resource>): Resource['Properties'] => {
  const [first, ...others] = [...resources.values()];
  if (first === undefined || others.length > 0) throw new Error('Not exactly one');
  return first.Properties;
};

/** Tests of gateway, authorizer and stage. */
export const apiSuite = (stage: Synthesized): void => {
  const routes = [...stage.all('AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => Properties);
  const settings = only(stage.all('AWS::ApiGatewayV2::Stage'));

  it('asks for a key on the API of tenants and nowhere else', () => {
    const keys = (type: string): readonly string[] =>
      routes.filter(({ AuthorizationType }) => AuthorizationType === type).map(({ RouteKey }) => String(RouteKey));
    expect([...keys('CUSTOM')].sort()).toEqual(PROTECTED);
    expect([...keys('NONE')].sort()).toEqual(OPEN);
    expect(routes).toHaveLength(PROTECTED.length + OPEN.length);
  });

  it('hands each route to its function', () => {
    const integrations = stage.all('AWS::ApiGatewayV2::Integration');
    const target = ({ Target }: Resource['Properties']): string => {
      const integration = integrations.get(stage.text(Target).replace('integrations/', ''));
      return stage.text(fields(integration?.Properties)['IntegrationUri']);
    };
    expect(Object.fromEntries(routes.map((route) => [String(route['RouteKey']), target(route)]))).toEqual({
      'ANY /v1/{proxy+}': 'ApiFunction',
      'ANY /v1/brands': 'CompatibilityFunction',
      'ANY /v1/compatibility': 'CompatibilityFunction',
      'ANY /v1/reports': 'ReportsFunction',
      'ANY /v1/reports/{proxy+}': 'ReportsFunction',
      'ANY /v1/webhook-endpoints': 'WebhookEndpointsFunction',
      'ANY /v1/webhook-endpoints/{proxy+}': 'WebhookEndpointsFunction',
      'GET /connect/{token}': 'ConnectFunction',
      'POST /connect/{token}': 'ConnectFunction',
      'GET /connect/callback': 'ConnectFunction',
      'GET /connect/done/{token}': 'ConnectFunction',
      'POST /connect/done/{token}': 'ConnectFunction',
      'GET /my-data/{token}': 'ConnectFunction',
      'POST /my-data/{token}': 'ConnectFunction',
      'POST /vehicle-events/{applicationId}': 'VehicleEventsFunction',
      'GET /.well-known/jwks.json': 'PublicFunction',
      'GET /status/{listId}': 'PublicFunction',
      'GET /log/vkey': 'PublicFunction',
      'GET /log/checkpoint': 'PublicFunction',
      'GET /log/tile/{path+}': 'PublicFunction',
      'GET /log/proof/{index}': 'PublicFunction',
      'GET /log/timestamp/{size}': 'PublicFunction',
      'GET /openapi.json': 'PublicFunction',
      'GET /docs': 'PublicFunction',
      'GET /verify': 'PublicFunction',
      'GET /s/{token}': 'PublicFunction',
      'POST /s/{token}': 'PublicFunction',
    });
    for (const { Properties } of integrations.values()) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  it('lets a revoked key work for a minute at most', () => {
    const authorizer = only(stage.all('AWS::ApiGatewayV2::Authorizer'));
    expect(authorizer).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Authorization'],
    });
    expect(stage.text(authorizer['AuthorizerUri'])).toContain('/functions/AuthorizeFunction/invocations');
  });

  it('throttles every route, the open ones with limits of their own', () => {
    const limit = (rate: number, burst: number): unknown => ({
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: burst,
    });
    const driver = limit(20, 40);
    expect(settings['DefaultRouteSettings']).toEqual(limit(2_000, 5_000));
    expect(settings['RouteSettings']).toEqual({
      'GET /connect/{token}': driver,
      'POST /connect/{token}': driver,
      'GET /connect/callback': driver,
      'GET /connect/done/{token}': driver,
      'POST /connect/done/{token}': driver,
      'GET /my-data/{token}': driver,
      'POST /my-data/{token}': driver,
      'POST /vehicle-events/{applicationId}': limit(200, 400),
      'GET /.well-known/jwks.json': limit(50, 100),
      'GET /openapi.json': limit(50, 100),
      'GET /docs': limit(50, 100),
      'GET /verify': limit(50, 100),
      'GET /s/{token}': limit(50, 100),
      'POST /s/{token}': limit(50, 100),
      'GET /status/{listId}': limit(50, 100),
      'GET /log/vkey': limit(50, 100),
      'GET /log/checkpoint': limit(50, 100),
      'GET /log/tile/{path+}': limit(50, 100),
      'GET /log/proof/{index}': limit(50, 100),
      'GET /log/timestamp/{size}': limit(50, 100),
    });
  });

  it('deploys by itself, at the root', () => {
    expect(settings).toMatchObject({ AutoDeploy: true, StageName: '$default' });
  });

  describe('access log', () => {
    const log = fields(settings['AccessLogSettings']);
    const format: Readonly<Record<string, string>> = JSON.parse(String(log['Format']));

    it('goes to a log group', () => {
      expect(stage.text(log['DestinationArn'])).toBe('HttpApiAccessLog');
    });

    it('I12 names the route, never what was asked or who asked', () => {
      expect(Object.values(format).sort()).toEqual([
        '$context.error.responseType',
        '$context.integration.latency',
        '$context.integration.requestId',
        '$context.integration.status',
        '$context.requestId',
        '$context.requestTime',
        '$context.responseLatency',
        '$context.responseLength',
        '$context.routeKey',
        '$context.status',
      ]);
      expect(
        Object.values(format).filter((variable) =>
          /path|query|identity|ip|agent|domain|authorizer|message/i.test(variable),
        ),
      ).toEqual([]);
    });
  });
};
