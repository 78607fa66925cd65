// Our client of the vehicle platform against the platform's own Node library: the same call (one odometer), the same server,
// one process, rounds in turn, medians. Beside them the floor: raw sockets. Goals (ratios): at 10 and 50 calls at once at
// least 2 times the reads per second and at most 0.5 times the CPU time per read; import and first call at most 0.6 times.
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Vehicle } from '../../lib/vehicle/smartcar.ts';
import { firstCalls } from './first-call.ts';
import { openRawReader } from './raw-socket.ts';

interface Sdk {
  readonly Vehicle: new (id: string, token: string) => { odometer(): Promise<{ readonly distance: number }> };
}

const smartcar = createRequire(import.meta.url)('smartcar') as Sdk; // it has no types of its own

const ID = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const TOKEN = 'b9d4ab5e-1b0f-4ba5-9e5a-2c1f8b1a6d3e';
const ROUNDS = 9;
const CONCURRENCY = [
  { atOnce: 1, reads: 800, judged: false },
  { atOnce: 10, reads: 4_000, judged: true },
  { atOnce: 50, reads: 4_000, judged: true },
] as const;

interface Figures {
  readonly readsPerSecond: number;
  /** CPU time of this process, microseconds. */
  readonly cpuPerRead: number;
}

type Clients = Readonly<Record<'ours' | 'sdk' | 'raw', (slot: number) => Promise<number>>>;

/** Runs the bench, prints it, and says whether every goal was met. */
export const benchVehicle = async (): Promise<boolean> => {
  const { origin, stop } = await startServer();
  try {
    process.env['SMARTCAR_API_ORIGIN'] = origin;
    console.log(`load of the machine before: ${load()}`);
    const met = [await benchReads(origin), await benchFirstCall(origin)].every(Boolean);
    console.log(`load of the machine after: ${load()}`);
    return met;
  } finally {
    stop();
  }
};

const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');

const startServer = async (): Promise<{ readonly origin: string; readonly stop: () => void }> => {
  const child = fork(fileURLToPath(new URL('odometer-server.ts', import.meta.url)), { stdio: 'inherit' });
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', () => reject(new Error('the server of the bench ended')));
  });
  return { origin, stop: () => child.disconnect() };
};

const benchReads = async (origin: string): Promise<boolean> => {
  let met = true;
  for (const { atOnce, reads, judged } of CONCURRENCY) {
    const { clients, close } = await openClients(origin, atOnce);
    const figures = await inTurn(clients, atOnce, reads);
    close();
    const { ours, sdk, raw } = figures;
    const speed = ours.readsPerSecond / sdk.readsPerSecond;
    const cpu = ours.cpuPerRead / sdk.cpuPerRead;
    const fine = speed >= 2 && cpu <= 0.5;
    console.log(`\n${atOnce} at once`);
    for (const [name, one] of Object.entries({ sdk, ours, 'raw socket': raw })) console.log(lineOf(name, one));
    console.log(`  ours / sdk   ${ratio(speed)} reads/s, ${ratio(cpu)} CPU   ${judged ? verdict(fine) : '(no goal)'}`);
    console.log(
      `  raw / ours   ${ratio(raw.readsPerSecond / ours.readsPerSecond)} reads/s, ${ratio(raw.cpuPerRead / ours.cpuPerRead)} CPU`,
    );
    met &&= fine || !judged;
  }
  return met;
};

const openClients = async (
  origin: string,
  atOnce: number,
): Promise<{ readonly clients: Clients; readonly close: () => void }> => {
  const path = `/v2.0/vehicles/${ID}/odometer`;
  const sockets = await Promise.all(Array.from({ length: atOnce }, () => openRawReader(origin, path, TOKEN)));
  const clients: Clients = {
    sdk: async () => (await new smartcar.Vehicle(ID, TOKEN).odometer()).distance,
    ours: async () => (await new Vehicle(ID, TOKEN).odometer()).distance,
    raw: (slot) => sockets[slot]?.read() ?? Promise.reject(new Error('no socket')),
  };
  return { clients, close: () => sockets.map((socket) => socket.close()) };
};

/** Rounds of every client one after the other, the first one for warming up; the median of each figure. */
const inTurn = async (clients: Clients, atOnce: number, reads: number): Promise<Record<keyof Clients, Figures>> => {
  const rounds: Record<keyof Clients, Figures[]> = { sdk: [], ours: [], raw: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ['sdk', 'ours', 'raw'] as const) {
      const figures = await oneRound(clients[name], atOnce, reads);
      if (round > 0) rounds[name].push(figures);
    }
  }
  return { sdk: medians(rounds.sdk), ours: medians(rounds.ours), raw: medians(rounds.raw) };
};

const oneRound = async (read: (slot: number) => Promise<number>, atOnce: number, reads: number): Promise<Figures> => {
  let left = reads;
  const worker = async (slot: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if ((await read(slot)) !== 104.32) throw new Error('a client read another odometer');
    }
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, (_, slot) => worker(slot)));
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { readsPerSecond: reads / seconds, cpuPerRead: (user + system) / reads };
};

const benchFirstCall = async (origin: string): Promise<boolean> => {
  const { ours, sdk } = await firstCalls(origin, ID, TOKEN);
  const fine = median(ours) / median(sdk) <= 0.6;
  console.log('\nimport and first call, a fresh process each');
  console.log(`  sdk          ${median(sdk).toFixed(1)} ms`);
  console.log(`  ours         ${median(ours).toFixed(1)} ms`);
  console.log(`  ours / sdk   ${ratio(median(ours) / median(sdk))}   ${verdict(fine)}\n`);
  return fine;
};

const medians = (figures: readonly Figures[]): Figures => ({
  readsPerSecond: median(figures.map((one) => one.readsPerSecond)),
  cpuPerRead: median(figures.map((one) => one.cpuPerRead)),
});

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const ratio = (value: number): string => `${value.toFixed(2)}×`;

const verdict = (fine: boolean): string => (fine ? 'goal met' : 'GOAL MISSED');

const lineOf = (name: string, { readsPerSecond, cpuPerRead }: Figures): string =>
  `  ${name.padEnd(12)} ${readsPerSecond.toFixed(0).padStart(6)} reads/s, ${cpuPerRead.toFixed(1).padStart(6)} µs CPU per read`;
