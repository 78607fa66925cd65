// A timestamp (RFC 3161) for the newest signed head, where an authority is configured: from then on somebody else says since when all of it
// exists. Nothing waits for it: an authority that does not answer, or with something else, is asked again at the next sealing. Heads that
// grew on meanwhile are left out: the newest one covers them.
import { digest, verifyX509 } from '../aws/certificates.ts';
import { sha256 } from '../aws/digest.ts';
import type { Table } from '../aws/table.ts';
import { utf8 } from '../proof/base64url.ts';
import { timestampRequest, tokenIn, verifyTimestamp } from '../proof/timestamp.ts';
import { noteStamped, putTimestamp, readState, readStoredCheckpoint, readTimestamp } from './log-store.ts';

export interface Stamping {
  readonly log: Table;
  /** Sends a request to the authority. @throws TimestampError */
  readonly ask: (request: Uint8Array) => Promise<Uint8Array>;
  /** 8 random bytes. */
  readonly nonce: () => Uint8Array;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Told why there is no timestamp, in a code; and whether it has been missing for long. */
  readonly missing: (code: string, long: boolean) => void;
}

/** An authority may be away for an hour; then somebody should look. */
const LONG_MS = 3_600_000;

/** What kept the authority's answer away. */
export class TimestampError extends Error {
  readonly code: 'AUTHORITY_UNAVAILABLE' | 'AUTHORITY_REFUSED';

  constructor(code: TimestampError['code'], options?: ErrorOptions) {
    super('the time-stamping authority gave no timestamp', options);
    this.name = 'TimestampError';
    this.code = code;
  }
}

/** @returns a token that is of these bytes, and by whoever signed it @throws TimestampError */
export async function timestampOf(
  { ask, nonce }: Pick<Stamping, 'ask' | 'nonce'>,
  data: Uint8Array,
): Promise<{ readonly token: Uint8Array; readonly at: number }> {
  const asked = { imprint: sha256(data), nonce: nonce() };
  const token = tokenIn(await ask(timestampRequest(asked)), asked);
  const check = token && verifyTimestamp(token, data, { digest, verifyX509 });
  if (token === undefined || check?.ok !== true) throw new TimestampError('AUTHORITY_REFUSED');
  return { token, at: check.at };
}

/** Stamps the newest head unless it is stamped. Whether it did. */
export function makeStamper(stamping: Stamping): () => Promise<boolean> {
  const { log, clock, missing } = stamping;
  let known = 0;

  return async () => {
    const state = await readState(log);
    if (state === undefined || state.size === known) return false;
    const { size, note } = state;
    // A crash between both puts leaves a timestamp that is not noted.
    if ((await readTimestamp(log, size)) !== undefined) {
      await noteStamped(log, size);
      known = size;
      return false;
    }
    try {
      const { token, at } = await timestampOf(stamping, utf8(note));
      await putTimestamp(log, size, token, at);
      known = size;
      return true;
    } catch (error) {
      if (!(error instanceof TimestampError)) throw error;
      const signedAt = (await readStoredCheckpoint(log, size))?.signedAt;
      missing(error.code, signedAt !== undefined && clock() - Date.parse(signedAt) > LONG_MS);
      return false;
    }
  };
}
