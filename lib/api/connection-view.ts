// What a connection looks like to its tenant: how the car stands, what its driver agreed to and has to do. Holds no token, no id of the
// platform's, and nothing that was measured; a link only of a connection that needs one, and for who may make them.
import type * as z from 'zod/mini';
import { driverMustInAll } from '../connection/advice-in-all.ts';
import { type Connection, isReadable } from '../connection/connection.ts';
import { needsLogin, reconnectToken } from '../connection/reconnect-link.ts';
import type { Dossier } from '../reading/dossier.ts';
import type { Scope } from '../tenant/scopes.ts';
import type { ApiCall } from './call.ts';
import type { connectionAnswer } from './contract-answers.ts';

type ConnectionAnswer = z.infer<typeof connectionAnswer>;

type Reconnect = ConnectionAnswer['reconnect'];

/** The connection that is read from; before there is one, how the newest authorization ended. */
export async function connectionView(
  { connection, connections }: Dossier,
  reconnect: Reconnect = null,
): Promise<ConnectionAnswer | null> {
  const shown = connection ?? connections[0];
  return shown === undefined ? null : viewOf(shown, reconnect);
}

/** Making links is theirs who may make connect sessions: who only reads is shown none. */
const MAKES_LINKS = 'contracts:write' satisfies Scope;

/** The link of a connection whose login is dead, for a caller who may have one. Reads nothing of the store and writes nothing. */
export async function reconnectOf({ deps, caller }: ApiCall, { contract, connection }: Dossier): Promise<Reconnect> {
  if (connection === undefined || !needsLogin(contract, connection)) return null;
  if (!caller.scopes.includes(MAKES_LINKS)) return null;
  const { token, expiresAt } = reconnectToken(await deps.reconnectKey(), connection, deps.now);
  return { url: `${deps.publicOrigin}/connect/${token}`, expiresAt: new Date(expiresAt).toISOString() };
}

async function viewOf(shown: Connection, reconnect: Reconnect): Promise<ConnectionAnswer> {
  const { reason = null, connectedAt = null, withdrawnAt = null, platform = 'v2' } = shown;
  const { make = null, model = null, year = null, vin = null } = shown;
  return {
    id: shown.connectionId,
    state: shown.state,
    reason,
    driverMust: (await driverMustInAll(shown)) ?? null,
    reconnect,
    consent: consentView(shown),
    readable: isReadable(shown),
    platform,
    connectedAt,
    withdrawnAt,
    ...{ make, model, year, vin },
  };
}

/** What was shown and asked, and what was granted. */
function consentView({ consent, permissions }: Connection): ConnectionAnswer['consent'] {
  if (consent === undefined) return null;
  const { textVersion, agreedAt, asked = null } = consent;
  return { textVersion, agreedAt, asked, granted: permissions ?? null };
}
