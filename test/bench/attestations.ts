// 100,000 attestations checked on all cores, by our verifier and by the cryptography alone, in turn over the same ones: what reading,
// disclosures, claims and figures cost beside the one signature.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { load, median, ratio, verdict } from './figures.ts';

export interface Ask {
  readonly way: 'prepare' | 'verifier' | 'jose' | 'der';
  /** Number of the first attestation, and how many. */
  readonly from: number;
  readonly count: number;
}

const ROUNDS = 50;
const WARMING = 10;
const OF_A_ROUND = 2_000;
/** The verifier does this share of what `crypto.verify` alone does in the same time. */
const GOAL = 0.75;

const WAYS = ['jose', 'verifier', 'der'] as const;
type Way = (typeof WAYS)[number];

/** Milliseconds until the last thread was done, and of work on all processors, collecting garbage included. */
interface Took {
  readonly wall: number;
  readonly work: number;
}

async function askAll(threads: readonly Worker[], asks: readonly Ask[]): Promise<Took> {
  const from = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    threads.map((thread, n) => {
      const done = once(thread, 'message');
      thread.postMessage(asks[n]);
      return done;
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - from, work: (user + system) / 1000 };
}

function sharesOf(round: number, threads: number): readonly Omit<Ask, 'way'>[] {
  const edge = (n: number): number => Math.round((OF_A_ROUND * n) / threads);
  return Array.from({ length: threads }, (_, n) => ({
    from: round * OF_A_ROUND + edge(n),
    count: edge(n + 1) - edge(n),
  }));
}

type Round = Readonly<Record<Way, Took>>;

async function runRound(threads: readonly Worker[], round: number): Promise<Round> {
  const shares = sharesOf(round, threads.length);
  const ask = (way: Ask['way']) =>
    askAll(
      threads,
      shares.map((share) => ({ way, ...share })),
    );
  await ask('prepare');
  const took = new Map<Way, Took>();
  // Who comes first changes, so that nobody always has the warm or the busy machine.
  for (const [n] of WAYS.entries()) {
    const way = WAYS[(n + round) % WAYS.length] ?? 'jose';
    took.set(way, await ask(way));
  }
  const of = (way: Way): Took => took.get(way) ?? { wall: Number.NaN, work: Number.NaN };
  return { jose: of('jose'), verifier: of('verifier'), der: of('der') };
}

export async function benchAttestations(): Promise<boolean> {
  const file = new URL('verify-thread.ts', import.meta.url);
  const threads = Array.from({ length: availableParallelism() }, () => new Worker(file));
  // What runs for the first few thousand times is not what runs for the others.
  for (let round = 0; round < WARMING; round += 1) await runRound(threads, ROUNDS + round);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runRound(threads, round));
  await Promise.all(threads.map((thread) => thread.terminate()));
  const show = (name: string, way: Way): void => {
    const perSecond = median(rounds.map((one) => (OF_A_ROUND / one[way].wall) * 1000));
    const work = median(rounds.map((one) => (one[way].work / OF_A_ROUND) * 1000));
    console.log(`${name.padEnd(40)}${perSecond.toFixed(0).padStart(7)} per second, ${work.toFixed(1)} µs of work each`);
  };
  const beside = (way: Way, what: keyof Took): number =>
    median(rounds.map((one) => one[way][what] / one.verifier[what]));
  console.log(`${ROUNDS * OF_A_ROUND} attestations of seven disclosures, ${threads.length} threads, load ${load()}`);
  show('verifier', 'verifier');
  show('crypto.verify alone, r‖s', 'jose');
  show('crypto.verify alone, DER', 'der');
  const share = beside('jose', 'work');
  console.log(
    `verifier beside crypto.verify of the same JWS: ${ratio(share)} (goal: ${ratio(GOAL)}): ${verdict(share >= GOAL)}`,
  );
  console.log(`the same by the clock, others at work included: ${ratio(beside('jose', 'wall'))}`);
  console.log(`beside signatures that were DER beforehand: ${ratio(beside('der', 'work'))}`);
  return share >= GOAL;
}
