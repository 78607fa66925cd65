// Checking by somebody else: a process of its own that is given files and the published keys, and nothing of the service.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import { DemoFailure } from './demo-failure.ts';

const VERIFIER = fileURLToPath(new URL('../../../lib/cli/main.ts', import.meta.url));

/**
 * `odoseal verify` with these arguments: its exit status (0 verified, 1 not verified) and what it says.
 * @throws AbortError once `signal` says so; the process is ended then
 */
export function runVerifier(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly out: string }> {
  const child = spawn(process.execPath, [VERIFIER, 'verify', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {},
    signal,
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? 3, out }));
  });
}

/** Exit status of `odoseal verify` over these files. */
export const verifyFiles = async (files: readonly string[], jwks: string, signal: AbortSignal): Promise<number> =>
  (await runVerifier([...files, '--jwks', jwks], signal)).status;

/** The same statement with one figure of its claims changed: what a forger would hand in. */
function alter(compact: string): string {
  const [header = '', payload = '', ...rest] = compact.split('.');
  const claims = Buffer.from(payload, 'base64url').toString('utf8');
  const altered = claims.replace(
    /("distanceMetres":\d*)(\d)/,
    (_, start: string, digit: string) => start + String((Number(digit) + 1) % 10),
  );
  return [header, Buffer.from(altered).toString('base64url'), ...rest].join('.');
}

interface StatementFile {
  readonly file: string;
  readonly compact: string;
  readonly claims: StatementClaims;
}

/**
 * Each file with the verdict of that process, and one that was altered, which it has to refuse.
 * @throws DemoFailure when it does not
 */
export async function checkFiles<Collected extends StatementFile>(
  collected: readonly Collected[],
  jwks: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<readonly (Collected & { readonly verified: boolean })[]> {
  const checked: (Collected & { readonly verified: boolean })[] = [];
  // A process is busy alone on its core: as many at once as there are.
  const abreast = availableParallelism();
  for (let from = 0; from < collected.length; from += abreast) {
    const some = collected.slice(from, from + abreast).map(async (one) => ({
      ...one,
      verified: (await verifyFiles([one.file], jwks, signal)) === 0,
    }));
    checked.push(...(await Promise.all(some)));
  }
  const measured = collected.find(({ claims }) => claims.outcome === 'measured' && claims.distanceMetres !== null);
  if (measured === undefined) throw new DemoFailure('no statement states a distance');
  const forged = join(folder, 'altered.sdjwt');
  await writeFile(forged, alter(measured.compact));
  if ((await verifyFiles([forged], jwks, signal)) !== 1) throw new DemoFailure('an altered statement was not refused');
  return checked;
}
