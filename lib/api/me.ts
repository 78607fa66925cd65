// Who asks: the tenant of the key, and the key.
import { currentKey } from '../tenant/api-key.ts';
import { getTenant, scheduleOf } from '../tenant/tenant.ts';
import { me } from './api-key-answers.ts';
import { apiKeyView } from './api-keys.ts';
import type { ApiCall } from './call.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { answersJson, type Route, route } from './route.ts';

async function getMe({ deps, caller, request }: ApiCall): Promise<ApiResponse> {
  const [tenant, key] = await Promise.all([
    getTenant(deps.business, caller.tenantId),
    currentKey(deps.business, caller, deps.now),
  ]);
  if (tenant === undefined || key === undefined) return problem('unauthorized', request.id);
  const { tenantId: id, name, retentionMonths = null } = tenant;
  return json(200, { tenant: { id, name, retentionMonths, schedule: scheduleOf(tenant) }, key: apiKeyView(key) });
}

export const meRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/me',
    name: 'getMe',
    group: 'API keys',
    summary: 'Get who you are: your tenant, and the key you ask with',
    scope: null,
    answers: { 200: answersJson('You.', me) },
    handle: getMe,
  }),
];
