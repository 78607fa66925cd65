// V3 on the wire: JSON:API-like resources and lists in either documented shape, errors as `errors[]`, 204 without a body.
// Which shape is a setting of the simulator (behaviour.ts); content is decided elsewhere.

import type { Behaviour } from './behaviour.ts';
import { type V3Refusal, v3Error, v3ErrorBody } from './v3-error.ts';
import type { Refusal } from './vendor-error.ts';
import type { Call, World } from './world.ts';

export interface V3Answer {
  readonly kind: 'v3-answer';
  readonly status: 200 | 202 | 204;
  readonly body: object | null;
}

export type V3Handler = (
  world: World,
  call: Call,
) => V3Answer | V3Refusal | Refusal | Promise<V3Answer | V3Refusal | Refusal>;

export function v3Answer(body: object | null, status: 200 | 202 = 200): V3Answer {
  return { kind: 'v3-answer', status: body === null ? 204 : status, body };
}

export function v3Response(outcome: V3Answer | V3Refusal | Refusal, requestId: string): Response {
  const headers = { 'content-type': 'application/json', 'sc-request-id': requestId };
  if (outcome.kind === 'v3-answer') {
    if (outcome.body === null) return new Response(null, { status: 204, headers: { 'sc-request-id': requestId } });
    return new Response(JSON.stringify(outcome.body), { status: outcome.status, headers });
  }
  const seconds = outcome.kind === 'refusal' ? outcome.retryAfterSeconds : undefined;
  const retry = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  const body = JSON.stringify(v3ErrorBody(outcome, requestId));
  return new Response(body, { status: v3Error(outcome).status, headers: { ...headers, ...retry } });
}

/** A single resource: in `data`, with what it includes beside it, or bare. */
export function resource(behaviour: Behaviour, content: object, included?: object): object {
  if (behaviour.resources === 'bare') return content;
  return included === undefined ? { data: content } : { data: content, included };
}

interface Paged {
  readonly number: number;
  readonly size: number;
}

/** @returns null when a page parameter is no positive whole number; sizes above `most` count as `most`. */
export function readPage(query: URLSearchParams, usual: number, most: number): Paged | null {
  const [number, size] = [query.get('page[number]') ?? '1', query.get('page[size]') ?? String(usual)];
  if (!/^[1-9]\d{0,5}$/.test(number) || !/^[1-9]\d{0,5}$/.test(size)) return null;
  return { number: Number(number), size: Math.min(Number(size), most) };
}

/** One page of a list, with `meta` and absolute `links`. */
export function listPage(
  behaviour: Behaviour,
  url: URL,
  all: readonly object[],
  { number, size }: Paged,
  more: object = {},
): object {
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (page: number): string => linkTo(url, page, size);
  const [prev, next] = [number > 1 ? link(number - 1) : null, number < last ? link(number + 1) : null];
  const early = behaviour.pages === 'page';
  return {
    data: all.slice((number - 1) * size, number * size),
    meta: { ...(early ? { page: number } : { pageNumber: number }), pageSize: size, totalCount: all.length, ...more },
    links: { self: link(number), first: link(1), last: link(last), next, ...(early ? { previous: prev } : { prev }) },
  };
}

function linkTo(url: URL, page: number, size: number): string {
  const target = new URL(url);
  target.searchParams.set('page[number]', String(page));
  target.searchParams.set('page[size]', String(size));
  return target.href;
}
