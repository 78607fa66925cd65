// API keys over HTTP. A key is in the answer of the request that made it and nowhere else. No key makes one that may do more than it, or
// for longer.
import * as z from 'zod/mini';
import { type ApiKey, createApiKey, currentKey, listApiKeys, revokeAs } from '../tenant/api-key.ts';
import { SCOPES, type Scope } from '../tenant/scopes.ts';
import { apiKeyAnswer, apiKeyWithSecret } from './api-key-answers.ts';
import type { ApiCall } from './call.ts';
import { about, form, instantGiven, oneOf, pageOf, pageQuery, segment } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, type FieldError, json, noContent, problem } from './problem.ts';
import { type ApiContext, answersJson, answersNothing, type Route, route } from './route.ts';

const NAME = 'A text of 1 to 100 characters, without control characters';
const SOME_SCOPES = 'One scope or more, each once';
const NOT_YOURS = 'Not a scope of the key you ask with';
const OVER = 'An instant to come';
const TOO_LATE = 'The key you ask with expires before that';

const scopes = z.array(oneOf(SCOPES), SOME_SCOPES).check(
  z.minLength(1, SOME_SCOPES),
  z.refine((given) => new Set(given).size === given.length, SOME_SCOPES),
);

const newApiKey = form({
  name: about(
    z.string(NAME).check(z.minLength(1, NAME), z.maxLength(100, NAME), z.regex(/^[^\p{Cc}\p{Cs}]*$/u, NAME)),
    'What it is for, in your own words.',
  ),
  scopes: about(scopes, 'What it may do: scopes of the key you ask with.'),
  expiresAt: z.optional(
    about(instantGiven, 'From when on it works no more; left out: when the key you ask with does.'),
  ),
}).check(z.meta({ id: 'NewApiKey' }));

export const apiKeyView = (key: ApiKey): z.infer<typeof apiKeyAnswer> => ({
  id: key.keyId,
  name: key.name ?? null,
  scopes: [...key.scopes],
  expiresAt: key.validUntil ?? null,
  createdAt: key.createdAt,
  createdBy: key.createdBy ?? null,
  revokedAt: key.revokedAt ?? null,
});

type NewApiKey = z.infer<typeof newApiKey>;

/** What of a new key would be more than the key that makes it is, or no key at all. */
function excess({ expiresAt, ...wanted }: NewApiKey, held: readonly Scope[], own: ApiKey, now: number) {
  const errors: FieldError[] = wanted.scopes.flatMap((scope, n) =>
    held.includes(scope) ? [] : [{ field: `scopes.${n}`, message: NOT_YOURS }],
  );
  if (expiresAt === undefined) return errors;
  if (Date.parse(expiresAt) <= now) return [...errors, { field: 'expiresAt', message: OVER }];
  const outlives = own.validUntil !== undefined && Date.parse(expiresAt) > Date.parse(own.validUntil);
  return outlives ? [...errors, { field: 'expiresAt', message: TOO_LATE }] : errors;
}

async function postApiKey(context: ApiContext<unknown, NewApiKey>): Promise<ApiResponse> {
  const { deps, caller, request, body, newId } = context;
  // Not as the authorizer has it: a key that was revoked a moment ago must leave no other behind.
  const own = await currentKey(deps.business, caller, deps.now);
  if (own === undefined) return problem('unauthorized', request.id);
  const errors = excess(body, caller.scopes, own, deps.now);
  if (errors.length > 0) return problem('invalid_request', request.id, { errors });
  const { name, scopes: wanted, expiresAt: validUntil = own.validUntil } = body;
  const asked = { tenantId: caller.tenantId, name, scopes: wanted, validUntil, createdBy: caller.keyId };
  const { key, apiKey } = await createApiKey(deps.business, asked, deps.now, deps.random, newId('key'));
  const said = { ...apiKeyView(key), secret: apiKey, secretShown: false };
  return { ...json(201, said), keptBody: JSON.stringify({ ...said, secret: null, secretShown: true }) };
}

async function getApiKeys(context: ApiContext<z.infer<typeof pageQuery>>): Promise<ApiResponse> {
  const { deps, caller, query } = context;
  const place = await placeOf(context, 'api-keys', query);
  if (!place.ok) return place.refusal;
  const page = { limit: query.limit, after: place.after };
  const { apiKeys, more } = await listApiKeys(deps.business, caller.tenantId, page);
  const next = await nextCursor(context, 'api-keys', more ? apiKeys.at(-1)?.keyId : undefined);
  return json(200, { items: apiKeys.map(apiKeyView), next });
}

async function deleteApiKey({ deps, caller, request, params }: ApiCall): Promise<ApiResponse> {
  const revoked = await revokeAs(deps.business, caller, params['keyId'] ?? '', deps.now);
  if (revoked === 'revoked') return noContent();
  if (revoked === 'unknown') return problem('not_found', request.id);
  const detail = `The key has scopes that the one you ask with does not have: ${revoked.beyond.join(', ')}.`;
  return problem('missing_scope', request.id, { detail });
}

const group = 'API keys' as const;
const scope = 'api-keys:manage' as const;

export const apiKeyRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/api-keys',
    name: 'createApiKey',
    group,
    summary: 'Create an API key',
    detail:
      'Keep the secret of the answer. A key can be given no scope that the key you ask with does not have, and no longer life. To replace a key, make another, use it, and revoke the first.',
    scope,
    body: newApiKey,
    answers: { 201: answersJson('Created.', apiKeyWithSecret) },
    handle: postApiKey,
  }),
  route({
    method: 'GET',
    path: '/v1/api-keys',
    name: 'listApiKeys',
    group,
    summary: 'List API keys, newest first',
    detail:
      'Also those that expired or were revoked, and those that the operator made. What was just changed may take a moment to appear.',
    scope,
    query: pageQuery,
    answers: { 200: answersJson('A page of API keys, without their secrets.', pageOf(apiKeyAnswer)) },
    handle: getApiKeys,
  }),
  route({
    method: 'DELETE',
    path: '/v1/api-keys/{keyId}',
    name: 'revokeApiKey',
    group,
    summary: 'Revoke an API key',
    detail:
      'It works for at most 60 seconds more, and never again. A key may revoke itself, and others that have none but its own scopes; for any other, `missing_scope` names what it lacks. Keys that were made with the revoked one stay as they are: `createdBy` names them. Repeating it changes nothing.',
    scope,
    params: { keyId: segment('Id of an API key, `key_…`.') },
    answers: { 204: answersNothing('Revoked.') },
    handle: deleteApiKey,
  }),
];
