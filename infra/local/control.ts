// The levers of a running local stack: look at its state, move its time. Loopback only; the Host must be this very listener (no
// DNS rebinding), an Origin must be absent or this listener (no foreign page), and every request shows the token of this start.
// Nothing of this exists in the product.
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isOwnHost } from './own-host.ts';
import type { LocalStack } from './stack-interface.ts';

type Levers = Pick<LocalStack, 'clock' | 'queueStates' | 'ledger' | 'publicOrigin'>;

const BODY_LIMIT = 10_000;

const say = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
};

const hasToken = ({ headers }: IncomingMessage, token: string): boolean => {
  const shown = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
};

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_LIMIT) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const targetOf = (body: unknown): number =>
  typeof body === 'object' && body !== null && 'to' in body && typeof body.to === 'string'
    ? Date.parse(body.to)
    : Number.NaN;

const stateOf = async ({ clock, queueStates, ledger, publicOrigin }: Levers): Promise<unknown> => ({
  now: new Date(clock.now()).toISOString(),
  publicOrigin,
  // Without bodies: they name contracts.
  queues: (await queueStates()).map(({ name, ready, delayed, inFlight }) => ({ name, ready, delayed, inFlight })),
  calls: ledger.counts(),
});

const moveTime = async (levers: Levers, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const target = targetOf(await readJson(request));
  if (!(target >= levers.clock.now())) {
    return say(response, 400, {
      error: 'send {"to":"<instant>"}, an ISO 8601 instant that is not in the past of the stack',
    });
  }
  await levers.clock.advanceTo(target);
  say(response, 200, await stateOf(levers));
};

const serve = async (
  levers: Levers,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (!isOwnHost(request)) return say(response, 403, { error: 'only from this machine' });
  if (!hasToken(request, token)) return say(response, 401, { error: 'the token of this start is missing' });
  const lever = `${request.method} ${request.url}`;
  if (lever === 'GET /control/state') return say(response, 200, await stateOf(levers));
  if (lever === 'POST /control/time') return moveTime(levers, request, response);
  say(response, 404, { error: 'there is GET /control/state and POST /control/time' });
};

/** The control server, to be given a port by the caller. */
export const makeControl = (levers: Levers, token: string): Server =>
  createServer((request, response) => {
    serve(levers, token, request, response).catch(() => say(response, 500, { error: 'it did not work' }));
  });
