// Page cursors: where the page before ended, in which list of which tenant. Opaque to callers and signed with a key of the deployment, so
// that one that is made up, altered, or of another list is refused and not tried. Places are names, not counts: a page stays where it is
// whatever is added before it.
import { createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 1;

/** 128 bits of the HMAC: nobody has longer than the life of a key to guess one. */
const MAC_BYTES = 16;

export interface List {
  readonly tenantId: string;
  /** Names the list among the tenant's, with whatever chooses its items. */
  readonly name: string;
}

const macOf = (key: string, { tenantId, name }: List, after: string): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([VERSION, tenantId, name, after]))
    .digest()
    .subarray(0, MAC_BYTES);

export const encodeCursor = (key: string, list: List, after: string): string =>
  Buffer.concat([macOf(key, list, after), Buffer.from(after)]).toString('base64url');

/** The place a cursor of this list stands for, undefined when it is not one of ours. */
export function decodeCursor(key: string, list: List, text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // One spelling for each: base64url has several for the same bytes.
  if (bytes.length < MAC_BYTES || bytes.toString('base64url') !== text) return undefined;
  const after = bytes.subarray(MAC_BYTES).toString('utf8');
  return timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(key, list, after)) ? after : undefined;
}
