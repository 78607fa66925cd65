// What the small stand-ins share with AWS on the wire: the AWS JSON 1.1 protocol, an operation name in, JSON out.
// An operation that is not in a stand-in's table is answered with 501, never with a guess.

export type JsonObject = Readonly<Record<string, unknown>>;

/** An answer that AWS gives with a status and a `__type`; the SDK turns it into an exception of that name. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsFault';
    this.code = code;
    this.status = status;
  }
}

export type AwsAnswer = { readonly status: number; readonly contentType: string; readonly body: string };

export type AwsOperations = Readonly<Record<string, (input: JsonObject) => JsonObject>>;

const answer = (status: number, body: JsonObject): AwsAnswer => ({
  status,
  contentType: 'application/x-amz-json-1.1',
  body: JSON.stringify(body),
});

const parse = (body: string): JsonObject => {
  const value: unknown = body === '' ? {} : JSON.parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AwsFault('SerializationException', '');
  return { ...value };
};

/** Runs one operation of a stand-in on a JSON request body. */
export const answerAwsJson = (operations: AwsOperations, operation: string, body: string): AwsAnswer => {
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run === undefined) {
    return answer(501, { __type: 'NotImplementedException', message: `the local stand-in does not do ${operation}` });
  }
  try {
    return answer(200, run(parse(body)));
  } catch (error) {
    if (error instanceof AwsFault) return answer(error.status, { __type: error.code, message: error.message });
    if (error instanceof SyntaxError) return answer(400, { __type: 'SerializationException' });
    throw error;
  }
};

/** A string member of a request; absent or of another type is AWS's validation error. */
export const stringOf = (input: JsonObject, member: string): string => {
  const value = input[member];
  if (typeof value === 'string') return value;
  throw new AwsFault(
    'ValidationException',
    `Value at '${member}' failed to satisfy constraint: Member must not be null`,
  );
};

/** A blob member of a request: base64 on the wire. */
export const blobOf = (input: JsonObject, member: string): Buffer => Buffer.from(stringOf(input, member), 'base64');
