// The deployed bundles: small, repeatable, and free of the imports that make a cold start slow.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import sizesFile from '../../infra/bundle-sizes.json' with { type: 'json' };
import { bundleFunctions, bundleSizes, functionNames } from '../../infra/constructs/bundle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'odoseal-bundle-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const names = await functionNames();
const bundles = await bundleFunctions(join(scratch, 'first'));
const sizes = await bundleSizes(bundles);
const {
  limits,
  recorded,
}: { readonly limits: Readonly<Record<string, number>>; readonly recorded: Readonly<Record<string, number>> } =
  sizesFile;

const source = (folder: string | undefined): string => readFileSync(join(String(folder), 'index.mjs'), 'utf8');

/** Bytes by which a bundle may drift from its recorded size before somebody has to look and record it anew. */
const DRIFT = 5_000;

describe('the bundles', () => {
  it('have a limit and a recorded size each', () => {
    expect(Object.keys(limits).sort()).toEqual(names);
    expect(Object.keys(recorded).sort()).toEqual(names);
  });

  it('may reach 520 KB for read-vehicle, 450 KB for api and connect, and less for the others', () => {
    expect(limits['read-vehicle']).toBe(520_000);
    expect(limits['api']).toBe(450_000);
    for (const name of names.filter((each) => each !== 'read-vehicle'))
      expect(limits[name]).toBeLessThanOrEqual(450_000);
  });

  it.each(names)('%s stays below its limit', (name) => {
    expect(sizes[name]).toBeLessThanOrEqual(limits[name] ?? 0);
  });

  it.each(names)('%s has about its recorded size (else run: node infra/bundle-sizes.main.ts)', (name) => {
    expect(Math.abs((sizes[name] ?? 0) - (recorded[name] ?? 0))).toBeLessThanOrEqual(DRIFT);
  });

  it('come out the same, byte for byte, from another folder', async () => {
    const again = await bundleFunctions(join(scratch, 'second', 'deeper'));
    for (const name of names) expect(source(again.get(name))).toBe(source(bundles.get(name)));
  });

  it.each(names)('%s imports no http module and leaves no require behind', (name) => {
    const text = source(bundles.get(name));
    expect(text).not.toMatch(/from\s*["'](?:node:)?https?2?["']|import\s*["'](?:node:)?https?2?["']/);
    expect(text).not.toContain('Dynamic require of');
  });
});
