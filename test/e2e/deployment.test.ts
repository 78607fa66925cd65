// The README's way from a new AWS account to a tenant's first call: its commands, as they stand there, in their order, against a stand-in of
// an account. Behind the functions that `cdk deploy` has made runs the local stack, from what was deployed.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { FileSystem } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, stopListening } from '../../infra/local/listen.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { FunctionFault } from '../../infra/local/stack-interface.ts';
import { commandsIn, DEPLOYMENT } from '../readme.ts';
import { type Account, type Called, openAccount } from './account/account.ts';
import { type Checkout, makeCheckout, type Ran } from './checkout.ts';
import { openPlayground } from './open-playground.ts';
import { unzip } from './unzip.ts';

const [, settings = ''] = /```json\n([\s\S]*?)```/.exec(DEPLOYMENT) ?? [];
const [synth = '', bootstrap = '', deploy = '', ...operate] = commandsIn(DEPLOYMENT);
const [DATA, SERVICE] = ['odoseal-prod-data', 'odoseal-prod-service'];

let account: Account;
let checkout: Checkout;
let ground: Playground | undefined;

/** The local stack, from the checkout's own assembly, once somebody calls a function. */
const stack = async () => {
  ground ??= await openPlayground({ outDir: join(checkout.folder, 'cdk.out') });
  return ground.stack;
};

const behind = async (functionName: string, event: string): Promise<Called> => {
  const { invoke } = await stack();
  try {
    const answer = await invoke(functionName.replace('odoseal-prod-', ''), JSON.parse(event));
    return { payload: JSON.stringify(answer), fault: false };
  } catch (error) {
    if (!(error instanceof FunctionFault)) throw error;
    const errorMessage = error.message.slice(`admin: ${error.errorType}: `.length);
    return { payload: JSON.stringify({ errorType: error.errorType, errorMessage }), fault: true };
  }
};

beforeAll(async () => {
  account = await openAccount(behind);
  checkout = makeCheckout(settings);
});
afterAll(async () => {
  await ground?.close();
  await account.close();
  checkout.remove();
});

const run = (command: string, variables = account.environment): Promise<Ran> => checkout.run(command, variables);
const stackNames = () => account.stacks().map(({ name }) => name);
const inAssembly = (name: string): Buffer => readFileSync(join(checkout.folder, 'cdk.out', name));

/** Names of the files of a folder in the assembly, and of those in it. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(checkout.folder, 'cdk.out', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(join(checkout.folder, 'cdk.out', folder), join(parentPath, name)));

describe('the way to AWS', () => {
  /** Templates by their name in the assembly that was synthesized first. */
  const synthesized = new Map<string, string>();
  /** The files of each bundle, by its id. */
  const bundles = new Map<string, readonly (readonly [string, string])[]>();

  it('begins with templates', async () => {
    expect(synth).toMatch(/^npx cdk synth /);
    expect(await run(synth, {})).toMatchObject({ status: 0 });
    for (const name of readdirSync(join(checkout.folder, 'cdk.out'))) {
      if (name.endsWith('.template.json')) synthesized.set(name, inAssembly(name).toString());
      if (!name.startsWith('asset.')) continue;
      bundles.set(
        name.slice('asset.'.length),
        filesIn(name).map((file) => [file, inAssembly(join(name, file)).toString('latin1')] as const),
      );
    }
    expect([synthesized.size, bundles.size > 10]).toEqual([2, true]);
  });

  it('leads nowhere in an account that is not bootstrapped', async () => {
    const { status, err } = await run(deploy);
    expect([status, stackNames()]).toEqual([1, []]);
    expect(err).toContain("Please run 'cdk bootstrap'");
  });

  it('bootstraps the account', async () => {
    expect(bootstrap).toBe('npx cdk bootstrap');
    expect(await run(bootstrap)).toMatchObject({ status: 0 });
    expect(stackNames()).toEqual(['CDKToolkit']);
  });

  it('deploys without asking, and prints what the README names', async () => {
    expect(deploy).toMatch(/^npx cdk deploy --all /);
    const { status, out, err } = await run(deploy);
    expect([status, account.refused]).toEqual([0, []]);
    expect(out + err).toContain(`${SERVICE}.AdminFunction = odoseal-prod-admin\n`);
    expect(out + err).toContain(`${SERVICE}.PublicOrigin = https://odoseal.example\n`);
    expect(out + err).toMatch(new RegExp(`${SERVICE}\\.PublicOriginTarget = \\S+\\.RegionalDomainName\n`));
  });

  it('gives AWS both stacks, in their order, as they were synthesized', () => {
    const [, ...stacks] = account.stacks();
    expect(stacks.map(({ name, template }) => [name, template])).toEqual(
      [DATA, SERVICE].map((name) => [name, synthesized.get(`${name}.template.json`)]),
    );
    expect(stacks.map(({ terminationProtection, tags }) => [terminationProtection, tags])).toEqual([
      [true, [{ Key: 'odoseal-stage', Value: 'prod' }]],
      [false, [{ Key: 'odoseal-stage', Value: 'prod' }]],
    ]);
  });

  it('uploads the code of each function, which is what its id says', () => {
    const { Resources } = JSON.parse(account.stacks()[2]?.template ?? '{}');
    const codes = Object.values<{ Type: string; Properties: { Code: { S3Key?: string } } }>(Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .flatMap(({ Properties }) => Properties.Code.S3Key ?? []);
    expect(codes).toHaveLength(bundles.size);
    for (const key of codes) {
      const zip = account.objects.get(`cdk-hnb659fds-assets-111122223333-eu-central-1/${key}`);
      const files = unzip(zip ?? Buffer.alloc(0));
      const id = key.replace('.zip', '');
      const uploaded = [...files].map(([name, content]) => [name, content.toString('latin1')] as const);
      expect(new Map(uploaded)).toEqual(new Map(bundles.get(id)));
      expect(uploaded.map(([name]) => name)).toContain('index.mjs');
      expect(fingerprint(files)).toBe(id);
    }
  });

  it('does all of that in the roles that bootstrapping has made', () => {
    const [deployRole, uploadRole] = ['deploy', 'file-publishing'].map(
      (name) => `cdk-hnb659fds-${name}-role-111122223333-eu-central-1`,
    );
    expect(account.changes.filter((change) => change.endsWith('made a stack'))).toEqual(
      ['operator', deployRole, deployRole].map((who) => `${who} made a stack`),
    );
    expect(new Set(account.changes.filter((change) => change.endsWith('put an object')))).toEqual(
      new Set([`${uploadRole} put an object`]),
    );
  });
});

/** The CDK's own hash over a folder with these files. */
const fingerprint = (files: ReadonlyMap<string, Buffer>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'odoseal-code-'));
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return FileSystem.fingerprint(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('the first tenant', () => {
  const answers: unknown[] = [];

  it.each(operate)('%s', async (command) => {
    const { status, out } = await run(command);
    expect(status).toBe(0);
    answers.push(JSON.parse(out));
  });

  it('is what the commands answer', () => {
    expect(answers).toEqual([
      { created: true },
      { created: true },
      { keyId: expect.stringMatching(/^key_/), apiKey: expect.stringMatching(/^ods_/) },
      { announced: ['statement', 'status-list', 'pdf-seal'].map((purpose) => ({ purpose, kid: expect.any(String) })) },
      ...Array(3).fill({ updated: true }),
    ]);
  });

  it('has an API key that works, and a link back that may be asked for', async () => {
    const { publicOrigin } = await stack();
    const { apiKey } = answers[2] as { readonly apiKey: string };
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const post = async (path: string, body: unknown) => {
      const answer = await fetch(publicOrigin + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
    };
    const terms = { kind: 'lease', reference: 'FIRST', start: '2026-01-01', zone: 'Europe/Paris' };
    const contract = await post('/v1/contracts', terms);
    expect(contract).toMatchObject({ status: 201, body: { policy: 'around', deadlineDays: 7 } });
    const asked = (returnUrl: string) => post(`/v1/contracts/${contract.body['id']}/connect-sessions`, { returnUrl });
    expect((await asked('https://acme.example/elsewhere')).status).toBe(400);
    const { status, body } = await asked('https://acme.example/car-connected');
    expect([status, body['url']]).toEqual([201, expect.stringMatching(/^https:\/\/odoseal\.example\/connect\//)]);
  });
});

it('the secrets that are named are those that were deployed', () => {
  const template: {
    readonly Resources: Readonly<
      Record<string, { readonly Type: string; readonly Properties: { readonly Name?: string } }>
    >;
  } = JSON.parse(inAssembly(`${DATA}.template.json`).toString());
  const deployed = Object.values(template.Resources).flatMap(({ Type, Properties: { Name } }) =>
    Type === 'AWS::SecretsManager::Secret' && Name !== undefined ? [Name] : [],
  );
  const named = new Set([...DEPLOYMENT.matchAll(/odoseal\/prod\/[\w/-]+/g)].map(([name]) => name));
  expect(named.size).toBe(1);
  expect(deployed).toEqual(expect.arrayContaining([...named]));
});

describe('a call that fails', () => {
  const credentials = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  const command = `'{"action":"revokeApiKey","keyId":"key_none"}'`;
  const CALLED = 'odoseal-prod-admin';

  it.each([
    ['prod', {}, "Say which function of which stage, and what to tell it: npm run invoke -- STAGE FUNCTION ['{…}']."],
    [
      'prod admin {action:x}',
      {},
      `What to tell the function is not JSON: put it between single quotes, as '{"action":"…"}'.`,
    ],
    [`prod admin '{"action":"make"}'`, {}, `${CALLED} failed: action: invalid_union.`],
    [
      `test admin ${command}`,
      {},
      'odoseal-test-admin was not called: this AWS account has no such function in this region.',
    ],
    [
      `prod nobody ${command}`,
      {},
      'odoseal-prod-nobody was not called: this AWS account has no such function in this region.',
    ],
    [
      `prod admin ${command}`,
      credentials,
      `${CALLED} was not called: there are no AWS credentials that work (AWS_PROFILE chooses some).`,
    ],
    [
      `prod admin ${command}`,
      { AWS_ACCESS_KEY_ID: 'STRANGER' },
      `${CALLED} was not called: AWS does not accept the credentials.`,
    ],
    [
      `prod admin ${command}`,
      { AWS_REGION: '' },
      `${CALLED} was not called: there is no such AWS region (AWS_REGION).`,
    ],
    [
      `prod admin ${command}`,
      { AWS_REGION: 'eu central' },
      `${CALLED} was not called: there is no such AWS region (AWS_REGION).`,
    ],
    [
      `prod admin ${command}`,
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      `${CALLED} gave no answer (ECONNREFUSED); whether it was called is not known.`,
    ],
  ])('is one sentence: %s %j', async (rest, variables, sentence) => {
    const ran = await run(`node infra/invoke.main.ts ${rest}`, { ...account.environment, ...variables });
    expect(ran).toEqual({ status: 1, out: '', err: `${sentence}\n` });
  });
});

it.each([
  ['no JSON', 200, {}, 'it works', 'odoseal-prod-admin was called, and answered with something else than JSON.'],
  [
    'a fault without a word',
    200,
    { 'x-amz-function-error': 'Unhandled' },
    '',
    'odoseal-prod-admin failed: Error: no reason given.',
  ],
  [
    'a refusal by Lambda',
    409,
    { 'x-amzn-errortype': 'ResourceConflictException' },
    '{}',
    'odoseal-prod-admin was not called: it is being changed just now.',
  ],
] as const)('%s is one sentence', async (_, status, headers, body, sentence) => {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  const AWS_ENDPOINT_URL = await listen(server, 0);
  const ran = await run('node infra/invoke.main.ts prod admin', { ...account.environment, AWS_ENDPOINT_URL });
  await stopListening(server);
  expect(ran).toEqual({ status: 1, out: '', err: `${sentence}\n` });
});

it('a call without an answer is not made again', async () => {
  let calls = 0;
  const server = createServer(({ socket }) => {
    calls += 1;
    socket.destroy();
  });
  const AWS_ENDPOINT_URL = await listen(server, 0);
  const { status, err } = await run('node infra/invoke.main.ts prod admin', {
    ...account.environment,
    AWS_ENDPOINT_URL,
  });
  await stopListening(server);
  const sentence = 'odoseal-prod-admin gave no answer (ECONNRESET); whether it was called is not known.\n';
  expect([calls, status, err]).toEqual([1, 1, sentence]);
});

it('nothing was asked that the stand-in does not know, and nobody beyond loopback', () => {
  expect(account.refused).toEqual([]);
});
