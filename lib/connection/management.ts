// What the application itself may do on V2, by the management token that the operator has put beside the credentials: end a grant whose
// driver's pair is dead, and say what kind of car a connection is of. Decides nothing about it; end-grant.ts and live-mode.ts do.
import type { ReadSecret } from '../aws/secrets.ts';
import { type FindApplication, readManagementToken } from '../tenant/application.ts';
import { endConnections, modesOf, type V2Management } from '../vehicle/v2-management.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';

/** @throws VehicleError */
interface Management {
  readonly end: (vehicleId: string) => Promise<void>;
  readonly modes: (vehicleId: string) => Promise<readonly string[]>;
}

/** Undefined where the operator has put no management token. */
export type FindManagement = (applicationId: string) => Promise<Management | undefined>;

/** A token that is refused (401) was probably changed: read once more. */
export const makeFindManagement =
  (wire: Omit<V2Management, 'managementToken'>, readSecret: ReadSecret, application: FindApplication): FindManagement =>
  async (applicationId) => {
    const found = await application(applicationId);
    const managementToken = await readManagementToken(readSecret, found);
    if (managementToken === undefined) return undefined;
    const ask = <T>(question: (management: V2Management) => Promise<T>): Promise<T> =>
      question({ ...wire, managementToken }).catch(async (refusal: unknown) => {
        if (!(refusal instanceof VehicleError && refusal.status === 401)) throw refusal;
        const fresh = await readManagementToken(readSecret, found, { fresh: true });
        if (fresh === undefined || fresh === managementToken) throw refusal;
        return question({ ...wire, managementToken: fresh });
      });
    return {
      end: async (vehicleId) => void (await ask((management) => endConnections(management, vehicleId))),
      modes: (vehicleId) => ask((management) => modesOf(management, vehicleId)),
    };
  };
