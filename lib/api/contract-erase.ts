// Erasing a contract's personal data over HTTP: asked for here, done by whoever ends grants. Deletes nothing itself.
import { askErasure } from '../contract/erasure.ts';
import { erasure } from './contract-answers.ts';
import { contractParams, erasureView, findDossier } from './contracts.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

async function postErase(context: ApiContext): Promise<ApiResponse> {
  const { deps, request } = context;
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const asked = await askErasure(deps.business, dossier.contract, deps.now);
  switch (asked.kind) {
    case 'asked':
      return json(202, erasureView(asked.contract), { location: `/v1/contracts/${asked.contract.contractId}` });
    case 'not_over':
      return problem('contract_not_over', request.id);
    case 'held':
      return problem('legal_hold', request.id);
    case 'gone':
      return problem('not_found', request.id);
  }
}

export const contractEraseRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/contracts/{contractId}/erase',
    name: 'eraseContract',
    group: 'Contracts',
    summary: 'Erase what a contract knows of a person and a car',
    detail:
      'Of a contract that has ended and whose months are all stated. VIN, reference, metadata, connections, readings, declarations, the driver’s personal link and the reports on the contract go, and with them whatever statements could disclose. A report on a month, which names the reference and no VIN, stays for its 30 days. The statements stay as they were signed, and verify as before, with their places in the log. It takes fifteen minutes or more: until the maker has ended our access. It cannot be undone.',
    scope: 'contracts:erase',
    params: contractParams,
    answers: { 202: answersJson('Noted.', erasure, { location: 'The contract, which says when it is done.' }) },
    problems: ['contract_not_over', 'legal_hold'],
    handle: postErase,
  }),
];
