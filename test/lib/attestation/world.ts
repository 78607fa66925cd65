// The read path in one process: product code on in-process tables, the vehicle platform over loopback, two queues, a planner that
// wakes every five minutes, and a clock that is moved. Queues deliver at least once and can be told to deliver twice or in another order.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { readMessage, runMessages } from '../../../lib/attestation/messages.ts';
import type { Turning } from '../../../lib/attestation/open-turn.ts';
import { readSigned } from '../../../lib/attestation/sd-jwt.ts';
import type { Message, Send } from '../../../lib/aws/queue.ts';
import { makeFreshen } from '../../../lib/connection/application-token.ts';
import { bindVehicle } from '../../../lib/connection/bind.ts';
import { putConnection } from '../../../lib/connection/connection.ts';
import { makeFindManagement } from '../../../lib/connection/management.ts';
import { makeLogin, makeRefresh } from '../../../lib/connection/platform-login.ts';
import { findPlatform, makePlatforms } from '../../../lib/connection/platforms.ts';
import { makeTenantKeys } from '../../../lib/connection/tenant-keys.ts';
import { type Tending, tend, tendMessage } from '../../../lib/connection/tend.ts';
import { makeVault } from '../../../lib/connection/vault.ts';
import { getContract } from '../../../lib/contract/contract.ts';
import { type ContractTerms, createContract } from '../../../lib/contract/create.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import { emptyBudget } from '../../../lib/reading/budget.ts';
import { INTERVAL_MS, planReads } from '../../../lib/reading/plan-reads.ts';
import { type Knock, makeReceivePush, type Reception } from '../../../lib/reading/receive-push.ts';
import type { NewCar } from '../../../lib/simulator/fleet.ts';
import { connectAsOwner } from '../../../lib/simulator/owner.ts';
import { sendDueDeliveries } from '../../../lib/simulator/send-deliveries.ts';
import { serveSimulator } from '../../../lib/simulator/serve-simulator.ts';
import { makeSimulator, type Simulator } from '../../../lib/simulator/simulator.ts';
import {
  createApplication,
  makeFindApplication,
  nameTwin,
  vehicleApplication,
} from '../../../lib/tenant/application.ts';
import { newId } from '../../../lib/tenant/id.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { openWebhookWindow } from '../../../lib/tenant/webhook-window.ts';
import type { VehiclePlatform } from '../../../lib/vehicle/platform.ts';
import { makeTransport, type Transport } from '../../../lib/vehicle/transport.ts';
import { type Faults, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { allStatements, type ContractRef, checkStore, type Store } from './check-store.ts';
import { countedBytes, dataKeys, makeLocalSigner } from './stand-ins.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const TENANT = 'rivage';
const ISSUER = 'https://odoseal.test';
const WEBHOOK = 'wh-1';
const REDIRECT = 'https://app.test/callback';
const VISIBILITY_MS = { tend: MINUTE, read: 33 * MINUTE };
const MAX_RECEIVES = 5;
/** More than any test needs: a contract that is never done would turn for ever. */
const MOST_STEPS = 20_000;

type QueueName = 'tend' | 'read';

export interface Waiting {
  readonly queue: QueueName;
  readonly body: Message['body'];
  readonly visibleAt: number;
  readonly receives: number;
}

export interface WorldOptions {
  readonly startAt: number;
  /** Members of the vehicle application that differ from the default. */
  readonly application?: Readonly<Record<string, unknown>>;
  /** Beside it another one, `default-v3`: the same at the vendor, on V3. */
  readonly twin?: boolean;
  /** Has the platform push (V3): how often at most about one car, in milliseconds. Absent: it tells nothing unasked. */
  readonly pushEveryMs?: number;
  /** Stands before the vehicle platform: what it answers never reaches it. */
  readonly gateway?: (request: Request) => Response | undefined | Promise<Response | undefined>;
}

export class World {
  now: number;
  readonly tables: Tables;
  readonly simulator: Simulator;
  readonly faults: Faults = makeFaults();
  readonly warnings: string[] = [];
  readonly deadLetters: Waiting[] = [];
  readonly contracts: ContractRef[] = [];
  /** Looks at every message as it is sent; answers how often it arrives. */
  copies: (message: Waiting) => number = () => 1;
  /** Knocks for the platform at the door; answers what the door answers. */
  deliverPush: (knock: Knock) => Promise<Reception>;
  /** Called between the car's answer and everything after it. */
  afterAnswer: () => Promise<void> = () => Promise.resolve();
  /** Whether what was sent last arrives first. */
  reversed = false;
  waiting: readonly Waiting[] = [];
  /** `platform`: the one that every application is on. */
  readonly turning: Turning & { readonly platform: VehiclePlatform };
  readonly store: Store;
  readonly #parts: Parts;
  /** Of one container: a batch of turns shares one question about its application. */
  readonly #freshen: Tending['refresh'];
  #planned = 0;
  #drivers = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.now = parts.startAt;
    this.tables = parts.tables;
    const applications = [parts.credentials];
    const signalStore = parts.subscribes ? 'empty_until_subscribed' : 'always_filled';
    this.simulator = makeSimulator({ clock: () => this.now, seed: 11, applications, behaviour: { signalStore } });
    parts.answerWith(this.simulator);
    const { jwk, signer } = makeLocalSigner();
    this.store = { ...parts.tables, issuer: ISSUER, keys: [jwk] };
    const { business, attestations } = parts.tables;
    const { transport } = parts;
    const clock = () => this.now;
    const { origin } = parts;
    const origins = { apiOrigin: origin, vehicleOrigin: origin, managementOrigin: origin };
    const platforms = makePlatforms({ transport, ...origins, deadlineMs: 5_000, clock });
    const vaultTable = this.faults.wrap('vault', parts.tables.vault);
    const queues = this.faults.wrap('queue', { read: this.#sendTo('read'), tend: this.#sendTo('tend') });
    const wrapped = this.faults.wrap('business', business);
    const watched = (version: 'v2' | 'v3'): VehiclePlatform => {
      const platform = platforms({ platform: version, mode: 'live' });
      const read: typeof platform.read = async (...call) => {
        const answer = await platform.read(...call);
        await this.afterAnswer();
        return answer;
      };
      // `billedRequests` answers with a number, at once: it is no call.
      return { ...this.faults.wrap('vehicle', { ...platform, read }), billedRequests: platform.billedRequests };
    };
    const own = parts.application.platform;
    const platform = watched(own);
    const other = watched(own === 'v2' ? 'v3' : 'v2');
    this.turning = {
      business: wrapped,
      attestations: this.faults.wrap('attestations', attestations),
      vault: makeVault(
        vaultTable,
        makeTenantKeys(vaultTable, this.faults.wrap('kms', dataKeys), () => this.now),
        parts.random,
      ),
      platformOf: (application) => (application.platform === own ? this.turning.platform : other),
      platform,
      signer: this.faults.wrap('signer', signer),
      issuer: ISSUER,
      sendRead: queues.read,
      sendTend: queues.tend,
      application: makeFindApplication(wrapped, () => this.now),
      clock,
      random: parts.random,
      callDeadlineMs: () => 5_000,
      warn: (code) => void this.warnings.push(code),
    };
    const { refresh, random } = parts;
    this.#freshen = makeFreshen(
      () => ({ ...this.turning, refresh, holder: newId('hld', this.now, random) }),
      () => this.now,
    );
    this.deliverPush = makeReceivePush({
      ...this.turning,
      readSecret: () => Promise.resolve(JSON.stringify(parts.credentials)),
      monotonic: clock,
      onForged: () => undefined,
    });
  }

  #sendTo(queue: QueueName): Send {
    return (messages) => {
      for (const { body, delaySeconds = 0 } of messages) {
        const message = { queue, body, visibleAt: this.now + Math.ceil(delaySeconds) * 1000, receives: 0 };
        this.waiting = [...this.waiting, ...Array.from({ length: this.copies(message) }, () => message)];
      }
      return Promise.resolve();
    };
  }

  /** A contract as the API makes one. */
  async sign(terms: Partial<ContractTerms> = {}, tenantId = TENANT): Promise<ContractRef> {
    const { applicationId, platform, spreadMinutes } = this.#parts.application;
    const made = await createContract(
      this.tables.business,
      tenantId,
      {
        kind: 'insurance',
        reference: `POL-${this.contracts.length + 1}`,
        startsAt: new Date(this.now).toISOString(),
        zone: 'Europe/Paris',
        dayOffset: 1,
        policy: 'after',
        deadlineDays: 10,
        ...terms,
      },
      { applicationId, platform, spreadMinutes },
      this.now,
      this.#parts.random,
    );
    if (!made.created) throw new Error('the reference is taken');
    const ref = { tenantId, contractId: made.contract.contractId };
    this.contracts.push(ref);
    return ref;
  }

  /** A driver walks through Connect with a new car; the connection is bound. */
  async connect(
    ref: ContractRef,
    car: Partial<NewCar> = {},
  ): Promise<{ readonly carId: string; readonly connectionId: string }> {
    this.#drivers += 1;
    const account = `driver${this.#drivers}@example.com`;
    const vin = `VF7SXHNPTPT${String(this.#drivers).padStart(6, '0')}`;
    const fresh = { account, vin, model: 'C3', year: 2024, odometerMetres: 10_000_000, metresPerDay: 40_000 };
    const added = this.simulator.fleet.addCar({ since: this.now - DAY, ...fresh, ...car });
    return { carId: added.id, connectionId: await this.#authorize(ref, account) };
  }

  /** The driver of an account that has its car already. */
  async #authorize(ref: ContractRef, email: string): Promise<string> {
    const { login, application, random } = this.#parts;
    const { vault } = this.turning;
    const isV3 = application.platform === 'v3';
    const externalId = isV3 ? newId('ext', this.now, random) : undefined;
    const url = await login.authorizeUrl(application, { state: 'state', externalId }, 'CITROEN');
    const back = new URL(await connectAsOwner(url, { email }, (request) => this.simulator.handle(request)));
    const connectionId = newId('cnx', this.now, random);
    const id = { ...ref, connectionId };
    if (!isV3) {
      const pair = await login.exchange(application, back.searchParams.get('code') ?? '', this.now);
      await vault.storePending(id, pair, this.now);
    }
    const createdAt = new Date(this.now).toISOString();
    const consent = { consentId: newId('cst', this.now, random), textVersion: '1', agreedAt: createdAt };
    await putConnection(this.tables.business, {
      ...id,
      applicationId: application.applicationId,
      state: 'pending',
      createdAt,
      consent,
      ...(externalId === undefined ? {} : { platform: 'v3', externalId }),
    });
    const bound = await bindVehicle(this.#tending(), id, this.now);
    if (bound.kind !== 'active') throw new Error(`the car was not bound: ${bound.kind}`);
    return connectionId;
  }

  #tending(): Tending {
    const { business, vault, application, platformOf } = this.turning;
    return {
      forgetReports: () => Promise.resolve(),
      business,
      vault,
      application,
      platformOf: findPlatform(application, platformOf),
      webhookOf: async (applicationId) =>
        this.#parts.subscribes && (await application(applicationId)).platform === 'v3' ? WEBHOOK : undefined,
      managementOf: makeFindManagement(
        { transport: this.#parts.transport, managementOrigin: this.#parts.origin, deadlineMs: 5_000 },
        async () => JSON.stringify(this.#parts.credentials),
        application,
      ),
      allow: () => Promise.resolve(true),
      pause: async (applicationId, refused) =>
        emptyBudget(business, await application(applicationId), refused, this.now),
      clock: () => this.now,
      warn: (code) => void this.warnings.push(code),
      refresh: this.#freshen,
    };
  }

  reconnect(ref: ContractRef, driver: number): Promise<string> {
    return this.#authorize(ref, `driver${driver}@example.com`);
  }

  /** Moves time to `until` and lets everything happen on the way. Epoch milliseconds or instant. */
  async runTo(until: number | string): Promise<void> {
    const target = typeof until === 'string' ? Date.parse(until) : until;
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      await this.push();
      await this.deliver();
      const planAt = await this.#nextPlan();
      const pushAt = this.simulator.nextDeliveryAt() ?? Number.POSITIVE_INFINITY;
      const next = Math.min(planAt, pushAt, ...this.waiting.map(({ visibleAt }) => visibleAt));
      if (next > target) {
        this.now = target;
        return;
      }
      this.now = Math.max(this.now, next);
      if (planAt <= this.now) await this.plan();
    }
    throw new Error('time does not move on');
  }

  /** The platform tells what there is to tell. */
  async push(): Promise<void> {
    await sendDueDeliveries(this.simulator, async (request) => {
      const signature = request.headers.get('sc-signature') ?? undefined;
      const applicationId = new URL(request.url).pathname.split('/')[2] ?? '';
      const body = new Uint8Array(await request.arrayBuffer());
      const reception = await this.deliverPush({ applicationId, body, signature });
      if (reception.kind === 'challenge') return Response.json({ challenge: reception.answer });
      return new Response(null, { status: reception.kind === 'taken' ? 204 : 401 });
    });
  }

  async plan(): Promise<void> {
    this.#planned = this.now;
    const { business, sendTend, sendRead } = this.turning;
    // The schedule calls again: what a failed run left is leased or still due.
    await planReads({ business, sendTend, sendRead }, this.now).catch(() => undefined);
  }

  /** The next turn of the planner's clock at which something is due. */
  async #nextPlan(): Promise<number> {
    const due = await this.tables.client.send(new ScanCommand({ TableName: 'business', IndexName: 'due' }));
    const first = Math.min(...(due.Items ?? []).map(({ dueAt }) => Date.parse(dueAt)));
    if (first === Number.POSITIVE_INFINITY) return first;
    const wakes = Math.max(first - INTERVAL_MS + 1, this.#planned + 1, this.now);
    return Math.ceil(wakes / INTERVAL_MS) * INTERVAL_MS;
  }

  /** Hands out what is visible now, until nothing is. */
  async deliver(): Promise<void> {
    for (let rounds = 0; rounds < MOST_STEPS; rounds += 1) {
      const arrived = this.waiting.filter(({ visibleAt }) => visibleAt <= this.now);
      const ready = this.reversed ? arrived.toReversed() : arrived;
      if (ready.length === 0) return;
      const [first] = ready;
      const batch = ready.filter(({ queue }) => queue === first?.queue).slice(0, first?.queue === 'tend' ? 10 : 50);
      this.waiting = this.waiting.filter((message) => !batch.includes(message));
      const faults = await (first?.queue === 'tend' ? this.#tend(batch) : this.read(batch));
      batch.forEach((message, n) => {
        if (faults[n] !== undefined) this.#again(message);
      });
    }
    throw new Error('messages breed');
  }

  #again(message: Waiting): void {
    const receives = message.receives + 1;
    if (receives >= MAX_RECEIVES) this.deadLetters.push(message);
    else this.waiting = [...this.waiting, { ...message, receives, visibleAt: this.now + VISIBILITY_MS[message.queue] }];
  }

  read(batch: readonly Waiting[]): Promise<readonly unknown[]> {
    return runMessages(
      this.turning,
      batch.map(({ body }) => readMessage.parse(body)),
    );
  }

  /** As tend-connection does it. */
  async #tend(batch: readonly Waiting[]): Promise<readonly unknown[]> {
    const tended = await Promise.allSettled(batch.map((message) => this.#tendOne(message)));
    return tended.map((one) => (one.status === 'rejected' ? (one.reason ?? 'unknown') : undefined));
  }

  async #tendOne({ body, receives }: Waiting): Promise<void> {
    const { sendRead, sendTend, warn } = this.turning;
    const tended = await tend(this.#tending(), tendMessage.parse(body), receives + 1, this.now);
    if (tended.kind === 'give_back') throw new Error('again');
    if (tended.kind === 'done' && tended.read.length > 0) await sendRead(tended.read);
    if (tended.kind === 'wait') await sendTend([tended.again]);
    if (tended.kind === 'given_up') warn('refresh_given_up');
  }

  /** What is stated for a contract, oldest first. */
  async claims(ref: ContractRef): Promise<readonly StatementClaims[]> {
    return (await allStatements(this.tables.attestations, ref)).map((statement) => readSigned(statement).claims);
  }

  contract = async (ref: ContractRef) => {
    const found = await getContract(this.tables.business, ref.tenantId, ref.contractId);
    if (found === undefined) throw new Error('no such contract');
    return found;
  };

  /** After everything that was marked has been told. */
  async check(): Promise<string[]> {
    await sweep({ business: this.tables.business, offer: async () => undefined }, () => this.now);
    return checkStore(this.store, this.contracts, this.now);
  }

  /** Calls of one kind so far, e.g. `vehicle.read`. */
  count(name: string): number {
    return this.faults.calls.filter((call) => call.startsWith(name)).length;
  }
}

interface Parts {
  readonly startAt: number;
  readonly tables: Tables;
  readonly origin: string;
  readonly random: (length: number) => Uint8Array;
  readonly transport: Transport;
  readonly credentials: Parameters<typeof makeSimulator>[0]['applications'][number];
  /** Whether new V3 cars are subscribed to the webhook: then their first delivery is awaited. */
  readonly subscribes: boolean;
  readonly application: ReturnType<typeof vehicleApplication.parse>;
  readonly login: ReturnType<typeof makeLogin>;
  readonly refresh: ReturnType<typeof makeRefresh>;
  readonly answerWith: (simulator: Simulator) => void;
}

/** Opens a world; everything is closed by `close`. */
export async function openWorld({
  startAt,
  application: own = {},
  twin = false,
  pushEveryMs,
  gateway,
}: WorldOptions): Promise<{ readonly world: World; readonly close: () => Promise<void> }> {
  const tables = await openTables();
  let simulator: Simulator | undefined;
  const unready = new Response(null, { status: 503 });
  const served = await serveSimulator(
    { handle: async (request) => (await gateway?.(request)) ?? simulator?.handle(request) ?? unready },
    { port: 0 },
  );
  const credentials = {
    clientId: '11111111-2222-4333-8444-555555555555',
    clientSecret: 'client-secret',
    managementToken: 'management-token',
    apiCredentials: { clientId: 'client_abc', clientSecret: 'api-secret' },
    webhookIds: twin && pushEveryMs === undefined ? [WEBHOOK] : [],
    webhooks:
      pushEveryMs === undefined
        ? []
        : [{ id: WEBHOOK, callbackUri: `${ISSUER}/vehicle-events/default`, atMostEveryMs: pushEveryMs }],
    redirectUris: [REDIRECT],
    rateLimit: { burst: 100_000, perMinute: 100_000 },
  };
  const v3 = { ...credentials.apiCredentials, applicationId: credentials.clientId };
  const onV3 = (secretId: string) => secretId === 'secret-v3' || application.platform === 'v3';
  const readSecret = async (secretId: string) => JSON.stringify(onV3(secretId) ? v3 : credentials);
  const transport = makeTransport({ onCall: () => undefined });
  const endpoint = { transport, readSecret, authOrigin: served.origin, iamOrigin: served.origin };
  const application = vehicleApplication.parse({
    applicationId: 'default',
    platform: 'v2',
    secretId: 'secret',
    burst: 10_000,
    refillPerMinute: 10_000,
    spreadMinutes: 0,
    ...own,
  });
  await createApplication(tables.business, application);
  if (twin) {
    const other = { applicationId: 'default-v3', platform: 'v3', secretId: 'secret-v3', twin: 'default' } as const;
    await createApplication(tables.business, { ...application, ...other });
    await nameTwin(tables.business, { ...application, ...other });
  }
  await createTenant(tables.business, { tenantId: TENANT, name: 'Rivage', applicationId: 'default' }, startAt);
  if (pushEveryMs !== undefined) await openWebhookWindow(tables.business, application.applicationId, startAt);
  const world: World = new World({
    startAt,
    tables,
    origin: served.origin,
    random: countedBytes(),
    transport,
    credentials,
    subscribes: pushEveryMs !== undefined || twin,
    application,
    login: makeLogin({ ...endpoint, connectOrigin: served.origin, redirectUri: REDIRECT }),
    refresh: makeRefresh({ ...endpoint, clock: () => world.now }),
    answerWith: (answering) => {
      simulator = answering;
    },
  });
  const close = async (): Promise<void> => {
    await served.close();
    await tables.close();
  };
  return { world, close };
}
