// What the templates deploy, as plain values with every reference resolved: the only description of the stack the runner has.
// Nothing here is written by hand per route, queue or variable. Types of resources that need no local counterpart
// (alarms, log groups, dashboards) are passed over; their correctness is asserted against the template itself.
import { type AccessPolicies, accessPoliciesOf } from './access-policies.ts';
import {
  type FunctionSpec,
  functionsOf,
  type MappingSpec,
  mappingsOf,
  type RouteSpec,
  routesOf,
  type ScheduleSpec,
  schedulesOf,
} from './deployed-functions.ts';
import { keysOf, queuesOf, secretsOf, type TableSpec, tablesOf } from './deployed-stores.ts';
import { finder, text } from './found-resource.ts';
import type { Place } from './identities.ts';
import type { KeySpec } from './kms.ts';
import type { QueueSpec } from './queues.ts';
import { makeResolver } from './resolve-intrinsics.ts';
import type { InitialSecret } from './secrets-manager.ts';
import { type Assembly, objectOf } from './template.ts';

export type Deployment = {
  readonly place: Place;
  readonly functions: readonly FunctionSpec[];
  readonly policies: AccessPolicies;
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly buckets: readonly string[];
  readonly keys: readonly KeySpec[];
  readonly secrets: readonly InitialSecret[];
  readonly apiId: string;
  readonly routes: readonly RouteSpec[];
  readonly accessLogFormat?: string;
  readonly mappings: readonly MappingSpec[];
  readonly schedules: readonly ScheduleSpec[];
};

/** Everything that `assembly` deploys, at `place`. */
export const readDeployment = (assembly: Assembly, place: Place): Deployment => {
  const find = finder(assembly, makeResolver(assembly, place));
  const functions = functionsOf(find, assembly);
  const queues = queuesOf(find);
  const format = objectOf(find('AWS::ApiGatewayV2::Stage')[0]?.properties['AccessLogSettings'])['Format'];
  return {
    place,
    functions,
    policies: accessPoliciesOf(find, functions),
    queues,
    tables: tablesOf(find),
    buckets: find('AWS::S3::Bucket').map(({ ref }) => ref),
    keys: keysOf(find),
    secrets: secretsOf(find),
    apiId: find('AWS::ApiGatewayV2::Api')[0]?.ref ?? 'local',
    routes: routesOf(find, functions),
    ...(format === undefined ? {} : { accessLogFormat: text(format) }),
    mappings: mappingsOf(find, functions, queues),
    schedules: schedulesOf(find, functions),
  };
};
