// A contract, its car and its months on the local stack, for tests that let functions die: what a month holds is a scenario, and every
// month of a scenario gives the same statement, but for when it was and what the odometer showed before, whoever dies in between.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RUNNER } from '../../infra/local/aws-endpoint.ts';
import type { CloudCall } from '../../infra/local/cloud-call.ts';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { readSigned } from '../../lib/attestation/sd-jwt.ts';
import { newestStatement } from '../../lib/attestation/statement.ts';
import { makeTable, type Table } from '../../lib/aws/table.ts';
import { nextPeriod, type Period, periodFromId } from '../../lib/mileage/period.ts';
import type { StatementClaims } from '../../lib/proof/claims.ts';
import type { Jwk } from '../../lib/proof/key-set.ts';
import { type ContractRef, checkStore } from '../lib/attestation/check-store.ts';
import { checkLog } from './check-log.ts';
import { openPlayground } from './open-playground.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-05T09:00:00.000Z');
const ZONE = 'Europe/Paris';
/** Of every contract here. */
export const CALENDAR = { zone: ZONE, dayOffset: 1 };
const TENANT = 'rivage';
const DRIVER = 'anna@example.com';
/** Reference of the contract whose months are played. */
const FIRST = 'first';

export interface Scenario {
  readonly name: string;
  /** Default `v2`. */
  readonly platform?: 'v2' | 'v3';
  /** When the car of the first contract is read; default `after`. */
  readonly policy?: 'after' | 'around';
  /** Whether a driver connected a car before the first month; default true. */
  readonly connected?: boolean;
  /** Whether functions start anew in each month, with nothing in their caches: then they make every call they ever make. */
  readonly cold?: boolean;
  /** What the car does around `to`, the end of the month. */
  readonly stage?: (fleet: Playground['simulator']['fleet'], carId: string, to: number) => void;
  /**
   * The first call that belongs to it; before that it goes as in another scenario. Default: the first of all.
   * `sinceEnd`: milliseconds since the end of the month, negative before it.
   */
  readonly from?: (call: CloudCall, sinceEnd: number) => boolean;
}

export interface Crash {
  /** The function that dies, and at which of its calls within the scenario, from 1. */
  readonly caller: string;
  readonly call: number;
  readonly when: 'before' | 'after';
}

export interface Month {
  /** Of the newest statement. */
  readonly claims: StatementClaims;
  /** Whether that is about this month: all months look alike. */
  readonly stated: boolean;
  /** Calls of the scenario, without those of a planner that found nothing afterwards. */
  readonly calls: readonly CloudCall[];
  /** Where a function died. */
  readonly died: CloudCall | undefined;
  /** Messages left in any queue, dead-letter queues included. */
  readonly left: number;
}

export interface Joining extends Omit<Month, 'claims' | 'stated'> {
  /** Heading of the page that tells the driver how it went. */
  readonly page: string;
}

/** Who reads cars. Sweep and sealer have crash tests of their own and are left out until the end: they would make two of three calls. */
const READERS = { schedules: ['plan-reads'], indexes: ['due'] };

const READING = ['plan-reads', 'tend-connection', 'read-vehicle'];
const JOINING = ['tend-connection'];

export class CrashStage {
  readonly #ground: Playground;
  readonly #business: Table;
  readonly #attestations: Table;
  readonly #apiKey: string;
  readonly #client: DynamoDBClient;
  readonly #contracts = new Map<string, ContractRef>();
  readonly #cars: string[] = [];
  #carId = '';
  #period: Period = periodFromId(CALENDAR, '2026-01');

  private constructor(ground: Playground, apiKey: string) {
    this.#ground = ground;
    this.#apiKey = apiKey;
    const { awsOrigin, deployment } = ground.stack;
    const credentials = { accessKeyId: RUNNER, secretAccessKey: 'local' };
    this.#client = new DynamoDBClient({ endpoint: awsOrigin, region: 'eu-central-1', credentials });
    const documents = DynamoDBDocumentClient.from(this.#client);
    const named = (part: string) =>
      makeTable(documents, deployment.tables.find(({ name }) => name.toLowerCase().includes(part))?.name ?? '');
    this.#business = named('business');
    this.#attestations = named('attestations');
  }

  /** @param outDir a cloud assembly of stage `local` */
  static async open(
    outDir: string,
    { platform = 'v2', policy = 'after', connected = true }: Partial<Scenario>,
  ): Promise<CrashStage> {
    const ground = await openPlayground({
      outDir,
      startAt: START,
      observeVehicle: true,
      copies: 1,
      copiesIn: 'runner',
    });
    const { stack, secretName, v3SecretName } = ground;
    const secretId = platform === 'v3' ? v3SecretName : secretName;
    await createVehicleApplication(stack, { applicationId: 'default', platform, secretId, spreadMinutes: 0 });
    const tenant = { tenantId: TENANT, name: 'Rivage', applicationId: 'default' };
    const stage = new CrashStage(ground, await createTenantWithKey(stack, tenant));
    const link = await stage.#sign(FIRST, policy);
    if (connected) await stage.#connectFirst(link);
    return stage;
  }

  /** A car that stands in front of its driver's house since before the contract, so that a reading is the same whenever it is taken. */
  #addCar(account: string, n: number): string {
    const { fleet } = this.#ground.simulator;
    const vin = `VF7SXHNPTPT${String(n).padStart(6, '0')}`;
    const car = { account, model: 'C3', year: 2024, vin, odometerMetres: 5_000_000, since: START };
    return fleet.addCar({ ...car, metresPerDay: 0 }).id;
  }

  async #connectFirst(link: string): Promise<void> {
    const { stack } = this.#ground;
    this.#carId = this.#addCar(DRIVER, 1);
    await connectCar(link, DRIVER);
    // Connected, and read for the first time.
    await stack.clock.advanceTo(START + HOUR);
  }

  async #sign(reference: string, policy: 'after' | 'around' = 'after'): Promise<string> {
    const terms = { kind: 'lease', reference, policy, start: '2026-01-01', zone: ZONE, deadlineDays: 1 };
    const made = await createContractWithLink(this.#ground.stack.publicOrigin, this.#apiKey, terms);
    this.#contracts.set(reference, { tenantId: TENANT, contractId: made.contractId });
    return made.link;
  }

  /** Ten days of driving before `to`, whatever month it is; parked from the very end on: whenever it is asked, it has measured there. */
  #drive(carId: string, to: number): void {
    const { fleet } = this.#ground.simulator;
    fleet.drive(carId, 40_000, to - 10 * DAY);
    fleet.drive(carId, 0, to);
  }

  /** Plays one month to two days after its end, by when it is stated whatever happened. */
  async play(scenario: Scenario, crash?: Crash): Promise<Month> {
    const { stack, simulator } = this.#ground;
    const to = Date.parse(this.#period.to);
    if (this.#carId !== '') this.#drive(this.#carId, to);
    scenario.stage?.(simulator.fleet, this.#carId, to);
    if (scenario.cold === true) await this.#startAnew(READING, crash);
    const watch = this.#arm(crash, (call) => scenario.from?.(call, stack.clock.now() - to) ?? true);
    await stack.clock.advanceTo(to + 2 * DAY, { only: READERS });
    stack.crash(undefined);
    const claims = await this.#newest(FIRST);
    const stated = claims.period.to === this.#period.to;
    this.#period = nextPeriod(CALENDAR, this.#period);
    return { claims, stated, calls: worked(watch.calls), died: watch.died, left: await this.#left() };
  }

  /** A new driver connects a new car, and the car is read. */
  async join(reference: string, crash?: Crash): Promise<Joining> {
    const { stack } = this.#ground;
    const account = `${reference}@example.com`;
    this.#cars.push(this.#addCar(account, this.#contracts.size + 1));
    const link = await this.#sign(reference);
    await this.#startAnew(JOINING, crash);
    const watch = this.#arm(crash, () => true);
    const seen = await connectCar(link, account);
    // The token of the application that it needed is over by then: the next driver needs one too.
    await stack.clock.advanceTo(stack.clock.now() + 1.5 * HOUR, { only: READERS });
    stack.crash(undefined);
    return { page: await seen(), calls: worked(watch.calls), died: watch.died, left: await this.#left() };
  }

  /** Everybody who joined drives, and the month is stated. */
  async closeJoined(): Promise<ReadonlyMap<string, StatementClaims>> {
    const to = Date.parse(this.#period.to);
    for (const car of this.#cars) this.#drive(car, to);
    await this.#ground.stack.clock.advanceTo(to + 2 * DAY, { only: READERS });
    const stated = new Map<string, StatementClaims>();
    for (const reference of this.#contracts.keys()) stated.set(reference, await this.#newest(reference));
    return stated;
  }

  async #left(): Promise<number> {
    const states = await this.#ground.stack.queueStates();
    return states.reduce((sum, { ready, delayed, inFlight }) => sum + ready + delayed + inFlight, 0);
  }

  #arm(crash: Crash | undefined, from: (call: CloudCall) => boolean) {
    const calls: CloudCall[] = [];
    const watch: { readonly calls: readonly CloudCall[]; died: CloudCall | undefined } = { calls, died: undefined };
    this.#ground.stack.crash((call) => {
      // They read, and move what is theirs: nothing of a month depends on them, and their own tests break each of their calls.
      if (call.caller === 'check-log' || call.caller === 'tally-runs') return undefined;
      if (calls.length === 0 && !from(call)) return undefined;
      calls.push(call);
      if (crash === undefined || watch.died !== undefined || call.caller !== crash.caller) return undefined;
      if (calls.filter(({ caller }) => caller === crash.caller).length !== crash.call) return undefined;
      watch.died = call;
      return crash.when;
    });
    return watch;
  }

  /** The next event meets a fresh copy: of the function that is to die, or of all when there is only a recording. */
  async #startAnew(functions: readonly string[], crash: Crash | undefined): Promise<void> {
    for (const name of functions)
      if (crash === undefined || crash.caller === name) await this.#ground.stack.retire(name);
  }

  async #newest(reference: string): Promise<StatementClaims> {
    const ref = this.#contracts.get(reference);
    const found = ref && (await newestStatement(this.#attestations, ref));
    if (found === undefined) throw new Error('nothing was stated');
    return readSigned(found).claims;
  }

  /** Everything that must hold of the whole store, once all is told and sealed. */
  async check(): Promise<readonly string[]> {
    const { stack } = this.#ground;
    await stack.clock.advanceTo(stack.clock.now() + HOUR);
    const { publicOrigin: issuer } = stack;
    // The boundary to the published key set.
    const { keys } = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as {
      readonly keys: readonly Jwk[];
    };
    const store = { business: this.#business, attestations: this.#attestations, issuer, keys };
    const contracts = [...this.#contracts.values()];
    const problems = await checkStore(store, contracts, stack.clock.now());
    return [...problems, ...(await checkLog(this.#attestations, contracts, issuer))];
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#ground.close();
  }
}

/** A planner looks around for ever; what it found ends with the last call of somebody else. */
const worked = (calls: readonly CloudCall[]): readonly CloudCall[] =>
  calls.slice(0, calls.findLastIndex(({ caller }) => caller !== 'plan-reads') + 1);
