// A simulator with one application and a clock to turn, and the few requests every test makes.
// Nothing is sent over a network: requests go straight to the handler.

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
};

/** Another customer of the same platform. */
export const otherApplication = {
  clientId: '99999999-2222-4333-8444-555555555555',
  clientSecret: 'other-secret',
  redirectUris: ['https://other.test/callback'],
  managementToken: 'other-management-token',
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

export function bench(
  more: Partial<typeof application> & { rateLimit?: { burst: number; perMinute: number } } = {},
): Bench {
  let now = START;
  const simulator = makeSimulator({
    clock: () => now,
    seed: 7,
    applications: [{ ...application, ...more }, otherApplication],
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
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
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
