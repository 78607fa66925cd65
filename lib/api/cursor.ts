// Page cursors: which list, and where the page before ended. Opaque to callers, strictly read back; they name only what lies inside the
// caller's own partition, so that a made-up one shows nobody else's data.

const VERSION = 1;

/** @param list names the list among the caller's own, so that a cursor fits no other */
export const encodeCursor = (list: string, after: string): string =>
  Buffer.from(JSON.stringify([VERSION, list, after])).toString('base64url');

/** The place a cursor of this list stands for, undefined when it is not one of ours. */
export function decodeCursor(list: string, text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const after: unknown = Array.isArray(value) ? value[2] : undefined;
    // Making it again proves version, list, length and spelling at once.
    return typeof after === 'string' && encodeCursor(list, after) === text ? after : undefined;
  } catch {
    return undefined;
  }
}
