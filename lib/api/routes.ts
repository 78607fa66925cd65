// The route table: everything the API offers. A route that is not here does not exist; one that is here is documented, and attacked by
// the tests that are generated from this table.
import { apiKeyRoutes } from './api-keys.ts';
import { attestationRoutes } from './attestations.ts';
import { connectSessionRoutes } from './connect-sessions.ts';
import { connectionRoutes } from './connections.ts';
import { contractEndRoutes } from './contract-end.ts';
import { contractEraseRoutes } from './contract-erase.ts';
import { contractListRoutes } from './contract-list.ts';
import { contractRoutes } from './contracts.ts';
import { eventRoutes } from './events.ts';
import { meRoutes } from './me.ts';
import { mileageRoutes } from './mileage.ts';
import { odometerEventRoutes } from './odometer-events.ts';
import { readingRoutes } from './readings.ts';
import { replacementRoutes } from './replacements.ts';
import type { Route } from './route.ts';
import { runRoutes } from './runs.ts';

export const routes: readonly Route[] = [
  ...contractRoutes,
  ...contractListRoutes,
  ...contractEndRoutes,
  ...contractEraseRoutes,
  ...connectSessionRoutes,
  ...connectionRoutes,
  ...readingRoutes,
  ...odometerEventRoutes,
  ...mileageRoutes,
  ...attestationRoutes,
  ...replacementRoutes,
  ...runRoutes,
  ...eventRoutes,
  ...meRoutes,
  ...apiKeyRoutes,
];
