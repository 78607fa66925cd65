// What the Lambda runtime does around a handler: its context, its result as JSON, what is said of an error that escapes it.
import { existsSync } from 'node:fs';

export type HandlerRequest = { readonly id: string; readonly event: string; readonly timeoutMs: number };
export type HostError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
};
export type HandlerAnswer =
  | { readonly kind: 'result'; readonly id: string; readonly payload: string }
  | { readonly kind: 'error'; readonly id: string; readonly error: HostError };

export type Handler = (event: unknown, context: unknown) => unknown;

export type HandlerSurroundings = {
  readonly arn: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logError: (line: string) => void;
};

export const describeError = (error: unknown): HostError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: 'Error', errorMessage: String(error), trace: [] };

/** The file of a bundle. @throws Error when the asset holds none */
export const moduleFile = (bundle: string): string => {
  const found = ['.mjs', '.js', '.cjs'].map((end) => `${bundle}${end}`).find((path) => existsSync(path));
  if (found === undefined) throw new Error('the asset holds no module of the handler');
  return found;
};

/** @throws TypeError when a bundle exports no such function */
export const handlerOf = (module: Readonly<Record<string, unknown>>, exportName: string): Handler => {
  const handler = module[exportName];
  if (typeof handler !== 'function') throw new TypeError(`${exportName} is undefined or not exported`);
  return handler as Handler;
};

const contextOf = ({ id, timeoutMs }: HandlerRequest, { arn, env }: HandlerSurroundings): unknown => {
  const endsAt = performance.now() + timeoutMs;
  return {
    awsRequestId: id,
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: `/aws/lambda/${env['AWS_LAMBDA_FUNCTION_NAME']}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
  };
};

/** One event through a handler; never rejects for what the handler throws. */
export const runHandler = async (
  handler: Handler,
  request: HandlerRequest,
  surroundings: HandlerSurroundings,
): Promise<HandlerAnswer> => {
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request, surroundings));
    return { kind: 'result', id: request.id, payload: JSON.stringify(result ?? null) };
  } catch (error) {
    const described = describeError(error);
    // Lambda's runtime writes what escapes a handler to the function's log; so it must be fit to be there.
    surroundings.logError(`ERROR\tInvoke Error\t${JSON.stringify(described)}`);
    return { kind: 'error', id: request.id, error: described };
  }
};
