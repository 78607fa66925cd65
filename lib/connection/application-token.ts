// The token of a V3 application: in the vault beside the pairs of drivers, under the same lease and version rules, owned by the
// application. Only tend-connection asks for one. Nothing here touches a connection: a token that is refused is no driver's trouble.
import { whoseToken } from '../vehicle/platform.ts';
import type { Connection } from './connection.ts';
import { noToken } from './platform-login.ts';
import { isFresh, type Refreshable, type Refreshed, type Refreshing, refreshPair } from './refresh.ts';

/** Ids of tenants hold no colon: no tenant's pair or key can stand under this name. */
export const applicationOwner = (applicationId: string): Refreshable => ({
  tenantId: `application:${applicationId}`,
  contractId: '',
  connectionId: 'token',
  applicationId,
});

type Owned = Pick<Connection, 'tenantId' | 'connectionId' | 'applicationId' | 'platform'>;

/** Whose token opens a connection's car: its own pair on V2, the application's on V3. */
export const tokenOwner = (connection: Owned): Pick<Refreshable, 'tenantId' | 'connectionId'> =>
  whoseToken(connection.platform) === 'application' ? applicationOwner(connection.applicationId) : connection;

/**
 * Makes sure that the token of a pair's application, or the pair itself, is usable. Callers in flight together share one question
 * about an application, so that a batch of its turns does not meet its own lease.
 */
export function makeFreshen(
  refreshing: () => Refreshing,
  clock: () => number,
): (pair: Refreshable, rejectedVersion?: number) => Promise<Refreshed> {
  const underWay = new Map<string, Promise<Refreshed>>();
  return async (pair, rejectedVersion) => {
    const { platform } = await refreshing().application(pair.applicationId);
    if (whoseToken(platform) === 'driver') return refreshPair(refreshing(), pair, rejectedVersion, clock());
    const name = `${pair.applicationId}#${rejectedVersion ?? ''}`;
    const shared = underWay.get(name) ?? freshenApplication(refreshing(), pair.applicationId, rejectedVersion, clock());
    underWay.set(name, shared);
    return shared.finally(() => underWay.delete(name));
  };
}

async function freshenApplication(
  refreshing: Refreshing,
  applicationId: string,
  rejectedVersion: number | undefined,
  now: number,
): Promise<Refreshed> {
  const owner = applicationOwner(applicationId);
  // Mostly fresh, and one for everybody: looked at before it is leased, or a whole fleet's turns would stand in each other's way.
  const held = await refreshing.vault.read(owner);
  if (held !== undefined && isFresh(held, now) && held.version !== rejectedVersion)
    return { kind: 'fresh', version: held.version };
  // The first one to ask for an application's token makes its place, and the data key that it is sealed under.
  if (held === undefined) await refreshing.vault.reserve(owner, noToken);
  const refreshed = await refreshPair(refreshing, owner, rejectedVersion, now);
  return refreshed.kind === 'fresh' ? refreshed : { kind: 'later' };
}
