// One client of the bench in a process of its own, so that nobody pays for another's garbage: reads so many odometers, so
// many at once, when told to, and answers what it took.
import { createRequire } from 'node:module';
import { Vehicle } from '../../lib/vehicle/smartcar.ts';
import { openRawReader, type RawReader } from './raw-socket.ts';

export interface Round {
  readonly atOnce: number;
  readonly reads: number;
}

export interface Figures {
  readonly readsPerSecond: number;
  /** CPU time of the process, microseconds. */
  readonly cpuPerRead: number;
}

interface Sdk {
  readonly Vehicle: new (id: string, token: string) => { odometer(): Promise<{ readonly distance: number }> };
}

const [name, origin = '', id = '', token = ''] = process.argv.slice(2);
const smartcar = createRequire(import.meta.url)('smartcar') as Sdk; // it has no types of its own
const sockets: RawReader[] = [];

const read = {
  sdk: async (): Promise<number> => (await new smartcar.Vehicle(id, token).odometer()).distance,
  ours: async (): Promise<number> => (await new Vehicle(id, token).odometer()).distance,
  raw: async (slot: number): Promise<number> => {
    const body = await (sockets[slot]?.read() ?? Promise.reject(new Error('no socket')));
    return (JSON.parse(body) as { readonly distance: number }).distance; // our own server's answer
  },
}[name as 'sdk' | 'ours' | 'raw']; // the bench that starts this process names one of them

const measure = async ({ atOnce, reads }: Round): Promise<Figures> => {
  while (name === 'raw' && sockets.length < atOnce) {
    sockets.push(await openRawReader(origin, `/v2.0/vehicles/${id}/odometer`, token));
  }
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

process.on('message', async (round: Round) => {
  process.send?.(await measure(round));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
