// The words for insurers name every rule and every limit that the code has.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  BOUNDARY_TOLERANCE_MS,
  DATA_AGE_LIMIT_MS,
  MILE_RATIO,
  MILE_RATIO_TOLERANCE,
  PACE_MIN_SPAN_MS,
  ROUNDING_METRES,
  SPEED_CEILING_KM_PER_HOUR,
  UNIT_JUMP_METRES_PER_DAY,
} from '../../../lib/mileage/limits.ts';

const room = new URL('../../../lib/mileage/', import.meta.url);
// Tables may be padded for the eye.
const readme = readFileSync(new URL('README.md', room), 'utf8').replace(/ +/g, ' ');
const firstCells = (heading: string): readonly string[] =>
  [...(readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)` /gm)].map(
    (match) => match[1] ?? '',
  );

it('the rules explained are the rules there are', () => {
  const rules = readdirSync(new URL('rules/', room)).map((file) => file.replace('.ts', '').replaceAll('-', '_'));
  expect([...firstCells('Rules')].sort()).toEqual(rules.sort());
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
  ];
  expect(rows.filter((row) => !readme.includes(row))).toEqual([]);
});
