// Our client of the vehicle platform against the platform's own Node library: the same call (one odometer), the same server,
// one run, rounds in turn, medians. Beside them the floor: raw sockets. Goals (ratios): at 10 and 50 calls at once at least
// 2 times the reads per second and at most 0.5 times the CPU time per read; import and first call at most 0.6 times.
import type { ChildProcess } from 'node:child_process';
import { nextMessage, start } from './child.ts';
import { load, median, neighbours, ratio, verdict } from './figures.ts';
import { bundled, firstCalls } from './first-call.ts';
import type { Figures, Round } from './reader.ts';

const ID = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const TOKEN = 'b9d4ab5e-1b0f-4ba5-9e5a-2c1f8b1a6d3e';
const ROUNDS = 9;
const CONCURRENCY = [
  { atOnce: 1, reads: 800, judged: false },
  { atOnce: 10, reads: 4_000, judged: true },
  { atOnce: 50, reads: 4_000, judged: true },
] as const;
const NAMES = ['sdk', 'ours', 'raw'] as const;

type Name = (typeof NAMES)[number];

/** Runs the bench, prints it, and says whether every goal was met. */
export const benchVehicle = async (): Promise<boolean> => {
  const { child: server, said: origin } = await start('odometer-server.ts', []);
  const readers = await startReaders(origin);
  try {
    console.log(`load of the machine before: ${load()}`);
    const met = [await benchReads(readers), await benchFirstCall(origin)].every(Boolean);
    console.log(`load of the machine after: ${load()}`);
    return met;
  } finally {
    for (const child of [...Object.values(readers), server]) child.disconnect();
  }
};

const startReaders = async (origin: string): Promise<Readonly<Record<Name, ChildProcess>>> => {
  const reader = async (name: Name): Promise<ChildProcess> =>
    (await start('reader.ts', [name, origin, ID, TOKEN], { env: { SMARTCAR_API_ORIGIN: origin } })).child;
  return { sdk: await reader('sdk'), ours: await reader('ours'), raw: await reader('raw') };
};

const benchReads = async (readers: Readonly<Record<Name, ChildProcess>>): Promise<boolean> => {
  let met = true;
  for (const { judged, ...round } of CONCURRENCY) {
    const { ours, sdk, raw } = await inTurn(readers, round);
    const speed = neighbours(ours, sdk, ({ readsPerSecond }) => readsPerSecond);
    const cpu = neighbours(ours, sdk, ({ cpuPerRead }) => cpuPerRead);
    const fine = speed >= 2 && cpu <= 0.5;
    console.log(`\n${round.atOnce} at once`);
    for (const [name, one] of Object.entries({ sdk, ours, 'raw socket': raw })) console.log(lineOf(name, medians(one)));
    console.log(`  ours / sdk   ${ratio(speed)} reads/s, ${ratio(cpu)} CPU   ${judged ? verdict(fine) : '(no goal)'}`);
    const floor = neighbours(ours, raw, ({ readsPerSecond }) => readsPerSecond);
    const floorCpu = neighbours(ours, raw, ({ cpuPerRead }) => cpuPerRead);
    console.log(`  ours / raw   ${ratio(floor)} reads/s, ${ratio(floorCpu)} CPU`);
    met &&= fine || !judged;
  }
  return met;
};

/** Rounds of every client one after the other, the first ones for warming up. */
const inTurn = async (
  readers: Readonly<Record<Name, ChildProcess>>,
  round: Round,
): Promise<Readonly<Record<Name, readonly Figures[]>>> => {
  const rounds: Record<Name, Figures[]> = { sdk: [], ours: [], raw: [] };
  for (let count = -2; count < ROUNDS; count += 1) {
    for (const name of NAMES) {
      readers[name].send(round);
      const figures = (await nextMessage(readers[name])) as Figures; // what `reader.ts` sends
      if (count >= 0) rounds[name].push(figures);
    }
  }
  return rounds;
};

const ENTRIES = {
  sdk: "import smartcar from 'smartcar'; export const { Vehicle } = smartcar;",
  ours: "export { Vehicle } from './lib/vehicle/smartcar.ts';",
} as const;

const FIRST_CALL = `
const [id, token] = args;
const { distance } = await new bundle.Vehicle(id, token).odometer();
if (distance !== 104.32) throw new Error('another odometer');
`;

const firstVehicleCalls = (origin: string) =>
  firstCalls({
    bundle: async (folder) => ({
      sdk: await bundled(folder, 'sdk', ENTRIES.sdk),
      ours: await bundled(folder, 'ours', ENTRIES.ours),
    }),
    call: FIRST_CALL,
    args: [ID, TOKEN],
    env: { SMARTCAR_API_ORIGIN: origin },
  });

const benchFirstCall = async (origin: string): Promise<boolean> => {
  const { ours, sdk } = await firstVehicleCalls(origin);
  const time = neighbours(ours, sdk, ({ ms }) => ms);
  const cpu = neighbours(ours, sdk, ({ cpuMs }) => cpuMs);
  console.log('\nimport and first call, a fresh process each');
  for (const [name, calls] of Object.entries({ sdk, ours })) {
    const [ms, cpuMs] = [median(calls.map((one) => one.ms)), median(calls.map((one) => one.cpuMs))];
    console.log(`  ${name.padEnd(12)} ${ms.toFixed(1).padStart(6)} ms, ${cpuMs.toFixed(1).padStart(6)} ms CPU`);
  }
  console.log(`  ours / sdk   ${ratio(time)} time, ${ratio(cpu)} CPU   ${verdict(time <= 0.6)}\n`);
  return time <= 0.6;
};

const medians = (figures: readonly Figures[]): Figures => ({
  readsPerSecond: median(figures.map((one) => one.readsPerSecond)),
  cpuPerRead: median(figures.map((one) => one.cpuPerRead)),
});

const lineOf = (name: string, { readsPerSecond, cpuPerRead }: Figures): string =>
  `  ${name.padEnd(12)} ${readsPerSecond.toFixed(0).padStart(6)} reads/s, ${cpuPerRead.toFixed(1).padStart(6)} µs CPU per read`;
