// What happens to a signing key, as the public log holds it: it was added, it was retired, it was compromised. 64 bytes like a statement's
// leaf, to be told apart from one only by making it anew out of what the key set publishes. The first half names the slot (this key, this
// event), the second fixes what is said of it: two stories about one event share the first half, and whoever reads the log sees both.
import { utf8 } from './base64url.ts';
import { joinBytes } from './bytes.ts';
import type { P256PublicKey, Sha256 } from './primitives.ts';

export const KEY_EVENTS = ['added', 'retired', 'compromised'] as const;
export type KeyEventName = (typeof KEY_EVENTS)[number];

/** Which event of which key. */
interface KeyEventSlot {
  readonly issuer: string;
  /** What the key signs: `purpose` of its JWK. */
  readonly purpose: string;
  /** RFC 7638 thumbprint of the key. */
  readonly kid: string;
  readonly event: KeyEventName;
}

export interface KeyEvent extends KeyEventSlot {
  readonly key: P256PublicKey;
  /** When it happened: the key was made, signed for the last time, or was found to be compromised. Seconds since 1970. */
  readonly at: number;
  /** Of `compromised` alone: from when on others may have signed (seconds since 1970), and how many entries the log had before. */
  readonly compromise?: { readonly since: number; readonly logSize: number };
}

/** No slot of a statement is the hash of as many bytes (leaf.ts: 40), so neither is taken for the other. */
const DOMAIN = 'odoseal key event\n';

/** SHA-256("odoseal key event" ‖ 0x0A ‖ JSON of which event of which key): the first 32 bytes of the leaf. */
export function keyEventSlot({ issuer, purpose, kid, event }: KeyEventSlot, sha256: Sha256): Uint8Array {
  return sha256(utf8(DOMAIN + JSON.stringify({ event, issuer, kid, purpose })));
}

/** All that is said, as the one text that it has (RFC 8785): members in lexical order, no white space. */
export function keyEventText({ issuer, purpose, kid, event, key, at, compromise }: KeyEvent): string {
  const { since, logSize } = compromise ?? {};
  const { x, y } = key;
  // Members that are undefined are left out.
  return JSON.stringify({ at, crv: 'P-256', event, issuer, kid, kty: 'EC', logSize, purpose, since, x, y });
}

/** The log entry of one event: slot ‖ SHA-256(text). */
export const keyEventLeaf = (event: KeyEvent, sha256: Sha256): Uint8Array =>
  joinBytes(keyEventSlot(event, sha256), sha256(utf8(keyEventText(event))));
