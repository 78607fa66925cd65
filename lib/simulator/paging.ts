// `limit` and `offset` of the V2 lists; an unreadable value counts as absent, and in strict mode is refused.

import { type Refusal, refuse } from './vendor-error.ts';
import type { World } from './world.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly paging: { readonly count: number; readonly offset: number };
}

/** @returns one page; `paging.count` is the number of all items, `limit` is at most `most`. */
export function page<T>(all: readonly T[], query: URLSearchParams, usual: number, most: number): Page<T> {
  const limit = Math.min(whole(query.get('limit')) ?? usual, most);
  const offset = whole(query.get('offset')) ?? 0;
  return { items: all.slice(offset, offset + limit), paging: { count: all.length, offset } };
}

/** In strict mode, and when `limit` or `offset` is given and is no number of items; names the first such. */
export function refuseUnreadable(world: World, query: URLSearchParams): Refusal | null {
  if (!world.behaviour.current.strict) return null;
  const field = ['limit', 'offset'].find((name) => query.has(name) && whole(query.get(name)) === null);
  return field === undefined ? null : refuse('VALIDATION', { detail: [{ field, message: 'no number of items' }] });
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}
