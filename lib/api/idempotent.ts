// `Idempotency-Key` on every POST: the work is done once, and its answer given again to whoever repeats the request.
// Source: draft-ietf-httpapi-idempotency-key-header, with keys in quotes (as there) or without.
import { hash } from 'node:crypto';
import { freshIds, type HeldId } from '../tenant/id.ts';
import { beginIdempotent, type StoredAnswer } from '../tenant/idempotency.ts';
import type { ApiCall, CommonDeps } from './call.ts';
import { openAnswer, sealAnswer } from './kept-answer.ts';
import { type ApiResponse, problem } from './problem.ts';

/** What a structured string (RFC 9651 §3.3.3) holds unescaped, between two quotes or none. */
const KEY = /^("?)([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})\1$/;

const RULE = '1 to 255 printable ASCII characters, no quote or backslash among them';

/** Headers that belong to the answer; the others belong to the request that it is given to. */
const KEPT_HEADERS = ['content-type', 'cache-control', 'location', 'etag'];

/** Everything but the key that makes a request what it is. */
const fingerprintOf = ({ request: { method, path } }: ApiCall<CommonDeps>, query: unknown, body: unknown): string =>
  hash('sha256', JSON.stringify([method, path, query, body]), 'base64url');

/**
 * Does `work` under the request's key, if it has one. The answer is stored before it is given: what cannot be stored is not given, so
 * that nobody holds a secret that a repetition would replace. Our own faults are not stored: the next one tries again.
 */
export async function onceOnly(
  call: ApiCall<CommonDeps>,
  query: unknown,
  body: unknown,
  work: (id: HeldId) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const { deps, caller, request } = call;
  const sent = request.headers['idempotency-key'];
  if (sent === undefined) return work(freshIds(deps.now, deps.random));
  const [, , key] = KEY.exec(sent) ?? [];
  if (key === undefined) {
    return problem('invalid_request', request.id, { errors: [{ field: 'idempotency-key', message: RULE }] });
  }
  const asked = { tenantId: caller.tenantId, key, fingerprint: fingerprintOf(call, query, body) };
  const begun = await beginIdempotent(deps.business, asked, deps.now, deps.random);
  switch (begun.state) {
    case 'answered':
      return answerAgain(call, begun.answer);
    case 'other_request':
      return problem('idempotency_key_reused', request.id);
    case 'under_way':
      return underWay(request.id, begun.secondsLeft);
    case 'ours':
      break;
  }
  const { attempt } = begun;
  const answer = await work(attempt.id).catch(async (fault: unknown) => {
    // A crash here leaves the lease: its end lets the next one try.
    await attempt.giveUp().catch(() => undefined);
    throw fault;
  });
  // A refusal changed nothing, and may be another one the next time. A crash before this leaves the key with the request for its time.
  if (answer.status >= 300) return attempt.letGo().then(() => answer);
  const { status, headers, keptBody = answer.body, about = [] } = answer;
  const lasting = Object.entries(headers).filter(([name]) => KEPT_HEADERS.includes(name));
  const kept = sealAnswer({ status, headers: Object.fromEntries(lasting), body: keptBody }, about, deps.random);
  // A crash before this leaves work without an answer: it is done again, under the same ids.
  const stored = await attempt.finish(kept);
  return stored ? answer : underWay(request.id, 1);
}

async function answerAgain({ deps, caller, request }: ApiCall<CommonDeps>, kept: StoredAnswer): Promise<ApiResponse> {
  const answer = await openAnswer(deps.business, caller.tenantId, kept);
  if (answer === undefined) return problem('contract_erased', request.id);
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
}

const underWay = (requestId: string, seconds: number): ApiResponse =>
  problem('request_in_progress', requestId, { headers: { 'retry-after': String(seconds) } });
