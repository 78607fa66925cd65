// Draws the table of statements: a row each, the head again on every page.
import type { ReportedStatement } from '../line.ts';
import type { Figures } from './figures.ts';
import { MARGIN, type Paper } from './paper.ts';
import { COLUMNS, type Column, isWords, type Row, rowOf } from './table.ts';
import type { Texts } from './texts/texts.ts';

const SHARES: Readonly<Record<Column, number>> = {
  seq: 0.05,
  month: 0.16,
  distance: 0.1,
  bounds: 0.17,
  readToRead: 0.12,
  closing: 0.13,
  verdict: 0.27,
};
const GAP = 6;
const SIZE = 8;

function drawRow(paper: Paper, table: PDFKit.PDFStructureElement, row: Row, type: 'TH' | 'TD', faded = false): void {
  const { doc, width } = paper;
  const element = paper.group('TR', table);
  const top = doc.y;
  let x = MARGIN;
  let bottom = top;
  for (const column of COLUMNS) {
    const room = SHARES[column] * width;
    doc.y = top;
    const style = { size: SIZE, x, width: room - GAP, align: isWords(column) ? 'left' : 'right' } as const;
    paper.text(
      type,
      row[column],
      { ...style, font: type === 'TH' ? 'bold' : 'text', colour: faded ? '#6b6b6b' : '#1a1a1a' },
      element,
    );
    bottom = Math.max(bottom, doc.y);
    x += room;
  }
  doc.y = bottom + 2;
  paper.artifact(() => {
    doc
      .moveTo(MARGIN, doc.y)
      .lineTo(MARGIN + width, doc.y)
      .lineWidth(0.4)
      .strokeColor('#bbbbbb')
      .stroke();
  });
  doc.y += 3;
}

function heightOf({ doc, width }: Paper, row: Row): number {
  doc.font('text').fontSize(SIZE);
  const heights = COLUMNS.map((column) =>
    doc.heightOfString(row[column], { width: SHARES[column] * width - GAP, lineGap: 1.5 }),
  );
  return Math.max(...heights) + 6;
}

/** @param statements by number */
export function drawTable(
  paper: Paper,
  statements: readonly ReportedStatement[],
  texts: Texts,
  figures: Figures,
): void {
  const table = paper.group('Table');
  drawRow(paper, table, texts.table.head, 'TH');
  for (const statement of statements) {
    const row = rowOf(statement, texts, figures);
    if (paper.reserve(heightOf(paper, row))) drawRow(paper, table, texts.table.head, 'TH');
    drawRow(paper, table, row, 'TD', statement.status !== 'valid');
  }
}
