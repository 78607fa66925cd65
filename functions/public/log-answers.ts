// The log over HTTP: what lib/ledger publishes, with its type and how long it may be kept. What is not there yet may be there in a
// minute, so nobody may keep that answer.
import type { NoteSigner } from '../../lib/aws/note-signer.ts';
import type { Table } from '../../lib/aws/table.ts';
import {
  logKeyOf,
  type Published,
  publishCheckpoint,
  publishProof,
  publishTile,
  publishTimestamp,
} from '../../lib/ledger/publish.ts';

const TEXT = 'text/plain; charset=utf-8';

const notFound: Published = { contentType: TEXT, cacheControl: 'no-store', body: 'not found\n' };

const answer = ({ contentType, cacheControl, body }: Published, statusCode: number) => ({
  statusCode,
  headers: {
    'content-type': contentType,
    'cache-control': cacheControl,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  },
  ...(typeof body === 'string' ? { body } : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
});

export interface LogSource {
  readonly log: Table;
  readonly noteSigner: NoteSigner;
  readonly issuer: string;
}

async function publishKey({ noteSigner, issuer }: LogSource): Promise<Published> {
  const vkey = await logKeyOf(issuer, noteSigner);
  return { contentType: TEXT, cacheControl: 'public, max-age=3600', body: `${vkey}\n` };
}

type Parameters = Readonly<Record<string, string>>;

const routes: Readonly<Record<string, (source: LogSource, parameters: Parameters) => Promise<Published | undefined>>> =
  {
    'GET /log/vkey': publishKey,
    'GET /log/checkpoint': ({ log }) => publishCheckpoint(log),
    'GET /log/tile/{path+}': ({ log }, { path = '' }) => publishTile(log, `tile/${path}`),
    'GET /log/timestamp/{size}': ({ log }, { size = '' }) => publishTimestamp(log, size),
    'GET /log/proof/{index}': ({ log }, { index = '' }) => publishProof(log, index),
  };

export const isLogRoute = (routeKey: string): boolean => Object.hasOwn(routes, routeKey);

export async function logAnswer(source: LogSource, routeKey: string, parameters: Parameters) {
  const found = await routes[routeKey]?.(source, parameters);
  return found === undefined ? answer(notFound, 404) : answer(found, 200);
}
