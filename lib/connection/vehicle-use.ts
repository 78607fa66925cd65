// Which live connections use a vehicle. The vendor's disconnect ends every grant that our application has on the car, whichever version
// of the platform it came over, so it is sent only when no other live connection depends on it; what
// the vendor pushes about the car is told to each of them.
import * as z from 'zod/mini';
import { keys, vehiclePartition } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import type { Connection } from './connection.ts';

type Use = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId' | 'applicationId'>;

const keyOf = (use: Use, vendorVehicleId: string) =>
  keys.vehicleUse(use.applicationId, vendorVehicleId, use.connectionId);

export async function recordUse(business: Table, use: Use, vendorVehicleId: string): Promise<void> {
  const { tenantId, contractId, connectionId } = use;
  await business.put({ ...keyOf(use, vendorVehicleId), tenantId, contractId, connectionId });
}

export async function endUse(business: Table, use: Use, vendorVehicleId: string): Promise<void> {
  await business.remove(keyOf(use, vendorVehicleId));
}

const storedUse = z.object({ tenantId: z.string(), contractId: z.string(), connectionId: z.string() });

const PAGE = 100;

/** Every live connection on a vehicle, of all tenants. */
export async function usesOf(
  business: Table,
  applicationId: string,
  vendorVehicleId: string,
): Promise<readonly z.infer<typeof storedUse>[]> {
  const where = { expression: '#pk = :pk', values: { pk: vehiclePartition(applicationId, vendorVehicleId) } };
  let page = await business.query({ where, limit: PAGE });
  let items = page.items;
  while (page.next !== undefined) {
    page = await business.query({ where, limit: PAGE, startAfter: page.next });
    items = [...items, ...page.items];
  }
  return items.map((item) => storedUse.parse(item));
}

/** Whether a connection other than this one uses the vehicle, over any of these applications. */
export async function isUsedByOthers(
  business: Table,
  { connectionId: own }: Pick<Use, 'connectionId'>,
  applicationIds: readonly string[],
  vendorVehicleId: string,
): Promise<boolean> {
  const users = applicationIds.map(async (applicationId) => {
    const where = { expression: '#pk = :pk', values: { pk: vehiclePartition(applicationId, vendorVehicleId) } };
    return (await business.query({ where, limit: 2 })).items;
  });
  return (await Promise.all(users)).flat().some(({ connectionId }) => connectionId !== own);
}
