// The play: contracts over the HTTP API, drivers through the pages, three months of simulated time, and every statement checked by
// another process. Talks to the service as its users do; looks inside only to count calls.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import { createContractWithLink, createTenantWithKey, createVehicleApplication } from '../first-tenant.ts';
import { bootPlayground, type Playground } from '../playground.ts';
import { untilAborted } from '../stop-signal.ts';
import { callsIn, callsPerPush, countCalls, pushesIn, steadyMonth, workIn } from './calls.ts';
import {
  APPLICATIONS,
  CAST,
  CURTAIN,
  MONTHS,
  OPENING,
  PUSH_EVERY_MS,
  parkCars,
  type Role,
  STEADY_FROM,
  TENANTS,
  ZONE,
} from './cast.ts';
import { DemoFailure } from './demo-failure.ts';
import { connectCar } from './driver.ts';
import { type Ending, end } from './ending.ts';
import { type Played, type Report, reportOf } from './report.ts';
import { checkFiles } from './verify.ts';

export interface PlayOptions {
  /** Folder for statements and keys; emptied first. */
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Ends the play early; what was opened is closed, and the promise rejects. */
  readonly signal: AbortSignal;
}

interface Engaged {
  readonly role: Role;
  readonly apiKey: string;
  readonly contractId: string;
}

/** All are read in the same minute: a fleet of five needs no spreading, and shares its batches as a large one would. */
const NO_SPREAD = { spreadMinutes: 0 };

/** On V3 each signal is billed: the VIN is read when the car is connected, and comes along with what it tells by itself. */
const ON_V3 = { platform: 'v3', vinPolicy: 'on_connect', ...NO_SPREAD };

async function createApplications(ground: Playground): Promise<void> {
  const { stack, secretName, pushingSecretName } = ground;
  await createVehicleApplication(stack, { applicationId: APPLICATIONS.v2, secretId: secretName, ...NO_SPREAD });
  await createVehicleApplication(stack, { applicationId: APPLICATIONS.v3, secretId: pushingSecretName, ...ON_V3 });
  await ground.pushTo(APPLICATIONS.v3, PUSH_EVERY_MS);
}

/** Tenants, keys and contracts; every driver connects. */
async function engage(ground: Playground, say: PlayOptions['say']): Promise<readonly Engaged[]> {
  const { stack } = ground;
  await createApplications(ground);
  const keys = new Map<string, string>();
  for (const tenant of TENANTS) keys.set(tenant.tenantId, await createTenantWithKey(stack, tenant));
  const engaged: Engaged[] = [];
  for (const role of CAST) {
    const apiKey = keys.get(role.tenant.tenantId) ?? '';
    const { kind, reference, vin, policy } = role;
    const terms = { kind, reference, vin, policy, start: '2026-01-01', zone: ZONE };
    const { contractId, link } = await createContractWithLink(stack.publicOrigin, apiKey, terms);
    const howItWent = await connectCar(link, role.account);
    await stack.drain();
    const title = await howItWent();
    if (title !== 'Your car is connected') throw new DemoFailure(`${role.model}: ${title}`);
    say(`  ${role.reference.padEnd(9)} ${role.model.padEnd(12)} ${role.story}`);
    engaged.push({ role, apiKey, contractId });
  }
  return engaged;
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly claims: StatementClaims }[];
}

async function get(url: string, apiKey: string, accept: string): Promise<Response> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}`, accept } });
  if (!response.ok) throw new DemoFailure(`the API answered ${response.status}`);
  return response;
}

/** What became of a contract's statements, as anybody may ask who holds one. */
async function collectStatus(claims: StatementClaims | undefined, file: string): Promise<void> {
  if (claims === undefined) throw new DemoFailure('a contract has no statement');
  const response = await fetch(claims.status.status_list.uri);
  if (!response.ok) throw new DemoFailure(`a status list was answered with ${response.status}`);
  await writeFile(file, await response.text());
}

interface Collected extends Omit<Played, 'verified'> {
  readonly compact: string;
}

/**
 * Fetches a contract's statements, oldest first, into files, and their status list. One after the other: functions that are warm answer
 * sooner than more of them start.
 */
async function collect(
  origin: string,
  { role, apiKey, contractId }: Engaged,
  folder: string,
): Promise<readonly Collected[]> {
  const list = `${origin}/v1/contracts/${contractId}/attestations`;
  const { items } = (await (await get(list, apiKey, 'application/json')).json()) as Listed;
  await collectStatus(items[0]?.claims, join(folder, `${role.reference}.status.jwt`));
  const wanted = items.filter(({ claims }) => MONTHS.some((month) => month === claims.period.id));
  const fetched: Collected[] = [];
  for (const { id, claims } of wanted.toReversed()) {
    const file = join(folder, `${role.reference}-${claims.period.id}.sdjwt`);
    const compact = await (await get(`${origin}/v1/attestations/${id}`, apiKey, 'application/sd-jwt')).text();
    await writeFile(file, compact);
    fetched.push({ role, contractId, claims, file, compact });
  }
  return fetched;
}

async function publish(origin: string, folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'jwks.json');
  await writeFile(file, await (await fetch(`${origin}/.well-known/jwks.json`)).text());
  return file;
}

const minute = (instant: number): string => new Date(instant).toISOString().slice(0, 16).replace('T', ' ');

/** One line whenever statements were signed: how many cars were asked since the line before, and how many statements came of it. */
function narrate({ stack }: Playground, say: PlayOptions['say']): (now: number) => void {
  let told = stack.logs.length;
  return (now) => {
    const { asked, signed } = workIn(stack.logs.slice(told));
    if (signed === 0) return;
    told = stack.logs.length;
    say(`  ${minute(now)} UTC  calls to cars: ${asked}, signed: ${signed}`);
  };
}

const carOf = (
  { asked }: Playground,
  ids: ReadonlyMap<string, string>,
  role: Role,
  contract: string,
): Report['cars'][number] => ({
  contract,
  tenant: role.tenant.tenantId,
  application: role.tenant.applicationId,
  asked: asked.get(ids.get(role.reference) ?? '') ?? 0,
});

interface Performed extends Report, Pick<Ending, 'said'> {
  readonly played: readonly Played[];
}

/** Every statement, fetched and checked; then the reports. */
async function audit(ground: Playground, engaged: readonly Engaged[], options: PlayOptions) {
  const { folder, say, signal } = options;
  const { publicOrigin } = ground.stack;
  const jwks = await publish(publicOrigin, folder);
  const collected: Collected[] = [];
  for (const one of engaged) collected.push(...(await collect(publicOrigin, one, folder)));
  say('Somebody else checks every statement, and one that was altered:');
  const checked = await checkFiles(collected, jwks, options);
  const played = checked.map(({ compact: _, ...one }) => one);
  const apiKeys = new Map(engaged.map(({ role, apiKey }) => [role.tenant.tenantId, apiKey]));
  return { played, ending: await end({ ground, folder, jwks, played, apiKeys, signal }) };
}

async function perform(ground: Playground, options: PlayOptions, startedAt: number): Promise<Performed> {
  const { say } = options;
  const { stack } = ground;
  const vehicleIds = parkCars(ground);
  say('Five contracts, five drivers:');
  const engaged = await engage(ground, say);
  say('Three months pass:');
  const progress = { onStop: narrate(ground, say) };
  await stack.clock.advanceTo(STEADY_FROM, progress);
  const before = stack.logs.length;
  await stack.clock.advanceTo(CURTAIN, progress);
  const steady = steadyMonth(stack.logs.slice(before), engaged.length);
  const cars = engaged.map(({ role, contractId }) => carOf(ground, vehicleIds, role, contractId));
  if (engaged.some(({ role }, index) => (role.tells ?? false) !== (cars[index]?.asked === 0)))
    throw new DemoFailure('a car that tells by itself was asked, or another one was not');
  const { played, ending } = await audit(ground, engaged, options);
  const counts = countCalls(stack.logs);
  const elapsedMs = Math.round(performance.now() - startedAt);
  return {
    played,
    said: ending.said,
    ...reportOf(played, {
      contracts: engaged.length,
      cars,
      calls: callsIn(counts),
      pushes: pushesIn(counts),
      steadyMonth: steady,
      callsPerPush: callsPerPush(stack.logs),
      reports: ending.reports,
      altered: ending.altered,
      elapsedMs,
    }),
  };
}

/** @throws DemoFailure when anything is not as it should be */
export async function play(options: PlayOptions): Promise<Performed> {
  const startedAt = performance.now();
  options.say('Starting the service from its own templates …');
  const { signal } = options;
  const ground = await bootPlayground({ startAt: OPENING, signal });
  const stopped = async (): Promise<never> => {
    await untilAborted(signal);
    throw signal.reason;
  };
  try {
    const report = await Promise.race([perform(ground, options, startedAt), stopped()]);
    const expected = CAST.length * MONTHS.length;
    if (report.played.length !== expected)
      throw new DemoFailure(`${report.played.length} of ${expected} statements were issued`);
    if (!report.played.every(({ verified }) => verified)) throw new DemoFailure('a statement did not verify');
    return report;
  } finally {
    await ground.close();
  }
}
