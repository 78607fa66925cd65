// A simulator with one application and a clock to turn, and the few requests every test makes.
// Nothing is sent over a network: requests go straight to the handler.

import type { Application } from '../../../lib/simulator/application.ts';
import type { Behaviour } from '../../../lib/simulator/behaviour.ts';
import type { Car } from '../../../lib/simulator/car.ts';
import type { NewCar } from '../../../lib/simulator/fleet.ts';
import { connectAsOwner, type OwnerAnswers } from '../../../lib/simulator/owner.ts';
import { makeSimulator, type Simulator } from '../../../lib/simulator/simulator.ts';

export const START = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const ORIGIN = 'http://platform.test';

export const application = {
  clientId: '11111111-2222-4333-8444-555555555555',
  clientSecret: 'client-secret',
  redirectUris: ['https://app.test/callback', 'http://localhost:3000/callback'],
  managementToken: 'management-token',
  webhookIds: ['webhook-1'],
  apiCredentials: { clientId: 'client_01SIMULATOR', clientSecret: 'api-secret' },
};

/** Another customer of the same platform. */
export const otherApplication = {
  clientId: '99999999-2222-4333-8444-555555555555',
  clientSecret: 'other-secret',
  redirectUris: ['https://other.test/callback'],
  managementToken: 'other-management-token',
  apiCredentials: { clientId: 'client_01OTHER', clientSecret: 'other-api-secret' },
};

export const plugIn: NewCar = {
  account: 'anna@example.com',
  model: 'C5 X',
  year: 2023,
  vin: 'VR7C5XPHEV0000001',
  odometerMetres: 12_345_678,
  powertrain: 'PHEV',
};

export interface Bench {
  readonly simulator: Simulator;
  readonly turn: (ms: number) => void;
  readonly now: () => number;
}

export function bench(more: Partial<Application> = {}, behaviour: Partial<Behaviour> = {}): Bench {
  let now = START;
  const simulator = makeSimulator({
    clock: () => now,
    seed: 7,
    applications: [{ ...application, ...more }, otherApplication],
    behaviour,
  });
  return {
    simulator,
    turn: (ms) => {
      now += ms;
    },
    now: () => now,
  };
}

export function authorizeUrl(parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: application.clientId,
    redirect_uri: 'https://app.test/callback',
    scope: 'read_vehicle_info read_vin read_odometer',
    state: 'the-state',
    ...parameters,
  });
  return `${ORIGIN}/oauth/authorize?${query}`;
}

/** Where Connect returns to, as a URL. */
export async function returnOf(
  { simulator }: Bench,
  answers: OwnerAnswers,
  parameters: Readonly<Record<string, string>> = {},
): Promise<URL> {
  return new URL(await connectAsOwner(authorizeUrl(parameters), answers, simulator.handle));
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export async function send({ simulator }: Bench, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await simulator.handle(new Request(`${ORIGIN}${path}`, init));
  const text = await response.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

export function basicHeader(user: string, password: string): string {
  return `Basic ${btoa(`${user}:${password}`)}`;
}

/** POST /oauth/token with an application's credentials by HTTP Basic. */
export async function token(
  platform: Bench,
  form: Readonly<Record<string, string>>,
  { clientId, clientSecret }: { clientId: string; clientSecret: string } = application,
): Promise<Reply> {
  const authorization = basicHeader(clientId, clientSecret);
  return send(platform, '/oauth/token', {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(form),
  });
}

export async function exchange(platform: Bench, code: string | null): Promise<Reply> {
  return token(platform, {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: 'https://app.test/callback',
  });
}

export async function refresh(platform: Bench, refreshToken: string): Promise<Reply> {
  return token(platform, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** A field of a JSON body that the test expects to be text. */
export function text(reply: Reply, name: string): string {
  const value: unknown = Object.entries(reply.body ?? {}).find(([key]) => key === name)?.[1];
  if (typeof value !== 'string') throw new TypeError(`No text in ${name}`);
  return value;
}

export interface Connected {
  readonly car: Car;
  readonly access: string;
  readonly refresh: string;
}

/** Adds a car, connects it with these permissions, exchanges the code. */
export async function connected(platform: Bench, scope: string, car: NewCar = plugIn): Promise<Connected> {
  const added = platform.simulator.fleet.addCar(car);
  const target = await returnOf(platform, { email: car.account }, { scope, make: added.make });
  const reply = await exchange(platform, target.searchParams.get('code'));
  return { car: added, access: text(reply, 'access_token'), refresh: text(reply, 'refresh_token') };
}

/** A request with a Bearer token. */
export async function ask(
  platform: Bench,
  bearer: string,
  path: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return send(platform, path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** POST /oauth2/token as the documents show it: credentials in a form. */
export async function applicationToken(
  platform: Bench,
  { clientId, clientSecret }: { clientId: string; clientSecret: string } = application.apiCredentials,
): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return text(
    await send(platform, '/oauth2/token', { method: 'POST', body: new URLSearchParams(form) }),
    'access_token',
  );
}

export interface V3Connected {
  readonly car: Car;
  readonly userId: string;
  readonly bearer: string;
  /** Asks about the car: the path goes on after `/v3/vehicles/<id>`. */
  readonly ask: (
    path: string,
    options?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ) => Promise<Reply>;
}

/** Adds a car, connects it without a code, as V3 does, and takes a token for the application. */
export async function connectedV3(platform: Bench, scope: string, car: NewCar = plugIn): Promise<V3Connected> {
  const added = platform.simulator.fleet.addCar(car);
  const parameters = { scope, make: added.make, response_type: 'none' };
  const mode: Record<string, string> = car.simulation === undefined ? {} : { mode: 'simulated' };
  const target = await returnOf(platform, { email: car.account }, { ...parameters, ...mode });
  const userId = target.searchParams.get('user_id') ?? '';
  const bearer = await applicationToken(platform);
  const askVehicle: V3Connected['ask'] = (path, { headers = {}, ...options } = {}) =>
    ask(platform, bearer, `/v3/vehicles/${added.id}${path}`, {
      ...options,
      headers: { 'sc-user-id': userId, ...headers },
    });
  return { car: added, userId, bearer, ask: askVehicle };
}

/** Subscribes a connected car to the webhook that delivers nothing: its signals are there from then on. */
export async function subscribed(platform: Bench, { car, userId, bearer }: V3Connected): Promise<Reply> {
  const attributes = { webhookId: 'webhook-1', userId, vehicleId: car.id };
  return ask(platform, bearer, '/v3/subscriptions', { method: 'POST', body: { data: { attributes } } });
}
