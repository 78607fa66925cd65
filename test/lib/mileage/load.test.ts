// Judging must not pay for a calendar at a cold start, and the room must run in a browser.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const room = new URL('../../../lib/mileage/', import.meta.url);
const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const loads = (file: string): readonly string[] =>
  [...readFileSync(new URL(file, room), 'utf8').matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from '([^']+)';/gms)]
    .filter(([statement]) => !/\{\s*type [^,}]*\}/.test(statement))
    .map((match) => match[1] ?? '');

it('only period.ts loads the calendar, and nothing of the room loads period.ts', () => {
  expect(files.length).toBeGreaterThan(15);
  expect(files.filter((file) => loads(file).includes('temporal-polyfill'))).toEqual(['period.ts']);
  expect(files.filter((file) => loads(file).some((path) => path.endsWith('/period.ts')))).toEqual([]);
});

it('nothing reads a clock, randomness or the environment, and nothing is imported from outside the room', () => {
  const source = files.map((file) => readFileSync(new URL(file, room), 'utf8')).join('\n');
  expect(source).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.|globalThis|crypto/);
  const outside = files.flatMap(loads).filter((path) => !/^\.\.?\/[\w/-]+\.ts$/.test(path) || path.includes('../../'));
  expect(outside).toEqual(['temporal-polyfill']);
});
