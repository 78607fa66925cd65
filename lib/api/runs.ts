// Runs over HTTP: how a month stands, contract by contract and in counts, as JSON and as a table. A page counts what it has looked at;
// the whole run is counted elsewhere, from time to time.
import * as z from 'zod/mini';
import { getTotals, type RunTotals } from '../attestation/followed-run.ts';
import { RUN_STATUSES, type RunLine, runOf } from '../attestation/run.ts';
import { countRun, RUN_REASONS, RUN_VERDICTS, type RunCounts } from '../attestation/run-counts.ts';
import { deadlineOf } from '../contract/due.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { csv } from '../report/csv.ts';
import { preferredType } from './accept.ts';
import { about, form, instant, oneOf, orNull, pageFields, periodId } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, type Route, route } from './route.ts';

const JSON_TYPE = 'application/json';
const CSV = 'text/csv';

const runItem = z
  .object({
    contract: z.string(),
    reference: z.string(),
    from: instant,
    to: instant,
    deadline: about(instant, 'When the month is stated, reading or not.'),
    status: about(
      z.enum(RUN_STATUSES),
      '`upcoming`: the month is to come. `running`: it is not over. It is over, and: `due`: the car has yet to answer. `read`: there is a reading; the statement is to come. `asleep`: the car was asked and slept; it is asked again. `waiting_for_driver`: the driver has to connect, or to do something at the maker. `failed`: it needs us: the vehicle platform refuses us, or the deadline has passed without a statement. `attested`: stated with a distance, or with why there is none. `no_reading`: stated without a reading.',
    ),
    verdict: about(orNull(z.enum(RUN_VERDICTS)), 'Of what is stated.'),
    reason: about(
      orNull(z.enum([...RUN_REASONS, 'overdue'])),
      'Why there is no reading; while it waits for the driver, what the month is stated with if it stays so.',
    ),
    distanceMetres: orNull(z.int()),
    attestation: about(orNull(z.string()), 'Id of the statement.'),
  })
  .check(z.meta({ id: 'RunItem' }));

type RunItem = z.infer<typeof runItem>;

const count = z.int();
const countEach = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, count]));

const counts = {
  ...countEach(RUN_STATUSES),
  contracts: about(count, 'All that have this month; each is counted under one status.'),
  byVerdict: about(z.object(countEach(RUN_VERDICTS)), 'Of those that are attested.'),
  byReason: about(z.object(countEach(RUN_REASONS)), 'Of those that ended without a reading.'),
} as const;

const runPage = z
  .object({
    period: z.string(),
    totals: about(
      orNull(
        z.object({
          asOf: about(instant, 'When the count began: nothing in it is older.'),
          complete: about(z.boolean(), 'Every contract that has the month is stated: it is not counted again.'),
          ...counts,
        }),
      ),
      'Of the whole run, when it was counted last: every quarter of an hour after a month or a deadline ends, then ever more rarely. A run that is complete keeps its counts, and `run.completed` is told, once; what is made or stated again afterwards for this month is in the lines. null: not counted yet (the month runs everywhere), or a month that was over when the tenant came to be.',
    ),
    counts: about(z.object(counts), 'Of the contracts that this page looked at, whichever it shows.'),
    items: z.array(runItem),
    next: about(orNull(z.string()), 'Cursor of the next page; null on the last one.'),
  })
  .check(z.meta({ id: 'RunPage' }));

const runQuery = form({ ...pageFields, status: z.optional(about(oneOf(RUN_STATUSES), 'Show these alone.')) });

type Context = ApiContext<z.infer<typeof runQuery>>;

function itemOf({ contract, period, standing }: RunLine): RunItem {
  const { status, verdict = null, reason = null, distanceMetres = null, attestationId: attestation = null } = standing;
  const { contractId, reference, deadlineDays } = contract;
  const deadline = new Date(deadlineOf(period, deadlineDays)).toISOString();
  const { from, to } = period;
  return { contract: contractId, reference, from, to, deadline, status, verdict, reason, distanceMetres, attestation };
}

const countsView = ({ contracts, byStatus, byVerdict, byReason }: RunCounts) => ({
  contracts,
  ...byStatus,
  byVerdict,
  byReason,
});

const totalsView = ({ asOf, complete, counts }: RunTotals) => ({ asOf, complete, ...countsView(counts) });

const COLUMNS = Object.keys(runItem.shape) as (keyof RunItem)[];

/** Where a table goes on, for it has no place for a cursor: RFC 8288. */
function linkTo({ request, query: { limit, status } }: Context, cursor: string | null) {
  if (cursor === null) return {};
  const query = new URLSearchParams({ limit: String(limit), ...(status && { status }), cursor });
  return { link: `<${request.path}?${query}>; rel="next"` };
}

async function getRun(context: Context): Promise<ApiResponse> {
  const { deps, caller, request, params, query } = context;
  const { period = '' } = params;
  const type = preferredType(request.headers['accept'], [JSON_TYPE, CSV]);
  if (type === undefined) return problem('not_acceptable', request.id, { detail: `There is ${JSON_TYPE} and ${CSV}.` });
  const list = `run ${period} ${query.status ?? ''}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const { limit } = query;
  const { contracts, more } = await listContracts(deps.business, caller.tenantId, { limit, after: place.after });
  const lines = await runOf(deps, contracts, period, deps.now);
  const shown = lines.filter(({ standing: { status } }) => query.status === undefined || status === query.status);
  const items = shown.map(itemOf);
  const next = await nextCursor(context, list, more ? contracts.at(-1)?.contractId : undefined);
  const vary = { vary: 'accept' };
  if (type === CSV) {
    const headers = { ...json(200, {}, vary).headers, 'content-type': CSV, ...linkTo(context, next) };
    return { status: 200, headers, body: csv(COLUMNS, items) };
  }
  const found = await getTotals(deps.business, caller.tenantId, period);
  const totals = found === undefined ? null : totalsView(found);
  return json(200, { period, totals, counts: countsView(countRun(lines)), items, next }, vary);
}

export const runRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/runs/{period}',
    name: 'getRun',
    group: 'Attestations',
    summary: 'See how a month stands, as JSON or as CSV',
    detail:
      'A run is all contracts that have this month, newest first, and where each stands, while it happens and after. A page looks at `limit` contracts: it may hold fewer, or none, and have a `next` all the same. The counts of the run at this moment are the sums of those of its pages; `totals` are those of the last count. The `Accept` header chooses: `application/json`, or `text/csv` with a header line on every page, and the next page in `Link`; what a program could take for a formula, at the start of a cell or behind `;`, `|`, a quotation mark, a tab or a line break in it, has an apostrophe before it. A contract that was just made may take a moment to appear.',
    scope: 'attestations:read',
    params: { period: periodId },
    query: runQuery,
    answers: {
      200: {
        description: 'A page of the run.',
        content: {
          [JSON_TYPE]: runPage,
          [CSV]: z.string().check(z.describe(`RFC 4180, with the columns ${COLUMNS.join(', ')}.`)),
        },
        headers: { vary: 'What the answer depends on.' },
        sometimes: { link: 'CSV: where the next page is, if there is one (RFC 8288).' },
      },
    },
    problems: ['not_acceptable'],
    handle: getRun,
  }),
];
