// The words about connecting name every file, every state and every step that the code has.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { STATES } from '../../../lib/connection/connection.ts';
import { LEASE_MS } from '../../../lib/connection/vault.ts';

const room = new URL('../../../lib/connection/', import.meta.url);
const readme = readFileSync(new URL('README.md', room), 'utf8');
const section = (heading: string): string => readme.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';

it('every file has its place in the table', () => {
  const named = [...(readme.split('\n## ')[0] ?? '').matchAll(/`([a-z-]+\.ts)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(
    readdirSync(room)
      .filter((name) => name.endsWith('.ts'))
      .sort(),
  );
});

it('every state is explained, and leads only to states there are', () => {
  const rows = section('States')
    .split('\n')
    .filter((row) => row.startsWith('| '));
  const cells = rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
  const explained = cells.flatMap(([, state = '']) => (state === '' ? [] : [state.replaceAll('`', '')]));
  expect(explained.toSorted()).toEqual(STATES.toSorted());
  const next = cells.flatMap(([, , , becomes = '']) => [...becomes.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
  expect(next.filter((name) => !STATES.some((state) => state === name))).toEqual([]);
});

it('connecting has ten steps, and the lease is as long as said', () => {
  expect(section('Connecting, step by step').match(/^\d+\. \*\*/gm)).toHaveLength(10);
  expect(section('Keeping a pair alive')).toContain(`Take the lease (${LEASE_MS / 1_000} s)`);
});
