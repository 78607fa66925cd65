// Tenants with contracts whose months are stated when a test says so, and whose runs are counted. On tables in this process; no car, no
// queue, no function.
import { randomBytes } from 'node:crypto';
import { followRuns } from '../../../lib/attestation/follow-runs.ts';
import { parseFollowedRun } from '../../../lib/attestation/followed-run.ts';
import { statePeriods } from '../../../lib/attestation/issue.ts';
import { type RunLine, runOf } from '../../../lib/attestation/run.ts';
import { newestStatement, putStatement } from '../../../lib/attestation/statement.ts';
import { type Tallied, tallyRuns } from '../../../lib/attestation/tally-runs.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { type ContractTerms, createContract } from '../../../lib/contract/create.ts';
import { listContracts } from '../../../lib/contract/list-contracts.ts';
import type { Event } from '../../../lib/event/event.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { makeLocalSigner } from './stand-ins.ts';

export const TENANT = 'rivage';

const TERMS: ContractTerms = {
  kind: 'lease',
  reference: '',
  startsAt: '2025-12-31T23:00:00.000Z',
  zone: 'Europe/Paris',
  dayOffset: 1,
  policy: 'after',
  deadlineDays: 10,
};

const APPLICATION = { applicationId: 'default', platform: 'v2', spreadMinutes: 0 } as const;

export interface Stores {
  readonly business: Table;
  readonly attestations: Table;
}

const { signer } = makeLocalSigner();

export class Fleet {
  readonly tables: Tables;
  /** Epoch ms. */
  now: number;
  #made = 0;

  constructor(tables: Tables, now: string) {
    this.tables = tables;
    this.now = Date.parse(now);
  }

  at(instant: string): void {
    this.now = Date.parse(instant);
  }

  follow(tenantId = TENANT): Promise<void> {
    return followRuns(this.tables.business, tenantId, this.now);
  }

  /** Not connected: each month ends without a reading. */
  async contract(terms: Partial<ContractTerms> = {}, tenantId = TENANT): Promise<Contract> {
    this.#made += 1;
    const given = { ...TERMS, reference: `REF-${this.#made}`, ...terms };
    const { business } = this.tables;
    // Ids are by time: those of one moment have no order.
    const made = await createContract(business, tenantId, given, APPLICATION, this.now + this.#made, randomBytes);
    if (!made.created) throw new Error('not created');
    return made.contract;
  }

  /** States what has reached its deadline at `until`. */
  async state({ tenantId, contractId }: Contract, until: string): Promise<void> {
    const { business, attestations } = this.tables;
    const dossier = await readDossier(business, tenantId, contractId);
    if (dossier === undefined) throw new Error('no such contract');
    const head = await newestStatement(attestations, dossier.contract);
    const issuing = { attestations, signer, issuer: 'https://api.odoseal.example' };
    await statePeriods(issuing, { ...dossier, head }, Date.parse(until));
  }

  /** What was stated of the first one, copied for the others: for fleets in which only the number counts. */
  async stateAlike([first, ...others]: readonly Contract[]): Promise<void> {
    const statement = first === undefined ? undefined : await newestStatement(this.tables.attestations, first);
    if (statement === undefined) throw new Error('nothing was stated');
    for (const { tenantId, contractId } of others)
      await putStatement(this.tables.attestations, { ...statement, tenantId, contractId });
  }

  /** Its newest month is stated again, in the same words. */
  async stateAgain(contract: Contract): Promise<void> {
    const { business, attestations } = this.tables;
    const statement = await newestStatement(attestations, contract);
    if (statement === undefined) throw new Error('nothing was stated');
    await business.update(keys.contract(contract.tenantId, contract.contractId), { set: { corrected: true } });
    await putStatement(attestations, { ...statement, seq: statement.seq + 1, months: statement.seq });
  }

  tally(slice?: number, stores: Stores = this.tables, until = Number.POSITIVE_INFINITY): Promise<Tallied> {
    return tallyRuns({ ...stores, clock: () => this.now }, until, slice);
  }

  async run(periodId: string, tenantId = TENANT) {
    const item = await this.tables.business.get(keys.run(tenantId, periodId));
    return item === undefined ? undefined : parseFollowedRun(item);
  }

  /** Instant of the next look; undefined when there will be none. */
  async nextLook(periodId: string, tenantId = TENANT): Promise<string | undefined> {
    const sort = (await this.tables.business.get(keys.run(tenantId, periodId)))?.['tenantSort'];
    return sort === undefined ? undefined : String(sort).split('#')[0];
  }

  /** All that a run is made of at this moment, in pages of the size that the API has at most. */
  async lines(periodId: string, tenantId = TENANT): Promise<readonly RunLine[]> {
    const { contracts } = await listContracts(this.tables.business, tenantId, { limit: 1_000 });
    const lines: RunLine[] = [];
    for (let from = 0; from < contracts.length; from += 100)
      lines.push(...(await runOf(this.tables, contracts.slice(from, from + 100), periodId, this.now)));
    return lines;
  }

  /** What waits to be told, which is told by this; twice where it was marked twice. */
  async tell(): Promise<readonly Event[]> {
    const told: Event[] = [];
    const { business } = this.tables;
    await sweep({ business, offer: async (_, events) => void told.push(...events) }, () => this.now);
    return told;
  }
}

export const openFleet = async (now: string): Promise<Fleet> => new Fleet(await openTables(), now);
