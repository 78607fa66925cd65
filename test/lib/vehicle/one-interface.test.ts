// Whoever reads a car, and makes a statement of it, does not know which version of the platform answers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const READS = ['lib/mileage', 'lib/reading', 'lib/attestation', 'functions/plan-reads', 'functions/read-vehicle'];

it.each(READS)('%s names no version of the platform', (room) => {
  const files = readdirSync(join(ROOT, room)).filter((name) => name.endsWith('.ts'));
  const naming = files.filter((name) => {
    const code = readFileSync(join(ROOT, room, name), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    return /'v[23]'/.test(code);
  });
  expect(files).not.toEqual([]);
  expect(naming).toEqual([]);
});
