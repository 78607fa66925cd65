// Generated from the synthesized templates: every route answers, every mapping delivers, every schedule fires, and no function
// starts with one of its variables missing. A route, mapping, schedule or variable that is added is covered by being there.
import { afterAll, describe, expect, inject, it } from 'vitest';
import { readDeployment } from '../../infra/local/deployment.ts';
import type { StartCopy } from '../../infra/local/function-copy.ts';
import { makeFunctionPool } from '../../infra/local/function-pool.ts';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import { makeStartResidentCopy } from '../../infra/local/resident-copy.ts';
import { makeSharedClock } from '../../infra/local/shared-clock.ts';
import { readAssembly } from '../../infra/local/template.ts';
import { startThreadCopy } from '../../infra/local/thread-copy.ts';

const START = Date.parse('2026-03-01T12:00:00.000Z');
const stack = await bootLocalStack({
  outDir: inject('assembly'),
  startAt: START,
  // Nothing listens there: the suite needs no vehicle platform.
  variables: Object.fromEntries(
    ['CONNECT', 'AUTH', 'API'].map((host) => [`VEHICLE_${host}_ORIGIN`, 'http://127.0.0.1:9']),
  ),
});
afterAll(async () => {
  await stack.close();
});
const { deployment } = stack;

const invokedSince = (count: number): readonly string[] =>
  stack.invocations.slice(count).map(({ functionName }) => functionName);

/** A request that the route must match: each variable replaced by some text. */
const requestFor = (routeKey: string): { readonly method: string; readonly path: string } => {
  const [method = '', path = ''] = routeKey.split(' ');
  return { method: method === 'ANY' ? 'GET' : method, path: path.replace(/\{[^}]+\}/g, 'some-text') };
};

it('the template has routes, mappings, schedules and functions', () => {
  const { routes, mappings, schedules, functions } = deployment;
  expect([routes, mappings, schedules, functions].map(({ length }) => length > 0)).toEqual([true, true, true, true]);
});

describe('every route', () => {
  it.each(deployment.routes.map((route) => [route.routeKey, route] as const))('%s answers', async (routeKey, route) => {
    const { method, path } = requestFor(routeKey);
    const before = stack.invocations.length;
    const answer = await fetch(stack.publicOrigin + path, {
      method,
      // Another key for each route: what the authorizer says of one is kept for a minute.
      headers: { authorization: `Bearer nobody of ${routeKey}` },
      redirect: 'manual',
    });
    const asked = route.authorizer === undefined ? [] : [route.authorizer.functionName];
    expect(invokedSince(before)).toEqual([...asked, route.functionName]);
    expect(stack.accessLog.at(-1)).toContain(JSON.stringify(routeKey));
    expect(answer.headers.get('apigw-requestid')).not.toBeNull();
    expect(answer.status).toBeLessThan(500);
  });

  const guarded = deployment.routes.filter(({ authorizer }) => authorizer !== undefined);
  it.each(guarded.map(({ routeKey }) => routeKey))(
    '%s with an authorizer refuses a request without a key and asks nobody',
    async (routeKey) => {
      const { method, path } = requestFor(routeKey);
      const before = stack.invocations.length;
      const answer = await fetch(stack.publicOrigin + path, { method });
      expect([answer.status, await answer.text(), invokedSince(before)]).toEqual([
        401,
        '{"message":"Unauthorized"}',
        [],
      ]);
    },
  );
});

describe('every mapping', () => {
  it.each(deployment.mappings.map((mapping) => [mapping.functionName, mapping] as const))(
    'delivers to %s',
    async (name, { queue }) => {
      const before = stack.invocations.length;
      await stack.send(queue.name, '{}');
      await stack.drain();
      expect(invokedSince(before)).toContain(name);
    },
  );
});

describe('every schedule', () => {
  it.each(deployment.schedules.map((schedule) => [schedule.functionName, schedule] as const))(
    'fires %s, which succeeds',
    async (name, { periodMs }) => {
      const before = stack.invocations.length;
      await stack.clock.advanceTo(stack.clock.now() + periodMs);
      const fired = stack.invocations.slice(before).filter(({ functionName }) => functionName === name);
      expect(fired.map(({ outcome }) => outcome.kind)).toContain('done');
    },
  );
});

describe('every function', () => {
  const { functions } = readDeployment(readAssembly(inject('assembly')), deployment.place);
  const start = async (
    spec: (typeof functions)[number],
    environment: Readonly<Record<string, string>>,
    startCopy: StartCopy = startThreadCopy,
  ) => {
    const pool = makeFunctionPool({
      spec: { ...spec, environment },
      clock: makeSharedClock(START, 'still').memory,
      region: deployment.place.region,
      awsOrigin: stack.awsOrigin,
      overrides: {},
      startCopy,
      copies: 1,
      onLog: () => undefined,
    });
    try {
      const outcome = await pool.invoke({});
      return outcome.kind === 'fault' && outcome.phase === 'init' ? outcome.error : undefined;
    } finally {
      await pool.close();
    }
  };

  it.each(functions.map((spec) => [spec.name, spec] as const))(
    '%s starts with the variables of the template',
    async (_name, spec) => {
      expect(await start(spec, spec.environment)).toBeUndefined();
    },
  );

  const variables = functions.flatMap((spec) =>
    Object.keys(spec.environment).map((variable) => [spec.name, variable, spec] as const),
  );
  // In this thread: the same bundle with the same environment, but compiled once for all its variables.
  const startHere = makeStartResidentCopy();
  it.each(variables)('%s refuses to start without %s, and names it', async (_name, variable, spec) => {
    const { [variable]: _left, ...rest } = spec.environment;
    expect((await start(spec, rest, startHere))?.errorMessage).toContain(variable);
  });
});
