// Ending connections, whoever ends them: the grants lose the vehicle, and what was subscribed is told nothing any more.

import type { Connection, ConnectionFilter } from './consents.ts';
import type { World } from './world.ts';

/** @returns what was ended. */
export function endConnections(world: World, filter: ConnectionFilter): readonly Connection[] {
  for (const { grant, vehicleId } of world.consents.live(filter)) {
    world.subscriptions.remove({ clientId: grant.clientId, userId: grant.userId, vehicleId });
  }
  return world.consents.disconnect(filter);
}
