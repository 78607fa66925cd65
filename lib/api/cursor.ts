// Page cursors: where the page before ended. Opaque to callers, strictly read back; they name only what lies inside the caller's own
// partition, so that a made-up one shows nobody else's data.

export const encodeCursor = (after: string): string => Buffer.from(JSON.stringify([1, after])).toString('base64url');

/** The place a cursor stands for, undefined when it is not one of ours. */
export function decodeCursor(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const [version, after] = Array.isArray(value) && value.length === 2 ? value : [];
    return version === 1 && typeof after === 'string' && encodeCursor(after) === text ? after : undefined;
  } catch {
    return undefined;
  }
}
