// Contracts of a tenant, page by page, and by what they are. A page looks at a bounded number of them, so that a filter that hardly
// anything fits costs no more than one that all fit; a reference is looked up by its key.
import * as z from 'zod/mini';
import { CONNECTION_STATES, connectionStateOf } from '../connection/connection-state.ts';
import { type Contract, findByReference } from '../contract/contract.ts';
import { PERIOD_STATUSES, periodStatusOf } from '../contract/due.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { contractPage } from './contract-answers.ts';
import { CONTRACT_STATES, KINDS, WORDS } from './contract-fields.ts';
import { contractView, stateOf } from './contracts.ts';
import { about, form, oneOf, pageFields, reference } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const contractFilters = form({
  ...pageFields,
  reference: z.optional(about(reference, WORDS.reference)),
  kind: z.optional(oneOf(KINDS)),
  state: z.optional(about(oneOf(CONTRACT_STATES), WORDS.state)),
  periodStatus: z.optional(about(oneOf(PERIOD_STATUSES), WORDS.periodStatus)),
  connectionState: z.optional(
    about(oneOf(CONNECTION_STATES), '`state` of the connection that the contract is shown with; `none`: it has none.'),
  ),
});

type Query = z.infer<typeof contractFilters>;
type Context = ApiContext<Query>;

/** Contracts that one page looks at: as many as one Query gives. */
const LOOKED_AT = 100;

/** Connections that are read at once. */
const ABREAST = 10;

/** Names the list with its filters, so that a cursor of one is none of another. */
function nameOf({ limit: _, cursor: __, ...filters }: Query): string {
  const chosen = Object.entries(filters).filter(([, value]) => value !== undefined);
  return chosen.length === 0 ? 'contracts' : `contracts ${JSON.stringify(chosen.toSorted())}`;
}

const fits = ({ kind, state, periodStatus }: Query, contract: Contract, now: number): boolean =>
  (kind === undefined || kind === contract.kind) &&
  (state === undefined || state === stateOf(contract, now)) &&
  (periodStatus === undefined || periodStatus === periodStatusOf(contract, now));

/** Those that fit, in order, and no more than `most`: connections cost a read each, so none is read in vain. */
async function choose({ deps, query }: Context, contracts: readonly Contract[], most: number) {
  const fitting = contracts.filter((contract) => fits(query, contract, deps.now));
  if (query.connectionState === undefined) return fitting.slice(0, most);
  const chosen: Contract[] = [];
  for (let from = 0; from < fitting.length && chosen.length < most; from += ABREAST) {
    const some = fitting.slice(from, from + ABREAST);
    const states = await Promise.all(some.map((contract) => connectionStateOf(deps.business, contract)));
    chosen.push(...some.filter((_, n) => states[n] === query.connectionState));
  }
  return chosen.slice(0, most);
}

async function byReference(context: Context, reference: string): Promise<ApiResponse> {
  const { deps, caller } = context;
  const found = await findByReference(deps.business, caller.tenantId, reference);
  const chosen = await choose(context, found === undefined ? [] : [found], 1);
  return json(200, { items: chosen.map((contract) => contractView(contract, deps.now)), next: null });
}

async function getContracts(context: Context): Promise<ApiResponse> {
  const { deps, caller, query } = context;
  const { limit } = query;
  const name = nameOf(query);
  const place = await placeOf(context, name, query);
  if (!place.ok) return place.refusal;
  if (query.reference !== undefined) return byReference(context, query.reference);
  const page = { limit: name === 'contracts' ? limit : LOOKED_AT, after: place.after };
  const { contracts, more } = await listContracts(deps.business, caller.tenantId, page);
  // One more than are shown, to know whether there is one.
  const chosen = await choose(context, contracts, limit + 1);
  const shown = chosen.slice(0, limit);
  const lookedAt = more ? contracts.at(-1) : undefined;
  const last = chosen.length > limit ? shown.at(-1) : lookedAt;
  const items = shown.map((contract) => contractView(contract, deps.now));
  return json(200, { items, next: await nextCursor(context, name, last?.contractId) });
}

export const contractListRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts',
    name: 'listContracts',
    group: 'Contracts',
    summary: 'List contracts, newest first',
    detail: `Filters narrow the list together; a cursor belongs to the filters it came with. A filtered page looks at ${LOOKED_AT} contracts at most: it may hold fewer than \`limit\`, or none, and have a \`next\` all the same. What was just changed may take a moment to appear, except by \`reference\`.`,
    scope: 'contracts:read',
    query: contractFilters,
    answers: { 200: answersJson('A page of contracts.', contractPage) },
    handle: getContracts,
  }),
];
