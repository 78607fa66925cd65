// What happened to signing keys, as stored: put once for each key and event, with the leaf that the log gets of it, and pending for the log
// as statements are. Nobody deletes one or changes what it says.
import * as z from 'zod/mini';
import { sha256 } from '../aws/digest.ts';
import { keys, KEY_EVENTS as PARTITION, pendingShard } from '../aws/keys.ts';
import { type Item, isNew, type Table } from '../aws/table.ts';
import { KEY_EVENTS, type KeyEvent, keyEventLeaf } from '../proof/key-event.ts';

const storedKeyEvent = z.object({
  issuer: z.string(),
  purpose: z.string(),
  kid: z.string(),
  key: z.object({ x: z.string(), y: z.string() }),
  event: z.enum(KEY_EVENTS),
  at: z.int(),
  compromise: z.exactOptional(z.object({ since: z.int(), logSize: z.int() })),
  /** Of the key at KMS: a key that is known by its events need not be asked for there, where it may be disabled. */
  keyId: z.string(),
  pendingAt: z.exactOptional(z.string()),
  leaf: z.string(),
  /** Its place in the log, once a signed checkpoint covers it. */
  leafIndex: z.exactOptional(z.int()),
});

export type StoredKeyEvent = Readonly<z.infer<typeof storedKeyEvent>>;

export const parseKeyEvent = (item: Item): StoredKeyEvent => storedKeyEvent.parse(item);

/** Whether an item of `attestations` is one. */
export const isKeyEvent = (item: Item): boolean => item['pk'] === PARTITION;

/** What the log has to hold of it, made anew from what it says. */
export const leafOfKeyEvent = (event: KeyEvent): Uint8Array => keyEventLeaf(event, sha256);

/**
 * Puts an event; the same put says that the log does not hold it yet.
 * False when this event of this key is there already, whatever it says: it stays.
 */
export function putKeyEvent(attestations: Table, event: KeyEvent & Pick<StoredKeyEvent, 'keyId'>, now: number) {
  const { issuer, purpose, kid, key, event: name, at, compromise, keyId } = event;
  const said = { issuer, purpose, kid, key, event: name, at, ...(compromise && { compromise }) };
  const leaf = Buffer.from(leafOfKeyEvent(said)).toString('base64url');
  const pending = { pendingShard: pendingShard(0), pendingAt: new Date(now).toISOString() };
  return attestations.put({ ...keys.keyEvent(purpose, kid, name), ...said, keyId, leaf, ...pending }, isNew);
}

/** All there are, by purpose and key. */
export async function readKeyEvents(attestations: Table): Promise<readonly StoredKeyEvent[]> {
  const events: StoredKeyEvent[] = [];
  let startAfter: Item | undefined;
  do {
    const where = { expression: '#pk = :pk', values: { pk: PARTITION } };
    const page = await attestations.query({ where, ...(startAfter && { startAfter }) });
    events.push(...page.items.map(parseKeyEvent));
    startAfter = page.next;
  } while (startAfter !== undefined);
  return events;
}
