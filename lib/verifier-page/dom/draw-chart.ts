// The chart of a report on a page: what draw-chart.ts of the printed report draws, as SVG.
import type { StatementClaims } from '../../proof/claims.ts';
import { type Bar, chartOf } from '../../report/pdf/chart.ts';
import type { Figures } from '../../report/pdf/figures.ts';
import type { Texts } from '../../report/pdf/texts/texts.ts';
import { add, drawing, element } from './element.ts';

const INK = '#1a1f2b';
const BAR = '#2f6690';
const CATCH_UP = '#a9c6dd';
const LINE = '#cccccc';
/** Room for the longest label as large as it is on a phone, where the drawing is small. */
const AXIS = 92;
const WIDTH = 520;
const HEIGHT = 170;
const TOP = 12;
const FOOT = 22;
const FRAME = 16;
const BASE = TOP + HEIGHT;
/** So many months have their names below their bars; of more, every second, third … has. */
const MOST_LABELS = 8;

const frame = (x: number, y: number, width: number, height: number): SVGElement =>
  drawing('rect', { x, y, width, height, fill: 'none', stroke: INK, 'stroke-width': 0.8, 'stroke-dasharray': '2 2' });

const bounds = (x: number, end: number, top: number, bottom: number): SVGElement =>
  drawing('path', {
    d: `M${x} ${top}V${bottom}M${x - end} ${top}h${2 * end}M${x - end} ${bottom}h${2 * end}`,
    stroke: INK,
    'stroke-width': 1.2,
    fill: 'none',
  });

function drawBar({ distance, bounds: between, catchUp, x, width }: Bar): readonly SVGElement[] {
  if (distance === undefined) return [frame(AXIS + x, BASE - FRAME, width, FRAME)];
  const column = (of: typeof distance, fill: string) =>
    drawing('rect', { x: AXIS + of.x, y: BASE - of.height, width: of.width, height: of.height, fill });
  const middle = AXIS + distance.x + distance.width / 2;
  return [
    ...(catchUp === undefined ? [] : [column(catchUp, CATCH_UP)]),
    column(distance, BAR),
    ...(between === undefined
      ? []
      : [bounds(middle, Math.min(4, distance.width / 4), BASE - between.upper, BASE - between.lower)]),
  ];
}

function legend({ chart: { legend: words } }: Texts): HTMLElement {
  const swatch = (drawn: SVGElement) =>
    add(drawing('svg', { viewBox: '0 0 20 16', 'aria-hidden': 'true' }), drawn) as SVGElement;
  const entries = [
    [drawing('rect', { x: 3, y: 2, width: 14, height: 12, fill: BAR }), words.distance],
    [drawing('rect', { x: 3, y: 2, width: 14, height: 12, fill: CATCH_UP }), words.catchUp],
    [bounds(10, 4, 2, 14), words.bounds],
    [frame(3, 2, 14, 12), words.none],
  ] as const;
  const items = entries.map(([drawn, text]) => add(element('li'), swatch(drawn), text));
  return add(element('ul', { class: 'legend' }), ...items);
}

/** @param claims those in force, by period */
export function drawChart(claims: readonly StatementClaims[], texts: Texts, figures: Figures): readonly Element[] {
  const chart = chartOf(claims, { width: WIDTH - AXIS, height: HEIGHT });
  const alternative = texts.chart.alternative(chart.bars.length, `${figures.km(chart.mostMetres)} km`);
  const lines = chart.lines.flatMap(({ metres, y }) => [
    drawing('line', { x1: AXIS, x2: WIDTH, y1: BASE - y, y2: BASE - y, stroke: LINE }),
    drawing('text', { x: AXIS - 6, y: BASE - y + 4, 'text-anchor': 'end' }, `${figures.wholeKm(metres)} km`),
  ]);
  const every = Math.ceil(chart.bars.length / MOST_LABELS);
  const names = chart.bars
    .filter((_, n) => n % every === 0)
    .map(({ periodId, x, width }) =>
      drawing('text', { x: AXIS + x + width / 2, y: BASE + 17, 'text-anchor': 'middle' }, figures.shortMonth(periodId)),
    );
  const drawn = drawing('svg', { viewBox: `0 0 ${WIDTH} ${BASE + FOOT}`, role: 'img', 'aria-label': alternative });
  return [add(drawn, ...lines, ...chart.bars.flatMap(drawBar), ...names), legend(texts)];
}
