// The whole API, whichever function answers: what is documented, and attacked by the tests that are generated from it. Which function
// that is, the gateway decides by the path (infra/constructs/public-api.ts).
import type { ApiDeps, CompatibilityDeps, EndpointDeps, ReportDeps } from './call.ts';
import { compatibilityRoutes } from './compatibility.ts';
import { reportRoutes } from './reports.ts';
import type { Route } from './route.ts';
import { allOfThem } from './routes.ts';
import { shareRoutes } from './shares.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

export const allRoutes: readonly Route<ApiDeps & CompatibilityDeps & EndpointDeps & ReportDeps>[] = [
  ...(await allOfThem()),
  ...compatibilityRoutes,
  ...webhookEndpointRoutes,
  ...webhookDeliveryRoutes,
  ...reportRoutes,
  ...shareRoutes,
];
