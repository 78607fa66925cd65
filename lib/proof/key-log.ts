// What a key set says of its keys against the whole log, for a reader who has all entries: every event that it tells is there, once and
// as told, and the log holds none that it does not tell. An old key set that does not know of a compromise is found out here.
import { encodeBase64url } from './base64url.ts';
import { sameBytes } from './bytes.ts';
import { KEY_EVENTS, type KeyEventName, keyEventLeaf, keyEventSlot } from './key-event.ts';
import { type KeyHistory, readHistory } from './key-history.ts';
import { type Jwk, STATEMENT_PURPOSE } from './key-set.ts';
import { SLOT_BYTES } from './log-search.ts';
import type { P256PublicKey, Sha256 } from './primitives.ts';
import { hasCoordinates, thumbprint } from './thumbprint.ts';

export type KeyEventReason =
  /** The log holds an event that the key set does not tell. */
  | 'key_event_not_told'
  /** The log says something else of it, or says it elsewhere. */
  | 'key_event_contradicted'
  | 'key_event_twice';

export interface KeyEventProblem {
  readonly reason: KeyEventReason;
  readonly kid: string;
  readonly event: KeyEventName;
  /** Place in the log of what should not be there, or not so. */
  readonly entry: number;
}

interface Named {
  readonly kid: string;
  readonly purpose: string;
  readonly key: P256PublicKey;
  readonly history: KeyHistory;
}

/** The keys that can count; what is wrong with the others is found when they are used. */
const named = (keys: readonly Jwk[], sha256: Sha256): readonly Named[] =>
  keys.flatMap((key) => {
    const { kid, purpose = STATEMENT_PURPOSE, events } = key;
    const history = readHistory(events);
    if (history === undefined || typeof purpose !== 'string' || !hasCoordinates(key)) return [];
    const { x, y } = key;
    return thumbprint(key, sha256) === kid ? [{ kid, purpose, key: { x, y }, history }] : [];
  });

type NamedEvent = Named & { readonly issuer: string; readonly event: KeyEventName };

function reasonOf(
  one: NamedEvent,
  [place, twice]: readonly number[],
  entries: readonly Uint8Array[],
  sha256: Sha256,
): KeyEventReason | undefined {
  const told = one.history[one.event];
  if (twice !== undefined) return 'key_event_twice';
  if (told === undefined) return place === undefined ? undefined : 'key_event_not_told';
  const { at, index, ...compromise } = told;
  // What was logged after this copy of the log is not looked for.
  if (place === undefined) return index === undefined || index >= entries.length ? undefined : 'key_event_contradicted';
  const said = { ...one, at, ...('since' in compromise && { compromise: { ...compromise } }) };
  const held = sameBytes(entries[place] ?? new Uint8Array(), keyEventLeaf(said, sha256));
  return held && (index === undefined || index === place) ? undefined : 'key_event_contradicted';
}

/** @param entries of 64 bytes, all that the log has, in its order */
export function keyEventProblems(
  entries: readonly Uint8Array[],
  { issuer, keys }: { readonly issuer: string; readonly keys: readonly Jwk[] },
  sha256: Sha256,
): readonly KeyEventProblem[] {
  const events = named(keys, sha256).flatMap((one) => KEY_EVENTS.map((event) => ({ ...one, issuer, event })));
  const slots = events.map((one) => encodeBase64url(keyEventSlot(one, sha256)));
  const places = new Map(slots.map((slot): readonly [string, number[]] => [slot, []]));
  for (const [place, entry] of entries.entries())
    places.get(encodeBase64url(entry.subarray(0, SLOT_BYTES)))?.push(place);
  return events.flatMap((one, n) => {
    const at = places.get(slots[n] ?? '') ?? [];
    const reason = reasonOf(one, at, entries, sha256);
    const entry = at.at(-1) ?? one.history[one.event]?.index ?? 0;
    return reason === undefined ? [] : [{ reason, kid: one.kid, event: one.event, entry }];
  });
}
