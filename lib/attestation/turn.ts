// One contract's turn: read the car if there is something to read, state what can be stated, plan what comes next.
// Every step may be repeated: a message that comes again finds the reading, the statement or the spent turn that it left behind.
import { giveBack, refillMs, spareOf, takeRequests } from '../reading/budget.ts';
import type { Turning, TurnMessage } from './open-turn.ts';
import { type Prepared, prepare, type Reading } from './prepare-turn.ts';
import { readAndSettle, readHere } from './read-car.ts';
import { settle } from './settle.ts';
import { handToTend, heedAsked, postpone, tendLater } from './spend-turn.ts';
import { monthDueAt } from './when-next.ts';

/** Which of an application's reads may go. */
type Grant = Promise<ReadonlySet<Reading>>;

function run(turning: Turning, prepared: Prepared, grants: ReadonlyMap<Prepared, Grant>): Promise<void> {
  switch (prepared.kind) {
    case 'drop':
      return heedAsked(turning, prepared.contract);
    case 'settle':
      return settle(turning, prepared.turn);
    case 'tend':
      return handToTend(turning, prepared.turn);
    case 'untended':
      return prepared.isReadDue
        ? settle(turning, prepared.turn, prepared.refusal)
        : tendLater(turning, prepared.turn, prepared.refusal);
    case 'read':
      return readIfGranted(turning, prepared, grants.get(prepared));
  }
}

async function readIfGranted(turning: Turning, reading: Reading, grant: Grant | undefined): Promise<void> {
  const granted = (await grant) ?? new Set();
  if (granted.has(reading)) return readAndSettle(turning, reading);
  if (reading.upgrading) return readHere(turning, reading.turn);
  const { turn, period, application, platform } = reading;
  return postpone(turning, turn, period, refillMs(application, platform.billedRequests(reading)));
}

/**
 * One budget per application, taken from in one update; what tenants asked for beside their months, in another one. What fails there fails
 * for the reads of that application alone.
 */
function takeGrants(turning: Turning, prepared: readonly Prepared[]): ReadonlyMap<Prepared, Grant> {
  const now = turning.clock();
  const reads = prepared.filter((one): one is Reading => one.kind === 'read');
  const byBudget = Map.groupBy(reads, (read) => `${read.application.applicationId}#${isBesideMonth(read, now)}`);
  return new Map(
    [...byBudget.values()].flatMap((own) => {
      const grant = takeGrant(turning, own, now);
      return own.map((read) => [read, grant] as const);
    }),
  );
}

/** Not the goal decides: one that was asked for waits, and its month becomes due meanwhile. */
const isBesideMonth = ({ turn, period }: Reading, now: number): boolean => monthDueAt(turn.dossier, period, now) > now;

async function takeGrant(turning: Turning, reads: readonly Reading[], now: number): Grant {
  const granted = new Set<Reading>();
  const [first] = reads;
  if (first === undefined) return granted;
  const billed = reads.map((read) => ({ read, requests: read.platform.billedRequests(read) }));
  const wanted = billed.reduce((sum, { requests }) => sum + requests, 0);
  const least = Math.min(...billed.map(({ requests }) => requests));
  const bucket = isBesideMonth(first, now) ? spareOf(first.application) : first.application;
  let left = await takeRequests(turning.business, bucket, wanted, now, least);
  for (const { read, requests } of billed) {
    if (requests > left) break;
    left -= requests;
    granted.add(read);
  }
  await giveBack(turning.business, bucket, left);
  return granted;
}

/**
 * Runs the turns of one invocation, their vehicle calls in flight together.
 * @returns for each message what went wrong with it, undefined when it is done
 */
export async function runTurns(turning: Turning, messages: readonly TurnMessage[]): Promise<readonly unknown[]> {
  const prepared = await Promise.allSettled(messages.map((message) => prepare(turning, message)));
  const ready = prepared.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const grants = takeGrants(turning, ready);
  const finished = await Promise.allSettled(
    prepared.map((one) => (one.status === 'fulfilled' ? run(turning, one.value, grants) : Promise.reject(one.reason))),
  );
  return finished.map((one) => (one.status === 'rejected' ? (one.reason ?? 'unknown') : undefined));
}
