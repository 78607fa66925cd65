// Comma-separated values as RFC 4180 has them, for programs that open tables and run what looks like a formula.

/**
 * Where a formula begins, also in the wide letters that some programs take for the same: at the start of a cell, with what a program skips
 * before it looks (OWASP, CSV Injection), and after what another program splits a cell at. Where decimals have a comma, lists are split at
 * `;`, and a quote inside such a piece protects nothing.
 */
const FORMULA = /^(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;|\t\r\n"])(?=[=+\-@＝＋－＠])/g;

function cellOf(value: string | number | null): string {
  // With an apostrophe before it, it is a text.
  const safe = String(value ?? '').replaceAll(FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line, ended by CRLF. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/**
 * A header line, then one line for each row.
 * @param columns names of the fields, in their order
 */
export const csv = <Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, string | number | null>>[],
): string => [columns, ...rows.map((row) => columns.map((column) => row[column]))].map(csvLine).join('');
