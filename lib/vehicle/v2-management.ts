// The V2 management interface, with the application's management token: ending connections, so also where a driver's own token is dead, and
// what kind of car one is of. A host and a token of its own. Refuses to end or to show anything that no vehicle narrows.

import * as z from 'zod/mini';
import { queryOf } from './endpoints.ts';
import type { Transport } from './transport.ts';
import { basicCredentials, checked } from './v2.ts';
import { parseJson, refusedBy } from './vehicle-error.ts';

export interface V2Management {
  readonly transport: Transport;
  /** Scheme, host and port, e.g. `https://management.smartcar.com`. */
  readonly managementOrigin: string;
  readonly managementToken: string;
  /** Milliseconds for the whole call. */
  readonly deadlineMs: number;
}

const endedAnswer = z.object({ connections: z.array(z.object({ vehicleId: z.string(), userId: z.string() })) });

const listedAnswer = z.object({ connections: z.array(z.object({ vehicleId: z.string(), mode: z.string() })) });

const askManagement = async <A>(
  { transport, managementOrigin, managementToken, deadlineMs }: V2Management,
  {
    operation,
    method,
    query,
  }: { readonly operation: string; readonly method: 'GET' | 'DELETE'; readonly query: string },
  schema: z.ZodMiniType<A, unknown>,
): Promise<A> => {
  const { status, headers, body } = await transport({
    service: 'vehicle',
    operation,
    method,
    url: `${managementOrigin}/v2.0/management/connections${query}`,
    headers: { authorization: basicCredentials('default', managementToken) },
    deadlineMs,
    repeatable: method === 'GET',
  });
  const answer = parseJson(body);
  if (status !== 200) throw refusedBy({ service: 'vehicle', operation, status, headers, body: answer });
  return checked(operation, schema, status, answer);
};

/**
 * Ends every connection of the application with this vehicle, whoever made it. Done as well when there is none. @returns how many there were. @throws VehicleError
 */
export const endConnections = async (management: V2Management, vehicleId: string): Promise<number> => {
  const query = queryOf({ vehicle_id: vehicleId });
  const asked = { operation: 'end_connections', method: 'DELETE', query } as const;
  return (await askManagement(management, asked, endedAnswer)).connections.length;
};

/**
 * What kinds of car the application's connections with this vehicle are of, each once, in lower case: `live`, `test`, `simulated`. The
 * driver's own token does not tell. None: the platform lists no connection with it. @throws VehicleError
 */
export const modesOf = async (management: V2Management, vehicleId: string): Promise<readonly string[]> => {
  const query = queryOf({ vehicle_id: vehicleId, limit: 100 });
  const { connections } = await askManagement(management, { operation: 'modes', method: 'GET', query }, listedAnswer);
  const own = connections.filter((one) => one.vehicleId === vehicleId);
  return [...new Set(own.map(({ mode }) => mode.toLowerCase()))];
};
