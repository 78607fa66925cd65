// The fixed vectors of signing keys over time: what the log holds of their events, and which statements they vouch for, by the second and,
// after a compromise, by the entry of the log. Written to key-events.json by regenerate.ts.
import { KEY_EVENTS, keyEventLeaf, keyEventSlot, type KeyEvent, keyEventText } from '../../lib/proof/key-event.ts';
import { crypto, ISSUER, jwk, kid } from '../lib/proof/statement-fixture.ts';
import { goodChain } from './statement-vectors.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const compromise = { since: 1_769_900_000, logSize: 150 };

const logged = KEY_EVENTS.map((event, n) => {
  const said: KeyEvent = {
    ...{ issuer: ISSUER, purpose: jwk.purpose, kid, key: { x: jwk.x, y: jwk.y }, event, at: 1_767_225_600 + n },
    ...(event === 'compromised' && { compromise }),
  };
  const [slot, leaf] = [keyEventSlot(said, crypto.sha256), keyEventLeaf(said, crypto.sha256)];
  return { event, text: keyEventText(said), slot: hex(slot), leaf: hex(leaf) };
});

/** `iat` of the statement. */
const IAT = 1_769_925_600;
const leak = { event: 'compromised', at: IAT, ...compromise };

/** `logged`: its proven place in the log, when there is one. `reason`: why it is refused, when it is. */
const cases = [
  { name: 'nothing is known of the key', events: [] },
  { name: 'made in the second in which the key was', events: [{ event: 'added', at: IAT }] },
  { name: 'made a second before its key', events: [{ event: 'added', at: IAT + 1 }], reason: 'key_not_yet_added' },
  { name: 'made in the last second of its key', events: [{ event: 'retired', at: IAT }] },
  { name: 'made a second after its key was retired', events: [{ event: 'retired', at: IAT - 1 }], reason: 'key_retired' },
  { name: 'a key that has leaked, no log', events: [leak], reason: 'key_compromised' },
  { name: 'logged last before the leak', events: [leak], logged: 149 },
  { name: 'logged first after the leak', events: [leak], logged: 150, reason: 'key_compromised' },
  { name: 'logged before, made after the key was retired', events: [{ event: 'retired', at: IAT - 1 }, leak], logged: 0, reason: 'key_retired' },
  { name: 'an event that nobody knows', events: [{ event: 'lost', at: 1 }], reason: 'unsuitable_key' },
  { name: 'an event twice', events: [leak, leak], logged: 0, reason: 'unsuitable_key' },
  { name: 'a compromise that does not say what was logged before', events: [{ event: 'compromised', at: 1, since: 1 }], logged: 0, reason: 'unsuitable_key' },
];

/** Everything that key-events.json holds. */
export const buildKeyEventVectors = () => ({
  issuer: ISSUER,
  /** `events` is put into it. */
  jwk,
  statement: goodChain()[0]?.compact ?? '',
  logged,
  cases,
});
