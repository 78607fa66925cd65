// Calls to platform API V2: one vehicle endpoint, the vehicle list, the user, compatibility.
// Sends `SC-Unit-System: metric` unless told otherwise. Refuses to retry, to refresh tokens and to guess: every answer is
// a checked value or a VehicleError.

import type * as z from 'zod/mini';
import { compatibilityAnswer, compatibilityMatrixAnswer, userAnswer, vehiclesAnswer } from './answers.ts';
import { type Endpoint, type Page, queryOf } from './endpoints.ts';
import { type Answered, metaOf, type UnitSystem } from './quantities.ts';
import type { Transport, WireRequest, WireResponse } from './transport.ts';
import { parseJson, refusedBy, unusableAnswer } from './vehicle-error.ts';

/** Where and how to reach V2. `apiOrigin` is scheme, host and port, e.g. `https://api.smartcar.com`. */
export interface V2 {
  readonly transport: Transport;
  readonly apiOrigin: string;
  /** Milliseconds for one whole call. */
  readonly deadlineMs: number;
  readonly unitSystem?: UnitSystem | undefined;
}

/** One vehicle as one access token sees it. */
export interface V2Vehicle extends V2 {
  readonly access: string;
  readonly vehicleId: string;
}

/** Calls one endpoint of one vehicle. Throws VehicleError. */
export const callVehicle = async <Input, A extends object>(
  vehicle: V2Vehicle,
  endpoint: Endpoint<Input, A>,
  input: Input,
): Promise<Answered<A>> => {
  const body = endpoint.body(input);
  const response = await vehicle.transport({
    ...requestTo(
      vehicle,
      endpoint.operation,
      `/vehicles/${encodeURIComponent(vehicle.vehicleId)}${endpoint.path(input)}`,
    ),
    method: endpoint.method,
    headers: {
      authorization: `Bearer ${vehicle.access}`,
      'sc-unit-system': vehicle.unitSystem ?? 'metric',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    repeatable: endpoint.method === 'GET' || endpoint.readsOnly === true,
  });
  return answerOf(endpoint.operation, endpoint.answer, response);
};

export type VehiclePage = Answered<z.output<typeof vehiclesAnswer>>;

/** One page of the vehicle ids an access token covers: 10 at a time unless `limit` says otherwise. */
export const listVehicles = (v2: V2, access: string, page: Page = {}): Promise<VehiclePage> =>
  get(
    v2,
    'vehicles',
    `/vehicles${queryOf({ limit: page.limit, offset: page.offset })}`,
    `Bearer ${access}`,
    vehiclesAnswer,
  );

/** The platform's own id of the driver behind an access token. */
export const readUser = (v2: V2, access: string): Promise<Answered<z.output<typeof userAnswer>>> =>
  get(v2, 'user', '/user', `Bearer ${access}`, userAnswer);

export interface CompatibilityQuestion {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly vin: string;
  readonly scope: readonly string[];
  /** ISO 3166-1 alpha-2; the platform takes `US` when absent. */
  readonly country?: string | undefined;
  readonly mode?: 'live' | 'test' | 'simulated' | undefined;
  readonly testModeCompatibilityLevel?: string | undefined;
  /** The platform's `name:value` pairs. */
  readonly flags?: readonly string[] | undefined;
}

/** Whether a car can be connected at all, asked before a driver is invited. Authenticates as the application. */
export const checkCompatibility = (
  v2: V2,
  question: CompatibilityQuestion,
): Promise<Answered<z.output<typeof compatibilityAnswer>>> => {
  const query = queryOf({
    vin: question.vin,
    scope: question.scope.join(' '),
    country: question.country,
    flags: question.flags?.join(' '),
    mode: question.mode,
    test_mode_compatibility_level: question.testModeCompatibilityLevel,
  });
  const authorization = basicCredentials(question.clientId, question.clientSecret);
  return get(v2, 'compatibility', `/compatibility${query}`, authorization, compatibilityAnswer);
};

export interface MatrixQuestion {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly region: 'US' | 'CA' | 'EUROPE';
  readonly type?: 'ICE' | 'BEV' | 'PHEV' | 'HEV' | undefined;
  /** All makes when absent. */
  readonly make?: readonly string[] | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly mode?: 'live' | 'test' | 'simulated' | undefined;
}

/** Which models of which years can be connected in a region. Authenticates as the application. */
export const readCompatibilityMatrix = (
  v2: V2,
  { clientId, clientSecret, region, type, make, scope, mode }: MatrixQuestion,
): Promise<Answered<z.output<typeof compatibilityMatrixAnswer>>> => {
  const query = queryOf({ region, type, make: make?.join(' '), scope: scope?.join(' '), mode });
  const authorization = basicCredentials(clientId, clientSecret);
  return get(v2, 'compatibilityMatrix', `/compatibility/matrix${query}`, authorization, compatibilityMatrixAnswer);
};

/** `Authorization` value of HTTP Basic (RFC 7617). */
export const basicCredentials = (name: string, secret: string): string =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

/** Turns a response into a checked value with meta data, or throws the VehicleError it stands for. */
const answerOf = <A extends object>(
  operation: string,
  schema: z.ZodMiniType<A, unknown>,
  { status, headers, body }: WireResponse,
): Answered<A> => {
  const parsed = parseJson(body === '' ? '{}' : body);
  if (status !== 200 && status !== 204)
    throw refusedBy({ service: 'vehicle', operation, status, headers, body: parsed });
  return { ...checked(operation, schema, status, parsed), meta: metaOf(headers) };
};

/** Checks a success body against its schema. Throws VehicleError `unusable_answer` naming the field, never the value. */
export const checked = <A>(operation: string, schema: z.ZodMiniType<A, unknown>, status: number, body: unknown): A => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  throw unusableAnswer(operation, status, path.length === 0 ? 'body' : path.map(String).join('.'));
};

const get = async <A extends object>(
  v2: V2,
  operation: string,
  path: string,
  authorization: string,
  schema: z.ZodMiniType<A, unknown>,
): Promise<Answered<A>> => {
  const request = {
    ...requestTo(v2, operation, path),
    method: 'GET',
    headers: { authorization },
    repeatable: true,
  } as const;
  return answerOf(operation, schema, await v2.transport(request));
};

const requestTo = (
  v2: V2,
  operation: string,
  path: string,
): Pick<WireRequest, 'service' | 'operation' | 'url' | 'deadlineMs'> => ({
  service: 'vehicle',
  operation,
  url: `${v2.apiOrigin}/v2.0${path}`,
  deadlineMs: v2.deadlineMs,
});
