// The words for insurers name every rule and every limit that the code has.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROJECTION_MIN_MS } from '../../../lib/mileage/allowance.ts';
import { RULES } from '../../../lib/mileage/finding.ts';
import {
  BOUNDARY_TOLERANCE_MS,
  CLOCK_TOLERANCE_MS,
  DATA_AGE_LIMIT_MS,
  DISCONNECT_WINDOW_MS,
  FROZEN_DOUBT_MS,
  FROZEN_NOTE_MS,
  MILE_RATIO,
  MILE_RATIO_TOLERANCE,
  PACE_MIN_SPAN_MS,
  READING_GAP_MS,
  ROLLOVER_REACH,
  ROUNDING_METRES,
  SPEED_CEILING_KM_PER_HOUR,
  UNIT_JUMP_METRES_PER_DAY,
  WINDOW_MAXIMA,
} from '../../../lib/mileage/limits.ts';

const room = new URL('../../../lib/mileage/', import.meta.url);
// Tables may be padded for the eye.
const readme = readFileSync(new URL('README.md', room), 'utf8').replace(/ +/g, ' ');
const firstCells = (heading: string): readonly string[] =>
  [...(readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` /gm)].map(
    (match) => match[1] ?? '',
  );

it('the rules explained are the rules there are', () => {
  expect([...firstCells('Rules')].sort()).toEqual([...RULES].sort());
});

it('the limits explained are the limits that decide', () => {
  const rows = [
    `| boundary tolerance | ${BOUNDARY_TOLERANCE_MS / 60_000} minutes |`,
    `| speed ceiling | ${SPEED_CEILING_KM_PER_HOUR} km/h |`,
    `| unit rounding | ${ROUNDING_METRES.toLocaleString('en')} m |`,
    `| data age | ${DATA_AGE_LIMIT_MS / 86_400_000} days |`,
    `| mile ratio | ${MILE_RATIO} ± ${MILE_RATIO_TOLERANCE * 100} % |`,
    `| unit jump | ${UNIT_JUMP_METRES_PER_DAY / 1_000} km a day |`,
    `| pace | ${PACE_MIN_SPAN_MS / 86_400_000} days |`,
    `| window maxima | ${WINDOW_MAXIMA.map(({ days, metres }) => `${days} d: ${(metres / 1_000).toLocaleString('en')} km`).join(', ')} |`,
    `| standing still | ${FROZEN_NOTE_MS / 86_400_000} and ${FROZEN_DOUBT_MS / 86_400_000} days |`,
    `| gap in readings | ${READING_GAP_MS / 86_400_000} days |`,
    `| clock tolerance | ${CLOCK_TOLERANCE_MS / 60_000} minutes |`,
    `| disconnect window | ${DISCONNECT_WINDOW_MS / 86_400_000} days |`,
    `| rollover reach | ${ROLLOVER_REACH * 100} % of 999,999 |`,
    `| projection | ${PROJECTION_MIN_MS / 86_400_000} days |`,
  ];
  expect(rows.filter((row) => !readme.includes(row))).toEqual([]);
});
