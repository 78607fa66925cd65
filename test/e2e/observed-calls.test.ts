// Calls of a function to an outside origin: recorded and crash points like its AWS calls, once they are observed.
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, stopListening } from '../../infra/local/listen.ts';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
let outside: Server;
let target: string;
let seen: string[] = [];
let stack: LocalStack;

beforeAll(async () => {
  outside = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push(`${request.method} ${request.url} ${request.headers['x-mark']} ${body}`);
    response.writeHead(418, { 'x-answer': 'yes' }).end('short and stout');
  });
  target = await listen(outside, 0);
});
afterAll(async () => {
  await stopListening(outside);
  rmSync(folder, { recursive: true });
});
describe.each(['thread', 'runner'] as const)('copies that live in a %s', (copiesIn) => {
  beforeEach(async () => {
    seen = [];
    stack = await bootLocalStack({ outDir: folder, variables: { OUTSIDE: target }, observed: ['OUTSIDE'], copiesIn });
  });
  afterEach(() => stack.close());

  const ask = (): Promise<Response> => fetch(`${stack.publicOrigin}/open/x?kind=outside`);

  it('a call is passed on unchanged, answered unchanged, and recorded without its path', async () => {
    expect(await (await ask()).json()).toEqual({ status: 418, answer: 'yes', text: 'short and stout' });
    expect(seen).toEqual(['POST /secret-path?q=1 mark content']);
    expect(stack.ledger.calls).toEqual([{ sequence: 1, caller: 'echo', worker: 'echo.1', name: 'OUTSIDE.POST' }]);
  });

  it('a crash before the call: it is never seen outside', async () => {
    stack.crash(() => 'before');
    expect((await ask()).status).toBe(500);
    expect(seen).toEqual([]);
  });

  it('a crash after the call: it was seen outside, the function never knew', async () => {
    stack.crash(() => 'after');
    expect((await ask()).status).toBe(500);
    expect(seen).toHaveLength(1);
    expect(stack.invocations.map(({ outcome }) => outcome.kind)).toEqual(['fault']);
  });
});
