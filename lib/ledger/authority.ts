// Asking a time-stamping authority over HTTP (RFC 3161 §3.4). One attempt, bounded in time and size; follows no redirect, and says of what
// went wrong no more than that it did.
import { MAX_TIMESTAMP } from '../proof/timestamp.ts';
import { TimestampError } from './stamp.ts';

const TIMEOUT_MS = 10_000;

async function bounded(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_TIMESTAMP) throw new TimestampError('AUTHORITY_REFUSED');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @param url of the authority @param timeoutMs for everything */
export const askAuthority =
  (url: string, timeoutMs = TIMEOUT_MS) =>
  async (request: Uint8Array): Promise<Uint8Array> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: Buffer.from(request),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status === 200) return await bounded(response.body);
      await response.body?.cancel();
    } catch (cause) {
      throw cause instanceof TimestampError ? cause : new TimestampError('AUTHORITY_UNAVAILABLE', { cause });
    }
    throw new TimestampError('AUTHORITY_UNAVAILABLE');
  };
