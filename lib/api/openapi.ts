// The OpenAPI 3.1 document of the route table: the schemas are those that run, the refusals are those of the table of problems, the
// examples are recorded answers. Runs when the document is written and when it is tested, never when a request is answered.
import * as z from 'zod/mini';
import { EVENT_TYPES } from '../event/event.ts';
import { SCOPES } from '../tenant/scopes.ts';
import { ANSWER_WITHIN_MS, TRIED } from '../webhook/schedule.ts';
import { type AnswerHeaders, headersOf, headersRefusing, headersUnchanged } from './answer-headers.ts';
import { GROUPS, type Group } from './groups.ts';
import { INTRODUCTION } from './introduction.ts';
import { type Json, jsonSchema } from './json-schema.ts';
import { type ProblemCode, problem, problems } from './problem.ts';
import { type Answer, type Described, isDoneOnce, problemsOf, takesBody } from './route.ts';
import { exampleOf, TOLD, webhookBody } from './webhook-bodies.ts';

/** One exchange with the API as it took place, see examples.json. */
export interface Example {
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly status: number;
  /** Parsed where it is JSON, the text otherwise. */
  readonly answer: unknown;
  /** The answer in its other forms, by media type. */
  readonly forms?: Readonly<Record<string, string>>;
}

/** By the name of the route. */
export type Examples = Readonly<Record<string, Example>>;

const PROBLEM_JSON = 'application/problem+json';
const REQUEST_ID = 'req-1';

const problemSchema = z
  .object({
    type: z.string().check(z.describe('`urn:odoseal:problem:` and the code.')),
    title: z.string(),
    status: z.int(),
    detail: z.optional(z.string()),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string().check(z.describe('Also in the header `x-request-id`; tell us this one.')),
    errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
  })
  .check(
    z.meta({ id: 'Problem', description: 'Problem details (RFC 9457). `code` is for machines, the rest for people.' }),
  );

const gatewaySchema = z
  .object({ message: z.string() })
  .check(z.meta({ id: 'GatewayAnswer', description: 'What the gateway in front of the API answers by itself.' }));

/** What the gateway answers before, or instead of, the API. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function queryParameters(schema: z.ZodMiniType | undefined): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, {}) as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...field }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema: field,
  }));
}

function pathParameters({ params = {} }: Described): readonly Json[] {
  return Object.entries(params).map(([name, schema]) => {
    const { description, ...field } = jsonSchema(schema, {});
    return { name, in: 'path', required: true, description, schema: field };
  });
}

/** Headers that a request may have, and that say something beside the body. */
const HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    description:
      'Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day.',
  },
  IfMatch: { name: 'If-Match', description: 'The `etag` of what you mean to change.' },
  IfNoneMatch: {
    name: 'If-None-Match',
    description: 'The `etag` of the answer you have: 304 when it is still the answer.',
  },
} as const;

type HeaderName = keyof typeof HEADERS;

const ofHeader = (header: HeaderName): Json => ({ $ref: `#/components/parameters/${header}` });

const parameterOf = ({ name, description }: { readonly name: string; readonly description: string }): Json => ({
  name,
  in: 'header',
  required: name === 'If-Match' || name.startsWith('webhook-'),
  description,
  schema: { type: 'string' },
});

/** What leads elsewhere has no bytes of its own. */
const hasTag = ({ method, answers }: Described): boolean => method === 'GET' && answers[200] !== undefined;

function headerParameters(route: Described): readonly Json[] {
  if (isDoneOnce(route)) return [ofHeader('IdempotencyKey')];
  if (route.method === 'PATCH') return [ofHeader('IfMatch')];
  return hasTag(route) ? [ofHeader('IfNoneMatch')] : [];
}

/** What an answer says in headers, as the document says it. */
const headersMember = (headers: AnswerHeaders): Json => ({
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, { description, required }]) => [
      name,
      { description, required, schema: { type: 'string' } },
    ]),
  ),
});

/** The first media type is the one that is given when nothing else is asked for. No member for no body. */
function contentOf(answer: Answer, told: Example | undefined, components: Record<string, unknown>): Json {
  const types = Object.entries(answer.content).map(([type, schema], n) => {
    const example = n === 0 ? told?.answer : told?.forms?.[type];
    return [type, { schema: jsonSchema(schema, components), ...(example === undefined ? {} : { example }) }];
  });
  return types.length === 0 ? {} : { content: Object.fromEntries(types) };
}

/** Refusals by status; those of one status share an answer, which is a component named for its codes. */
function refusalsOf(route: Described): readonly (readonly [status: number, codes: readonly ProblemCode[]])[] {
  const byStatus = Map.groupBy(problemsOf(route), (code): number => problems[code].status);
  const gateways = [429, 503].filter((status) => !byStatus.has(status)).map((status) => [status, []] as const);
  return [...byStatus, ...gateways].toSorted(([a], [b]) => a - b);
}

const nameOf = (status: number, codes: readonly ProblemCode[]): string =>
  codes.length === 0 ? `gateway_${status}` : codes.join('-or-');

function refusal(status: number, codes: readonly ProblemCode[]): Json {
  const examples = codes.map((code) => [code, { value: JSON.parse(problem(code, REQUEST_ID).body) }]);
  const ours = { schema: { $ref: '#/components/schemas/Problem' }, examples: Object.fromEntries(examples) };
  const message = GATEWAY[status];
  const gateways = { schema: { $ref: '#/components/schemas/GatewayAnswer' }, example: { message } };
  const sentences = codes.map((code) => `\`${code}\`: ${problems[code].title}`);
  return {
    description: [...sentences, ...(message === undefined ? [] : [`From the gateway: ${message}.`])].join('\n\n'),
    ...headersMember(headersRefusing(codes, message !== undefined)),
    content: {
      ...(codes.length === 0 ? {} : { [PROBLEM_JSON]: ours }),
      ...(message === undefined ? {} : { 'application/json': gateways }),
    },
  };
}

const needs = ({ scope }: Described): string =>
  scope === null ? 'Any key may ask this.' : `Needs the scope \`${scope}\`.`;

function operationOf(route: Described, example: Example | undefined, components: Components): Json {
  const answers = Object.entries(route.answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      ...headersMember(headersOf(route, Number(status))),
      ...contentOf(answer, example?.status === Number(status) ? example : undefined, components.schemas),
    },
  ]);
  const unchanged = hasTag(route) ? [['304', unchangedOf(route)]] : [];
  const refusals = refusalsOf(route).map(([status, codes]) => {
    const name = nameOf(status, codes);
    components.responses[name] = refusal(status, codes);
    return [String(status), { $ref: `#/components/responses/${name}` }];
  });
  const parameters = [...pathParameters(route), ...queryParameters(route.query), ...headerParameters(route)];
  return {
    operationId: route.name,
    tags: [route.group],
    summary: route.summary,
    description: [...(route.detail === undefined ? [] : [route.detail]), needs(route)].join('\n\n'),
    security: [{ apiKey: route.scope === null ? [] : [route.scope] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(route, example, components),
    responses: Object.fromEntries([...answers, ...unchanged, ...refusals]),
  };
}

function bodyOf(route: Described, example: Example | undefined, components: Components): Json {
  if (!takesBody(route) || route.body === undefined) return {};
  const schema = jsonSchema(route.body, components.schemas);
  const required = !route.body.safeParse({}).success;
  const shown = example?.body === undefined ? {} : { example: example.body };
  return { requestBody: { required, content: { 'application/json': { schema, ...shown } } } };
}

/** What comes with a body that is sent to a tenant's server. Source: the Standard Webhooks specification. */
const SENT_WITH = [
  { name: 'webhook-id', description: 'Id of the event: the same however often it comes.' },
  {
    name: 'webhook-timestamp',
    description: 'When it was sent, in seconds since 1970. Refuse what is older than five minutes.',
  },
  {
    name: 'webhook-signature',
    description: 'One `v1,…` or more, apart by spaces: the body is to be believed when one of them is right.',
  },
] as const;

/** One operation, whatever is told: the types are its examples. */
function webhook(components: Components): Json {
  const examples = EVENT_TYPES.map((type) => [type, { description: TOLD[type].when, value: exampleOf(type) }]);
  const content = { schema: jsonSchema(webhookBody, components.schemas), examples: Object.fromEntries(examples) };
  return {
    operationId: 'event',
    tags: ['Webhooks' satisfies Group],
    summary: 'What your servers are told',
    description:
      'Sent to each of your endpoints. Verify it before you believe it, and drop what you know by its `webhook-id`.',
    security: [],
    parameters: SENT_WITH.map(parameterOf),
    requestBody: { required: true, content: { 'application/json': content } },
    responses: {
      '2XX': { description: 'It has arrived.' },
      '410': { description: 'The endpoint is disabled, and told nothing any more.' },
      default: {
        description: `It is sent again, in all ${TRIED}; so is what nobody answers in ${ANSWER_WITHIN_MS / 1000} seconds.`,
      },
    },
  };
}

const unchangedOf = (route: Described): Json => ({
  description: 'What you have is still the answer.',
  ...headersMember(headersUnchanged(route)),
});

interface Components {
  readonly schemas: Record<string, unknown>;
  readonly responses: Record<string, unknown>;
}

const sorted = (of: Readonly<Record<string, unknown>>): Json =>
  Object.fromEntries(Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** The whole document. */
export function openApiDocument(routes: readonly Described[], examples: Examples): Json {
  const components: Components = { schemas: {}, responses: {} };
  for (const schema of [problemSchema, gatewaySchema]) jsonSchema(schema, components.schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const methods = paths[route.path] ?? {};
    methods[route.method.toLowerCase()] = operationOf(route, examples[route.name], components);
    paths[route.path] = methods;
  }
  const told = webhook(components);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Odoseal',
      version: '1',
      summary: 'Signed monthly mileage of connected cars.',
      description: INTRODUCTION,
    },
    servers: [{ url: '/' }],
    tags: Object.entries(GROUPS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: { event: { post: told } },
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: `An API key with the scope that a route needs: ${SCOPES.join(', ')}.`,
        },
      },
      parameters: Object.fromEntries(Object.entries(HEADERS).map(([name, header]) => [name, parameterOf(header)])),
      schemas: sorted(components.schemas),
      responses: sorted(components.responses),
    },
  };
}
