// What a published key says of its own life (`events` of its JWK, a private member), and whether it vouches for something that was signed
// at a given time. After a compromise times say nothing, for whoever signs writes them: then only the log's order counts.
import { KEY_EVENTS, type KeyEventName } from './key-event.ts';

interface Happened {
  /** Seconds since 1970. */
  readonly at: number;
  /** Its place in the log, once a signed checkpoint covers it. */
  readonly index?: number;
}

interface Compromised extends Happened {
  readonly since: number;
  /** Entries below this one were in the log before `since`. */
  readonly logSize: number;
}

/** By event; a key that nothing is said of is in force at any time. */
export interface KeyHistory {
  readonly added?: Happened;
  readonly retired?: Happened;
  readonly compromised?: Compromised;
}

const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isName = (value: unknown): value is KeyEventName => KEY_EVENTS.some((name) => name === value);

const MEMBERS = ['event', 'at', 'index', 'since', 'logSize'];

function readEvent(value: unknown): (Happened & { readonly event: KeyEventName }) | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const members: Readonly<Record<string, unknown>> = { ...value };
  const { event, at, index, since, logSize } = members;
  if (!Object.keys(members).every((name) => MEMBERS.includes(name)) || !isName(event) || !isWhole(at)) return undefined;
  if (index !== undefined && !isWhole(index)) return undefined;
  const happened = { event, at, ...(index !== undefined && { index }) };
  if (event !== 'compromised') return since === undefined && logSize === undefined ? happened : undefined;
  return isWhole(since) && isWhole(logSize) ? { ...happened, ...{ since, logSize } } : undefined;
}

/**
 * @param events `events` of a JWK
 * @returns undefined for anything but a list of events that each come once: a reader that guessed would guess in a thief's favour
 */
export function readHistory(events: unknown): KeyHistory | undefined {
  if (events === undefined) return {};
  if (!Array.isArray(events) || events.length > KEY_EVENTS.length) return undefined;
  const history: Partial<Record<KeyEventName, Happened>> = {};
  for (const one of events.map(readEvent)) {
    if (one === undefined || history[one.event] !== undefined) return undefined;
    const { event, ...happened } = one;
    history[event] = happened;
  }
  // `compromised` has its members: readEvent lets none pass without.
  return history as KeyHistory;
}

export type WindowRefusal = 'key_not_yet_added' | 'key_retired' | 'key_compromised';

/**
 * Why a key does not vouch for something; undefined when it does.
 * @param iat when that says it was made, seconds since 1970; both ends of the window are in it
 * @param logged its proven place in the log, if it has one
 */
export function windowProblem(
  { added, retired, compromised }: KeyHistory,
  iat: number,
  logged?: number,
): WindowRefusal | undefined {
  if (added !== undefined && iat < added.at) return 'key_not_yet_added';
  if (retired !== undefined && iat > retired.at) return 'key_retired';
  if (compromised === undefined) return undefined;
  return logged !== undefined && logged < compromised.logSize ? undefined : 'key_compromised';
}
