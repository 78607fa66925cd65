// The door for what the vehicle platform pushes. Whoever knocks is a stranger until the signature over the very bytes is right; nothing
// is parsed before that, except for a challenge while its window is open. What was taken is stored before it is answered, and used from
// the queue. An application that does not exist is answered like a signature that is wrong.
import type { Send } from '../aws/queue.ts';
import type { ReadSecret } from '../aws/secrets.ts';
import type { Table } from '../aws/table.ts';
import { type PushedTrouble, TROUBLE_MEANINGS } from '../connection/troubles.ts';
import {
  ApplicationError,
  type FindApplication,
  readManagementToken,
  type VehicleApplication,
} from '../tenant/application.ts';
import { isWebhookWindowOpen } from '../tenant/webhook-window.ts';
import { MAX_PUSH_BYTES } from '../vehicle/constants.ts';
import { documentedReason } from '../vehicle/refusals.ts';
import { challengeAnswer, type Envelope, parseEnvelope, verifySignature } from '../vehicle/webhook.ts';
import { isAboutReadings } from '../vehicle/webhook-signals.ts';
import { getPush, markSent, type PushedEvent, pushIdOf, takePush } from './pushed-event.ts';
import { measuredAt } from './read-odometer.ts';

export interface Receiving {
  readonly business: Table;
  readonly application: FindApplication;
  readonly readSecret: ReadSecret;
  readonly sendRead: Send;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Tells the operator; codes only. */
  readonly warn: (code: string) => void;
  /**
   * Told of every refusal of what looks like a signature, for an application that there is. Anybody can cause one; a run of them may be the
   * platform itself, with a token that is not ours any more, and then every push is lost.
   */
  readonly onForged: (applicationId: string) => void;
}

export interface Knock {
  /** As the path names it. */
  readonly applicationId: string;
  /** The bytes that are signed. */
  readonly body: Uint8Array;
  /** `SC-Signature`. */
  readonly signature: string | undefined;
}

export type Reception =
  | { readonly kind: 'taken' }
  | { readonly kind: 'challenge'; readonly answer: string }
  | { readonly kind: 'too_large' }
  /** Not signed by whom it should be, or longer ago than anything is delivered. */
  | { readonly kind: 'refused' };

const taken: Reception = { kind: 'taken' };
const refused: Reception = { kind: 'refused' };

/** The platform gives up after 100 seconds. What was delivered an hour ago, or will be in an hour, is somebody's copy. */
const LONGEST_AGE_MS = 60 * 60_000;

/** A token that was changed is looked for at most this often: strangers must not make us ask. */
const LOOK_AGAIN_MS = 60_000;

/** As the platform's own, whatever its case. */
const LIKE_A_SIGNATURE = /^[0-9a-f]{64}$/i;

/** Events that a container remembers to have sent: of a burst of duplicates the table sees the first one. */
const REMEMBERED = 200;

/** Answers the platform. Made once per process. */
export function makeReceivePush(receiving: Receiving): (knock: Knock) => Promise<Reception> {
  const remembered = new Set<string>();
  const keepOnce = async (event: PushedEvent): Promise<void> => {
    const name = `${event.applicationId} ${event.pushId}`;
    if (remembered.has(name)) return;
    await keep(receiving, event);
    for (const oldest of remembered) {
      if (remembered.size < REMEMBERED) break;
      remembered.delete(oldest);
    }
    remembered.add(name);
  };
  const looked = new Map<string, number>();
  const mayLookAgain = (applicationId: string): boolean => {
    const now = receiving.monotonic();
    if (now - (looked.get(applicationId) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return false;
    looked.set(applicationId, now);
    return true;
  };
  return async (knock) => {
    if (knock.body.byteLength > MAX_PUSH_BYTES) return { kind: 'too_large' };
    const application = await find(receiving, knock.applicationId);
    if (await isSigned(receiving, application, knock, mayLookAgain)) {
      if (application !== undefined) return take(receiving, application, knock, keepOnce);
    }
    if (application === undefined) return refused;
    const reception = await challenged(receiving, application, knock);
    if (reception.kind === 'refused' && LIKE_A_SIGNATURE.test(knock.signature ?? ''))
      receiving.onForged(application.applicationId);
    return reception;
  };
}

async function find({ application }: Receiving, applicationId: string): Promise<VehicleApplication | undefined> {
  if (!/^[a-z0-9-]{1,40}$/.test(applicationId)) return undefined;
  try {
    return await application(applicationId);
  } catch (fault) {
    if (fault instanceof ApplicationError) return undefined;
    throw fault;
  }
}

/** Nobody's: compared with all the same, so that a missing application takes as long as a wrong signature. */
const NO_KEY = 'no key';

async function isSigned(
  receiving: Receiving,
  application: VehicleApplication | undefined,
  { body, signature }: Knock,
  mayLookAgain: (applicationId: string) => boolean,
): Promise<boolean> {
  if (application === undefined) return verifySignature(body, signature, NO_KEY) && false;
  const key = await keyOf(receiving, application, false);
  if (verifySignature(body, signature, key)) return true;
  if (signature === undefined || !mayLookAgain(application.applicationId)) return false;
  const current = await keyOf(receiving, application, true);
  return current !== key && verifySignature(body, signature, current);
}

/** Empty when the operator has put none there: then nothing is ever signed with it. */
const keyOf = async ({ readSecret }: Receiving, application: VehicleApplication, fresh: boolean): Promise<string> =>
  (await readManagementToken(readSecret, application, { fresh })) ?? '';

/** The token is read anew: a challenge follows a change of it. */
async function challenged(receiving: Receiving, application: VehicleApplication, { body }: Knock): Promise<Reception> {
  const { business, clock } = receiving;
  if (!(await isWebhookWindowOpen(business, application.applicationId, clock()))) return refused;
  const envelope = parseEnvelope(body);
  if (envelope.kind !== 'VERIFY') return refused;
  const answer = challengeAnswer(await keyOf(receiving, application, true), envelope.challenge);
  return answer === undefined ? refused : { kind: 'challenge', answer };
}

async function take(
  receiving: Receiving,
  application: VehicleApplication,
  knock: Knock,
  keepOnce: (event: PushedEvent) => Promise<void>,
): Promise<Reception> {
  const envelope = parseEnvelope(knock.body);
  if (envelope.kind === 'VERIFY') return challenged(receiving, application, knock);
  // Signed, and not what we know: to be sent it again would help nobody.
  if (envelope.kind === 'unreadable') {
    receiving.warn(`push_${envelope.reason}`);
    return taken;
  }
  const now = receiving.clock();
  const deliveredAt = Date.parse(envelope.deliveredAt ?? '');
  if (!(Math.abs(now - deliveredAt) <= LONGEST_AGE_MS)) return refused;
  const event = isOfMode(application, envelope) ? eventOf(receiving, application, envelope, deliveredAt) : undefined;
  if (event !== undefined) await keepOnce(event);
  return taken;
}

type Told = Extract<Envelope, { readonly eventId: string }>;

/** A dashboard's test is nobody's car, and a simulated car says whatever its driver likes. Older envelopes do not say. */
const isOfMode = ({ mode }: VehicleApplication, { mode: told }: Told): boolean => told === undefined || told === mode;

/** What there is to keep of it; undefined when it says nothing that is acted on. */
function eventOf(
  { clock, warn }: Receiving,
  { applicationId, platform }: VehicleApplication,
  envelope: Told,
  deliveredAt: number,
): PushedEvent | undefined {
  const { eventId, vehicleId, userId } = envelope;
  const receivedAt = new Date(clock()).toISOString();
  const at = instantOf(envelope, deliveredAt);
  const event = { applicationId, pushId: pushIdOf(eventId), eventId, vehicleId, platform, receivedAt, at };
  if (envelope.kind === 'VEHICLE_ERROR') {
    const troubles = envelope.errors.filter(isAboutReadings).flatMap(troubleIn);
    return troubles.length === 0 ? undefined : { ...event, userId, troubles };
  }
  const { odometer, vin, firstDelivery: first } = envelope;
  if (odometer.kind === 'unusable') warn('push_unusable');
  if (odometer.kind !== 'value') return undefined;
  const { metres, distance, unit } = odometer.odometer;
  const recordedAt = measuredAt(odometer.odometer.recordedAt, clock());
  if (recordedAt === undefined) {
    warn('push_unusable');
    return undefined;
  }
  return { ...event, first, reading: { metres, distance, unit, recordedAt, vin } };
}

/** Every attempt has its own delivery, the event one sequence; as an instant it is only as good as it is near. */
const instantOf = ({ sequence }: Told, deliveredAt: number): number =>
  sequence !== undefined && Math.abs(sequence - deliveredAt) <= LONGEST_AGE_MS ? sequence : deliveredAt;

type PushedError = Extract<Told, { readonly kind: 'VEHICLE_ERROR' }>['errors'][number];

function troubleIn({ type, code, meaning: meant, state }: PushedError): readonly PushedTrouble[] {
  const meaning = TROUBLE_MEANINGS.find((one) => one === meant);
  const reason = documentedReason({ type, code }) ?? meaning;
  return meaning === undefined || reason === undefined ? [] : [{ name: `${type}:${code}`, meaning, reason, state }];
}

/**
 * A crash after the put leaves an event that nobody was told of: it was not answered, so the platform sends it again, and whoever finds
 * it not sent sends it. A crash after the send leads to a second message, which changes nothing.
 */
async function keep({ business, sendRead, clock }: Receiving, event: PushedEvent): Promise<void> {
  const { applicationId, pushId } = event;
  if (!(await takePush(business, event))) {
    const held = await getPush(business, event);
    if (held?.sentAt !== undefined) return;
  }
  await sendRead([{ body: { kind: 'push', applicationId, pushId } }]);
  await markSent(business, event, new Date(clock()).toISOString());
}
