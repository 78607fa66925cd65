// Work that waits for the vehicle platform (binding, ending, moving): what a refusal means for it, and from when on the platform may be
// asked again. That instant is kept on the connection, so that two messages about one connection share one wait: whoever comes too early
// comes again and asks nobody. Refuses to end a message because of another one: that one may have been lost.
import type { Table } from '../aws/table.ts';
import { MAX_PAUSE_S } from '../vehicle/constants.ts';
import { type TokenOf, whoseToken } from '../vehicle/platform.ts';
import { documentedReason } from '../vehicle/refusals.ts';
import { OPERATOR_RETRY_SECONDS, pauseFor } from '../vehicle/retry.ts';
import type { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Connection, changeConnection, getConnection, STATES } from './connection.ts';
import type { Vault } from './vault.ts';

export interface Later {
  readonly kind: 'later';
  /** Not before so many seconds have passed; absent: as soon as the schedule says. */
  readonly seconds?: number | undefined;
  /** It waits for us (plan, request, credentials, rate budget), for no car and no driver. */
  readonly ours?: true;
  /** Nobody but ourselves was in the way: the platform may be asked at once. */
  readonly contended?: true;
  /** The list that tells what kind of car it is was away. */
  readonly listAway?: true;
  /** The platform answered, and nobody can use what it said. */
  readonly unusable?: true;
}

export const later: Later = { kind: 'later' };

export const contended: Later = { kind: 'later', contended: true };

/** The application's rate budget is empty, or closed. */
export const noRequests: Later = { kind: 'later', ours: true };

export interface Waiting {
  readonly business: Table;
  readonly vault: Vault;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Takes so many requests from the application's rate budget, or none: false when there are not enough. */
  readonly allow: (applicationId: string, requests: number) => Promise<boolean>;
  /** The platform says that the application's bucket is empty: nobody asks until this has passed, then `requests` may go. */
  readonly pause: (
    applicationId: string,
    refused: { readonly retryAfterSeconds: number | undefined; readonly requests: number },
  ) => Promise<void>;
  /** Tells the operator, by a code. */
  readonly warn: (code: string) => void;
}

export interface Asked {
  readonly applicationId: string;
  /** Whose token was used; absent: none was, or it does not matter. */
  readonly tokenOf?: TokenOf;
  /** How many were refused. */
  readonly requests: number;
}

/** For refusals that end nothing. An application's token that is refused here was refused fresh: that is the operator's. */
export async function heed({ pause, warn }: Waiting, asked: Asked, refusal: VehicleError): Promise<Later> {
  const { meaning, retryAfterSeconds, fault } = refusal;
  const { applicationId, requests } = asked;
  const stopped = pauseFor({ meaning, retryAfterSeconds, reason: documentedReason(refusal) });
  if (stopped !== undefined) await pause(applicationId, { ...stopped, requests });
  if (meaning === 'application_rate_limited') return { kind: 'later', seconds: retryAfterSeconds, ours: true };
  const isOperators = meaning === 'operator' || (meaning === 'refresh_once' && asked.tokenOf === 'application');
  if (!isOperators && meaning !== 'billing')
    return { kind: 'later', seconds: retryAfterSeconds, ...(fault === 'unusable_answer' ? { unusable: true } : {}) };
  const seconds = Math.max(OPERATOR_RETRY_SECONDS, retryAfterSeconds ?? 0);
  warn(isOperators ? 'vehicle_operator' : 'vehicle_billing');
  return { kind: 'later', seconds, ours: true };
}

const FIRST_WAIT_SECONDS = 60;

/** Longer waits only on request: who is waited for may be back any minute. */
const LONGEST_WAIT_SECONDS = 900;

/** 60, 120, 240, 480, then 900. @param tries how many there were, from 0 */
export const scheduledSeconds = (tries: number): number =>
  Math.min(FIRST_WAIT_SECONDS * 2 ** tries, LONGEST_WAIT_SECONDS);

/** A worker lives for half of it. If it ends, its message comes again by then. */
const CLAIM_MS = 60_000;

/** What of a connection waits: the work that its state asks for, or its move. */
type Work = NonNullable<Connection['waits']>['of'];

/** How often this work has waited already. */
export const triesOf = ({ waits }: Connection, of: Work): number => (waits?.of === of ? waits.tries : 0);

/**
 * Runs work that may have to wait, unless it is too early or another message is at it.
 *
 * A crash after the claim leaves a claim that ends when the message comes again. A crash after the wait is noted leaves a message that
 * comes again and finds it. Work that was refused while its note got lost asks once more; a closed budget stops it before that.
 */
export async function whenDue<T extends { readonly kind: string }>(
  waiting: Waiting,
  connection: Connection,
  of: Work,
  work: () => Promise<T | Later>,
): Promise<T | Later> {
  const { business, clock } = waiting;
  const waits = connection.waits?.of === of ? connection.waits : undefined;
  if (waits !== undefined) {
    const now = clock();
    const left = Date.parse(waits.until) - now;
    if (left > 0) return { kind: 'later', seconds: left / 1000 };
    if (!(await claim(business, connection, waits, now))) return { kind: 'later', seconds: CLAIM_MS / 1000 };
  }
  const done = await work();
  if (isLater(done)) return done.contended === true ? done : noteWait(waiting, connection, of, done);
  if (waits !== undefined) await changeConnection(business, connection, STATES, {}, { forget: ['waits'] });
  return done;
}

const isLater = (done: { readonly kind: string }): done is Later => done.kind === 'later';

const iso = (epoch: number): string => new Date(epoch).toISOString();

/** Of messages that come at the same moment one goes on. */
async function claim(
  business: Table,
  connection: Connection,
  waits: NonNullable<Connection['waits']>,
  now: number,
): Promise<boolean> {
  const claimed = { waits: { ...waits, until: iso(now + CLAIM_MS) } };
  return (await changeConnection(business, connection, STATES, claimed, { until: waits.until })) !== undefined;
}

/** An answer that cannot be used is no outage when it has been one for more than an hour: told then, and about twice a day. */
const UNUSABLE_TRIES = 8;
const TELL_AGAIN_TRIES = 48;

/** Noted for the state that the connection is in by now: a car that did not fit is what waits for its ending. */
async function noteWait(
  { business, vault, clock, warn }: Waiting,
  connection: Connection,
  of: Work,
  { seconds: wanted = 0, ours, listAway, unusable }: Later,
): Promise<Later> {
  const now = clock();
  const current = await getConnection(business, connection);
  if (current === undefined) return later;
  const work = of === 'upgrade' ? of : current.state;
  const tries = triesOf(current, work) + 1;
  // A driver who waits is told after a day what became of it: whoever is waited for longer is asked in between.
  const seconds = Math.max(scheduledSeconds(tries - 1), Math.min(wanted, MAX_PAUSE_S));
  const oursAt = ours === true ? iso(now) : current.waits?.oursAt;
  const listAwayAt = current.waits?.listAwayAt ?? (listAway === true ? iso(now) : undefined);
  const waits = {
    ...{ of: work, tries, until: iso(now + seconds * 1000) },
    ...(oursAt === undefined ? {} : { oursAt }),
    ...(listAwayAt === undefined ? {} : { listAwayAt }),
  };
  if (unusable === true && tries % TELL_AGAIN_TRIES === UNUSABLE_TRIES) warn('answer_unusable');
  // What waits for us must not die of waiting.
  if (ours === true && whoseToken(current.platform) === 'driver') await vault.extend(current, now + seconds * 1000);
  await changeConnection(business, current, [current.state], { waits });
  return { kind: 'later', seconds };
}
