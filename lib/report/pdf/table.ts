// The table of a report as words: a row for each statement, column by column. PURE; whoever draws it decides how wide they are.
import type { StatementClaims } from '../../proof/claims.ts';
import type { ReportedStatement } from '../line.ts';
import type { Figures } from './figures.ts';
import type { Texts } from './texts/texts.ts';

export const COLUMNS = ['seq', 'month', 'distance', 'bounds', 'readToRead', 'closing', 'verdict'] as const;
export type Column = (typeof COLUMNS)[number];

export type Row = Readonly<Record<Column, string>>;

function verdictOf({ claims, status }: ReportedStatement, texts: Texts, figures: Figures): string {
  const said = claims.outcome === 'measured' ? texts.verdict[claims.verdict] : texts.noReading[claims.reason];
  const more = [
    ...(claims.outcome === 'measured' && claims.partial ? [texts.table.partial] : []),
    ...(claims.outcome === 'measured' && claims.catchUpMetres !== undefined
      ? [texts.table.catchUp(`${figures.km(claims.catchUpMetres)} km`)]
      : []),
    ...(status === 'valid' ? [] : [texts.standing[status]]),
  ];
  return [said, ...more].join(texts.semicolon);
}

function figuresOf(claims: StatementClaims, { km }: Figures): Omit<Row, 'seq' | 'month' | 'verdict'> {
  if (claims.outcome === 'no_reading') return { distance: '–', bounds: '–', readToRead: '–', closing: '–' };
  const { distanceMetres, lowerMetres, upperMetres, readToRead, closing } = claims;
  const bounds = lowerMetres === null ? '–' : `${km(lowerMetres)} – ${km(upperMetres)}`;
  return { distance: km(distanceMetres), bounds, readToRead: km(readToRead.metres), closing: km(closing.metres) };
}

export const rowOf = (statement: ReportedStatement, texts: Texts, figures: Figures): Row => ({
  seq: String(statement.claims.seq),
  month: figures.month(statement.claims.period.id),
  ...figuresOf(statement.claims, figures),
  verdict: verdictOf(statement, texts, figures),
});

/** The others are figures. */
export const isWords = (column: Column): boolean => column === 'month' || column === 'verdict';
