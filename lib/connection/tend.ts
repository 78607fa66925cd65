// One message of the tend queue: bind a connection, move it to another version of the platform, erase a contract, look which
// contracts of a tenant are to be erased, or refresh a pair and pass its turn on to reading, as it passes on a refusal that the turn has to wait for. What has to wait here is sent again, with a delay that grows, and
// does not use up the receives after which the queue calls a message poisoned. Refuses what is malformed.
import * as z from 'zod/mini';
import { LONGEST_DELAY_SECONDS, type Message } from '../aws/queue.ts';
import { askForLapsed } from '../contract/retention.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { bindVehicle } from './bind.ts';
import { type Erasing, eraseContract } from './erase.ts';
import type { Binding } from './find-car.ts';
import type { Refreshable, Refreshed } from './refresh.ts';
import { upgradeConnection } from './upgrade.ts';
import { scheduledSeconds } from './waiting.ts';

const ids = { tenantId: z.string(), contractId: z.string(), connectionId: z.string() };

/** How often it was sent again. */
const attempt = z.optional(z.int().check(z.minimum(1)));

export const tendMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bind'), ...ids, attempt }),
  z.strictObject({ kind: z.literal('upgrade'), ...ids, attempt }),
  z.strictObject({ kind: z.literal('erase'), tenantId: z.string(), contractId: z.string(), attempt }),
  z.strictObject({ kind: z.literal('retention'), tenantId: z.string(), after: z.optional(z.string()) }),
  z.strictObject({
    kind: z.literal('turn'),
    ...ids,
    applicationId: z.string(),
    /** The application that the connection is moving to. */
    upgradeTo: z.optional(z.string()),
    turn: z.int(),
    rejectedVersion: z.optional(z.int()),
    attempt,
  }),
]);

export type TendMessage = Readonly<z.infer<typeof tendMessage>>;
/** Those that come again as they are, and count how often. */
type Repeated = Exclude<TendMessage, { kind: 'retention' }>;

type Turn = Extract<TendMessage, { kind: 'turn' }>;

/** What the token endpoint may refuse a turn with that the turn has to wait for. */
const WAITING_MEANINGS = ['application_rate_limited', 'billing', 'operator', 'transient'] as const;

/** Passed on to reading with a turn that got no token. */
export const tokenRefusal = z.strictObject({
  meaning: z.enum(WAITING_MEANINGS),
  retryAfterSeconds: z.optional(z.number()),
});

export type TokenRefusal = Readonly<z.infer<typeof tokenRefusal>>;

export interface Tending extends Binding, Pick<Erasing, 'forgetReports'> {
  /** `rejectedVersion`: the platform refused that version's access token. */
  readonly refresh: (pair: Refreshable, rejectedVersion?: number) => Promise<Refreshed>;
}

export type Tended =
  /** `read`: turns that go on to reading. */
  | { readonly kind: 'done'; readonly read: readonly Message[] }
  /** Send this to the tend queue; then the message at hand is done. */
  | { readonly kind: 'wait'; readonly again: Message }
  /** What comes next is a message of its own: send it to the tend queue; then the message at hand is done. */
  | { readonly kind: 'go_on'; readonly next: Message }
  /** Give the message back: the queue brings it again within the vendor's grace window. */
  | { readonly kind: 'give_back' }
  /** The turn's lease is about to end: the planner gives the contract another one. */
  | { readonly kind: 'given_up' };

/** A pair that is being refreshed, or a lost answer: most are over by then. The queue holds out for two receives more, for crashes. */
const SHORT_TRIES = 3;

/** 60, 120, 240, 480, 900 and 900 seconds, and the short tries before, stay within the hour of a turn's lease. */
const TURN_SENDS = 6;

/**
 * A wait says how often it has been sent, and nothing of what it waits for. One that is longer than the queue can wait is sent from hop to
 * hop: what comes too early finds on the connection that it does.
 */
function waitFor({ attempt: sent = 0, ...message }: Repeated, seconds = scheduledSeconds(sent)): Tended {
  const delaySeconds = Math.min(Math.ceil(seconds), LONGEST_DELAY_SECONDS);
  return { kind: 'wait', again: { body: { ...message, attempt: sent + 1 }, delaySeconds } };
}

/**
 * @param receives how often the queue has delivered this message, from 1
 * @param now epoch milliseconds
 */
export async function tend(tending: Tending, message: TendMessage, receives: number, now: number): Promise<Tended> {
  if (message.kind === 'turn') return refreshThenRead(tending, message, receives, now);
  if (message.kind === 'erase') {
    const { kind } = await eraseContract(tending, message, now);
    return kind === 'more' ? waitFor(message, 1) : { kind: 'done', read: [] };
  }
  if (message.kind === 'retention') {
    const next = await askForLapsed(tending.business, message, now);
    return next === undefined
      ? { kind: 'done', read: [] }
      : { kind: 'go_on', next: { body: { kind: 'retention', ...next } } };
  }
  // Each ends: a car that nobody could identify is given up, a pair that cannot be refreshed any more has nothing left to end.
  const work = message.kind === 'bind' ? bindVehicle : upgradeConnection;
  const done = await work(tending, message, now);
  return done.kind === 'later' ? waitFor(message, done.seconds) : { kind: 'done', read: [] };
}

/**
 * The turn goes on once its token is fresh, once it is clear that there is none (reading finds that out for itself), or when the platform
 * said for how long nobody is to ask: that is longer than a message waits, and the contract's to know.
 */
async function refreshThenRead(tending: Tending, turn: Turn, receives: number, now: number): Promise<Tended> {
  const { refresh } = tending;
  const { rejectedVersion, attempt: sent = 0, upgradeTo, ...own } = turn;
  const refreshed = await refresh(turn, rejectedVersion).catch((refusal: unknown) =>
    refusedFor(tending, turn, refusal),
  );
  if (upgradeTo !== undefined) await refreshBeside(refresh, { ...turn, applicationId: upgradeTo });
  if (refreshed.kind === 'moved') return putAwayThenRead(tending, turn, now);
  if (refreshed.kind === 'refused') return { kind: 'done', read: [{ body: { ...own, refusal: refreshed.refusal } }] };
  if (refreshed.kind === 'later') {
    if (sent === 0 && receives < SHORT_TRIES) return { kind: 'give_back' };
    return sent < TURN_SENDS ? waitFor(turn) : { kind: 'given_up' };
  }
  const again = rejectedVersion === undefined ? {} : { refreshed: true };
  return { kind: 'done', read: [{ body: { ...own, tended: true, ...again } }] };
}

/** A crash before the end leaves the message, which finds the pair dead once more, or nothing left to do. */
async function putAwayThenRead(
  tending: Tending,
  { attempt: _, upgradeTo: to, ...turn }: Turn,
  now: number,
): Promise<Tended> {
  await upgradeConnection(tending, turn, now);
  return { kind: 'done', read: [{ body: turn }] };
}

interface RefusedToken {
  readonly kind: 'refused';
  readonly refusal: TokenRefusal;
}

/** Our own credentials, or a time that was named: no short try helps. The rest is over in a minute, or within the vendor's grace window. */
async function refusedFor(
  { pause }: Tending,
  { applicationId }: Turn,
  refusal: unknown,
): Promise<RefusedToken | Extract<Refreshed, { kind: 'later' }>> {
  if (!(refusal instanceof VehicleError)) throw refusal;
  const { retryAfterSeconds } = refusal;
  const meaning = WAITING_MEANINGS.find((one) => one === refusal.meaning) ?? 'transient';
  if (meaning === 'transient' && retryAfterSeconds === undefined) return { kind: 'later' };
  if (meaning === 'application_rate_limited') await pause(applicationId, { retryAfterSeconds, requests: 1 });
  const told = retryAfterSeconds === undefined ? { meaning } : { meaning, retryAfterSeconds };
  return { kind: 'refused', refusal: told };
}

/** The way that a connection moves to is tried when it can be: what is wrong with it must not cost the way that there is. */
async function refreshBeside(refresh: Tending['refresh'], pair: Refreshable): Promise<void> {
  try {
    await refresh(pair);
  } catch (refusal) {
    // Credentials that are refused are heard of wherever they are needed.
    if (!(refusal instanceof VehicleError)) throw refusal;
  }
}
