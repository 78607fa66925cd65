// The V2 management interface, as far as it ends connections: with the application's management token, so also where a driver's own
// token is dead. A host and a token of its own; shows and lists nothing. Refuses to end anything that no vehicle narrows.

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

/**
 * Ends every connection of the application with this vehicle, or, where the driver is known, that driver's. Done as well when there is
 * none. @returns how many there were. @throws VehicleError
 */
export const endConnections = async (
  { transport, managementOrigin, managementToken, deadlineMs }: V2Management,
  { vehicleId, userId }: { readonly vehicleId: string; readonly userId?: string | undefined },
): Promise<number> => {
  const operation = 'end_connections';
  const query = queryOf({ vehicle_id: vehicleId, user_id: userId });
  const { status, headers, body } = await transport({
    service: 'vehicle',
    operation,
    method: 'DELETE',
    url: `${managementOrigin}/v2.0/management/connections${query}`,
    headers: { authorization: basicCredentials('default', managementToken) },
    deadlineMs,
    repeatable: false,
  });
  const answer = parseJson(body);
  if (status !== 200) throw refusedBy({ service: 'vehicle', operation, status, headers, body: answer });
  return checked(operation, endedAnswer, status, answer).connections.length;
};
