// The deployed bundles: small, repeatable, and free of the imports that make a cold start slow.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { environment as apiEnvironment } from '../../functions/api/env.ts';
import sizesFile from '../../infra/bundle-sizes.json' with { type: 'json' };
import {
  BESIDE,
  type Bundles,
  builtinsFromProcess,
  bundleFunctions,
  bundleSizes,
  filesOf,
  functionNames,
} from '../../infra/constructs/bundle.ts';
import document from '../../lib/api/openapi.json' with { type: 'json' };
import { problems } from '../../lib/api/problem.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly $ref?: string }>>;
}

interface SizesFile {
  readonly limits: Readonly<Record<string, number>>;
  readonly recorded: Readonly<Record<string, number>>;
}

const { limits, recorded }: SizesFile = sizesFile;
const names = await functionNames();
const measured = [...names, ...Object.keys(BESIDE)];

/** All that is deployed of each function, as one text. */
const sourcesOf = async (bundles: Bundles): Promise<ReadonlyMap<string, string>> => {
  const sources = [...bundles].map(async ([name, folder]) => {
    const files = (await filesOf(folder)).map((file) => `// ${basename(file)}\n${readFileSync(file, 'utf8')}`);
    return [name, files.join('\n')] as const;
  });
  return new Map(await Promise.all(sources));
};

/** A module with all that it imports at once, as one text. */
const startOf = (file: string, seen = new Set<string>()): string => {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imported = [...text.matchAll(/(?:from|import)"(\.\/[^"]+)"/g)].map(([, name = '']) =>
    join(dirname(file), name),
  );
  return [`\n// part ${basename(file)}`, text, ...imported.map((each) => startOf(each, seen))].join('\n');
};

/** Bytes by which a bundle may drift from its recorded size before somebody has to look and record it anew. */
const DRIFT = 5_000;

/** Bytes that a container of `api` may have to load before anybody has asked: the AWS clients are 190 KB of it. */
const START_LIMIT = 270_000;

/** Tests of what is deployed; `folder` is scratch space. */
export const bundlesSuite = async (bundles: Bundles, folder: string): Promise<void> => {
  const sizes = await bundleSizes(bundles);
  const sources = await sourcesOf(bundles);
  const source = (name: string): string => sources.get(name) ?? '';

  describe('files', () => {
    it('have a limit and a recorded size each', () => {
      expect(Object.keys(limits).sort()).toEqual(measured.toSorted());
      expect(Object.keys(recorded).sort()).toEqual(measured.toSorted());
    });

    // Of what a PDF is printed with half is fonts, for letters of every language.
    it('may reach 520 KB for read-vehicle and build-report, 450 KB for api, and less for the others; what prints a PDF lies beside', () => {
      expect(limits['read-vehicle']).toBe(520_000);
      expect(limits['build-report']).toBe(520_000);
      expect(limits['api']).toBe(450_000);
      expect(limits['build-report/print']).toBe(2_900_000);
      const large = ['read-vehicle', 'build-report', 'api', 'build-report/print'];
      const others = Object.entries(limits).filter(([name]) => !large.includes(name));
      expect(others.filter(([, limit]) => limit >= 450_000)).toEqual([]);
    });

    it.each(measured)('%s stays below its limit', (name) => {
      expect(sizes[name]).toBeLessThanOrEqual(limits[name] ?? 0);
    });

    it.each(measured)('%s has about its recorded size (else run: node infra/bundle-sizes.main.ts)', (name) => {
      expect(Math.abs((sizes[name] ?? 0) - (recorded[name] ?? 0))).toBeLessThanOrEqual(DRIFT);
    });

    it('come out the same, byte for byte, from another folder', async () => {
      const again = await sourcesOf(await bundleFunctions(join(folder, 'again', 'deeper')));
      expect(names.filter((name) => again.get(name) !== source(name))).toEqual([]);
    });

    // Found strings are compared, not the text: a failure then prints one line instead of a bundle.
    it.each(names)('%s knows its role from the environment and nothing of profiles, SSO or STS', (name) => {
      const text = source(name);
      const marks = [
        'AWS_SESSION_TOKEN',
        'credential_process',
        'sso_account_id',
        'AWS_WEB_IDENTITY_TOKEN_FILE',
        'AssumeRole',
      ];
      expect(marks.filter((mark) => text.includes(mark))).toEqual(['AWS_SESSION_TOKEN']);
    });

    it.each(names)(
      '%s brings no event streams, no names of regions, no SHA-256 but Node’s, and of its clients’ package files the version alone',
      (name) => {
        const text = source(name);
        const left = ['Event streams are not deployed', 'SHA-256 in JavaScript is not deployed'];
        const marks = [...left, 'message checksum', 'SDK for JavaScript Team', 'Cape Town'];
        expect(marks.filter((mark) => text.includes(mark))).toEqual(left);
      },
    );

    const { paths }: { paths: Record<string, Record<string, Operation>> } = document;
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);

    it('the API’s knows its routes, and nothing of what its document says of them', () => {
      const text = source('api');
      const own = operations.filter(({ operationId }) => text.includes(`"${operationId}"`));
      expect(own.length).toBeGreaterThan(20);
      const told = ({ summary, responses }: Operation): readonly string[] => [
        summary,
        ...Object.values(responses).flatMap(({ description = '' }) => (description.includes(' ') ? [description] : [])),
      ];
      const titles = Object.values(problems).map(({ title }): string => title);
      const words = own.flatMap(told).filter((sentence) => !titles.includes(sentence));
      expect(words.length).toBeGreaterThan(40);
      expect(words.filter((sentence) => text.includes(sentence))).toEqual([]);
    });

    it('the API’s say nothing of what a field means', () => {
      const described = JSON.stringify(document).matchAll(/"description":"((?:[^"\\\\]|\\\\.)*)"/g);
      const sentences = [...described].map(([, text = '']) => text).filter((text) => text.length > 40);
      expect(sentences.length).toBeGreaterThan(200);
      const said = ['api', 'compatibility', 'reports', 'webhook-endpoints'].map(source).join('\n');
      // What is answered when it is not that, too.
      const rule = 'Id of an attestation that is in force, `att_…`.';
      expect(sentences.filter((text) => text !== rule && said.includes(text))).toEqual([]);
    });

    it('the API’s is made of parts that can all be loaded', async () => {
      const parts = (await filesOf(String(bundles.get('api')))).filter((file) => basename(file) !== 'index.mjs');
      expect(parts.length).toBeGreaterThan(10);
      // A part imports what the handler starts with, and that asks for its environment.
      const env = Object.fromEntries(
        Object.keys(apiEnvironment.shape).map((name) => [name, 'https://somewhere.example']),
      );
      const load = 'for (const part of process.argv.slice(1)) await import(part)';
      const loading = promisify(execFile)(process.execPath, ['--input-type=module', '-e', load, ...parts], { env });
      expect(await loading).toEqual({ stdout: '', stderr: '' });
    });

    it('the public one has the whole document, packed', () => {
      const [packed = ''] = source('public').match(/[A-Za-z0-9+/=]{10000,}/) ?? [];
      expect(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString())).toEqual(document);
      expect(packed.length).toBeLessThan(JSON.stringify(document).length / 3);
    });

    it('the API’s loads at its start no route, and with one contract no calendar', async () => {
      const files = await filesOf(String(bundles.get('api')));
      const fileOf = (name: RegExp): string => files.find((file) => name.test(basename(file))) ?? '';
      const start = startOf(fileOf(/^index\.mjs$/));
      expect(ids.filter((id) => start.includes(`"${id}"`))).toEqual([]);
      expect(Buffer.byteLength(start)).toBeLessThan(START_LIMIT);
      // Files to be opened: the handler, all that parts share with it, and a built-in module's wrapper.
      expect(start.split('\n// part ').length - 1).toBeLessThanOrEqual(3);
      const contract = startOf(fileOf(/^contracts-/));
      expect(ids.filter((id) => contract.includes(`"${id}"`))).toEqual(['getContract', 'changeContract']);
      expect(contract).not.toContain('ZonedDateTime');
      expect(startOf(fileOf(/^new-contracts-/))).toContain('ZonedDateTime');
    });

    it('build-report’s loads at its start nothing of PDF, and is no larger for it', async () => {
      const files = await filesOf(String(bundles.get('build-report')));
      const start = startOf(files.find((file) => basename(file) === 'index.mjs') ?? '');
      expect(Buffer.byteLength(start)).toBeLessThan(520_000);
      const marks = ['FlateDecode', 'DejaVuSans', 'sRGB_IEC61966', 'WOFF2 is not deployed'];
      expect(marks.filter((mark) => start.includes(mark))).toEqual([]);
      expect(marks.filter((mark) => source('build-report').includes(mark))).toEqual(marks);
      expect(files.map((file) => basename(file)).filter((name) => !name.endsWith('.mjs'))).toEqual([
        'sRGB_IEC61966_2_1.icc',
        'DejaVuSansCondensed-Bold.ttf',
        'DejaVuSansCondensed.ttf',
      ]);
    });

    it.each(names)('%s imports no http module and leaves no require behind', (name) => {
      const text = source(name);
      expect(text.match(/(?:from|import)\s*["'](?:node:)?https?2?["']|Dynamic require of/g)).toBeNull();
    });
  });

  describe('built-in modules', () => {
    const bundled = async (contents: string): Promise<string> => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: import.meta.dirname },
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        logLevel: 'silent',
        plugins: [builtinsFromProcess],
      });
      return outputFiles.map(({ text }) => text).join('');
    };
    const run = async (code: string): Promise<unknown> => {
      const module: { readonly default: unknown } = await import(
        /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
      );
      return module.default;
    };

    it.each([
      ["import http from 'http'; export default typeof http.request;", 'http'],
      ["import { request } from 'node:https'; export default typeof request;", 'https'],
      ["import * as http2 from 'node:http2'; export default typeof http2.connect;", 'http2'],
      ["export default typeof require('https').request;", 'https'],
    ])('%s asks the process, not the loader', async (contents, name) => {
      const code = await bundled(contents);
      expect(code).toContain(`process.getBuiltinModule("node:${name}")`);
      expect(code).not.toMatch(/^import /m);
      expect(await run(code)).toBe('function');
    });

    it('works where a CommonJS dependency requires another built-in module', async () => {
      expect(
        await run(
          await bundled("export default require('stream').Readable.name + require('node:util').format('%d', 7);"),
        ),
      ).toBe('Readable7');
    });

    it('leaves cheap imports to the loader', async () => {
      expect(await bundled("import { hash } from 'node:crypto'; export default typeof hash;")).toContain(
        'from "node:crypto"',
      );
    });
  });
};
