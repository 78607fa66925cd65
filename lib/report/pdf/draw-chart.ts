// Draws the chart: bars, what was caught up beside them, whiskers for the bounds, an empty frame where there is no figure.
import type { Bar, Chart } from './chart.ts';
import type { Figures } from './figures.ts';
import { MARGIN, type Paper } from './paper.ts';
import type { Texts } from './texts/texts.ts';

const INK = '#1a1a1a';
const BAR = '#2f6690';
const CATCH_UP = '#a9c6dd';
const LINE = '#cccccc';
const AXIS = 50;
const LABEL = 7;
const FRAME = 16;

/** So many months have their names below their bars; of more, every second, third … has. */
const MOST_LABELS = 14;

function drawLines({ doc, width }: Paper, chart: Chart, base: number, figures: Figures): void {
  for (const { metres, y } of chart.lines) {
    doc
      .moveTo(MARGIN + AXIS, base - y)
      .lineTo(MARGIN + width, base - y)
      .lineWidth(0.5)
      .strokeColor(LINE)
      .stroke();
    doc.font('text').fontSize(LABEL).fillColor(INK);
    doc.text(`${figures.wholeKm(metres)} km`, MARGIN, base - y - 4, {
      width: AXIS - 6,
      align: 'right',
      lineBreak: false,
    });
  }
}

/** An empty frame says that there is something to say, and no figure. */
function drawFrame(doc: PDFKit.PDFDocument, [x, y, width, height]: readonly [number, number, number, number]): void {
  doc.rect(x, y, width, height).lineWidth(0.7).dash(2, { space: 2 }).strokeColor(INK).stroke().undash();
}

function drawBounds(doc: PDFKit.PDFDocument, middle: number, end: number, ys: readonly [number, number]): void {
  doc.moveTo(middle, ys[0]).lineTo(middle, ys[1]);
  for (const y of ys) doc.moveTo(middle - end, y).lineTo(middle + end, y);
  doc.lineWidth(1).strokeColor(INK).stroke();
}

function drawBar(doc: PDFKit.PDFDocument, { distance, bounds, catchUp, x, width }: Bar, base: number): void {
  const left = MARGIN + AXIS;
  if (distance === undefined) {
    drawFrame(doc, [left + x, base - FRAME, width, FRAME]);
    return;
  }
  if (catchUp !== undefined)
    doc.rect(left + catchUp.x, base - catchUp.height, catchUp.width, catchUp.height).fill(CATCH_UP);
  doc.rect(left + distance.x, base - distance.height, distance.width, distance.height).fill(BAR);
  if (bounds === undefined) return;
  const middle = left + distance.x + distance.width / 2;
  drawBounds(doc, middle, Math.min(4, distance.width / 4), [base - bounds.lower, base - bounds.upper]);
}

function drawBars({ doc }: Paper, chart: Chart, base: number, figures: Figures): void {
  const every = Math.ceil(chart.bars.length / MOST_LABELS);
  for (const [n, bar] of chart.bars.entries()) {
    drawBar(doc, bar, base);
    if (n % every !== 0) continue;
    doc.font('text').fontSize(LABEL).fillColor(INK);
    const middle = MARGIN + AXIS + bar.x + bar.width / 2;
    doc.text(figures.shortMonth(bar.periodId), middle - 30, base + 4, { width: 60, align: 'center', lineBreak: false });
  }
}

function drawLegend({ doc }: Paper, texts: Texts, y: number): void {
  const { legend } = texts.chart;
  let x = MARGIN + AXIS;
  const entry = (draw: () => void, words: string): void => {
    draw();
    doc
      .font('text')
      .fontSize(LABEL)
      .fillColor(INK)
      .text(words, x + 13, y, { lineBreak: false });
    x += 13 + doc.widthOfString(words) + 14;
  };
  entry(() => doc.rect(x, y + 1, 9, 7).fill(BAR), legend.distance);
  entry(() => doc.rect(x, y + 1, 9, 7).fill(CATCH_UP), legend.catchUp);
  entry(() => drawBounds(doc, x + 4, 3, [y, y + 8]), legend.bounds);
  entry(() => drawFrame(doc, [x, y + 1, 9, 7]), legend.none);
}

/** @param height of the bars, points */
export function drawChart(paper: Paper, chart: Chart, height: number, texts: Texts, figures: Figures): void {
  const top = paper.doc.y + 6;
  const base = top + height;
  const { alternative } = texts.chart;
  paper.figure(alternative(chart.bars.length, `${figures.km(chart.mostMetres)} km`), () => {
    drawLines(paper, chart, base, figures);
    drawBars(paper, chart, base, figures);
    drawLegend(paper, texts, base + 18);
  });
  paper.doc.y = base + 32;
}
