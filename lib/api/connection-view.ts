// What a connection looks like to its tenant: how the car stands, what its driver agreed to and has to do. Holds no token, no id of the
// platform's, and nothing that was measured.
import type * as z from 'zod/mini';
import { driverMustInAll } from '../connection/advice.ts';
import { type Connection, isReadable } from '../connection/connection.ts';
import type { Dossier } from '../reading/dossier.ts';
import type { connectionAnswer } from './contract-fields.ts';

type ConnectionAnswer = z.infer<typeof connectionAnswer>;

/** The connection that is read from; before there is one, how the newest authorization ended. */
export function connectionView({ connection, connections }: Dossier): ConnectionAnswer | null {
  const shown = connection ?? connections[0];
  return shown === undefined ? null : viewOf(shown);
}

function viewOf(shown: Connection): ConnectionAnswer {
  const { reason = null, connectedAt = null, withdrawnAt = null, platform = 'v2' } = shown;
  const { make = null, model = null, year = null, vin = null } = shown;
  return {
    id: shown.connectionId,
    state: shown.state,
    reason,
    driverMust: driverMustInAll(shown) ?? null,
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
