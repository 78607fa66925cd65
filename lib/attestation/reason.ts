// Why a month ends without a reading. PURE: by how its connection stands, and by what the car answered last.
import type { Connection } from '../connection/connection.ts';
import type { Attempts } from '../contract/attempts.ts';
import type { NoReadingReason } from '../proof/claims.ts';

/** What the driver ended, what is broken, or a car that slept. */
export function reasonFor(connection: Connection | undefined, attempts: Attempts): NoReadingReason {
  switch (connection?.state) {
    case 'withdrawn':
      return 'consent_withdrawn';
    case 'reauth_required':
      return 'reconnect_needed';
    case 'action_required':
      return 'refused';
    case 'active':
      return attempts.last === 'refused' || attempts.last === 'owner_must_act' ? 'refused' : 'asleep';
    default:
      return 'not_connected';
  }
}
