// What an auditor names: a file, or an https address. No redirects are followed, plain http only reaches this machine, and nothing is
// read without end.
import { type BoundedRead, collect, readBounded } from './bounded-read.ts';

const TIMEOUT_MS = 10_000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export type SourceRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** As the end of a sentence that begins with what was to be read. */
  | { readonly ok: false; readonly problem: string; readonly missing?: boolean };

const isAddress = (source: string): boolean => /^https?:\/\//i.test(source);

function checkedAddress(source: string): URL | undefined {
  if (!URL.canParse(source)) return undefined;
  const url = new URL(source);
  return url.protocol === 'https:' || LOOPBACK.includes(url.hostname) ? url : undefined;
}

const bounded = (read: BoundedRead): SourceRead =>
  read.ok
    ? read
    : { ok: false, problem: `is ${read.problem.replace('_', ' ')}`, missing: read.problem === 'unreadable' };

/** @param limit most bytes that are read */
export async function readSource(source: string, limit: number): Promise<SourceRead> {
  if (!isAddress(source)) return bounded(await readBounded(source, limit));
  const url = checkedAddress(source);
  if (url === undefined) return { ok: false, problem: 'is fetched over https only (http on this machine)' };
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { status, body } = response;
    if (status !== 200) {
      await body?.cancel();
      return { ok: false, problem: `is not served: the server answered ${status}`, missing: status === 404 };
    }
    return bounded(await collect(body ?? new ReadableStream(), limit));
  } catch {
    return { ok: false, problem: 'could not be fetched' };
  }
}
