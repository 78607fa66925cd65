// `npm run invoke -- STAGE FUNCTION [JSON]`: calls a function of a deployed stage, as IAM lets operators do, and prints its answer as JSON.
// What went wrong is one sentence on stderr, with status 1. Credentials and region are found as any AWS SDK finds them. Is never deployed.
// Refuses to try again by itself: whether a call without an answer was carried out is not known, and a second one would make a second key.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { functionName } from './config.ts';

/** The message is one sentence for the person at the keyboard. */
class Refusal extends Error {}

interface Call {
  readonly target: string;
  readonly payload: string;
}

const callFrom = ([stage, name, payload = '{}', ...surplus]: readonly string[]): Call => {
  if (stage === undefined || name === undefined || surplus.length > 0) {
    throw new Refusal(
      `Say which function of which stage, and what to tell it: npm run invoke -- STAGE FUNCTION ['{…}'].`,
    );
  }
  try {
    JSON.parse(payload);
  } catch (cause) {
    throw new Refusal(`What to tell the function is not JSON: put it between single quotes, as '{"action":"…"}'.`, {
      cause,
    });
  }
  return { target: functionName(stage, name), payload };
};

/** What a function answers that threw. Source: Lambda Developer Guide, "Invoke". */
const fault = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('no reason given') });

/** How a schema says what is wrong: one entry for each member. */
const issues = z.array(
  z.object({
    code: z.string(),
    path: z.array(z.union([z.string(), z.number()])),
    keys: z.array(z.string()).default([]),
  }),
);

/** What is wrong with a command that is refused, member by member; of any other error the first line. */
const reasonOf = ({ errorType, errorMessage }: z.output<typeof fault>): string => {
  try {
    const wrong = issues.parse(JSON.parse(errorMessage));
    return wrong.map(({ code, path, keys }) => `${[...path, ...keys].join('.')}: ${code}`).join(', ');
  } catch {
    return `${errorType}: ${errorMessage.split('\n', 1).join()}`;
  }
};

/** By the names that SDK and Lambda give to errors. */
const REASONS: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'there are no AWS credentials that work (AWS_PROFILE chooses some)',
  ExpiredTokenException: 'the AWS credentials have expired',
  InvalidSignatureException: 'AWS does not accept the credentials',
  UnrecognizedClientException: 'AWS does not accept the credentials',
  AccessDeniedException: 'the AWS credentials do not allow it (lambda:InvokeFunction)',
  ResourceNotFoundException: 'this AWS account has no such function in this region',
  TooManyRequestsException: 'too many copies of it run already',
  ResourceConflictException: 'it is being changed just now',
  RequestEntityTooLargeException: 'what to tell it is too large',
  InvalidRequestContentException: 'Lambda does not take what to tell it',
  MissingAuthenticationTokenException: 'AWS was shown no credentials',
  SignatureDoesNotMatch: 'AWS does not accept the credentials',
};

const sentenceOf = ({ target }: Call, error: unknown): string => {
  if (!(error instanceof Error)) return `${target} was not called.`;
  if (error.message.startsWith('Region ')) return `${target} was not called: there is no such AWS region (AWS_REGION).`;
  const reason = REASONS[error.name];
  if (reason !== undefined) return `${target} was not called: ${reason}.`;
  const what = 'code' in error ? String(error.code) : error.name;
  return `${target} gave no answer (${what}); whether it was called is not known.`;
};

const readAnswer = ({ target }: Call, text: string): unknown => {
  try {
    return JSON.parse(text || 'null');
  } catch (cause) {
    throw new Refusal(`${target} was called, and answered with something else than JSON.`, { cause });
  }
};

/** @returns the function's answer @throws Refusal */
const invoke = async (call: Call): Promise<unknown> => {
  const command = new InvokeCommand({ FunctionName: call.target, Payload: Buffer.from(call.payload) });
  const answer = await new LambdaClient({ maxAttempts: 1 }).send(command).catch((cause: unknown) => {
    throw new Refusal(sentenceOf(call, cause), { cause });
  });
  const said = readAnswer(call, answer.Payload?.transformToString() ?? '');
  if (answer.FunctionError === undefined) return said;
  const { data = fault.parse({}) } = fault.safeParse(said);
  throw new Refusal(`${call.target} failed: ${reasonOf(data)}.`);
};

try {
  process.stdout.write(`${JSON.stringify(await invoke(callFrom(process.argv.slice(2))), undefined, 2)}\n`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
