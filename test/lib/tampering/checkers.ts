// Those who are to find it out, and what each of them says: the command line and the page in their own lines, check-log by its codes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadLog } from '../../../lib/cli/log-source.ts';
import { inflate, makeVerifyEs256, sha256, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import { verifyBundles } from '../../../lib/cli/verify-files.ts';
import { publishCheckpoint, publishTile } from '../../../lib/ledger/publish.ts';
import { parseVkey } from '../../../lib/proof/signed-note.ts';
import { entriesPath } from '../../../lib/proof/tiles.ts';
import type { BundleTrust } from '../../../lib/proof/verify-bundle.ts';
import { bundlesText } from '../../../lib/verification/bundle-text.ts';
import { type BundleOptions, bundlesExit } from '../../../lib/verification/check-bundles.ts';
import { checkFiles } from '../../../lib/verifier-page/check.ts';
import type { Run } from './run.ts';

export interface Said {
  readonly verified: boolean;
  /** Step and reason of all that does not hold, behind the number of the statement that it is about. */
  readonly names: readonly string[];
}

/** `number 3: what it is in words [chain: seq_hole]`, without the words. */
const nameIn = (line: string): string =>
  line.replace(/^(?:number (\d+): )?.*\[(.+?)(?:, entry \d+)?\]$/s, (_, at, name) => (at ? `${at} ${name}` : name));

const crypto = { sha256, verifyEs256: makeVerifyEs256(), verifyEd25519, inflate };

/** An auditor's, who was given what is published. */
export async function trustOf(run: Run): Promise<BundleTrust> {
  const key = parseVkey(await run.logKey(), sha256);
  return { ...run.published, logKeys: key === undefined ? [] : [key], crypto };
}

async function verifyFile(folder: string, file: Uint8Array, options: BundleOptions): Promise<Said> {
  const path = join(folder, 'handed-over');
  writeFileSync(path, file);
  const found = await verifyBundles([path], options);
  const lines = bundlesText(found)
    .split('\n')
    .filter((line) => line.startsWith('  no  '));
  return { verified: bundlesExit(found) === 0, names: lines.map((line) => nameIn(line.slice(6))) };
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'odoseal-tampering-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `odoseal verify FILE --jwks … --log-key …`. */
export const commandLine = (run: Run, file: Uint8Array): Promise<Said> =>
  withFolder(async (folder) => verifyFile(folder, file, await trustOf(run)));

/** Files of the log as anybody may copy it. */
async function copyLog({ tables: { log } }: Run, folder: string): Promise<void> {
  const head = await publishCheckpoint(log);
  const size = Number(String(head?.body).split('\n')[1]);
  const entries = entriesPath({ index: 0, width: size });
  for (const [path, published] of [
    ['checkpoint', head],
    [entries, await publishTile(log, entries)],
  ] as const) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (published !== undefined) writeFileSync(join(folder, path), published.body);
  }
}

/** The same with `--log`. */
export const commandLineWithLog = (run: Run, file: Uint8Array): Promise<Said> =>
  withFolder(async (folder) => {
    await copyLog(run, folder);
    return verifyFile(folder, file, { ...(await trustOf(run)), log: (key) => loadLog(folder, key) });
  });

/** The file dropped on the page, with the keys that it is served with. */
export async function page(run: Run, bytes: Uint8Array): Promise<Said> {
  const served = { ...run.published, logKey: await run.logKey() };
  const { outcome, sections } = await checkFiles([{ name: 'handed-over', bytes }], served);
  const lines = sections.flatMap((section) => section.lines).filter(({ mark }) => mark === 'no');
  return { verified: outcome === 'verified', names: lines.map(({ text }) => nameIn(text)) };
}
