// The committed document is the one that the route table makes, hangs together, and says what every route refuses.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import { clientTypes } from '../../../lib/api/client-types.ts';
import examples from '../../../lib/api/examples.json' with { type: 'json' };
import committed from '../../../lib/api/openapi.json' with { type: 'json' };
import { openApiDocument } from '../../../lib/api/openapi.ts';
import { problemsOf } from '../../../lib/api/route.ts';
import { webhookBody } from '../../../lib/api/webhook-bodies.ts';
import { EVENT_TYPES, parseEvents } from '../../../lib/event/event.ts';

const text = readFileSync(new URL('../../../lib/api/openapi.json', import.meta.url), 'utf8');
const paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> = committed.paths;
const operations = allRoutes.map(
  (route) => [route.name, route, paths[route.path]?.[route.method.toLowerCase()]] as const,
);

const told = committed.webhooks.event.post.requestBody.content['application/json'].examples;

interface Shown {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string; readonly schema?: object }[];
  readonly responses: Readonly<Record<string, Told>>;
}

interface Told {
  readonly headers?: Readonly<Record<string, { readonly required: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
}

interface Listed {
  readonly properties: { readonly next: { readonly description: string } };
}

/** Every `$ref` within. */
const refsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
};

const at = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], committed);

describe('the document', () => {
  it('is the one of the route table; `npm run openapi` writes it', () => {
    expect(text).toBe(`${JSON.stringify(openApiDocument(allRoutes, examples), undefined, 2)}\n`);
  });

  it('has every route and no other', () => {
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.toSorted()).toEqual(allRoutes.map(({ method, path }) => `${method} ${path}`).toSorted());
    expect(new Set(allRoutes.map(({ name }) => name)).size).toBe(allRoutes.length);
  });

  it('leads somewhere with every reference, and has no component that nothing leads to', () => {
    const refs = new Set(refsIn(committed));
    for (const ref of refs) expect(at(ref), ref).toBeDefined();
    const { schemas, responses, parameters } = committed.components;
    const names = [
      ...Object.keys(parameters).map((name) => `#/components/parameters/${name}`),
      ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
      ...Object.keys(responses).map((name) => `#/components/responses/${name}`),
    ];
    expect(names.filter((name) => !refs.has(name))).toEqual([]);
  });

  it.each(operations)('shows of %s its scope, its example, and every refusal by its code', (name, route, operation) => {
    expect(operation).toMatchObject({
      operationId: name,
      security: [{ apiKey: [route.scope].filter((scope) => scope !== null) }],
    });
    const { responses } = operation as { readonly responses: Readonly<Record<string, Shown>> };
    const codes = Object.values(responses).flatMap(({ $ref }) => $ref?.split('/').at(-1)?.split('-or-') ?? []);
    expect(codes.filter((code) => !/^(gateway_)/.test(code)).toSorted()).toEqual(problemsOf(route).toSorted());
    for (const [status, { content }] of Object.entries(route.answers)) {
      const shown: Readonly<Record<string, object>> = responses[status]?.content ?? {};
      const without = Object.keys(content).filter((type) => !('example' in (shown[type] ?? {})));
      expect(without, `${name} ${status} has no example of`).toEqual([]);
    }
  });

  it('has every type of event at the webhook, with a sentence and a body as it arrives', () => {
    expect(Object.keys(told)).toEqual([...EVENT_TYPES]);
    for (const [type, { description, value }] of Object.entries(told)) {
      expect(description).toMatch(/\.$/);
      expect(webhookBody.parse(value)).toEqual({ ...value, type });
      const { data, timestamp: at } = value;
      expect(parseEvents([{ id: `evt_${'0'.repeat(32)}`, type, at, tenantId: 'rivage', data }])).toHaveLength(1);
    }
  });

  it('has the headers of answers, those that all have and those that some have', () => {
    const { responses } = committed.components;
    const required = (headers: Readonly<Record<string, { readonly required: boolean }>>) =>
      Object.fromEntries(Object.entries(headers).map(([header, { required: always }]) => [header, always]));
    const contract = committed.paths['/v1/contracts/{contractId}'];
    expect(required(contract.get.responses[200].headers)).toEqual({ 'x-request-id': true, etag: true });
    expect(required(contract.get.responses[304].headers)).toEqual({ 'x-request-id': true, etag: true });
    expect(required(contract.patch.responses[200].headers)).toEqual({ 'x-request-id': true, etag: true });
    expect(required(committed.paths['/v1/contracts'].post.responses[201].headers)).toEqual({
      'x-request-id': true,
      'idempotency-replayed': false,
      location: true,
      etag: true,
    });
    expect(required(responses.rate_limited.headers)).toEqual({
      'x-request-id': false,
      'retry-after': false,
      'apigw-requestid': true,
    });
    expect(required(responses.unauthorized.headers)).toEqual({
      'x-request-id': false,
      'www-authenticate': false,
      'apigw-requestid': true,
    });
    expect(required(responses.missing_scope.headers)).toEqual({ 'x-request-id': true });
    expect(required(responses.gateway_503.headers)).toEqual({ 'apigw-requestid': true });
  });

  it('has as a number every parameter that is read as one, with all it takes', () => {
    const numbers = operations.flatMap(([name, { query }, operation]) =>
      Object.entries(query === undefined ? {} : (query as z.ZodMiniObject).shape).flatMap(([field, schema]) => {
        if (typeof z.safeParse(schema, '7').data !== 'number') return [];
        const { parameters = [] } = operation as Operation;
        const told = parameters.find((parameter) => parameter.name === field)?.schema;
        return [[name, field, told] as const];
      }),
    );
    const limit = { type: 'integer', minimum: 1, maximum: 100, default: 25 };
    for (const [name, field, told] of numbers) expect([name, field, told]).toEqual([name, 'limit', limit]);
    expect(numbers.length).toBeGreaterThan(8);
  });

  it('takes an entity tag where an answer has one, and nowhere else', () => {
    const said = operations.map(([name, { method }, operation]) => {
      const { parameters = [], responses } = operation as Operation;
      const takes = parameters.some(({ $ref }) => $ref === '#/components/parameters/IfNoneMatch');
      const gives = method === 'GET' && responses['200']?.headers?.['etag']?.required === true;
      expect([name, takes, responses['304'] !== undefined]).toEqual([name, gives, gives]);
      return { name, method, gives };
    });
    const without = said.filter(({ method, gives }) => method === 'GET' && !gives);
    expect(without.map(({ name }) => name)).toEqual(['downloadReport']);
    expect(committed.info.description).toContain('Every GET that answers 200 has an `etag`');
  });

  it('says of every list in pages its order, and that its `next` ends: but for events, as the introduction says', () => {
    const lists = operations.flatMap(([name, , operation]) => {
      const { parameters = [], responses, summary, description } = operation as Operation;
      if (!parameters.some((parameter) => parameter.name === 'cursor')) return [];
      const schema = responses['200']?.content?.['application/json']?.schema;
      const { properties } = (schema?.$ref === undefined ? schema : at(schema.$ref)) as Listed;
      const order = /(newest|oldest)(?: contract)? first/.exec(`${summary} ${description}`)?.[1];
      return [[name, order, /null on the last one/.test(properties.next.description)] as const];
    });
    expect(lists.filter(([, order, ends]) => order !== 'newest' || !ends)).toEqual([['listEvents', 'oldest', false]]);
    expect(lists.length).toBeGreaterThan(8);
    expect(committed.info.description).toContain('Events alone are oldest first, and their `next` is to be kept');
  });

  it('has what the gateway answers by itself', () => {
    const { responses } = committed.components;
    expect(responses.unauthorized.content['application/json'].example).toEqual({ message: 'Unauthorized' });
    expect(responses['body_too_large'].content['application/json'].example).toEqual({
      message: 'Request Entity Too Large',
    });
    expect(responses.internal.content['application/json'].example).toEqual({ message: 'Internal Server Error' });
    expect(responses.gateway_503.content['application/json'].example).toEqual({ message: 'Service Unavailable' });
  });
});

describe('the types of the client', () => {
  it('are those of the document; `npm run openapi` writes them', () => {
    const types = readFileSync(new URL('../../../lib/api/client/paths.ts', import.meta.url), 'utf8');
    expect(types).toBe(clientTypes(JSON.parse(text)));
  });

  it('say what may be left out, what may be null, and what else a value may be', () => {
    const thing = {
      type: 'object',
      required: ['id', 'labels'],
      properties: {
        id: { type: 'string', description: 'Ends no comment: */', minLength: 1 },
        labels: { type: 'object', additionalProperties: { type: 'integer' } },
        note: { type: ['string', 'null'] },
        kinds: { type: 'array', items: { enum: ['a', 'b'] } },
        one: { anyOf: [{ $ref: '#/components/schemas/Other' }, { const: 1 }, { type: 'null' }] },
      },
    };
    const types = clientTypes({ paths: {}, components: { parameters: {}, responses: {}, schemas: { Thing: thing } } });
    expect(types.replaceAll(/\s+/g, ' ')).toContain(
      [
        'readonly Thing: { /** Ends no comment: *\\/ */ readonly id: string;',
        'readonly labels: { readonly [name: string]: number };',
        'readonly note?: string | null;',
        'readonly kinds?: readonly ("a" | "b")[];',
        'readonly one?: components["schemas"]["Other"] | 1 | null; }',
      ].join(' '),
    );
  });

  it('are not made of a schema that has none', () => {
    const document = { paths: {}, components: { parameters: {}, responses: {}, schemas: { Thing: { not: {} } } } };
    expect(() => clientTypes(document)).toThrow('no type for the schema {"not":{}}');
  });
});
