// A run of the product on one machine: two cars read over four months, stated, sealed month by month, looked at by check-log, and what
// is handed out of one of them. And what a tamperer does to it, who may write every table and, where it says so, has the keys.

import { attestationId } from '../../../lib/attestation/derived-ids.ts';
import { hashOfSigningInput, leafOf, readSigned } from '../../../lib/attestation/sd-jwt.ts';
import { parseStatement, type Statement } from '../../../lib/attestation/statement.ts';
import { keys, pendingShard } from '../../../lib/aws/keys.ts';
import type { PublicJwk } from '../../../lib/aws/signer.ts';
import type { Item, Key } from '../../../lib/aws/table.ts';
import { checkAll, checkDaily } from '../../../lib/ledger/check.ts';
import type { Checking } from '../../../lib/ledger/fsck-log.ts';
import { readState, readTile } from '../../../lib/ledger/log-store.ts';
import { logKeyOf } from '../../../lib/ledger/publish.ts';
import { STATEMENT_PURPOSE } from '../../../lib/proof/key-set.ts';
import { decodeEntries } from '../../../lib/proof/tiles.ts';
import { askForReport } from '../../../lib/report/ask.ts';
import { buildReport } from '../../../lib/report/build.ts';
import { makePrint } from '../../../lib/report/pdf/print.ts';
import type { ReportPages } from '../../../lib/report/pdf/report-pages.ts';
import { type Contents, contentsOf, restore, type TableName } from '../../stores/contents.ts';
import { allStatements, type ContractRef } from '../attestation/check-store.ts';
import { START } from '../attestation/month.ts';
import { countedBytes } from '../attestation/stand-ins.ts';
import { openWorld, type World } from '../attestation/world.ts';
import { noteSigner } from '../ledger/ledger-world.ts';
import { keys as fixtureKeys, signStatus } from '../proof/bundle-fixture.ts';
import { makeBucket } from '../report/bucket.ts';
import { printing, sealKey } from '../report/printing.ts';
import { otherSignature } from './forgery.ts';
import { checkingOf, sealIn } from './ledger-of.ts';

const TABLES = ['business', 'attestations', 'log'] as const;
const MONTHS = ['2026-02-05', '2026-03-05', '2026-04-05', '2026-05-05'];
const [, ...ofStatuses] = fixtureKeys;

type Snapshot = ReadonlyMap<TableName, Contents>;

const snapshotOf = async ({ tables }: World): Promise<Snapshot> =>
  new Map(await Promise.all(TABLES.map(async (table) => [table, await contentsOf(tables, table)] as const)));

/** What is said of a signed text instead of what it says. */
type Retold = Readonly<Record<string, unknown>>;

export class Run {
  readonly world: World;
  readonly contract: ContractRef;
  /** Everything as it was when the run was over, and a month before. */
  readonly #whole: Snapshot;
  readonly #month: Snapshot;
  readonly #printed: ReportPages[] = [];

  constructor(world: World, contract: ContractRef, [month, whole]: readonly [Snapshot, Snapshot]) {
    this.world = world;
    this.contract = contract;
    this.#month = month;
    this.#whole = whole;
  }

  get tables() {
    return this.world.tables;
  }

  /** The keys as they are published. */
  get published() {
    const [jwk] = this.world.store.keys;
    const statements = { ...jwk, purpose: STATEMENT_PURPOSE };
    return { issuer: this.world.store.issuer, keys: [statements, ...ofStatuses, sealKey.jwk] };
  }

  logKey = (): Promise<string> => logKeyOf(this.published.issuer, noteSigner);

  /** Tables as they were at the end. */
  async reset(): Promise<void> {
    for (const [table, contents] of this.#whole) await restore(this.tables, table, contents);
  }

  /** A table as it was a month before the end. */
  restoreOld = (table: TableName): Promise<void> => restore(this.tables, table, this.#month.get(table) ?? new Map());

  key = (seq: number): Key => keys.statement(this.contract.tenantId, this.contract.contractId, seq);

  async item(seq: number): Promise<Item> {
    const item = await this.tables.attestations.get(this.key(seq));
    if (item === undefined) throw new Error(`no statement ${seq}`);
    return item;
  }

  statement = async (seq: number): Promise<Statement> => parseStatement(await this.item(seq));
  statements = (): Promise<readonly Statement[]> => allStatements(this.tables.attestations, this.contract);

  alter = async (table: TableName, key: Key, set: Item): Promise<void> =>
    void (await this.tables[table].update(key, { set }));

  /** A statement with other claims, signed with the issuer's key, and the leaf that the log would have of it. */
  async resigned(seq: number, retold: Retold): Promise<Statement> {
    const statement = await this.statement(seq);
    return this.signedAgain({ ...statement, signingInput: edited(statement.signingInput, retold) });
  }

  async signedAgain(statement: Statement): Promise<Statement> {
    const { signingInput } = statement;
    const { seq } = readSigned(statement).claims;
    const signature = Buffer.from(await this.world.turning.signer.sign(signingInput)).toString('base64url');
    return { ...statement, signature, leaf: leafOf(await this.world.contract(this.contract), seq, signingInput) };
  }

  /** Puts signed texts in the place of those that are there, with their leaves, and nothing else of them. */
  async overwrite(...statements: readonly Statement[]): Promise<void> {
    for (const { seq, signingInput, signature, leaf } of statements)
      await this.alter('attestations', this.key(seq), { signingInput, signature, leaf });
  }

  /** The statements from a number on with another story of that one, each bound to the one before. */
  async rewritten(from: number, retold: Retold): Promise<readonly Statement[]> {
    const again: Statement[] = [];
    for (const { seq } of (await this.statements()).slice(from - 1)) {
      const before = again.at(-1);
      const bound = before === undefined ? retold : { prev: hashOfSigningInput(before.signingInput) };
      again.push(await this.resigned(seq, bound));
    }
    return again;
  }

  /** Has seal-log put everything that is pending into the log. */
  seal = async (): Promise<void> => void (await sealIn(this.world));

  /** Has the log begin anew, from the same statements, as whoever has its key can: the last one first. */
  async forkLog(): Promise<void> {
    for (const item of (await contentsOf(this.tables, 'log')).values())
      await this.tables.log.remove({ pk: String(item['pk']), sk: String(item['sk']) });
    await this.tables.attestations.remove(keys.logMark());
    const items = [...(await contentsOf(this.tables, 'attestations')).values()].filter(({ sk }) =>
      String(sk).startsWith('S#'),
    );
    for (const { pk, sk } of items.toReversed()) {
      const key = { pk: String(pk), sk: String(sk) };
      const pending = { pendingShard: pendingShard(0), pendingAt: new Date(this.world.now).toISOString() };
      await this.tables.attestations.update(key, { set: pending, remove: ['leafIndex'] });
      await this.seal();
    }
  }

  logSize = async (): Promise<number> => (await readState(this.tables.log))?.size ?? 0;

  /** A checkpoint that was signed. */
  noteAt = async (size: number): Promise<unknown> => (await this.tables.log.get(keys.checkpoint(size)))?.['note'];

  async forgedNote(): Promise<string> {
    const { note = '' } = (await readState(this.tables.log)) ?? {};
    return `${otherSignature(note.trimEnd())}\n`;
  }

  async entries(): Promise<readonly Uint8Array[]> {
    const tile = await readTile(this.tables.log, { level: 0, index: 0, width: await this.logSize() });
    return decodeEntries(tile?.entries ?? new Uint8Array()) ?? [];
  }

  /** What a statement has that comes next in the chain. */
  async next() {
    const newest = await this.statement(4);
    const { uri } = readSigned(newest).claims.status.status_list;
    const jti = attestationId(await this.world.contract(this.contract), 5);
    return { jti, seq: 5, prev: hashOfSigningInput(newest.signingInput), status: { status_list: { idx: 5, uri } } };
  }

  /** The key of what is known of the car. */
  connection(): Key {
    const item = [...(this.#whole.get('business') ?? new Map()).values()].find(
      ({ sk, contractId }) => String(sk).startsWith('Y#') && contractId === this.contract.contractId,
    );
    return { pk: String(item?.['pk']), sk: String(item?.['sk']) };
  }

  /** What the service hands out now. @throws what build-report would */
  async handOut(format: 'bundle' | 'pdf'): Promise<Uint8Array> {
    const { business, attestations, log } = this.tables;
    const { contents, bucket } = makeBucket();
    const { tenantId, contractId } = this.contract;
    const id = { tenantId, reportId: `rep_${format}` };
    const sendReports = () => Promise.resolve();
    await business.remove(keys.report(tenantId, id.reportId));
    await askForReport({ business, sendReports }, { ...id, format, contractId }, this.world.now);
    const { issuer, keys: set } = this.published;
    const signer = {
      publicJwk: () => Promise.resolve(ofStatuses[0] as PublicJwk),
      sign: (text: string) => Promise.resolve(signStatus(text)),
    };
    const bundling = { log, issuer, noteSigner, signer, keySet: () => Promise.resolve(set) };
    const clock = () => this.world.now;
    const building = {
      business,
      attestations,
      files: bucket,
      bundling,
      print: this.print,
      clock,
      random: countedBytes(),
    };
    await buildReport(building, id, true);
    return contents.get(`${tenantId}/${id.reportId}/1`) ?? new Uint8Array();
  }

  print = (pages: ReportPages): Promise<Uint8Array> => {
    this.#printed.push(pages);
    return makePrint(printing)(pages);
  };

  /** The pages that were printed first, with another bundle in them, sealed: as if we told two stories. */
  async sealedOver(bundle: string): Promise<Uint8Array> {
    const [pages] = this.#printed;
    if (pages === undefined) throw new Error('nothing was printed');
    return makePrint(printing)({ ...pages, bundle: Buffer.from(bundle) });
  }

  checking = (): Checking => checkingOf(this.world);

  /** Everything that check-log finds, told to do all of it: code and, where it has one, reason. Each once. */
  async fsck(): Promise<readonly string[]> {
    const { disagreements } = await checkAll(this.checking(), Number.POSITIVE_INFINITY);
    return [
      ...new Set(disagreements.map(({ code, reason }) => (reason === undefined ? code : `${code} [${reason}]`))),
    ].toSorted();
  }
}

/** Other claims in a signed text. */
export function edited(signingInput: string, retold: Retold): string {
  const [header = '', payload = ''] = signingInput.split('.');
  const said = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...retold };
  return `${header}.${Buffer.from(JSON.stringify(said)).toString('base64url')}`;
}

/** @param months how many are stated, two or more */
export async function openRun(
  months = MONTHS.length,
): Promise<{ readonly run: Run; readonly close: () => Promise<void> }> {
  const { world, close } = await openWorld({ startAt: START });
  const contract = await world.sign();
  for (const one of [contract, await world.sign()]) await world.connect(one);
  const moments: Snapshot[] = [];
  for (const day of MONTHS.slice(0, months)) {
    await world.runTo(`${day}T00:00:00.000Z`);
    await sealIn(world);
    await checkDaily(checkingOf(world), Number.POSITIVE_INFINITY);
    moments.push(await snapshotOf(world));
  }
  const [month, whole] = moments.slice(-2);
  if (month === undefined || whole === undefined) throw new Error('no months');
  return { run: new Run(world, contract, [month, whole]), close };
}
