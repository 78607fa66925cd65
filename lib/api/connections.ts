// The connection of a contract over HTTP: how it stands, and its end on the insurer's side. Calls no platform: what has to be told there
// follows from what is stored.
import { isConsented, withdrawConsent } from '../connection/withdraw.ts';
import type { ApiCall } from './call.ts';
import { connectionView, reconnectOf } from './connection-view.ts';
import { connectionAnswer } from './contract-answers.ts';
import { contractParams, findDossier } from './contracts.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { answersJson, type Route, route } from './route.ts';

type View = Awaited<ReturnType<typeof connectionView>>;

const shown = (call: ApiCall, status: number, view: View | undefined): ApiResponse =>
  view ? json(status, view) : problem('not_found', call.request.id);

async function getConnection(call: ApiCall): Promise<ApiResponse> {
  const dossier = await findDossier(call);
  return shown(call, 200, dossier && (await connectionView(dossier, await reconnectOf(call, dossier))));
}

/**
 * Every consent of the contract that stands: a login under way as well, or it would be read from as soon as its car is known. A crash in
 * between leaves the others; the request is sent again, and finds the first one ended.
 */
async function deleteConnection(call: ApiCall): Promise<ApiResponse> {
  const { business, now } = call.deps;
  const dossier = await findDossier(call);
  const standing = (dossier?.connections ?? []).filter(isConsented);
  for (const connection of standing) await withdrawConsent(business, connection, now, 'ended_by_insurer');
  const after = standing.length === 0 ? dossier : await findDossier(call);
  return shown(call, 202, after && (await connectionView(after)));
}

const group = 'Connecting a car' as const;

export const connectionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}/connection',
    name: 'getConnection',
    group,
    summary: 'Get the connection of a contract',
    detail:
      'The one that is read from; before there is one, how the newest authorization ended. 404 while no driver has logged in.',
    scope: 'contracts:read',
    params: contractParams,
    answers: { 200: answersJson('The connection.', connectionAnswer) },
    handle: getConnection,
  }),
  route({
    method: 'DELETE',
    path: '/v1/contracts/{contractId}/connection',
    name: 'withdrawConnection',
    group,
    summary: 'End the connection, as its driver could',
    detail:
      'No reading is taken from then on, of a login under way neither; periods that no earlier reading closes end without one, because of `consent_withdrawn`. Within minutes our access at the maker is ended, unless another contract has the car, and the tokens are gone. To read the car again takes a new link. Repeating it changes nothing.',
    scope: 'connections:withdraw',
    params: contractParams,
    answers: { 202: answersJson('The consent has ended; the rest follows.', connectionAnswer) },
    handle: deleteConnection,
  }),
];
