// Checking by somebody else: a process of its own that is given files and the published keys, and nothing of the service.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const VERIFIER = fileURLToPath(new URL('../../../lib/cli/main.ts', import.meta.url));

/**
 * Exit status of `odoseal verify` over these files: 0 verified, 1 not verified.
 * @throws AbortError once `signal` says so; the process is ended then
 */
export function verifyFiles(files: readonly string[], jwks: string, signal: AbortSignal): Promise<number> {
  const child = spawn(process.execPath, [VERIFIER, 'verify', ...files, '--jwks', jwks], {
    stdio: 'ignore',
    env: {},
    signal,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 3));
  });
}

/** The same statement with one figure of its claims changed: what a forger would hand in. */
export function alter(compact: string): string {
  const [header = '', payload = '', ...rest] = compact.split('.');
  const claims = Buffer.from(payload, 'base64url').toString('utf8');
  const altered = claims.replace(
    /("distanceMetres":\d*)(\d)/,
    (_, start: string, digit: string) => start + String((Number(digit) + 1) % 10),
  );
  return [header, Buffer.from(altered).toString('base64url'), ...rest].join('.');
}
