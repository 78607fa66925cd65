// The application's own way to end a grant on V2, where its driver's pair is dead: the management token that the operator has put beside
// the credentials. Decides nothing about what may be ended; end-grant.ts does.
import type { ReadSecret } from '../aws/secrets.ts';
import { type FindApplication, readManagementToken } from '../tenant/application.ts';
import type { VehicleRef } from '../vehicle/platform.ts';
import { endConnections, type V2Management } from '../vehicle/v2-management.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';

type Vehicle = Exclude<VehicleRef, string>;

/** @throws VehicleError */
type EndConnections = (vehicle: Vehicle) => Promise<void>;

/** Undefined where the operator has put no management token. */
export type FindManagement = (applicationId: string) => Promise<EndConnections | undefined>;

/** A token that is refused (401) was probably changed: read once more. */
export const makeFindManagement =
  (wire: Omit<V2Management, 'managementToken'>, readSecret: ReadSecret, application: FindApplication): FindManagement =>
  async (applicationId) => {
    const found = await application(applicationId);
    const managementToken = await readManagementToken(readSecret, found);
    if (managementToken === undefined) return undefined;
    return async (vehicle) => {
      await endConnections({ ...wire, managementToken }, vehicle).catch(async (refusal: unknown) => {
        if (!(refusal instanceof VehicleError && refusal.status === 401)) throw refusal;
        const fresh = await readManagementToken(readSecret, found, { fresh: true });
        if (fresh === undefined || fresh === managementToken) throw refusal;
        await endConnections({ ...wire, managementToken: fresh }, vehicle);
      });
    };
  };
