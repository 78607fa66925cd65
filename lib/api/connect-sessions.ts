// The link a driver connects with, over HTTP. Its secret is in the answer and nowhere else.
import * as z from 'zod/mini';
import { createConnectSession } from '../connection/connect-session.ts';
import { LANGUAGES } from '../connection/language.ts';
import { DEFAULT_LIFE_SECONDS } from '../connection/reconnect-link.ts';
import { isReturnUrl, RETURN_URL } from '../tenant/return-url.ts';
import { getTenant } from '../tenant/tenant.ts';
import { contractParams, findDossier } from './contracts.ts';
import { about, form, instant, oneOf, orNull, wholeNumber } from './fields.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

export const newConnectSession = form({
  language: z.optional(
    about(oneOf(LANGUAGES), 'What the driver’s pages are written in; left out, what the driver’s browser asks for.'),
  ),
  expiresInSeconds: z._default(
    about(wholeNumber(300, 7_776_000), 'Until the link expires: five minutes to 90 days.'),
    DEFAULT_LIFE_SECONDS,
  ),
  returnUrl: z.optional(
    about(
      z.string(RETURN_URL).check(z.refine(isReturnUrl, RETURN_URL)),
      'Where the driver is offered a link back to, in the end. One of those that you have agreed on with the operator, letter by letter; nothing is added to it.',
    ),
  ),
}).check(z.meta({ id: 'NewConnectSession' }));

const connectSession = z
  .object({
    id: z.string(),
    contract: z.string(),
    url: about(
      orNull(z.string().check(z.meta({ format: 'uri' }))),
      'Send this to the driver. Opening it uses nothing up. Shown once: null where the request is repeated.',
    ),
    secretShown: about(z.boolean(), 'Whether the link was shown before, and cannot be shown again.'),
    expiresAt: instant,
    returnUrl: orNull(z.string()),
  })
  .check(z.meta({ id: 'ConnectSession' }));

async function postConnectSession(
  context: ApiContext<unknown, z.infer<typeof newConnectSession>>,
): Promise<ApiResponse> {
  const { deps, caller, request, body, newId } = context;
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const { contractId, dueAt } = dossier.contract;
  if (dueAt === undefined) return problem('contract_over', request.id);
  const { expiresInSeconds: lifeSeconds, language, returnUrl } = body;
  if (returnUrl !== undefined) {
    const tenant = await getTenant(deps.business, caller.tenantId);
    const errors = [{ field: 'returnUrl', message: 'Not one of your return URLs' }];
    if (tenant?.returnUrls?.includes(returnUrl) !== true) return problem('invalid_request', request.id, { errors });
  }
  const link = { tenantId: caller.tenantId, contractId, lifeSeconds, language, returnUrl };
  const { session, token } = await createConnectSession(deps.business, link, deps.now, deps.random, newId('cse'));
  const url = `${deps.publicOrigin}/connect/${token}`;
  const shown = {
    id: session.sessionId,
    contract: contractId,
    url,
    secretShown: false,
    expiresAt: session.validUntil,
    returnUrl: returnUrl ?? null,
  };
  return { ...json(201, shown), keptBody: JSON.stringify({ ...shown, url: null, secretShown: true }) };
}

export const connectSessionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/contracts/{contractId}/connect-sessions',
    name: 'createConnectSession',
    group: 'Connecting a car',
    summary: 'Make a link with which the driver connects the car',
    scope: 'contracts:write',
    params: contractParams,
    body: newConnectSession,
    answers: { 201: answersJson('The link.', connectSession) },
    problems: ['contract_over'],
    handle: postConnectSession,
  }),
];
