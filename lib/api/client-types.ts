// The OpenAPI document as types of TypeScript: the interface `paths` that openapi-fetch takes, in the form that openapi-typescript gives
// it. Runs when the document is written and when it is tested, never when a request is answered. Refuses a schema it has no type for:
// a wrong type is worse than none.

type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}

interface Response extends Media {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required: boolean }>>;
}

interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Media & { readonly required: boolean };
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}

/** As much of the document as types are made of. */
export interface TypedDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly schemas: Readonly<Record<string, Json>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

/** One member of an object type. */
interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional?: boolean;
  readonly about?: unknown;
}

const HEAD = `// The API in types, made from openapi.json by \`npm run openapi\`: not to be changed by hand.
// For openapi-fetch: \`createClient<paths>({ baseUrl })\`.
`;

const indented = (text: string): string => text.replaceAll('\n', '\n  ');

/** A status stays a number: as a text it would be another key. */
const nameOf = (name: string): string => (/^([A-Za-z_]\w*|[1-9]\d*)$/.test(name) ? name : JSON.stringify(name));

function comment(about: unknown): string {
  if (typeof about !== 'string') return '';
  const lines = about.replaceAll('*/', '*\\/').split('\n');
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function objectOf(members: readonly Member[]): string {
  if (members.length === 0) return 'Record<string, never>';
  const lines = members.map(
    ({ name, type, optional = false, about }) =>
      `\n${comment(about)}readonly ${nameOf(name)}${optional ? '?' : ''}: ${type};`,
  );
  return `{${indented(lines.join(''))}\n}`;
}

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(' | ');

const refType = (ref: string): string => {
  const [, , kind = '', name = ''] = ref.split('/');
  return `components[${JSON.stringify(kind)}][${JSON.stringify(name)}]`;
};

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** What a value may be; limits and patterns have no type. */
function typeOf(schema: Json): string {
  const { $ref, type, anyOf, oneOf } = schema;
  if (typeof $ref === 'string') return refType($ref);
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return unionOf(schema['enum'].map((value) => JSON.stringify(value)));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return unionOf(choices.map(typeOf));
  if (Array.isArray(type)) return unionOf(type.map((one) => typeOf({ ...schema, type: one })));
  if (type === 'object') return objectTypeOf(schema);
  if (type === 'array') return `readonly (${typeOf(schema['items'] as Json)})[]`; // zod gives every array its items
  const primitive = PRIMITIVES[String(type)];
  if (primitive === undefined) throw new Error(`no type for the schema ${JSON.stringify(schema)}`);
  return primitive;
}

function objectTypeOf({ properties, required, additionalProperties }: Json): string {
  if (properties === undefined && typeof additionalProperties === 'object') {
    return `{ readonly [name: string]: ${typeOf(additionalProperties as Json)} }`;
  }
  const needed = Array.isArray(required) ? required : [];
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, Json>>);
  return objectOf(
    fields.map(([name, field]) => ({
      name,
      type: typeOf(field),
      optional: !needed.includes(name),
      about: field['description'],
    })),
  );
}

function parametersType(document: TypedDocument, { parameters = [] }: Operation): string {
  const all = parameters.map((one) =>
    '$ref' in one ? (document.components.parameters[one.$ref.split('/').at(-1) ?? ''] as Parameter) : one,
  );
  const places = ['query', 'header', 'path', 'cookie'].map((place) => {
    const here = all.filter((one) => one.in === place);
    const members = here.map(({ name, required, description, schema }) => ({
      name,
      type: typeOf(schema),
      optional: !required,
      about: description,
    }));
    const optional = here.every(({ required }) => !required);
    return { name: place, type: here.length === 0 ? 'never' : objectOf(members), optional };
  });
  return objectOf(places);
}

const contentMember = ({ content }: Media): Member =>
  content === undefined
    ? { name: 'content', type: 'never', optional: true }
    : {
        name: 'content',
        type: objectOf(Object.entries(content).map(([name, { schema }]) => ({ name, type: typeOf(schema) }))),
      };

function responseType(response: Response | { readonly $ref: string }): string {
  if ('$ref' in response) return refType(response.$ref);
  const headers = Object.entries(response.headers ?? {}).map(([name, { required }]) => ({
    name,
    type: 'string',
    optional: !required,
  }));
  return objectOf([{ name: 'headers', type: objectOf(headers) }, contentMember(response)]);
}

function operationType(document: TypedDocument, operation: Operation): string {
  const { requestBody, responses } = operation;
  const answers = Object.entries(responses).map(([name, response]) => ({
    name,
    type: responseType(response),
    about: '$ref' in response ? undefined : response.description,
  }));
  const body: Member =
    requestBody === undefined
      ? { name: 'requestBody', type: 'never', optional: true }
      : { name: 'requestBody', type: objectOf([contentMember(requestBody)]), optional: !requestBody.required };
  return objectOf([
    { name: 'parameters', type: parametersType(document, operation) },
    body,
    { name: 'responses', type: objectOf(answers) },
  ]);
}

/**
 * The source text of the client's types.
 * @throws Error for a schema that has no type here
 */
export function clientTypes(document: TypedDocument): string {
  const paths = Object.entries(document.paths).map(([name, operations]) => ({
    name,
    type: objectOf(
      Object.entries(operations).map(([method, operation]) => ({
        name: method,
        type: operationType(document, operation),
        about: `${operation.summary}\n\n${operation.description}`,
      })),
    ),
  }));
  const { schemas, responses } = document.components;
  const components = objectOf([
    {
      name: 'schemas',
      type: objectOf(
        Object.entries(schemas).map(([name, schema]) => ({ name, type: typeOf(schema), about: schema['description'] })),
      ),
    },
    {
      name: 'responses',
      type: objectOf(
        Object.entries(responses).map(([name, response]) => ({
          name,
          type: responseType(response),
          about: response.description,
        })),
      ),
    },
  ]);
  return `${HEAD}\nexport interface paths ${objectOf(paths)}\n\nexport interface components ${components}\n`;
}
