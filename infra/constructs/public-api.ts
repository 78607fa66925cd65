// The HTTP API: the only way in from outside. Which route meets which function, who has to show a key, how fast it may be asked.
// Access logs name the route, never what was asked: a path holds connect tokens, a query holds OAuth codes, an address is a person.
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageConfig, Throttle } from '../config.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** The functions behind the routes. */
export interface RouteTargets {
  readonly authorize: LambdaFunction;
  readonly api: LambdaFunction;
  readonly webhookEndpoints: LambdaFunction;
  readonly compatibility: LambdaFunction;
  readonly reports: LambdaFunction;
  readonly connect: LambdaFunction;
  readonly vehicleEvents: LambdaFunction;
  readonly public: LambdaFunction;
}

interface Route {
  readonly method: HttpMethod;
  readonly path: string;
  readonly target: LambdaFunction;
  /** Why this route asks for no key; absent on routes that do. */
  readonly open?: string;
  /** Absent: the stage's default. */
  readonly throttle?: Throttle;
}

const ACCESS_LOG = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integration.latency',
  integrationRequestId: '$context.integration.requestId',
  functionStatus: '$context.integration.status',
  errorType: '$context.error.responseType',
});

const DRIVER =
  'The driver has no key: a random or signed link, and after it a cookie-bound state, are the authorization.';
const HOLDER =
  'The driver has no key: a random personal link, shown once after the login at the maker, is the authorization.';
const READER =
  'Public keys, the page that checks reports with them, the description of the API, the log, which holds hashes alone, and lists of which statements are in force, under ids that only their holders know, are published for everybody.';
const GUEST =
  'Whom a tenant gave a link to a report has no key: its random token, which ends with time and use, is the authorization.';
const PLATFORM =
  'The vehicle platform has no key of ours: its signature over the body, under a token that it gave us, is the authorization.';

const routesOf = (
  targets: RouteTargets,
  { connect, vehicleEvents, keys }: StageConfig['throttles'],
): readonly Route[] => {
  const driver = { target: targets.connect, open: DRIVER, throttle: connect };
  const holder = { ...driver, open: HOLDER };
  const reader = { target: targets.public, open: READER, throttle: keys };
  const guest = { ...reader, open: GUEST };
  const platform = { target: targets.vehicleEvents, open: PLATFORM, throttle: vehicleEvents };
  return [
    { method: HttpMethod.ANY, path: '/v1/{proxy+}', target: targets.api },
    { method: HttpMethod.ANY, path: '/v1/webhook-endpoints', target: targets.webhookEndpoints },
    { method: HttpMethod.ANY, path: '/v1/webhook-endpoints/{proxy+}', target: targets.webhookEndpoints },
    { method: HttpMethod.ANY, path: '/v1/reports', target: targets.reports },
    { method: HttpMethod.ANY, path: '/v1/reports/{proxy+}', target: targets.reports },
    { method: HttpMethod.ANY, path: '/v1/compatibility', target: targets.compatibility },
    { method: HttpMethod.ANY, path: '/v1/brands', target: targets.compatibility },
    { method: HttpMethod.GET, path: '/connect/{token}', ...driver },
    { method: HttpMethod.POST, path: '/connect/{token}', ...driver },
    { method: HttpMethod.GET, path: '/connect/callback', ...driver },
    { method: HttpMethod.GET, path: '/connect/done/{token}', ...driver },
    { method: HttpMethod.POST, path: '/connect/done/{token}', ...driver },
    { method: HttpMethod.GET, path: '/my-data/{token}', ...holder },
    { method: HttpMethod.POST, path: '/my-data/{token}', ...holder },
    { method: HttpMethod.POST, path: '/vehicle-events/{applicationId}', ...platform },
    { method: HttpMethod.GET, path: '/.well-known/jwks.json', ...reader },
    { method: HttpMethod.GET, path: '/verify', ...reader },
    { method: HttpMethod.GET, path: '/s/{token}', ...guest },
    { method: HttpMethod.POST, path: '/s/{token}', ...guest },
    { method: HttpMethod.GET, path: '/openapi.json', ...reader },
    { method: HttpMethod.GET, path: '/docs', ...reader },
    { method: HttpMethod.GET, path: '/status/{listId}', ...reader },
    { method: HttpMethod.GET, path: '/log/vkey', ...reader },
    { method: HttpMethod.GET, path: '/log/checkpoint', ...reader },
    { method: HttpMethod.GET, path: '/log/tile/{path+}', ...reader },
    { method: HttpMethod.GET, path: '/log/proof/{index}', ...reader },
    { method: HttpMethod.GET, path: '/log/timestamp/{size}', ...reader },
  ];
};

const keyAuthorizer = (authorize: LambdaFunction): IHttpRouteAuthorizer =>
  new HttpLambdaAuthorizer('KeyAuthorizer', authorize.lambda, {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    identitySource: ['$request.header.Authorization'],
    // Also the longest time that a revoked key keeps working.
    resultsCacheTtl: Duration.seconds(60),
  });

const settingOf = ({ rate, burst }: Throttle): Readonly<Record<string, number>> => ({
  ThrottlingRateLimit: rate,
  ThrottlingBurstLimit: burst,
});

/** The HTTP API of a stage. Its endpoint is known before any function exists; {@link route} connects the functions afterwards. */
export class PublicApi extends Construct {
  readonly http: HttpApi;
  readonly stage: HttpStage;
  private readonly throttles: StageConfig['throttles'];

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.throttles = config.throttles;
    this.http = new HttpApi(this, 'Http', {
      apiName: `odoseal-${config.stage}`,
      createDefaultStage: false,
      disableExecuteApiEndpoint: config.certificateArn === undefined ? undefined : true,
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.http,
      autoDeploy: true,
      throttle: { rateLimit: this.throttles.api.rate, burstLimit: this.throttles.api.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
  }

  /** `https://…` without a trailing slash. */
  get endpoint(): string {
    return this.http.apiEndpoint;
  }

  /** Adds every route. Call once, when the functions exist. */
  route(targets: RouteTargets): void {
    const authorizer = keyAuthorizer(targets.authorize);
    const limits: Record<string, Readonly<Record<string, number>>> = {};
    const integrations = new Map<LambdaFunction, HttpLambdaIntegration>();
    for (const { method, path, target, open, throttle } of routesOf(targets, this.throttles)) {
      const integration = integrations.get(target) ?? new HttpLambdaIntegration(target.node.id, target.lambda);
      integrations.set(target, integration);
      const key = HttpRouteKey.with(path, method);
      const route = new HttpRoute(this, key.key, {
        httpApi: this.http,
        routeKey: key,
        integration,
        ...(open === undefined ? { authorizer } : {}),
      });
      if (open !== undefined) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: open });
      if (throttle !== undefined) limits[key.key] = settingOf(throttle);
      // The gateway refuses limits for a route that it does not know yet.
      this.stage.node.addDependency(route);
    }
    const { defaultChild } = this.stage.node;
    if (!(defaultChild instanceof CfnStage)) throw new Error('The stage has no CloudFormation resource');
    defaultChild.routeSettings = limits;
  }
}
