// Where the in-process tables answer, for clients that a handler makes itself.
import type { Tables } from '../stores/open-tables.ts';

/** @throws when the client has no endpoint of its own */
export async function endpointOf({ client }: Pick<Tables, 'client'>): Promise<string> {
  const endpoint = await client.config.endpoint?.();
  if (endpoint === undefined) throw new Error('the tables have no endpoint');
  return `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`;
}
