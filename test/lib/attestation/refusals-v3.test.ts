// What V3 refuses, alone or inside a successful answer, walked like the refusals of V2. The token is the application's: no driver is
// sent through Connect for it. Whether a driver left is never guessed from a refusal: the list of connections decides.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { VehicleRef } from '../../../lib/vehicle/platform.ts';
import { v3Refusals } from '../../../lib/vehicle/refusals.ts';
import type { WireResponse } from '../../../lib/vehicle/transport.ts';
import { makeV3Platform } from '../../../lib/vehicle/v3-platform.ts';
import { answered } from '../vehicle/recorded-transport.ts';
import { connection, failedSignal, origins, page, refusal, signal, USER } from '../vehicle/v3-bench.ts';
import { FEBRUARY, START } from './month.ts';
import { type Trouble, type Walked, walk } from './refused.ts';
import {
  asleep,
  because,
  billing,
  limited,
  never,
  operator,
  owner,
  reconnect,
  strangersToken,
  unavailable,
  type Way,
} from './ways.ts';
import { openWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ODOMETER = 'odometer-traveleddistance';

/** Refused twice, an application's token is ours to repair, as is one that a stranger refuses. */
const applicationsToken = strangersToken;

interface Answers {
  /** To the question for the odometer. */
  readonly odometer: WireResponse;
  /** Whether the platform still lists the connection. */
  readonly listed: boolean;
}

const listed = (odometer: WireResponse): Answers => ({ odometer, listed: true });
const gone = (odometer: WireResponse): Answers => ({ odometer, listed: false });
const refused = (status: number, type: string | undefined, code: string): WireResponse =>
  answered(status, refusal(status, type, code));
const inside = (type: string, code: string | null): WireResponse =>
  answered(200, { data: failedSignal(ODOMETER, type, code) });
const unavailableSignal = answered(200, {
  data: { id: ODOMETER, type: 'signal', attributes: { code: ODOMETER, status: { value: 'UNAVAILABLE' } }, meta: {} },
});
const html = (status: number): WireResponse => answered(status, '<html></html>');

const rows: readonly (readonly [string, Answers, Way])[] = [
  ['AUTHENTICATION:UNAUTHORIZED', listed(refused(401, 'AUTHENTICATION', 'UNAUTHORIZED')), applicationsToken],
  ['AUTHENTICATION as V2 writes it', listed(answered(401, { type: 'AUTHENTICATION', code: null })), applicationsToken],
  ['AUTHENTICATION:ACCESS_DENIED, still listed', listed(refused(403, 'AUTHENTICATION', 'ACCESS_DENIED')), operator],
  ['AUTHENTICATION:ACCESS_DENIED, not listed', gone(refused(403, 'AUTHENTICATION', 'ACCESS_DENIED')), reconnect],
  ['VALIDATION:INVALID_INPUT_FORMAT', listed(refused(400, 'VALIDATION', 'INVALID_INPUT_FORMAT')), operator],
  ['VALIDATION:MISSING_PARAMETER', listed(refused(400, 'VALIDATION', 'MISSING_PARAMETER')), operator],
  ['RESOURCE_NOT_FOUND:INVALID_PATH', listed(refused(404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH')), operator],
  [
    'RESOURCE_NOT_FOUND:VEHICLE_NOT_FOUND, still listed',
    listed(refused(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND')),
    unavailable,
  ],
  [
    'RESOURCE_NOT_FOUND:VEHICLE_NOT_FOUND, not listed',
    gone(refused(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND')),
    reconnect,
  ],
  [
    'RESOURCE_NOT_FOUND:SIGNAL_NOT_FOUND, still listed',
    listed(refused(404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND')),
    unavailable,
  ],
  [
    'RESOURCE_NOT_FOUND:SIGNAL_NOT_FOUND, not listed',
    gone(refused(404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND')),
    reconnect,
  ],
  ['a signal without a value, still listed', listed(unavailableSignal), unavailable],
  ['a signal without a value, not listed', gone(unavailableSignal), reconnect],
  ['PERMISSION:UNKNOWN of a signal', listed(inside('PERMISSION', 'UNKNOWN')), because(reconnect, 'PERMISSION:UNKNOWN')],
  ['an unknown PERMISSION of a signal', listed(inside('PERMISSION', 'NEVER_HEARD_OF')), reconnect],
  ['VEHICLE_STATE:ASLEEP of a signal', listed(inside('VEHICLE_STATE', 'ASLEEP')), asleep],
  ['an unknown VEHICLE_STATE of a signal', listed(inside('VEHICLE_STATE', 'NEVER_HEARD_OF')), unavailable],
  ['COMPATIBILITY:VEHICLE_NOT_CAPABLE of a signal', listed(inside('COMPATIBILITY', 'VEHICLE_NOT_CAPABLE')), never],
  [
    'an owner who must act, of a signal',
    listed(inside('CONNECTED_SERVICES_ACCOUNT', 'SUBSCRIPTION')),
    because(owner, 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION'),
  ],
  ['an unknown type of a signal', listed(inside('NEVER_HEARD_OF', null)), unavailable],
  ['BILLING:VEHICLE_REQUEST_LIMIT', listed(refused(430, 'BILLING', 'VEHICLE_REQUEST_LIMIT')), billing],
  ['RATE_LIMIT:VEHICLE', listed(refused(429, 'RATE_LIMIT', 'VEHICLE')), limited],
  ['an unknown pair, 409', listed(refused(409, 'NEVER_HEARD_OF', 'NEVER_HEARD_OF')), unavailable],
  ['an unknown pair, 403', listed(refused(403, 'NEVER_HEARD_OF', 'NEVER_HEARD_OF')), reconnect],
  ['an unknown pair, 501', listed(refused(501, 'NEVER_HEARD_OF', 'NEVER_HEARD_OF')), never],
  ['an error without a type, 404', listed(refused(404, undefined, 'not_here')), operator],
  ['an error inside a 200', listed(refused(200, 'UPSTREAM', 'NO_RESPONSE')), unavailable],
  ['a page of HTML, 401', listed(html(401)), strangersToken],
  ['a page of HTML, 403, still listed', listed(html(403)), operator],
  ['a page of HTML, 403, not listed', gone(html(403)), reconnect],
  ['a page of HTML, 404', listed(html(404)), operator],
  ['a page of HTML, 501', listed(html(501)), unavailable],
  ['a page of HTML, 504', listed(html(504)), unavailable],
  ['a page that says 200', listed(html(200)), unavailable],
  ['an empty 200', listed(answered(200, '')), unavailable],
  [
    'an odometer in an unknown unit',
    listed(answered(200, { data: signal(ODOMETER, { value: 1, unit: 'furlongs' }) })),
    unavailable,
  ],
];

/** Reads over V3 from the end of January on; each car is answered what its trouble says. */
function readOverV3(world: World): (name: string, answers: Answers) => Trouble {
  const troubles = new Map<string, Answers>();
  const instant = () => new Date(world.now).toISOString();
  const healthy = () => {
    const meta = { oemUpdatedAt: instant(), retrievedAt: instant() };
    return answered(200, { data: signal(ODOMETER, { value: 11_200, unit: 'km' }, meta) });
  };
  const noVin = refused(404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND');
  const answer = (url: string): WireResponse => {
    const carId =
      /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(decodeURIComponent(url).replace(USER, ''))?.[0] ?? '';
    const trouble = troubles.get(carId);
    if (url.includes('/connections'))
      return answered(200, page(trouble?.listed === false ? [] : [connectionOf(carId)]));
    return url.endsWith(ODOMETER) ? (trouble?.odometer ?? healthy()) : noVin;
  };
  const v3 = makeV3Platform({
    transport: ({ url }) => Promise.resolve(answer(url)),
    origins,
    deadlineMs: 1_000,
    clock: () => world.now,
  });
  const { platform } = world.turning;
  const { read } = platform;
  const readEither: typeof read = (access, vehicle, options) =>
    world.now < FEBRUARY - 1
      ? read(access, vehicle, options)
      : v3.read('application-token', { vehicleId: vehicleIdOf(vehicle), userId: USER }, options);
  Object.assign(platform, { read: readEither, tokenOf: v3.tokenOf });
  return (name, answers) => ({
    name,
    begin: (_world, carId) => void troubles.set(carId, answers),
    end: (_world, carId) => void troubles.delete(carId),
  });
}

const vehicleIdOf = (vehicle: VehicleRef): string => (typeof vehicle === 'string' ? vehicle : vehicle.vehicleId);

const connectionOf = (carId: string) =>
  connection('connection-1', {
    relationships: { vehicle: { data: { id: carId, type: 'vehicle' } }, user: { data: { id: USER, type: 'user' } } },
  });

const names = rows.map(([name]) => name);

describe('a read over V3 that is answered with', () => {
  let world: World;
  let close: () => Promise<void>;
  let walked: ReadonlyMap<string, Walked>;

  beforeAll(async () => {
    ({ world, close } = await openWorld({ startAt: START }));
    const troubleWith = readOverV3(world);
    walked = await walk(
      world,
      rows.map(([name, answers]) => troubleWith(name, answers)),
    );
  });
  afterAll(() => close());

  it('walks every pair that V3 adds', () => {
    const unwalked = Object.keys(v3Refusals).filter((pair) => !names.some((name) => name.startsWith(pair)));
    expect(unwalked).toEqual([]);
  });

  it.each(rows)('%s ends as expected, and the month does', (name, _answers, way) => {
    expect(walked.get(name)).toEqual(way);
  });

  it('I1 and the rest of the rules hold, and no message is lost or stuck', async () => {
    expect(walked.size).toBe(rows.length);
    expect(await world.check()).toEqual([]);
    expect(world.deadLetters).toEqual([]);
    expect(world.waiting).toEqual([]);
  });
});

it('a suspended account ends as expected, walked alone because it stops all others', async () => {
  const { world, close } = await openWorld({ startAt: START });
  try {
    const suspended = listed(refused(430, 'BILLING', 'ACCOUNT_SUSPENDED'));
    const walked = await walk(world, [readOverV3(world)('suspended', suspended)]);
    expect(walked.get('suspended')).toEqual(billing);
  } finally {
    await close();
  }
});
