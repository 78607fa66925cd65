// One message of the tend queue: bind a connection, move it to another version of the platform, or refresh a pair and pass its turn on to
// reading. What has to wait is sent again,
// with a delay that grows, and does not use up the receives after which the queue calls a message poisoned. Refuses what is malformed.
import * as z from 'zod/mini';
import { LONGEST_DELAY_SECONDS, type Message } from '../aws/queue.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Binding, bindVehicle } from './bind.ts';
import type { Refreshable, Refreshed } from './refresh.ts';
import { upgradeConnection } from './upgrade.ts';

const ids = { tenantId: z.string(), contractId: z.string(), connectionId: z.string() };

/** How often it was sent again. */
const attempt = z.optional(z.int().check(z.minimum(1)));

export const tendMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bind'), ...ids, attempt }),
  z.strictObject({ kind: z.literal('upgrade'), ...ids, attempt }),
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
type Turn = Extract<TendMessage, { kind: 'turn' }>;

export interface Tending extends Binding {
  /** `rejectedVersion`: the platform refused that version's access token. */
  readonly refresh: (pair: Refreshable, rejectedVersion?: number) => Promise<Refreshed>;
}

export type Tended =
  /** `read`: turns that go on to reading. */
  | { readonly kind: 'done'; readonly read: readonly Message[] }
  /** Send this to the tend queue; then the message at hand is done. */
  | { readonly kind: 'wait'; readonly again: Message }
  /** Give the message back: the queue brings it again within the vendor's grace window. */
  | { readonly kind: 'give_back' }
  /** The turn's lease is about to end: the planner gives the contract another one. */
  | { readonly kind: 'given_up' };

const FIRST_DELAY_SECONDS = 60;

/** A pair that is being refreshed, or a lost answer: most are over by then. The queue holds out for two receives more, for crashes. */
const SHORT_TRIES = 3;

/** 60, 120, 240, 480, 900 and 900 seconds, and the short tries before, stay within the hour of a turn's lease. */
const TURN_SENDS = 6;

/** About six hours of asking whether a connection can move; who wants to know later asks again. */
const UPGRADE_SENDS = 24;

const doubled = (sent: number): number => Math.min(FIRST_DELAY_SECONDS * 2 ** sent, LONGEST_DELAY_SECONDS);

/** A wait says how often it has been sent, and nothing of what it waits for. */
function waitFor({ attempt: sent = 0, ...message }: TendMessage): Tended {
  return { kind: 'wait', again: { body: { ...message, attempt: sent + 1 }, delaySeconds: doubled(sent) } };
}

/**
 * @param receives how often the queue has delivered this message, from 1
 * @param now epoch milliseconds
 */
export async function tend(tending: Tending, message: TendMessage, receives: number, now: number): Promise<Tended> {
  if (message.kind === 'turn') return refreshThenRead(tending, message, receives);
  if (message.kind === 'upgrade') return upgrade(tending, message, now);
  // Ends with the pair: one that nobody bound is given up after a day, one that cannot be refreshed any more has nothing left to end.
  const bound = await bindVehicle(tending, message, now);
  return bound.kind === 'later' ? waitFor(message) : { kind: 'done', read: [] };
}

async function upgrade(
  tending: Tending,
  message: Extract<TendMessage, { kind: 'upgrade' }>,
  now: number,
): Promise<Tended> {
  const { attempt: sent = 0 } = message;
  const upgraded = await upgradeConnection(tending, message, now, sent >= UPGRADE_SENDS);
  return upgraded === 'later' ? waitFor(message) : { kind: 'done', read: [] };
}

/** The turn goes on once its token is fresh, or once it is clear that there is none: reading finds that out for itself. */
async function refreshThenRead({ refresh }: Tending, turn: Turn, receives: number): Promise<Tended> {
  const { rejectedVersion, attempt: sent = 0, upgradeTo, ...own } = turn;
  const refreshed = await refresh(turn, rejectedVersion);
  if (upgradeTo !== undefined) await refreshBeside(refresh, { ...turn, applicationId: upgradeTo });
  if (refreshed.kind === 'later') {
    if (sent === 0 && receives < SHORT_TRIES) return { kind: 'give_back' };
    return sent < TURN_SENDS ? waitFor(turn) : { kind: 'given_up' };
  }
  const again = rejectedVersion === undefined ? {} : { refreshed: true };
  return { kind: 'done', read: [{ body: { ...own, tended: true, ...again } }] };
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
