// Reading what a stranger handed over: regular files only, never more than a set number of bytes, and a sentence instead of an
// exception. A pipe or a device may never answer, or never end.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export type BoundedRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: 'unreadable' | 'too_large'; readonly code?: string };

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';

/** Collects chunks up to `limit` bytes; one byte more is too large, whatever size was announced. */
export async function collect(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<BoundedRead> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) return { ok: false, problem: 'too_large' };
    kept.push(chunk);
  }
  return { ok: true, bytes: Buffer.concat(kept) };
}

/** Not waiting for whoever writes into a pipe: what was opened is looked at before it is read. */
const OPEN_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

async function readRegular(file: FileHandle, limit: number): Promise<BoundedRead> {
  if (!(await file.stat()).isFile()) return { ok: false, problem: 'unreadable', code: 'not a regular file' };
  return collect(file.createReadStream({ end: limit, autoClose: false }), limit);
}

/** @param limit most bytes that are read */
export async function readBounded(path: string, limit: number): Promise<BoundedRead> {
  try {
    const file = await open(path, OPEN_AT_ONCE);
    try {
      return await readRegular(file, limit);
    } finally {
      // Not `await using`: a file can be disposed of only from Node 20.4 on.
      await file.close();
    }
  } catch (error) {
    return { ok: false, problem: 'unreadable', code: codeOf(error) };
  }
}
