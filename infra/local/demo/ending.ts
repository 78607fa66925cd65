// How the demo ends: the insurer has a report of one contract for a court, the leasing firm its month as a table, and somebody else, who
// has these files and the published keys and nothing of the service, checks the one and compares the other with the statements; and is
// given a copy of the page with one digit changed.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Playground } from '../playground.ts';
import { alterPdf } from './alter-pdf.ts';
import { MONTHS, TENANTS } from './cast.ts';
import { DemoFailure } from './demo-failure.ts';
import { type OrderedReport, orderReport } from './order-reports.ts';
import type { Played, Report } from './report.ts';
import { runVerifier } from './verify.ts';

/** Whose page is shown to a court. */
const CONTRACT = 'POL-1001';

/** What that somebody says of a file: its verdict, and the words that are about the file as a whole. */
interface Said {
  readonly file: string;
  readonly status: number;
  readonly words: readonly string[];
}

export interface Ending extends Pick<Report, 'reports' | 'altered'> {
  readonly said: readonly Said[];
}

interface Stage {
  readonly ground: Playground;
  readonly folder: string;
  readonly jwks: string;
  readonly played: readonly Played[];
  /** By tenant. */
  readonly apiKeys: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** Which key it was changes with every run of the demo. */
const withoutKey = (line: string): string => line.replace(/ \([\w-]{43}\)$/, '');

async function check(file: string, keys: readonly string[], signal: AbortSignal): Promise<Said> {
  const { status, out } = await runVerifier([file, ...keys], signal);
  const words = out.split('\n').filter((line) => /the seal of the PDF|the PDF was|complete to number/.test(line));
  return { file, status, words: words.map(withoutKey) };
}

/** Whether every line is a statement that was checked, with the distance that is in it. Cells that are compared have no comma. */
function agrees(table: string, played: readonly Played[]): boolean {
  const [head = [], ...rows] = table
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.split(','));
  const cell = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? '';
  return rows.every((row) => {
    const found = played.find(({ claims }) => claims.jti === cell(row, 'attestation'));
    const distance = found?.claims.outcome === 'measured' ? (found.claims.distanceMetres ?? '') : '';
    return found?.verified === true && cell(row, 'distanceMetres') === String(distance);
  });
}

/** The contract's page, and the leasing firm's newest month. */
async function order({ ground, folder, played, apiKeys }: Stage): Promise<readonly [OrderedReport, OrderedReport]> {
  const [insurer, lessor] = TENANTS.map(({ tenantId }) => ({ tenant: tenantId, apiKey: apiKeys.get(tenantId) ?? '' }));
  const { contractId } = played.find(({ role }) => role.reference === CONTRACT) ?? {};
  const periodId = MONTHS.at(-1);
  if (insurer === undefined || lessor === undefined || contractId === undefined || periodId === undefined)
    throw new DemoFailure('there is nobody to ask for a report');
  const page = { ...insurer, wanted: { format: 'pdf', contractId }, name: `${CONTRACT}.pdf` } as const;
  const month = { ...lessor, wanted: { format: 'csv', periodId }, name: `${lessor.tenant}-${periodId}.csv` } as const;
  return [await orderReport(ground, page, folder), await orderReport(ground, month, folder)];
}

/** @throws DemoFailure when a report is not built, does not hold, or the altered page is not refused */
export async function end(stage: Stage): Promise<Ending> {
  const { ground, folder, jwks, played, signal } = stage;
  const [page, month] = await order(stage);
  const vkey = join(folder, 'log.vkey');
  await writeFile(vkey, await (await fetch(`${ground.stack.publicOrigin}/log/vkey`)).text());
  const { altered, shown, instead } = alterPdf(await readFile(page.file));
  const forged = join(folder, 'altered.pdf');
  await writeFile(forged, altered);
  const keys = ['--jwks', jwks, '--log-key', vkey];
  const said = await Promise.all([page.file, forged].map((file) => check(file, keys, signal)));
  const [statusOfPage, statusOfForged] = said.map(({ status }) => status);
  if (statusOfPage !== 0) throw new DemoFailure('a report did not verify');
  if (statusOfForged !== 1) throw new DemoFailure('an altered report was not refused');
  if (!agrees(await readFile(month.file, 'utf8'), played)) throw new DemoFailure('a table says something else');
  return {
    reports: [page, month].map((report) => ({ ...report, verified: true })),
    altered: { shown, instead, refused: true },
    said,
  };
}

/** @returns lines for people */
export function tellOfEnding({ reports, altered, said }: Ending): readonly string[] {
  const width = Math.max(...reports.map(({ file }) => file.length));
  const about = { pdf: 'a sealed page, with all that their check needs inside', csv: 'a line for each' } as const;
  return [
    'Reports over the API, of a contract for a court and of a fleet’s month for its books:',
    ...reports.map(({ file, format, lines }) => `  ${file.padEnd(width)}  ${lines} statements: ${about[format]}`),
    'Somebody else compares the table with the statements, and checks the page offline, with the published keys alone,',
    `and a copy of it that shows ${altered.instead} km where ${altered.shown} km was:`,
    ...said.flatMap(({ file, status, words }) => [
      `  ${status === 0 ? 'VERIFIED' : 'NOT VERIFIED'}  ${file}`,
      ...words.map((line) => `  ${line}`),
    ]),
  ];
}
