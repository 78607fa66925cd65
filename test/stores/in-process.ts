// DynamoDB's stand-in asked without sockets and signatures, which are most of what a call to it costs: the SDK serializes a request,
// dynalite's own listener answers it. Nothing else of either is changed; who wants it over the wire asks the server where it listens.
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** What the SDK hands to the wire, as far as it is looked at here. */
interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** What dynalite looks at of a signature: that there is one. */
const UNSIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};

/** The SDK warns of whoever takes its bytes for a text, as `Buffer.from` tries to. */
const bytesOf = (body: string | Uint8Array): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);

function answerOf(server: Server, { method, path, headers, body }: WireRequest): Promise<object> {
  return new Promise((resolve) => {
    const incoming = Object.assign(new EventEmitter(), { method, url: path, headers });
    const answered: Record<string, string> = {};
    const outgoing = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => {
        answered[name.toLowerCase()] = String(value);
      },
      end: (text = '') => {
        const { statusCode } = outgoing;
        resolve({ response: { statusCode, headers: answered, body: Buffer.from(text) } });
      },
    };
    server.emit('request', incoming, outgoing);
    setImmediate(() => {
      incoming.emit('data', bytesOf(body));
      incoming.emit('end');
    });
  });
}

export function askInProcess(server: Server): Pick<DynamoDBClientConfig, 'requestHandler' | 'signer'> {
  const requestHandler: object = { handle: (request: WireRequest) => answerOf(server, request) };
  const sign = (request: WireRequest) =>
    Promise.resolve(Object.assign(request, { headers: { ...request.headers, ...UNSIGNED } }));
  return { requestHandler, signer: () => Promise.resolve({ sign } as never) };
}
