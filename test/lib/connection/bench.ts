// Connecting in one process: the product's code on in-process tables, the vehicle platform over loopback, a tend queue that delivers at
// least once, and a clock that is moved. Wired as functions/connect and functions/tend-connection wire it.
import { randomBytes } from 'node:crypto';
import { makeDataKeys } from '../../../lib/aws/data-keys.ts';
import { DUE_SHARDS, keys } from '../../../lib/aws/keys.ts';
import type { Message } from '../../../lib/aws/queue.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { makeFreshen } from '../../../lib/connection/application-token.ts';
import { makeConnectPages, type PageAnswer, type PageRequest } from '../../../lib/connection/connect-pages.ts';
import { createConnectSession } from '../../../lib/connection/connect-session.ts';
import { type Connection, parseConnection, putConnection } from '../../../lib/connection/connection.ts';
import { consentVersion } from '../../../lib/connection/consent.ts';
import { isEnding, sendEndings } from '../../../lib/connection/endings.ts';
import type { Language } from '../../../lib/connection/language.ts';
import { makeFindManagement } from '../../../lib/connection/management.ts';
import { type Login, makeLogin, makeRefresh, makeWebhookOf } from '../../../lib/connection/platform-login.ts';
import { findPlatform, makePlatforms } from '../../../lib/connection/platforms.ts';
import { type Refreshed, refreshPair } from '../../../lib/connection/refresh.ts';
import { makeTenantKeys } from '../../../lib/connection/tenant-keys.ts';
import { type Tended, type Tending, tend, tendMessage } from '../../../lib/connection/tend.ts';
import { makeVault, type Vault } from '../../../lib/connection/vault.ts';
import { recordUse } from '../../../lib/connection/vehicle-use.ts';
import { type Contract, getContract, queryContractPartition } from '../../../lib/contract/contract.ts';
import { createContract } from '../../../lib/contract/create.ts';
import { dueContracts } from '../../../lib/contract/turn.ts';
import { emptyBudget, takeAll } from '../../../lib/reading/budget.ts';
import type { Car } from '../../../lib/simulator/car.ts';
import type { NewCar } from '../../../lib/simulator/fleet.ts';
import { connectAsOwner, type OwnerAnswers } from '../../../lib/simulator/owner.ts';
import { serveSimulator } from '../../../lib/simulator/serve-simulator.ts';
import { makeSimulator, type Simulator } from '../../../lib/simulator/simulator.ts';
import {
  createApplication,
  makeFindApplication,
  type VehicleApplication,
  vehicleApplication,
} from '../../../lib/tenant/application.ts';
import { newId } from '../../../lib/tenant/id.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { makeTransport, type Transport } from '../../../lib/vehicle/transport.ts';
import { VehicleError } from '../../../lib/vehicle/vehicle-error.ts';
import { InjectedFault } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { type AesKms, makeAesKms } from './aes-kms.ts';
import { makeCrashes } from './crashes.ts';

export const START = Date.UTC(2026, 0, 5, 9);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const ORIGIN = 'https://odoseal.test';
export const ACCOUNT = 'anna@example.com';
export const RECONNECT_KEY = 'a key of this deployment';
export const VIN = 'VF7SXHNPTPT000001';
export const CLIENT = '11111111-2222-4333-8444-555555555555';
const VISIBILITY_MS = MINUTE;
const MAX_RECEIVES = 5;

export const citroen: NewCar = { account: ACCOUNT, model: 'C3', year: 2024, vin: VIN, odometerMetres: 5_000_000 };

interface Waiting {
  readonly body: Message['body'];
  readonly visibleAt: number;
  readonly receives: number;
}

/** What the form on the link page sends in English, with this brand chosen. */
export const linkForm = (make = 'CITROEN', text = consentVersion('en')): URLSearchParams =>
  new URLSearchParams({ text, make });

/** Cookies of one browser. */
export class Browser {
  cookies: readonly string[] = [];

  keep(answer: PageAnswer): PageAnswer {
    if (answer.cookie !== undefined) this.cookies = [answer.cookie.split(';')[0] ?? ''];
    return answer;
  }
}

interface Parts {
  readonly tables: Tables;
  readonly kms: AesKms;
  /** The real transport: its sockets are kept alive from world to world. */
  readonly wire: Transport;
  readonly platformOrigin: string;
  readonly answerWith: (answers: (request: Request) => Promise<Response>) => void;
}

export interface WorldOptions {
  readonly vin?: string;
  readonly tenantName?: string;
  readonly reference?: string;
  readonly publicOrigin?: string;
  readonly burst?: number;
  readonly platform?: 'v2' | 'v3';
  /** V3: the webhook that is configured. */
  readonly webhookId?: string;
  /** Every write reaches the store twice, as when its first answer got lost below us and the SDK sent it again. */
  readonly resend?: boolean;
}

function resending({ business, vault }: Pick<Tables, 'business' | 'vault'>): Pick<Tables, 'business' | 'vault'> {
  const twice =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await write(...args);
      return write(...args);
    };
  const resent = (table: Table): Table => ({
    ...table,
    put: twice(table.put),
    update: twice(table.update),
    remove: twice(table.remove),
  });
  return { business: resent(business), vault: resent(vault) };
}

/** One tenant with one contract and one vehicle application of its own. */
export class World {
  now = START;
  readonly crashes = makeCrashes();
  readonly reports: unknown[] = [];
  /** What the operator was told, and when. */
  /** Contracts whose reports were to be deleted. */
  readonly forgotten: unknown[] = [];
  readonly warnings: { readonly code: string; readonly at: number }[] = [];
  readonly sent: Message[] = [];
  /** How each delivery ended, and what went on to reading. */
  readonly tended: Tended['kind'][] = [];
  readonly read: Message['body'][] = [];
  readonly secretReads: boolean[] = [];
  readonly kms: AesKms;
  readonly simulator: Simulator;
  readonly tables: Tables;
  readonly platformOrigin: string;
  readonly tenantId: string;
  readonly applicationId: string;
  /** What stands before the platform, seen from the service. */
  gateway: (request: Request) => Promise<Response>;
  contract: Contract | undefined;
  /** What Secrets Manager holds now, and what a container had cached. */
  secret: {
    clientId: string;
    clientSecret: string;
    applicationId?: string;
    webhookId?: string | undefined;
    managementToken?: string;
  };
  waiting: readonly Waiting[] = [];
  deadLetters: readonly Waiting[] = [];
  wireCalls: readonly string[] = [];
  readonly #options: WorldOptions;
  readonly #wire: Transport;
  /** Keys of every pair that was ever put. */
  readonly #sealed = new Set<string>();

  constructor(parts: Parts, number: number, options: WorldOptions) {
    this.#options = options;
    this.tables = parts.tables;
    this.kms = parts.kms;
    this.#wire = parts.wire;
    this.platformOrigin = parts.platformOrigin;
    this.tenantId = `tenant-${number}`;
    this.applicationId = `app-${number}`;
    const redirectUris = [`${options.publicOrigin ?? ORIGIN}/connect/callback`];
    const login = { clientId: CLIENT, clientSecret: 'client-secret' };
    const apiCredentials = { clientId: 'client_abc', clientSecret: 'api-secret' };
    this.secret =
      options.platform === 'v3' ? { ...apiCredentials, applicationId: CLIENT, webhookId: options.webhookId } : login;
    const webhookIds = ['wh-1'];
    const application = { ...login, apiCredentials, redirectUris, managementToken: 'management-token', webhookIds };
    this.simulator = makeSimulator({ clock: () => this.now, seed: number, applications: [application] });
    this.gateway = (request) => this.simulator.handle(request);
    parts.answerWith((request) => this.gateway(request));
  }

  #application(): VehicleApplication {
    const { burst = 120, platform = 'v2' } = this.#options;
    return vehicleApplication.parse({ applicationId: this.applicationId, platform, secretId: 'secret', burst });
  }

  async begin(): Promise<this> {
    const { business } = this.tables;
    const { applicationId, tenantId } = this;
    await createApplication(business, this.#application());
    await createTenant(business, { tenantId, name: this.#options.tenantName ?? 'Rivage', applicationId }, this.now);
    await this.sign(this.#options);
    return this;
  }

  /** Another contract of the same tenant; `contract` is the one that links are made for. */
  async sign({ vin, reference = 'POLICY-1' }: WorldOptions = {}): Promise<Contract> {
    const terms = {
      kind: 'insurance',
      reference,
      startsAt: '2026-01-01T00:00:00.000Z',
      zone: 'Europe/Paris',
      dayOffset: 1,
      policy: 'after',
      deadlineDays: 10,
      ...(vin === undefined ? {} : { vin }),
    } as const;
    const { applicationId } = this;
    const { platform = 'v2' } = this.#options;
    const application = { applicationId, platform, spreadMinutes: 60 } as const;
    const made = await createContract(this.tables.business, this.tenantId, terms, application, this.now, randomBytes);
    if (!made.created) throw new Error('the reference is taken');
    this.contract = made.contract;
    return made.contract;
  }

  addCar(more: Partial<NewCar> = {}): Car {
    return this.simulator.fleet.addCar({ ...citroen, ...more });
  }

  /** A container of functions/connect or functions/tend-connection: own caches, same stores. */
  container() {
    const { crashes } = this;
    const tables = this.#options.resend === true ? resending(this.tables) : this.tables;
    const business = crashes.wrap('business', tables.business);
    const put: typeof tables.vault.put = (item, condition) => {
      if (item.sk === 'TOKENS') this.#sealed.add(item.pk);
      return tables.vault.put(item, condition);
    };
    const vaultTable = crashes.wrap('vault', { ...tables.vault, put });
    const dataKeys = crashes.wrap('kms', makeDataKeys(this.kms.client, 'vault-key'));
    const vault = makeVault(
      vaultTable,
      makeTenantKeys(vaultTable, dataKeys, () => this.now),
      randomBytes,
    );
    const transport = this.#transport();
    let cached = this.secret;
    const readSecret = async (_: string, options?: { readonly fresh?: boolean }) => {
      this.secretReads.push(options?.fresh === true);
      if (options?.fresh === true) cached = this.secret;
      return JSON.stringify(cached);
    };
    const origins = { authOrigin: this.platformOrigin, iamOrigin: this.platformOrigin };
    const token = { transport, readSecret, ...origins, clock: () => this.now };
    return { business, vault, transport, token };
  }

  /** Faults of the wire look as the real transport makes them: an unknown outcome. */
  #transport(): Transport {
    const wire = this.crashes.wrap('wire', { call: this.#wire });
    return async (request) => {
      this.wireCalls = [...this.wireCalls, request.operation];
      return wire.call(request).catch((fault: unknown) => {
        if (!(fault instanceof InjectedFault)) throw fault;
        throw new VehicleError({ fault: 'timeout', meaning: 'transient', operation: request.operation, sent: true });
      });
    };
  }

  #login(token = this.container().token): Login {
    const redirectUri = `${this.#options.publicOrigin ?? ORIGIN}/connect/callback`;
    return makeLogin({ ...token, connectOrigin: this.platformOrigin, redirectUri });
  }

  pages(): (request: PageRequest) => Promise<PageAnswer> {
    const { business, vault, token } = this.container();
    const publicOrigin = this.#options.publicOrigin ?? ORIGIN;
    const queue = this.crashes.wrap('queue', { send: (messages: readonly Message[]) => this.#send(messages) });
    return makeConnectPages({
      business,
      vault,
      login: this.#login(token),
      sendTend: (messages) => queue.send(messages),
      reconnectKey: () => Promise.resolve(RECONNECT_KEY),
      publicOrigin,
      connectOrigin: this.platformOrigin,
      clock: () => this.now,
      random: randomBytes,
      report: (fault) => void this.reports.push(fault),
    });
  }

  async #send(messages: readonly Message[]): Promise<void> {
    this.sent.push(...messages);
    const fresh = messages.map(({ body, delaySeconds = 0 }) => ({
      body,
      visibleAt: this.now + delaySeconds * 1000,
      receives: 0,
    }));
    this.waiting = [...this.waiting, ...fresh];
  }

  /** What functions/tend-connection does with one message, up to what it sends. */
  async tend(body: Message['body'], container = this.container(), receives = 1): Promise<Tended> {
    const { business, vault, transport, token } = container;
    const application = makeFindApplication(business, () => this.now);
    const platformOrigin = this.platformOrigin;
    const origins = { apiOrigin: platformOrigin, vehicleOrigin: platformOrigin, managementOrigin: platformOrigin };
    const clock = () => this.now;
    const refreshing = { business, vault, refresh: makeRefresh(token), application };
    const tending: Tending = {
      forgetReports: async (contract) => void this.forgotten.push(contract),
      business,
      vault,
      application,
      platformOf: findPlatform(application, makePlatforms({ transport, ...origins, deadlineMs: 5_000, clock })),
      webhookOf: makeWebhookOf(token.readSecret, application),
      managementOf: makeFindManagement(
        { transport, managementOrigin: platformOrigin, deadlineMs: 5_000 },
        token.readSecret,
        application,
      ),
      clock,
      allow: async (applicationId, requests) => takeAll(business, await application(applicationId), requests, this.now),
      pause: async (applicationId, refused) =>
        emptyBudget(business, await application(applicationId), refused, this.now),
      warn: (code) => void this.warnings.push({ code, at: this.now }),
      refresh: makeFreshen(() => ({ ...refreshing, holder: randomBytes(8).toString('hex') }), clock),
    };
    return tend(tending, tendMessage.parse(body), receives, this.now);
  }

  /** One attempt to bind a connection; throws where it has to wait. */
  async bind(id: Message['body'], container = this.container()): Promise<void> {
    const { tenantId, contractId, connectionId } = id;
    const tended = await this.tend({ kind: 'bind', tenantId, contractId, connectionId }, container);
    if (tended.kind !== 'done') throw new Error('TRY_AGAIN');
  }

  /** Makes sure that the pair is fresh, as one delivery of a turn does. */
  refresh(
    connection: Connection,
    rejectedVersion?: number,
    { business, vault, token } = this.container(),
  ): Promise<Refreshed> {
    const application = makeFindApplication(business, () => this.now);
    const holder = randomBytes(8).toString('hex');
    const refreshing = { business, vault, refresh: makeRefresh(token), application, holder };
    return refreshPair(refreshing, connection, rejectedVersion, this.now);
  }

  /** What the planner does for connections that have ended. */
  async planEndings(): Promise<void> {
    const { business } = this.tables;
    const until = new Date(this.now + 1).toISOString();
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => dueContracts(business, shard, until, 100));
    const own = (await Promise.all(shards)).flat().filter(({ key }) => key.pk.startsWith(`T#${this.tenantId}#`));
    const endings = own.filter(isEnding);
    await sendEndings(business, (messages) => this.#send(messages), endings);
  }

  /**
   * Delivers until nothing waits, or nothing before `until`: failed messages after their visibility, five times at most. The planner has
   * been there before.
   */
  async drain(until = Number.POSITIVE_INFINITY): Promise<void> {
    await this.planEndings();
    for (;;) {
      const [next, ...rest] = this.waiting.toSorted((a, b) => a.visibleAt - b.visibleAt);
      if (next === undefined || next.visibleAt >= until) return;
      this.now = Math.max(this.now, next.visibleAt);
      this.waiting = rest;
      this.crashes.revive();
      await this.#deliver(next);
    }
  }

  async #deliver(next: Waiting): Promise<void> {
    const gaveBack = { kind: 'give_back' } as const;
    const tended = await this.tend(next.body, this.container(), next.receives + 1).catch(() => gaveBack);
    this.tended.push(tended.kind);
    if (tended.kind === 'give_back') this.#giveBack(next);
    if (tended.kind === 'wait') await this.#send([tended.again]);
    if (tended.kind === 'go_on') await this.#send([tended.next]);
    if (tended.kind === 'done') this.read.push(...tended.read.map(({ body }) => body));
  }

  #giveBack(message: Waiting): void {
    const again = { ...message, receives: message.receives + 1, visibleAt: this.now + VISIBILITY_MS };
    if (again.receives < MAX_RECEIVES) this.waiting = [...this.waiting, again];
    else this.deadLetters = [...this.deadLetters, again];
  }

  /** A link for the contract, as the API hands it out. */
  async link(language?: Language, returnUrl?: string): Promise<string> {
    const { tenantId } = this;
    const contractId = this.contract?.contractId ?? '';
    const wanted = { tenantId, contractId, language, returnUrl };
    return (await createConnectSession(this.tables.business, wanted, this.now, randomBytes)).token;
  }

  request(route: string, browser: Browser, more: Partial<PageRequest> = {}, pages = this.pages()): Promise<PageAnswer> {
    this.crashes.revive();
    const blank = { token: '', query: '', secFetchSite: undefined, form: new URLSearchParams() };
    return pages({ route, cookies: browser.cookies, ...blank, ...more }).then((answer) => browser.keep(answer));
  }

  /** The driver's "continue"; @returns where the browser is sent. */
  async begun(token: string, browser: Browser, make?: string): Promise<string> {
    const answer = await this.request('POST /connect/{token}', browser, { token, form: linkForm(make) });
    return answer.headers['location'] ?? '';
  }

  /** From the link to the platform's redirect; @returns the query it comes back with. */
  async authorized(browser: Browser, answers: Partial<OwnerAnswers> = {}): Promise<string> {
    const url = await this.begun(await this.link(), browser);
    return this.atPlatform(url, answers);
  }

  async atPlatform(url: string, answers: Partial<OwnerAnswers> = {}): Promise<string> {
    const target = await connectAsOwner(url, { email: ACCOUNT, ...answers }, (request) =>
      this.simulator.handle(request),
    );
    return new URL(target).search.slice(1);
  }

  callback(query: string, browser: Browser): Promise<PageAnswer> {
    return this.request('GET /connect/callback', browser, { query });
  }

  /** The page a callback leads to. */
  done(query: string, browser: Browser): Promise<PageAnswer> {
    return this.request('GET /connect/done/{token}', browser, { token: new URLSearchParams(query).get('state') ?? '' });
  }

  /** The button on the page that a callback leads to; @returns the address it leads to, empty when it leads nowhere. */
  async personalLink(query: string, browser: Browser): Promise<string> {
    const token = new URLSearchParams(query).get('state') ?? '';
    const answer = await this.request('POST /connect/done/{token}', browser, { token });
    return answer.headers['location'] ?? '';
  }

  /** A driver from link to done, with everything the queue does for it. @returns the last page. */
  async connect(answers: Partial<OwnerAnswers> = {}): Promise<PageAnswer> {
    const browser = new Browser();
    const query = await this.authorized(browser, answers);
    await this.callback(query, browser);
    await this.drain();
    return this.done(query, browser);
  }

  /** A connection as `connect` leaves it, put there directly: for tests of what comes after. */
  async connected(car: Car): Promise<Connection> {
    const url = await this.#login().authorizeUrl(
      this.#application(),
      { state: 'state', externalId: undefined },
      car.make,
    );
    const code = new URLSearchParams(await this.atPlatform(url, { vehicleIds: [car.id] })).get('code') ?? '';
    const pair = await this.#login().exchange(this.#application(), code, this.now);
    const { tenantId } = this;
    const contractId = this.contract?.contractId ?? '';
    const connection: Connection = {
      ...{ tenantId, contractId, connectionId: newId('cxn', this.now, randomBytes), applicationId: this.applicationId },
      ...{ state: 'active', createdAt: new Date(this.now).toISOString(), vendorVehicleId: car.id, vin: VIN },
    };
    const { business } = this.tables;
    await this.vault().storePending(connection, pair, this.now);
    await this.vault().keep(connection);
    await recordUse(business, connection, car.id);
    await putConnection(business, connection);
    await business.update(keys.contract(tenantId, contractId), {
      set: { connectionId: connection.connectionId, boundVin: VIN },
    });
    return connection;
  }

  /** Connections of the contract, oldest first. */
  async connections(): Promise<readonly Connection[]> {
    const contractId = this.contract?.contractId ?? '';
    const items = await queryContractPartition(this.tables.business, this.tenantId, contractId, 50);
    return items
      .filter(({ sk }) => String(sk).startsWith('Y#'))
      .map(parseConnection)
      .toReversed();
  }

  async current(): Promise<Contract | undefined> {
    return getContract(this.tables.business, this.tenantId, this.contract?.contractId ?? '');
  }

  /** Ids of the connections, recorded or not, that have a pair in the vault. */
  async pairs(): Promise<readonly string[]> {
    const found = await Promise.all([...this.#sealed].map((pk) => this.tables.vault.get({ pk, sk: 'TOKENS' })));
    return found.flatMap((item) => (item === undefined ? [] : [String(item['pk']).split('#')[2] ?? '']));
  }

  /** A vault without faults and without a cache. */
  vault(): Vault {
    const dataKeys = makeDataKeys(this.kms.client, 'vault-key');
    return makeVault(
      this.tables.vault,
      makeTenantKeys(this.tables.vault, dataKeys, () => this.now),
      randomBytes,
    );
  }

  /** Ids of the vehicles that the platform has connected with our application. */
  async connectedVehicles(): Promise<readonly string[]> {
    const headers = { authorization: `Basic ${btoa('default:management-token')}` };
    const url = `${this.platformOrigin}/v2.0/management/connections?limit=100`;
    const answer: unknown = await (await this.simulator.handle(new Request(url, { headers }))).json();
    return [...JSON.stringify(answer).matchAll(/"vehicleId":"([^"]+)"/g)].map(([, id = '']) => id);
  }

  /** Whether the platform accepts this access token. */
  async accepts(accessToken: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await this.simulator.handle(new Request(`${this.platformOrigin}/v2.0/vehicles`, { headers }));
    return answer.status === 200;
  }
}

export interface Bench {
  readonly world: (options?: WorldOptions) => Promise<World>;
  readonly tables: Tables;
  readonly close: () => Promise<void>;
}

/** Tables and a listener for a whole test file; every world in it has its own tenant, application and platform. */
export async function openBench(): Promise<Bench> {
  const tables = await openTables();
  let current: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 });
  const handle = (request: Request): Promise<Response> => current(request);
  const served = await serveSimulator({ handle }, { port: 0 });
  const answerWith: Parts['answerWith'] = (answers) => {
    current = answers;
  };
  const parts = { tables, kms: makeAesKms(), wire: makeTransport(), platformOrigin: served.origin, answerWith };
  let worlds = 0;
  return {
    tables,
    world: (options = {}) => {
      worlds += 1;
      return new World(parts, worlds, options).begin();
    },
    close: async () => {
      await served.close();
      await tables.close();
    },
  };
}

/** A page's heading. */
export const heading = ({ body }: PageAnswer): string => /<h1>([^<]*)<\/h1>/.exec(body)?.[1] ?? '';
