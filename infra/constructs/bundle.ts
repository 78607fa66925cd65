// Turns each function's handler into what is deployed, with esbuild, before the CDK app is built: one file, beside those of `api` and
// `build-report` what they load when it is asked for, and beside that of `public` the page that it serves
// (CDK's own NodejsFunction can take no esbuild plugin, and the plugin below saves 10 ms of every cold start).
// Deterministic: the same sources give the same bytes. Refuses to leave anything unresolved or any warning unread.
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { buildPage } from '../../lib/verifier-page/build.ts';

const FUNCTIONS = fileURLToPath(new URL('../../functions/', import.meta.url));

/** Where each function's bundle lies: function name → folder that holds `index.mjs`. */
export type Bundles = ReadonlyMap<string, string>;

/** Modules whose ESM face loads all of undici on import; asking the process for them does not. */
const HEAVY_BUILTIN = /^(?:node:)?(?:http|https|http2)$/;
const ANY_BUILTIN = new RegExp(`^(?:node:)?(?:${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`);

/**
 * Fetches built-in modules from the process at run time: the heavy ones however they are imported, every other one where a
 * CommonJS dependency requires it (an ES module has no `require`).
 */
export const builtinsFromProcess: Plugin = {
  name: 'builtins-from-process',
  setup: (esbuild): void => {
    const fromProcess = (path: string): { path: string; namespace: string } => ({
      path: path.replace(/^(?:node:)?/, 'node:'),
      namespace: 'builtin',
    });
    esbuild.onResolve({ filter: HEAVY_BUILTIN }, ({ path }) => fromProcess(path));
    esbuild.onResolve({ filter: ANY_BUILTIN }, ({ path, kind }) =>
      kind === 'require-call' ? fromProcess(path) : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Lambda hands a function its role's credentials in environment variables, so of the SDK's whole chain (profiles, SSO, STS, instance
 * metadata: a fifth of a bundle) only that one link is deployed.
 */
const credentialsFromEnvironment: Plugin = {
  name: 'credentials-from-environment',
  setup: (esbuild): void => {
    esbuild.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'credential-provider-node',
      namespace: 'environment',
      pluginData: resolveDir,
    }));
    esbuild.onLoad({ filter: /.*/, namespace: 'environment' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: pluginData,
    }));
  },
};

/** For endpoints that are discovered the SDK brings a cache with its own data structures; nothing here is discovered: a Map will do. */
const mapForEndpoints: Plugin = {
  name: 'map-for-endpoints',
  setup: (esbuild): void => {
    const mnemonist = { path: 'lru-cache', namespace: 'map' };
    esbuild.onResolve({ filter: /^mnemonist\/lru-cache$/ }, () => mnemonist);
    esbuild.onLoad({ filter: /.*/, namespace: 'map' }, () => ({
      contents: 'export default class extends Map { constructor() { super(); } peek(key) { return this.get(key); } }',
    }));
  },
};

/** Event streams (Transcribe, Kinesis, S3 Select) are 15 KB of every client, and none of our calls has one. S3's client asks for it all the same. */
const withoutEventStreams: Plugin = {
  name: 'without-event-streams',
  setup: (esbuild): void => {
    const none = { path: 'event-streams', namespace: 'none' };
    esbuild.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, () => none);
    esbuild.onLoad({ filter: /.*/, namespace: 'none' }, () => ({
      contents: `const none = () => { throw new Error('Event streams are not deployed'); };
        const asItIs = (config) => config;
        export { none as EventStreamSerde, none as eventStreamSerdeProvider, asItIs as resolveEventStreamSerdeConfig };`,
    }));
  },
};

/** The fonts that pages are set in are TrueType: what unpacks WOFF2 is a fifth of the code that lays them out. */
const withoutBrotli: Plugin = {
  name: 'without-brotli',
  setup: (esbuild): void => {
    esbuild.onResolve({ filter: /^brotli\// }, () => ({ path: 'brotli', namespace: 'unpacked' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'unpacked' }, () => ({
      contents: "module.exports = () => { throw new Error('WOFF2 is not deployed'); };",
    }));
  },
};

/** Lambda's Node has SHA-256 built in. The SDK brings it in JavaScript too, for those that have none. */
const builtInSha256: Plugin = {
  name: 'built-in-sha256',
  setup: (esbuild): void => {
    esbuild.onLoad({ filter: /\/checksum\/sha256\/Sha256Js\.js$/ }, () => ({
      contents: `export class Sha256Js { constructor() { throw new Error('SHA-256 in JavaScript is not deployed'); } }`,
    }));
  },
};

/** What regions are called in consoles is no part of an address. */
const withoutRegionNames: Plugin = {
  name: 'without-region-names',
  setup: (esbuild): void => {
    esbuild.onLoad({ filter: /\/util-endpoints\/lib\/aws\/partitions\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(/"description": "[^"]*"/g, ''),
    }));
  },
};

/** A client names its version in its User-Agent, and takes it from its whole package.json. */
const versionsOnly: Plugin = {
  name: 'versions-only',
  setup: (esbuild): void => {
    esbuild.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version }: { readonly version: string } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Of a route, as it stands in its file: what only the document of the API says, and what tests hold its answers against. */
const SUMMARY = /^ {4}summary:\s+'(?:[^'\\]|\\.)*',\n(?: {4}detail:\s+'(?:[^'\\]|\\.)*',\n)?/gm;
const ANSWERS = /^ {4}answers: (?:\{ .* \}|\{\n(?: {5,}.*\n)* {4}\}),\n/gm;

/** Of a route too: under which heading it stands, and its refusals; and the names of schemas. */
const HEADINGS = /^ {4}group(?:: '[^']*')?,\n|^ {4}problems: \[[^\]]*\],\n/gm;
const SCHEMA_NAMES = /\.check\(z\.meta\(\{ id: '\w+' \}\)\)/g;

/** What has to be passed over, or counted, to find where a call ends: texts, patterns, remarks, brackets and commas. */
const TOKENS =
  /'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/.*|(?<=[(,]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/|[()[\]{},]/g;

/** The second argument of a call whose first bracket is at `start`, with the comma before it: from and to. */
function secondArgument(source: string, start: number): readonly [number, number] {
  let depth = 0;
  let comma: number | undefined;
  for (const { 0: token, index } of source.slice(start).matchAll(TOKENS)) {
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (depth === 1 && token === ',') comma ??= start + index;
    if (depth === 0) return [comma ?? start + index, start + index];
  }
  throw new Error('a call does not end');
}

/** `about(schema, text)` of lib/api/fields.ts as `about(schema)`, which is its schema. */
function withoutTexts(source: string): string {
  const calls = [...source.matchAll(/\babout\(/g)];
  const cuts = calls.map(({ 0: name, index }) => secondArgument(source, index + name.length - 1));
  const kept = cuts.toSorted(([a], [b]) => b - a);
  return kept
    .reduce((text, [from, to]) => text.slice(0, from) + text.slice(to), source)
    .replace('schema.check(z.describe(text))', 'schema');
}

/**
 * What routes are for and what they answer is told by openapi.json, which is another function's to serve: nothing that is deployed reads
 * it. The schemas of answers are most of a route's, and to make them is most of what loading it takes.
 */
const withoutDocument: Plugin = {
  name: 'without-document',
  setup: (esbuild): void => {
    esbuild.onLoad({ filter: /\/lib\/api\/[\w-]+\.ts$/ }, async ({ path }) => ({
      contents: withoutTexts(
        [SUMMARY, ANSWERS, HEADINGS, SCHEMA_NAMES].reduce(
          (source, pattern) => source.replaceAll(pattern, ''),
          await readFile(path, 'utf8'),
        ),
      ),
      loader: 'ts',
    }));
  },
};

/** The document of the API was two fifths of the bundle that serves it, and says the same things again and again: packed, it takes a fifth of its room. */
const documentPacked: Plugin = {
  name: 'document-packed',
  setup: (esbuild): void => {
    esbuild.onLoad({ filter: /\/lib\/api\/openapi\.json$/ }, async ({ path }) => {
      const packed = gzipSync(JSON.stringify(JSON.parse(await readFile(path, 'utf8'))), { level: 9 });
      return {
        contents: `import { gunzipSync } from 'node:zlib';
          export default JSON.parse(gunzipSync(Buffer.from('${packed.toString('base64')}', 'base64')).toString());`,
        loader: 'js',
      };
    });
  },
};

/** How esbuild makes of a module what is deployed. */
export const asDeployed = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Letters as they are: escaped, they are longer.
  charset: 'utf8',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'silent',
  // The SDK reads User-Agents with it, in browsers: of code that is left out nothing is looked for.
  external: ['bowser'],
  plugins: [
    builtinsFromProcess,
    credentialsFromEnvironment,
    mapForEndpoints,
    withoutEventStreams,
    builtInSha256,
    withoutBrotli,
    withoutRegionNames,
    versionsOnly,
    withoutDocument,
    documentPacked,
  ],
} satisfies BuildOptions;

/**
 * What a function starts with is one file, and not one for each set of parts that have something of it in common: a file more costs a
 * start a fifth of a millisecond. Every part has its routes from `route.ts`, or is one of two that no route stands in; if these import the
 * handler, every part has all of the start.
 */
const startInOneFile = (handler: string): Plugin => ({
  name: 'start-in-one-file',
  setup: (esbuild): void => {
    esbuild.onLoad({ filter: /\/lib\/(?:api\/(?:route|idempotent)|contract\/reschedule)\.ts$/ }, async ({ path }) => ({
      contents: `import ${JSON.stringify(handler)};\n${await readFile(path, 'utf8')}`,
      loader: 'ts',
    }));
  },
});

/** The page that checks reports, beside the function that serves it: no start reads it. */
const PAGE = 'public/verify.html';

/** Functions of which a part is loaded when it is asked for (`import()`). Of the others the SDK alone would be taken apart. */
const IN_PARTS: readonly string[] = ['api', 'build-report'];

const { resolve } = createRequire(import.meta.url);

const fontOf = (name: string): readonly [string, string] => {
  const file = `dejavu-fonts-ttf/ttf/${name}.ttf`;
  return [join('node_modules', file), resolve(file)];
};

/** What a PDF is printed with and read from disk, by where in the bundle it is looked for: fonts as files of their package, the profile beside pdfkit. */
const PRINTED: readonly (readonly [string, string])[] = [
  ...['DejaVuSansCondensed', 'DejaVuSansCondensed-Bold'].map(fontOf),
  ...['data/sRGB_IEC61966_2_1.icc'].map((file) => [file, join(dirname(resolve('pdfkit')), file)] as const),
];

async function putBeside(folder: string, files: typeof PRINTED): Promise<void> {
  for (const [to, from] of files) {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await copyFile(from, join(folder, to));
  }
}

const handlerOf = (name: string): string => join(FUNCTIONS, name, 'handler.ts');

/** In one build, what several functions import is read and parsed once; but parts would be shared between them. */
const bundleInto = async (root: string, names: readonly string[], options: BuildOptions = {}): Promise<void> => {
  const { warnings } = await build({
    ...asDeployed,
    ...options,
    entryPoints: names.map((name) => ({ in: handlerOf(name), out: join(name, 'index') })),
    outdir: root,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: FUNCTIONS,
  });
  if (warnings.length > 0) throw new Error(`Bundling warns: ${warnings.map(({ text }) => text).join('; ')}`);
};

/** The names of all functions: the folders of `functions/`, sorted. */
export const functionNames = async (): Promise<readonly string[]> => {
  const entries = await readdir(FUNCTIONS, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};

/**
 * Bundles every function below `root`, one folder each.
 * @throws esbuild's BuildFailure when a handler does not build; Error when it builds with warnings
 */
export const bundleFunctions = async (root: string): Promise<Bundles> => {
  const names = await functionNames();
  await bundleInto(
    root,
    names.filter((name) => !IN_PARTS.includes(name)),
  );
  for (const name of IN_PARTS) {
    const plugins = [startInOneFile(handlerOf(name)), ...asDeployed.plugins];
    await bundleInto(root, [name], { splitting: true, chunkNames: `${name}/[name]-[hash]`, plugins });
  }
  await putBeside(join(root, 'build-report'), PRINTED);
  await writeFile(join(root, PAGE), await buildPage());
  return new Map(names.map((name) => [name, join(root, name)]));
};

/** What a function is deployed as: the files of its folder and of those in it, sorted. */
export const filesOf = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
};

/** What is deployed and no start reads has a size of its own: the page, and what a PDF is printed with. */
export const BESIDE: Readonly<Record<string, RegExp>> = {
  [PAGE]: /\/public\/verify\.html$/,
  'build-report/print': /\/build-report\/(?:print-\w+\.mjs$|data\/|node_modules\/)/,
};

const nameOf = (file: string, functionName: string): string =>
  Object.entries(BESIDE).find(([, path]) => path.test(file))?.[0] ?? functionName;

/** Size of what is deployed of each function in bytes, by function name, and of what lies beside. */
export const bundleSizes = async (bundles: Bundles): Promise<Readonly<Record<string, number>>> => {
  const sizes: Record<string, number> = {};
  for (const [functionName, folder] of bundles) {
    for (const file of await filesOf(folder)) {
      const name = nameOf(file, functionName);
      sizes[name] = (sizes[name] ?? 0) + (await stat(file)).size;
    }
  }
  return sizes;
};
