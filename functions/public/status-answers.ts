// Status lists over HTTP (draft-ietf-oauth-status-list-21 §8): the JWT form, which is the only one. What is not there is answered like a
// wrong id.
import type { KeptList } from '../../lib/attestation/status-list.ts';

export const STATUS_ROUTE = 'GET /status/{listId}';

type KeptLists = (listId: string, now: number) => Promise<KeptList | undefined>;

const ALWAYS = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' } as const;

/** @param now epoch milliseconds */
export async function statusAnswer(lists: KeptLists, listId: string, now: number) {
  const list = await lists(listId, now);
  if (list === undefined) {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...ALWAYS };
    return { statusCode: 404, headers, body: 'not found\n' };
  }
  // A copy that was kept here is not kept elsewhere for as long again.
  const cacheControl = `public, max-age=${Math.ceil((list.until - now) / 1000)}`;
  const headers = { 'content-type': 'application/statuslist+jwt', 'cache-control': cacheControl, ...ALWAYS };
  return { statusCode: 200, headers, body: list.jwt };
}
