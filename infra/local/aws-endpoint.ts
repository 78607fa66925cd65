// The one AWS endpoint that every function talks to: tells the services apart, hands each call to its stand-in, and records who
// made it. The caller is the access key id, because the runner gives each worker its own. Loopback only, and no web page.
// Here is also where a crash is put exactly before a call reached its service or after the service applied it.
// Policies are checked (access-guard.ts), signatures are not. A service or operation without a stand-in is answered with 501.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type AccessGuard, NOBODY } from './access-guard.ts';
import { type AwsAnswer, type AwsOperations, answerAwsJson } from './aws-json.ts';
import type { CallLedger, CloudCall, CrashRule } from './cloud-call.ts';
import { isOwnHost } from './own-host.ts';
import type { Queues } from './queues.ts';

export type AwsBackends = {
  /** dynalite's HTTP server, never listening itself. */
  readonly tables: Server;
  readonly queues: Queues;
  readonly kms: AwsOperations;
  readonly secrets: AwsOperations;
};

export type AwsEndpointHooks = {
  readonly guard: () => Pick<AccessGuard, 'refusalOf'>;
  readonly ledger: CallLedger;
  readonly crashRule: () => CrashRule | undefined;
  /** Ends the thread that made a call. */
  readonly kill: (worker: string) => void;
  readonly isDead: (worker: string) => boolean;
  /** A function sent something to a queue. */
  readonly onSend: () => void;
};

/** The access key id that names calls of the runner itself: they are not recorded. */
export const RUNNER = 'runner.0';

const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  AmazonSQS: 'SQS',
  TrentService: 'KMS',
  secretsmanager: 'SecretsManager',
};

const S3_OPERATIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  'POST uploads': 'CreateMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'POST uploadId': 'CompleteMultipartUpload',
};

/** By method, and by what the address says beside the object. */
const s3OperationOf = (method: string, asked: URLSearchParams): string => {
  const what = ['uploads', 'uploadId'].find((name) => asked.has(name));
  return S3_OPERATIONS[what === undefined ? method : `${method} ${what}`] ?? 'Unknown';
};

type Addressed = {
  readonly service: string;
  readonly operation: string;
  readonly worker: string;
  readonly authorization: string;
};

const addressOf = (request: IncomingMessage): Addressed => {
  const { searchParams } = new URL(request.url ?? '/', 'http://local');
  // Who was given an address of a file has no header of its own: the credentials that it was signed with are in the address.
  const presigned = searchParams.get('X-Amz-Credential');
  const authorization = request.headers.authorization ?? (presigned === null ? '' : `Credential=${presigned}`);
  const [, worker = `${NOBODY}.0`, scope = ''] =
    /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\//.exec(authorization) ?? [];
  if (scope === 's3')
    return { service: 'S3', operation: s3OperationOf(request.method ?? '', searchParams), worker, authorization };
  const [prefix = '', operation = 'Unknown'] = String(request.headers['x-amz-target'] ?? '').split('.');
  return { service: SERVICES[prefix] ?? 'Unknown', operation, worker, authorization };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/** A request whose body was read, for whoever reads it next. */
const again = ({ headers, method, url }: IncomingMessage, body: string) =>
  Object.assign(Readable.from([Buffer.from(body)]), { headers, method, url });

const reply = (response: ServerResponse, { status, contentType, body }: AwsAnswer): void => {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const notImplemented = (response: ServerResponse, { service, operation }: Addressed): void =>
  reply(response, answerAwsJson({}, `${service}.${operation}`, ''));

const forward = async (
  backends: AwsBackends,
  to: Addressed,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> => {
  // Both listen for `request` on a server that never got a port: the call stays in this process.
  if (to.service === 'DynamoDB') return void backends.tables.emit('request', again(request, body), response);
  if (to.service === 'S3') return void backends.queues.app.server.emit('request', request, response);
  if (to.service === 'SQS') return reply(response, await backends.queues.answer(to.operation, body, to.authorization));
  if (to.service === 'KMS') return reply(response, answerAwsJson(backends.kms, to.operation, body));
  if (to.service === 'SecretsManager') return reply(response, answerAwsJson(backends.secrets, to.operation, body));
  notImplemented(response, to);
};

/** Lets the service finish and withholds its answer: the caller dies not knowing that the call was applied. */
const withholdAnswer = (response: ServerResponse, then: () => void): void => {
  // The cast: only the overloads of `end` are lost, and whoever ends this response cannot tell.
  response.end = (() => {
    then();
    return response;
  }) as ServerResponse['end'];
};

const serve = async (
  backends: AwsBackends,
  hooks: AwsEndpointHooks,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const to = addressOf(request);
  // SDK clients compare their clock with this header.
  response.setHeader('date', new Date().toUTCString());
  // Objects may be large, and their requests say in the address what they are about.
  const readBody = async (): Promise<string> => (to.service === 'S3' ? '' : bodyOf(request));
  if (to.worker === RUNNER) return forward(backends, to, request, await readBody(), response);
  const body = await readBody();
  // A thread takes a moment to end. Whatever it still sends after its crash point never happened.
  if (hooks.isDead(to.worker)) return;
  const ofIndex = to.operation === 'Query' && body.includes('"IndexName"');
  const call: CloudCall = hooks.ledger.record(to.worker, `${to.service}.${to.operation}`, ofIndex);
  const crash = hooks.crashRule()?.(call);
  // No answer and no hang-up: the connection goes down with the thread, so that no retry can slip out before that.
  if (crash === 'before') return hooks.kill(to.worker);
  if (crash === 'after') withholdAnswer(response, () => hooks.kill(to.worker));
  const refusal = hooks.guard().refusalOf(call.caller, { ...to, url: request.url ?? '/', body });
  if (refusal !== undefined) return reply(response, refusal);
  await forward(backends, to, request, body, response);
  if (to.service === 'SQS' && to.operation.startsWith('Send')) hooks.onSend();
};

/** The endpoint's server, to be given a port by the caller. */
export const makeAwsEndpoint = (backends: () => AwsBackends, hooks: AwsEndpointHooks): Server =>
  createServer((request, response) => {
    // Signatures are not checked: whoever gets past here may do everything.
    if (!isOwnHost(request)) return void response.writeHead(403).end();
    serve(backends(), hooks, request, response).catch(() => response.destroy());
  });
