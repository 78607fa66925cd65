// New contracts over HTTP, one or many: what they are made of, and how.
import * as z from 'zod/mini';
import { createContract } from '../contract/create.ts';
import { isZone, startOfDay } from '../mileage/period.ts';
import { getApplication } from '../tenant/application.ts';
import { getTenant, MOST_DEADLINE_DAYS, READING_POLICIES, scheduleOf } from '../tenant/tenant.ts';
import type { ApiCall } from './call.ts';
import { contractLines, contractWithConnection } from './contract-answers.ts';
import { allowance, KINDS, metadata, WORDS } from './contract-fields.ts';
import { contractView } from './contracts.ts';
import { tagged } from './entity-tag.ts';
import { about, day, dayForm, form, oneOf, reference, vin, wholeNumber } from './fields.ts';
import { errorsOf } from './input.ts';
import { type ApiResponse, type FieldError, json, problem, problems } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';
import { instantOf, zone } from './zone-fields.ts';

const LEFT_OUT = 'Left out: as your tenant’s `schedule` says (`/v1/me`).';

const terms = form({
  kind: oneOf(KINDS),
  reference: about(reference, WORDS.reference),
  vin: z.optional(about(vin, WORDS.vin)),
  start: about(day, WORDS.start),
  end: z.optional(about(day, WORDS.end)),
  zone: about(zone, WORDS.zone),
  dayOffset: z._default(about(wholeNumber(1, 28), WORDS.dayOffset), 1),
  policy: z.optional(about(oneOf(READING_POLICIES), `${WORDS.policy} ${LEFT_OUT}`)),
  deadlineDays: z.optional(about(wholeNumber(1, MOST_DEADLINE_DAYS), `${WORDS.deadlineDays} ${LEFT_OUT}`)),
  allowance: z.optional(allowance),
  metadata: z.optional(metadata),
});

const issue = (field: string, message: string) => ({
  code: 'custom' as const,
  input: undefined,
  path: [field],
  message,
});

// Looks only at fields that are right by themselves: one mistake is told once.
export const newContract = terms.check(
  (context) => {
    const { zone: inZone, start, end, allowance: allowed } = context.value;
    if (allowed?.per === 'term' && end === undefined)
      context.issues.push(issue('end', 'An allowance per term needs it'));
    if (!isZone(inZone)) return;
    const days = Object.entries({ start, end }).flatMap(([field, text]) =>
      text !== undefined && dayForm.test(text) ? [{ field, at: instantOf(inZone, text) }] : [],
    );
    for (const { field, at } of days)
      if (at === undefined) context.issues.push(issue(field, 'This day does not exist'));
    const [from, to] = days.map(({ at }) => at);
    if (from !== undefined && to !== undefined && to <= from)
      context.issues.push(issue('end', 'Must come after start'));
  },
  z.meta({ id: 'NewContract' }),
);

type NewContract = z.infer<typeof newContract>;

/** One line of a batch: what it asks for, or what is wrong with it. `given` makes one wrong line another request than the next. */
type Line = { readonly terms: NewContract } | { readonly errors: readonly FieldError[]; readonly given?: unknown };

/** Said of one line; the answer has 100, and has to be kept. */
const MOST_ERRORS = 10;

const wholeLine = z.pipe(
  newContract,
  z.transform((terms: NewContract): Line => ({ terms })),
);

// A line that is wrong is no fault of the others: what it is refused for is its value. Asked for its default, it has none. By its class,
// for what `z.catch` calls besides is 8 KB.
const line = new z.ZodMiniCatch({
  type: 'catch',
  innerType: wholeLine,
  catchValue: (caught: z.core.$ZodCatchCtx | undefined) => ({
    errors: errorsOf(caught?.error.issues ?? [], caught?.input).slice(0, MOST_ERRORS),
    given: caught?.input,
  }),
}) as z.ZodMiniCatch<typeof wholeLine>;

const LINES = 'A list of 1 to 100 contracts';

const newContracts = form({
  contracts: z.array(line, LINES).check(z.minLength(1, LINES), z.maxLength(100, LINES)),
}).check(z.meta({ id: 'NewContracts' }));

/** Of two lines with one reference the first has it: they are worked on at once, and which came first would be chance. */
function withoutRepeated(lines: readonly Line[]): readonly Line[] {
  const seen = new Set<string>();
  return lines.map((one) => {
    if (!('terms' in one)) return one;
    const { reference: text } = one.terms;
    if (seen.has(text)) return { errors: [{ field: 'reference', message: 'Given more than once' }] };
    seen.add(text);
    return one;
  });
}

const taken = [{ field: 'reference', message: 'Taken by another contract' }] as const;

type Creating = (terms: NewContract, contractId: string) => ReturnType<typeof createContract>;

/** How the caller's tenant creates contracts; undefined for a tenant that is gone. */
async function creatingFor({ deps, caller }: ApiCall): Promise<Creating | undefined> {
  const tenant = await getTenant(deps.business, caller.tenantId);
  if (tenant === undefined) return undefined;
  const { applicationId, platform, spreadMinutes } = await getApplication(deps.business, tenant.applicationId);
  const application = { applicationId, platform, spreadMinutes };
  const schedule = scheduleOf(tenant);
  return ({ start, end, policy = schedule.policy, deadlineDays = schedule.deadlineDays, ...rest }, contractId) => {
    const startsAt = startOfDay(rest.zone, start);
    const terms = {
      ...rest,
      policy,
      deadlineDays,
      startsAt,
      ...(end === undefined ? {} : { endsAt: startOfDay(rest.zone, end) }),
    };
    return createContract(deps.business, caller.tenantId, terms, application, deps.now, deps.random, contractId);
  };
}

async function postContract(context: ApiContext<unknown, NewContract>): Promise<ApiResponse> {
  const { deps, request, body, newId } = context;
  const create = await creatingFor(context);
  if (create === undefined) return problem('unauthorized', request.id);
  const made = await create(body, newId('con'));
  if (!made.created) return problem('reference_taken', request.id, { errors: taken });
  const location = `/v1/contracts/${made.contract.contractId}`;
  const answer = json(201, { ...contractView(made.contract, deps.now), connection: null }, { location });
  return { ...tagged(answer), about: [made.contract] };
}

/** Lines that are worked on at once. */
const ABREAST = 10;

const refusedLine = (code: 'reference_taken' | 'invalid_request', errors: readonly FieldError[]) => {
  const { status, title } = problems[code];
  return { created: false, contract: null, problem: { code, status, title, errors } };
};

type Made = Awaited<ReturnType<Creating>>;

function lineView(made: Made | { readonly errors: readonly FieldError[] }, now: number) {
  if ('errors' in made) return refusedLine('invalid_request', made.errors);
  if (!made.created) return refusedLine('reference_taken', taken);
  return { created: true, contract: contractView(made.contract, now), problem: null };
}

/** A crash between two lines leaves those before it: with its key the request is done again, and finds them under their ids. */
async function postContracts(context: ApiContext<unknown, z.infer<typeof newContracts>>): Promise<ApiResponse> {
  const { deps, request, body, newId } = context;
  const create = await creatingFor(context);
  if (create === undefined) return problem('unauthorized', request.id);
  const lines = withoutRepeated(body.contracts);
  const made: (Made | Exclude<Line, { terms: NewContract }>)[] = [];
  for (let from = 0; from < lines.length; from += ABREAST) {
    const some = lines.slice(from, from + ABREAST);
    const work = some.map((one, n) => ('terms' in one ? create(one.terms, newId('con', from + n)) : one));
    made.push(...(await Promise.all(work)));
  }
  const items = made.map((one) => lineView(one, deps.now));
  const about = made.flatMap((one) => ('created' in one && one.created ? [one.contract] : []));
  return { ...json(200, { items }), about };
}

const group = 'Contracts' as const;

export const newContractRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/contracts',
    name: 'createContract',
    group,
    summary: 'Create a contract',
    scope: 'contracts:write',
    body: newContract,
    answers: {
      201: answersJson('Created.', contractWithConnection, {
        location: 'Where the contract is.',
        etag: 'For the first change.',
      }),
    },
    problems: ['reference_taken', 'contract_erased'],
    handle: postContract,
  }),
  route({
    method: 'POST',
    path: '/v1/contract-batches',
    name: 'createContracts',
    group,
    summary: 'Create up to 100 contracts',
    detail:
      'Each line is answered by itself: one that is wrong, or whose reference is taken, keeps no other from being created. Of two lines with one reference the first is created. To send a corrected line is another request, with another `Idempotency-Key`.',
    scope: 'contracts:write',
    body: newContracts,
    answers: { 200: answersJson('What became of each line.', contractLines) },
    problems: ['contract_erased'],
    handle: postContracts,
  }),
];
