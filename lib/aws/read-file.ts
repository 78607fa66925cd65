// Reads a file of a bucket by an address that is signed for it alone: one GET, without the client of S3, which is more than all else that
// some functions load.
import { FileError } from './file-error.ts';
import { type Presigning, presignedUrl } from './presign.ts';

/** The address is followed at once. */
const SECONDS = 60;
const TIMEOUT_MS = 5_000;

/** @param now epoch milliseconds */
export type ReadFile = (name: string, now: number) => Promise<Uint8Array>;

/**
 * @param presigning asked each time: credentials are lent
 * @throws FileError for a file that is not there too, and for no answer
 */
export const makeFileReader =
  (presigning: () => Presigning): ReadFile =>
  async (name, now) => {
    const address = presignedUrl(presigning(), { name, saveAs: 'file', seconds: SECONDS, now });
    // The address is a secret, and errors of fetch name it.
    const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
    if (answer?.status !== 200) throw new FileError(`the bucket answered ${answer?.status ?? 'nothing'}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
