// A function's handler as Lambda loads it: its variables first, then the module. One environment per test file, because the module
// reads it once. Its log lines are what it writes to standard output.
import { vi } from 'vitest';

export type Handler = (event: unknown, context?: unknown) => Promise<unknown>;

/** @param awsEndpoint where the stand-ins answer for AWS */
export async function loadHandler(
  name: 'admin' | 'api' | 'authorize' | 'public',
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

/** Every line that functions write from now on. */
export function captureLog(): readonly string[] {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  return lines;
}
