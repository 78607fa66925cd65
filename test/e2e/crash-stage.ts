// A contract, its car and its months on the local stack, for tests that let functions die: what a month holds is a scenario, and the
// same scenarios in the same order give the same statements, whoever dies in between.
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
import { bootPlayground, type Playground } from '../../infra/local/playground.ts';
import { readSigned } from '../../lib/attestation/sd-jwt.ts';
import { newestStatement } from '../../lib/attestation/statement.ts';
import { makeTable, type Table } from '../../lib/aws/table.ts';
import { nextPeriod, type Period, periodFromId } from '../../lib/mileage/period.ts';
import type { StatementClaims } from '../../lib/proof/claims.ts';
import type { Jwk } from '../../lib/proof/key-set.ts';
import { type ContractRef, checkStore } from '../lib/attestation/check-store.ts';
import { checkLog } from './check-log.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-05T09:00:00.000Z');
const ZONE = 'Europe/Paris';
const CALENDAR = { zone: ZONE, dayOffset: 1 };
const TENANT = 'rivage';
const DRIVER = 'anna@example.com';

export interface Scenario {
  readonly name: string;
  /** Whether functions start anew in this month, with nothing in their caches: then they make every call they ever make. */
  readonly cold?: boolean;
  /** What the car does around `to`, the end of the month. */
  readonly stage?: (fleet: Playground['simulator']['fleet'], carId: string, to: number) => void;
  /** Whose month it is: the connected car's, or a contract that was never connected and is stated a day later. */
  readonly contract: 'connected' | 'never_connected';
  /** The first call that belongs to it; before that it goes as in another scenario. Default: the first of all. */
  readonly from?: (call: CloudCall) => boolean;
}

export interface Crash {
  /** The function that dies, and at which of its calls within the scenario, from 1. */
  readonly caller: string;
  readonly call: number;
  readonly when: 'before' | 'after';
}

export interface Month {
  readonly claims: StatementClaims;
  /** Calls of the scenario, without those of a planner that found nothing afterwards. */
  readonly calls: readonly CloudCall[];
  /** Where a function died. */
  readonly died: CloudCall | undefined;
  /** Messages left in any queue, dead-letter queues included. */
  readonly left: number;
}

const nobody = {
  kind: 'turn',
  tenantId: TENANT,
  contractId: 'con_none',
  connectionId: 'cnx_none',
  applicationId: 'default',
};
const harmless = { Records: [{ messageId: 'none', body: JSON.stringify({ ...nobody, turn: 0 }) }] };
const FUNCTIONS = {
  'plan-reads': {},
  'tend-connection': harmless,
  'read-vehicle': harmless,
  'send-webhooks': {},
  'seal-log': {},
};

export class CrashStage {
  readonly #ground: Playground;
  readonly #business: Table;
  readonly #attestations: Table;
  readonly #apiKey: string;
  readonly #client: DynamoDBClient;
  readonly #contracts: Partial<Record<Scenario['contract'], ContractRef>> = {};
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

  static async open(): Promise<CrashStage> {
    const ground = await bootPlayground({ startAt: START, observeVehicle: true, copies: 1 });
    const { stack, secretName } = ground;
    await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
    const tenant = { tenantId: TENANT, name: 'Rivage', applicationId: 'default' };
    const stage = new CrashStage(ground, await createTenantWithKey(stack, tenant));
    await stage.#connect();
    return stage;
  }

  async #connect(): Promise<void> {
    const { simulator, stack } = this.#ground;
    const car = { account: DRIVER, model: 'C3', year: 2024, vin: 'VF7SXHNPTPT000001', odometerMetres: 5_000_000 };
    this.#carId = simulator.fleet.addCar({ ...car, since: START - DAY, metresPerDay: 40_000 }).id;
    await connectCar(await this.#sign('connected', '2026-01-01'), DRIVER);
    await stack.drain();
  }

  async #sign(contract: Scenario['contract'], start: string): Promise<string> {
    const terms = { kind: 'lease', reference: contract, start, zone: ZONE, deadlineDays: 1 };
    const made = await createContractWithLink(this.#ground.stack.publicOrigin, this.#apiKey, terms);
    this.#contracts[contract] = { tenantId: TENANT, contractId: made.contractId };
    return made.link;
  }

  /** Plays one month to two days after its end, by when it is stated whatever happened. */
  async play(scenario: Scenario, crash?: Crash): Promise<Month> {
    const { stack, simulator } = this.#ground;
    const to = Date.parse(this.#period.to);
    if (this.#contracts[scenario.contract] === undefined)
      await this.#sign(scenario.contract, this.#period.from.slice(0, 8).concat('28'));
    // Parked from the very end of the month on: whenever it is asked, it has measured at the boundary.
    simulator.fleet.drive(this.#carId, 0, to);
    simulator.fleet.drive(this.#carId, 40_000, to + DAY);
    scenario.stage?.(simulator.fleet, this.#carId, to);
    await stack.clock.advanceTo((scenario.contract === 'connected' ? to : to + DAY) - 10 * MINUTE);
    if (scenario.cold === true) await this.#startAnew(crash);
    const watch = this.#arm(scenario, crash);
    await stack.clock.advanceTo(to + 2 * DAY);
    stack.crash(undefined);
    this.#period = nextPeriod(CALENDAR, this.#period);
    const states = await stack.queueStates();
    const left = states.reduce((sum, { ready, delayed, inFlight }) => sum + ready + delayed + inFlight, 0);
    return { claims: await this.#newest(scenario), calls: worked(watch.calls), died: watch.died, left };
  }

  #arm({ from = () => true }: Scenario, crash: Crash | undefined) {
    const calls: CloudCall[] = [];
    const watch: { readonly calls: readonly CloudCall[]; died: CloudCall | undefined } = { calls, died: undefined };
    this.#ground.stack.crash((call) => {
      if (calls.length === 0 && !from(call)) return undefined;
      calls.push(call);
      if (crash === undefined || watch.died !== undefined || call.caller !== crash.caller) return undefined;
      if (calls.filter(({ caller }) => caller === crash.caller).length !== crash.call) return undefined;
      watch.died = call;
      return crash.when;
    });
    return watch;
  }

  /** The next event of a function meets a fresh copy: of the one that is to die, or of all in a month that is only recorded. */
  async #startAnew(crash: Crash | undefined): Promise<void> {
    const { stack } = this.#ground;
    for (const [name, event] of Object.entries(FUNCTIONS)) {
      if (crash !== undefined && crash.caller !== name) continue;
      stack.crash(() => 'before');
      await stack.invoke(name, event).catch(() => undefined);
      stack.crash(undefined);
    }
  }

  async #newest({ contract }: Scenario): Promise<StatementClaims> {
    const ref = this.#contracts[contract];
    const found = ref && (await newestStatement(this.#attestations, ref));
    if (found === undefined) throw new Error('nothing was stated');
    return readSigned(found).claims;
  }

  /** Everything that must hold of the whole store. */
  async check(): Promise<readonly string[]> {
    const { stack } = this.#ground;
    const { publicOrigin: issuer } = stack;
    // The boundary to the published key set.
    const { keys } = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as {
      readonly keys: readonly Jwk[];
    };
    const store = { business: this.#business, attestations: this.#attestations, issuer, keys };
    const contracts = Object.values(this.#contracts);
    const problems = await checkStore(store, contracts, stack.clock.now());
    return [...problems, ...(await checkLog(this.#attestations, contracts, issuer))];
  }

  async close(): Promise<void> {
    this.#client.destroy();
    await this.#ground.close();
  }
}

/** Planner, sweep and sealer look around for ever; what they found ends with the last call that is no look. */
const worked = (calls: readonly CloudCall[]): readonly CloudCall[] =>
  calls.slice(0, calls.findLastIndex((call) => call.caller !== 'plan-reads' && !isLooking(call)) + 1);

/** Sweep and sealer ask their indexes whether or not anything happened: to die there is to look a little later. */
export const isLooking = ({ caller, name }: CloudCall): boolean =>
  ['send-webhooks', 'seal-log'].includes(caller) && name === 'DynamoDB.Query';
