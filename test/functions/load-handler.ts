// A function's handler as Lambda loads it: its variables first, then the module. One environment per test file, because the module
// reads it once. Its log lines are what it writes to standard output, standard error or the console.
import { format } from 'node:util';
import { vi } from 'vitest';
import { heed } from '../log-watch.ts';

export type Handler = (event: unknown, context?: unknown) => Promise<unknown>;

/** @param awsEndpoint where the stand-ins answer for AWS */
export async function loadHandler(
  name:
    | 'admin'
    | 'api'
    | 'authorize'
    | 'compatibility'
    | 'build-report'
    | 'public'
    | 'reports'
    | 'vehicle-events'
    | 'webhook-endpoints',
  awsEndpoint: string,
  variables: Readonly<Record<string, string>>,
): Promise<Handler> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    ...variables,
  });
  const loaded: { readonly handler: Handler } = await import(`../../functions/${name}/handler.ts`);
  return (event, context = {}) => loaded.handler(event, context);
}

/** Every line that functions write from now on, by whatever way: Lambda keeps both streams, and Vitest takes the console from them. */
export function captureLog(): string[] {
  const lines: string[] = [];
  const keep = (...said: readonly unknown[]): boolean => {
    heed(format(...said));
    return lines.push(format(...said)) > 0;
  };
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => keep(String(line)));
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((...said) => void keep(...said));
  return lines;
}
