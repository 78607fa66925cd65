// `GET /v1/contracts/{id}`: the function `api` behind the local runner's translation, beside a bare handler (the floor) and beside middy
// and the route table alone. One run, rounds in turn, medians; the store answers at once, so what is measured is ours. And import with
// first answer of the deployed bundle, beside one with nothing but the AWS clients that it needs. Goals (ratios): at least 0.45 times the
// requests per second of the bare handler; at most 1.4 times the time of the clients alone.
import { join } from 'node:path';
import { bundleFunctions } from '../../infra/constructs/bundle.ts';
import { type Child, nextMessage, start } from './child.ts';
import { CALLER, CONTRACT_PATH } from './contract-items.ts';
import { load, median, neighbours, ratio, verdict } from './figures.ts';
import { bundled, firstCalls } from './first-call.ts';
import { openRawReader, type RawReader } from './raw-socket.ts';

const REQUESTS_GOAL = 0.45;
const FIRST_ANSWER_GOAL = 1.4;
const ROUNDS = 9;
const WARM_UP = 5;
const REQUESTS = 4_000;
const SOCKETS = 20;
const NAMES = ['bare', 'router', 'api'] as const;

type Name = (typeof NAMES)[number];

interface Figures {
  readonly requestsPerSecond: number;
  /** CPU time of the server's process, microseconds. */
  readonly cpuPerRequest: number;
}

interface Server extends Child {
  readonly sockets: readonly RawReader[];
}

/** Runs the bench, prints it, and says whether every goal was met. */
export const benchApi = async (): Promise<boolean> => {
  console.log(`load of the machine before: ${load()}`);
  const met = [await benchRequests(), await benchFirstAnswer()].every(Boolean);
  console.log(`load of the machine after: ${load()}`);
  return met;
};

const open = async (name: Name): Promise<Server> => {
  const { child, said } = await start('api-server.ts', [name], { silent: true });
  const sockets = Array.from({ length: SOCKETS }, () => openRawReader(said, CONTRACT_PATH, 'ods_bench'));
  return { child, said, sockets: await Promise.all(sockets) };
};

const benchRequests = async (): Promise<boolean> => {
  const servers = { bare: await open('bare'), router: await open('router'), api: await open('api') };
  try {
    await checkSameAnswer(Object.values(servers));
    const rounds = await inTurn(servers);
    console.log(`\nGET ${CONTRACT_PATH}, ${SOCKETS} at once`);
    for (const name of NAMES) console.log(lineOf(name, rounds[name]));
    const toBare = neighbours(rounds.api, rounds.bare, ({ requestsPerSecond }) => requestsPerSecond);
    const fine = toBare >= REQUESTS_GOAL;
    console.log(`  api / bare     ${ratio(toBare)} requests/s   ${verdict(fine)} (at least ${REQUESTS_GOAL})`);
    const toRouter = neighbours(rounds.api, rounds.router, ({ requestsPerSecond }) => requestsPerSecond);
    const floor = neighbours(rounds.router, rounds.bare, ({ requestsPerSecond }) => requestsPerSecond);
    console.log(`  api / router   ${ratio(toRouter)} requests/s\n  router / bare  ${ratio(floor)} requests/s`);
    return fine;
  } finally {
    for (const { child, sockets } of Object.values(servers)) {
      for (const socket of sockets) socket.close();
      child.disconnect();
    }
  }
};

/** Whoever answers something else is not compared. */
const checkSameAnswer = async (servers: readonly Server[]): Promise<void> => {
  const answers = await Promise.all(servers.map(({ sockets: [socket] }) => socket?.read()));
  if (new Set(answers).size !== 1 || !answers[0]?.includes('"C3 Aircross"')) throw new Error('answers differ');
};

const inTurn = async (servers: Readonly<Record<Name, Server>>): Promise<Readonly<Record<Name, readonly Figures[]>>> => {
  const rounds: Record<Name, Figures[]> = { bare: [], router: [], api: [] };
  // The first ones are for warming up: until then the compiler is what is measured.
  for (let count = -WARM_UP; count < ROUNDS; count += 1) {
    for (const name of NAMES) {
      const figures = await measure(servers[name]);
      if (count >= 0) rounds[name].push(figures);
    }
  }
  return rounds;
};

const cpuOf = async ({ child }: Server): Promise<number> => {
  child.send('cpu');
  return Number(await nextMessage(child));
};

const measure = async (server: Server): Promise<Figures> => {
  let left = REQUESTS;
  const worker = async ({ read }: RawReader): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await read();
    }
  };
  const cpu = await cpuOf(server);
  const begun = performance.now();
  await Promise.all(server.sockets.map(worker));
  const seconds = (performance.now() - begun) / 1_000;
  return { requestsPerSecond: REQUESTS / seconds, cpuPerRequest: ((await cpuOf(server)) - cpu) / REQUESTS };
};

const CLIENTS = "export { handler } from './test/bench/only-clients.ts';";

/** The function as it is deployed. */
const deployedApi = async (folder: string): Promise<string> => {
  const bundles = await bundleFunctions(join(folder, 'functions'));
  return join(bundles.get('api') ?? '', 'index.mjs');
};

const FIRST_ANSWER = `
const { statusCode, body } = await bundle.handler(JSON.parse(args[0]), {});
if (statusCode !== 200 || !body.includes('POL-1001')) throw new Error('another answer: ' + statusCode);
`;

const EVENT = {
  rawPath: CONTRACT_PATH,
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: { requestId: 'bench', http: { method: 'GET' }, authorizer: { lambda: CALLER } },
} as const;

const benchFirstAnswer = async (): Promise<boolean> => {
  const { child, said: origin } = await start('dynamo-server.ts', []);
  try {
    const { clients, api } = await firstCalls({
      bundle: async (folder) => ({
        clients: await bundled(folder, 'clients', CLIENTS),
        api: await deployedApi(folder),
      }),
      call: FIRST_ANSWER,
      args: [JSON.stringify(EVENT)],
      env: environmentAt(origin),
    });
    console.log('\nimport and first answer, a fresh process each');
    for (const [name, calls] of Object.entries({ clients, api })) {
      const [ms, cpuMs] = [median(calls.map((one) => one.ms)), median(calls.map((one) => one.cpuMs))];
      console.log(`  ${name.padEnd(14)} ${ms.toFixed(1).padStart(6)} ms, ${cpuMs.toFixed(1).padStart(6)} ms CPU`);
    }
    const time = neighbours(api, clients, ({ ms }) => ms);
    const cpu = neighbours(api, clients, ({ cpuMs }) => cpuMs);
    const fine = time <= FIRST_ANSWER_GOAL;
    const goal = `${verdict(fine)} (at most ${FIRST_ANSWER_GOAL})`;
    console.log(`  api / clients  ${ratio(time)} time, ${ratio(cpu)} CPU   ${goal}\n`);
    return fine;
  } finally {
    child.disconnect();
  }
};

/** What Lambda and the stack set. */
const environmentAt = (origin: string): Readonly<Record<string, string>> => ({
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_ENDPOINT_URL: origin,
  AWS_LAMBDA_FUNCTION_NAME: 'api',
  BUSINESS_TABLE: 'business',
  ATTESTATIONS_TABLE: 'attestations',
  CURSOR_KEY_ID: 'cursor-key',
  RECONNECT_KEY_ID: 'reconnect-key',
  PUBLIC_ORIGIN: 'https://odoseal.example',
});

const lineOf = (name: string, figures: readonly Figures[]): string => {
  const speed = median(figures.map((one) => one.requestsPerSecond));
  const cpu = median(figures.map((one) => one.cpuPerRequest));
  return `  ${name.padEnd(14)} ${speed.toFixed(0).padStart(6)} requests/s, ${cpu.toFixed(1).padStart(6)} µs CPU per request`;
};
