// An AWS account on loopback, as the pinned CDK CLI and `npm run invoke` see it: STS, CloudFormation, S3, SSM's parameters and Lambda's
// Invoke behind one endpoint. Nothing is there that no stack has made: no role to assume, no bucket to write to, no function to call.
// Shows what AWS is given, not whether AWS takes it. What it does not know it answers with 501, and remembers.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stopListening } from '../../../infra/local/listen.ts';
import { AwsError, isNotImplemented, notImplemented } from './aws-error.ts';
import { makeObjects } from './objects.ts';
import { errorOf, resultOf, type Xml } from './query-protocol.ts';
import { makeStacks, type Stack } from './stacks.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
const OPERATOR = 'AKIAOPERATOR';

/** What came of a function that was called, and whether it threw. */
export type Called = { readonly payload: string; readonly fault: boolean };

/** What runs behind a deployed function; gets its name and the event in JSON. */
export type Behind = (functionName: string, event: string) => Promise<Called>;

export interface Account {
  /** What a program needs to find it: the SDK's own variables. Everything beyond loopback has this account as its proxy. */
  readonly environment: Readonly<Record<string, string>>;
  /** The stacks that stand, in the order in which they were last made. */
  readonly stacks: () => readonly Stack[];
  /** Bodies by `bucket/key`. */
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Who (`operator`, or a role) has changed what. */
  readonly changes: readonly string[];
  /** What was asked for that is not known here, or not here. */
  readonly refused: readonly string[];
  readonly close: () => Promise<void>;
}

interface Request {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly service: string;
  readonly keyId: string;
}

interface Answer {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const read = async (incoming: IncomingMessage): Promise<Request> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const scope = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? '');
  const [, keyId = '', service = ''] = scope ?? [];
  return { incoming, body: Buffer.concat(chunks), service, keyId };
};

/** In the protocol of the service: XML, without a wrapper from S3, or JSON with the code in a header too. */
const refuse = (response: ServerResponse, { service }: Request, { code, message, status }: AwsError): void => {
  const inXml = errorOf(code, message);
  const inS3 = inXml.replace(/<\/?ErrorResponse>/g, '');
  const inJson = JSON.stringify({ __type: code, message });
  const body = { cloudformation: inXml, sts: inXml, s3: inS3 }[service] ?? inJson;
  response.writeHead(status, { 'x-amzn-errortype': code });
  response.end(body);
};

/** Who calls, by the access key: the operator, or a role that was assumed. */
const makeSessions = (hasRole: (arn: string) => boolean) => {
  const names = new Map([[OPERATOR, 'operator']]);

  const assume = (arn: string): Xml => {
    if (!hasRole(arn)) throw new AwsError('AccessDenied', `Not authorized to perform: sts:AssumeRole on ${arn}`, 403);
    const keyId = `ASIA${names.size}`;
    names.set(keyId, arn.replace(/^.*\//, ''));
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    return {
      Credentials: { AccessKeyId: keyId, SecretAccessKey: 'secret', SessionToken: 'session', Expiration },
      AssumedRoleUser: { AssumedRoleId: keyId, Arn: arn },
    };
  };

  /** @throws AwsError */
  const nameOf = (keyId: string): string => {
    const name = names.get(keyId);
    if (name === undefined) throw new AwsError('UnrecognizedClientException', 'The security token is invalid', 403);
    return name;
  };

  return { assume, nameOf };
};

/** Opens an account that is as empty as a new one. */
export const openAccount = async (behind: Behind): Promise<Account> => {
  const changes: string[] = [];
  const refused: string[] = [];
  const { objects, answer: answerObject } = makeObjects((name) =>
    stacks.made('AWS::S3::Bucket').some(({ BucketName }) => BucketName === name),
  );
  const stacks = makeStacks({ account: ACCOUNT, region: REGION, object: (path) => objects.get(path) });
  const sessions = makeSessions(stacks.hasRole);

  const cloudFormation = ({ body, keyId }: Request): Answer => {
    const form = new URLSearchParams(body.toString('utf8'));
    const action = form.get('Action') ?? '';
    const answer = { body: resultOf(action, stacks.answer(action, form)) };
    if (action === 'ExecuteChangeSet') changes.push(`${sessions.nameOf(keyId)} made a stack`);
    return answer;
  };

  const tokens = ({ body, keyId }: Request): Answer => {
    const form = new URLSearchParams(body.toString('utf8'));
    const action = form.get('Action') ?? '';
    const caller = { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/${sessions.nameOf(keyId)}`, UserId: keyId };
    if (action === 'GetCallerIdentity') return { body: resultOf(action, caller) };
    if (action !== 'AssumeRole') throw notImplemented(`STS ${action}`);
    return { body: resultOf(action, sessions.assume(form.get('RoleArn') ?? '')) };
  };

  const parameters = ({ incoming, body }: Request): Answer => {
    const target = String(incoming.headers['x-amz-target']);
    if (target !== 'AmazonSSM.GetParameter') throw notImplemented(target);
    const { Name }: { readonly Name: string } = JSON.parse(body.toString('utf8'));
    return { body: JSON.stringify({ Parameter: { Name, Type: 'String', Value: stacks.storedParameter(Name) } }) };
  };

  const bucket = ({ incoming, body, keyId }: Request): Answer => {
    const { method = '', url = '', headers } = incoming;
    const answer = { body: answerObject({ method, url: new URL(url, 'http://account'), headers, body }) };
    if (method === 'PUT') changes.push(`${sessions.nameOf(keyId)} put an object`);
    return answer;
  };

  const functions = async ({ incoming, body }: Request): Promise<Answer> => {
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(incoming.url ?? '') ?? [];
    if (name === undefined) throw notImplemented(`Lambda ${incoming.url}`);
    if (!stacks.made('AWS::Lambda::Function').some(({ FunctionName }) => FunctionName === name))
      throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    const { payload, fault } = await behind(name, body.toString('utf8'));
    return { body: payload, headers: fault ? { 'x-amz-function-error': 'Unhandled' } : {} };
  };

  const services: Readonly<Record<string, (request: Request) => Answer | Promise<Answer>>> = {
    cloudformation: cloudFormation,
    lambda: functions,
    s3: bucket,
    ssm: parameters,
    sts: tokens,
  };

  const serve = async (request: Request): Promise<Answer> => {
    const answer = services[request.service];
    if (answer === undefined) throw notImplemented(`${request.service} ${request.incoming.url}`);
    sessions.nameOf(request.keyId);
    return answer(request);
  };

  const server = createServer(async (incoming, response) => {
    const request = await read(incoming);
    try {
      const { body, headers = {} } = await serve(request);
      response.writeHead(200, headers);
      response.end(body);
    } catch (error) {
      const fault = error instanceof AwsError ? error : notImplemented(String(error));
      if (isNotImplemented(fault)) refused.push(fault.message);
      refuse(response, request, fault);
    }
  });
  server.on('connect', ({ url }, socket) => {
    refused.push(`a connection to ${url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });

  const origin = await listen(server, 0);
  const environment = {
    ...{ AWS_ENDPOINT_URL: origin, AWS_REGION: REGION, AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_ACCESS_KEY_ID: OPERATOR, AWS_SECRET_ACCESS_KEY: 'secret' },
    ...{ HTTP_PROXY: origin, HTTPS_PROXY: origin, NO_PROXY: '127.0.0.1' },
  };
  return { environment, stacks: stacks.standing, objects, changes, refused, close: () => stopListening(server) };
};
