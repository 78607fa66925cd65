// Building a report: statements are read slice by slice and written as they come, so that a tenant's whole month takes no more memory
// than a hundred contracts of it. Decides nothing about what was stated.
import { statementsOfMonth } from '../attestation/run.ts';
import type { Statement } from '../attestation/statement.ts';
import { wholeChain } from '../attestation/whole-chain.ts';
import type { Files, Written } from '../aws/files.ts';
import { reportFile } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { type Dossier, readDossier } from '../reading/dossier.ts';
import { newId, type RandomBytes } from '../tenant/id.ts';
import { newSecret } from '../tenant/secret-token.ts';
import { getTenant } from '../tenant/tenant.ts';
import { lineInForce, linesOfChain, type ReportLine } from './line.ts';
import type { Print } from './pdf/print.ts';
import { beginAttempt, makeFailed, makeReady, type Report, type ReportFailure, reportExpiry } from './report.ts';
import { type Bundling, bundleOf } from './report-bundle.ts';
import { reportHead, reportRow } from './report-csv.ts';
import { pagesOf } from './report-pdf.ts';
import { putShare } from './share.ts';

/** Contracts looked at in one go: as many as one read of statements takes. */
const SLICE = 100;

export interface Building {
  readonly business: Table;
  readonly attestations: Table;
  readonly files: Pick<Files, 'write'>;
  readonly bundling: Bundling;
  /** A PDF file, sealed. */
  readonly print: Print;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: RandomBytes;
}

export type Outcome =
  | 'ready'
  | 'failed'
  /** It is ready already, or gone. */
  | 'nothing_to_do'
  /** Another attempt has begun since: what this one wrote is nobody's, and the bucket's lifecycle deletes it. */
  | 'overtaken';

/** Says that a report cannot be made, and why. */
class NothingMade extends Error {
  readonly reason: ReportFailure;

  constructor(reason: ReportFailure) {
    super(reason);
    this.reason = reason;
  }
}

type Slices = AsyncGenerator<readonly ReportLine[]>;

/** Everything that was stated of one contract's months. */
async function* contractSlices({ attestations }: Building, contract: Contract, report: Report): Slices {
  yield linesOfChain(contract, await wholeChain(attestations, contract), report);
}

/** What is in force of one month, contract by contract, oldest first. */
async function* monthSlices({ business, attestations }: Building, { tenantId }: Report, periodId: string): Slices {
  let after: string | undefined;
  for (;;) {
    const page = { limit: SLICE, after, oldestFirst: true };
    const { contracts, more } = await listContracts(business, tenantId, page);
    const byId = new Map(contracts.map((contract) => [contract.contractId, contract]));
    const statements = await statementsOfMonth(attestations, contracts, periodId);
    yield statements.flatMap((statement) => {
      const contract = byId.get(statement.contractId);
      return contract === undefined ? [] : [lineInForce(contract, statement)];
    });
    after = contracts.at(-1)?.contractId;
    if (!more || after === undefined) return;
  }
}

/** With all that a bundle discloses. Once its erasure was asked for there is nothing to report on. */
async function dossierOf({ business }: Building, { tenantId, contractId = '' }: Report): Promise<Dossier> {
  const dossier = await readDossier(business, tenantId, contractId);
  if (dossier === undefined || dossier.contract.erasureAskedAt !== undefined) throw new NothingMade('contract_erased');
  return dossier;
}

interface Content {
  readonly type: string;
  readonly pieces: AsyncGenerator<string | Uint8Array>;
  /** Of what was given out so far. */
  readonly lines: () => number;
  /** The secret of the link that is printed on it. */
  readonly token?: string;
}

function tableOf(slices: Slices): Content {
  let lines = 0;
  const pieces = async function* (): AsyncGenerator<string> {
    yield reportHead;
    for await (const slice of slices) {
      lines += slice.length;
      yield slice.map(reportRow).join('');
    }
  };
  return { type: 'text/csv; charset=utf-8', pieces: pieces(), lines: () => lines };
}

async function* alone<T>(piece: T): AsyncGenerator<T> {
  yield piece;
}

/** Oldest first. */
async function statedOf(
  { attestations }: Building,
  { contract }: Dossier,
): Promise<readonly [Statement, ...(readonly Statement[])]> {
  const [first, ...others] = (await wholeChain(attestations, contract)).toReversed();
  if (first === undefined) throw new NothingMade('nothing_stated');
  return [first, ...others];
}

async function bundleContent(building: Building, report: Report): Promise<Content> {
  const now = building.clock();
  const dossier = await dossierOf(building, report);
  const chain = await statedOf(building, dossier);
  const text = await bundleOf(building.bundling, dossier, chain, now);
  return { type: 'application/json', pieces: alone(text), lines: () => chain.length };
}

async function pdfContent(building: Building, report: Report): Promise<Content> {
  const { business, bundling, clock, print, random } = building;
  const now = clock();
  const dossier = await dossierOf(building, report);
  const chain = await statedOf(building, dossier);
  const pages = pagesOf(report, dossier, chain);
  if (typeof pages === 'string') throw new NothingMade(pages);
  const bundle = Buffer.from(await bundleOf(bundling, dossier, chain, now));
  const tenantName = (await getTenant(business, report.tenantId))?.name ?? report.tenantId;
  const { issuer } = bundling;
  const token = report.share === undefined ? undefined : newSecret(random);
  const link = token === undefined ? {} : { link: `${issuer}/s/${token}` };
  const file = await print({ ...pages, ...link, issuer, tenantName, madeAt: new Date(now).toISOString(), bundle });
  const content: Content = { type: 'application/pdf', pieces: alone(file), lines: () => pages.statements.length };
  return token === undefined ? content : { ...content, token };
}

async function contentOf(building: Building, report: Report): Promise<Content> {
  if (report.format === 'bundle') return bundleContent(building, report);
  if (report.format === 'pdf') return pdfContent(building, report);
  if (report.contractId === undefined) return tableOf(monthSlices(building, report, report.periodId ?? ''));
  const { contract } = await dossierOf(building, report);
  return tableOf(contractSlices(building, contract, report));
}

async function write({ files }: Building, report: Report, content: Content): Promise<Written & { lines: number }> {
  const { tenantId, reportId, attempts } = report;
  const written = await files.write(reportFile(tenantId, reportId, attempts), content.type, content.pieces);
  return { ...written, lines: content.lines() };
}

/**
 * The link that is printed on a report opens what this attempt wrote. It is put before the report is ready: a crash in between leaves a link
 * that nobody has ever seen, and goes with the report.
 */
async function putPrinted({ business, clock, random }: Building, report: Report, token: string): Promise<void> {
  const { tenantId, reportId, attempts: attempt, availableUntil, share } = report;
  if (share === undefined) return;
  const now = clock();
  const asked = { tenantId, reportId, shareId: newId('shr', now, random), attempt, ...share, availableUntil };
  await putShare(business, asked, token, { now, until: reportExpiry(report) });
}

/**
 * Builds what a message names. A crash anywhere leaves a report that is `building`, and a file, or parts of one, under the number of an
 * attempt that is over: whoever comes with the message again builds another.
 * @param isLast whether the message does not come again by itself: then a fault is told, and thrown all the same
 */
export async function buildReport(
  building: Building,
  id: Pick<Report, 'tenantId' | 'reportId'>,
  isLast: boolean,
): Promise<Outcome> {
  const { business, clock } = building;
  const report = await beginAttempt(business, id);
  if (report === undefined) return 'nothing_to_do';
  try {
    const content = await contentOf(building, report);
    const built = await write(building, report, content);
    if (content.token !== undefined) await putPrinted(building, report, content.token);
    return (await makeReady(business, report, built, clock())) ? 'ready' : 'overtaken';
  } catch (fault) {
    if (fault instanceof NothingMade) {
      return (await makeFailed(business, report, fault.reason, clock())) ? 'failed' : 'overtaken';
    }
    if (isLast) await makeFailed(business, report, 'internal', clock());
    throw fault;
  }
}
