// A report as a table: RFC 4180, one line for each statement, nothing of the moment it was made at: the same statements give the same
// bytes. Metres and counts are whole numbers, instants UTC.
import type { MeasuredClaims } from '../proof/claims.ts';
import { csvLine } from './csv.ts';
import type { ReportLine } from './line.ts';

type Cell = string | number | null | undefined;
type Column = (line: ReportLine) => Cell;

const list = (values: readonly string[]): string => values.join(' ');

/** Empty without a reading. */
const measured =
  (cell: (claims: MeasuredClaims) => Cell): Column =>
  ({ claims }) =>
    claims.outcome === 'measured' ? cell(claims) : undefined;

/** In the order of the table. A column is never taken away, and a new one comes behind all others. */
const COLUMNS = {
  contract: ({ claims }) => claims.sub,
  reference: ({ reference }) => reference,
  period: ({ claims }) => claims.period.id,
  from: ({ claims }) => claims.period.from,
  to: ({ claims }) => claims.period.to,
  zone: ({ claims }) => claims.period.zone,
  status: ({ status }) => status,
  outcome: ({ claims }) => claims.outcome,
  reason: ({ claims }) => (claims.outcome === 'no_reading' ? claims.reason : undefined),
  verdict: ({ claims }) => claims.verdict,
  reasons: measured(({ reasons }) => list(reasons)),
  distanceMetres: measured(({ distanceMetres }) => distanceMetres),
  lowerMetres: measured(({ lowerMetres }) => lowerMetres),
  upperMetres: measured(({ upperMetres }) => upperMetres),
  openingAt: measured(({ opening }) => opening.at),
  openingMetres: measured(({ opening }) => opening.metres),
  closingAt: measured(({ closing }) => closing.at),
  closingMetres: measured(({ closing }) => closing.metres),
  readToReadMetres: measured(({ readToRead }) => readToRead.metres),
  readToReadFrom: measured(({ readToRead }) => readToRead.from),
  readToReadTo: measured(({ readToRead }) => readToRead.to),
  catchUpMetres: measured(({ catchUpMetres }) => catchUpMetres),
  catchUpFrom: measured(({ catchUpFrom }) => catchUpFrom),
  partial: measured(({ partial }) => String(partial)),
  attempts: ({ claims }) => list(Object.entries(claims.attempts.counts).map(([outcome, n]) => `${outcome}:${n}`)),
  seq: ({ claims }) => claims.seq,
  attestation: ({ claims }) => claims.jti,
  replaces: ({ claims }) => claims.replaces,
  issuedAt: ({ issuedAt }) => issuedAt,
  logIndex: ({ logIndex }) => logIndex,
  rulesVersion: ({ claims }) => claims.rulesVersion,
} satisfies Readonly<Record<string, Column>>;

export const REPORT_COLUMNS: readonly string[] = Object.keys(COLUMNS);

const columns = Object.values<Column>(COLUMNS);

/** The header line. */
export const reportHead = csvLine(REPORT_COLUMNS);

export const reportRow = (line: ReportLine): string => csvLine(columns.map((column) => column(line) ?? null));
