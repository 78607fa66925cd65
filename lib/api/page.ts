// Pages of lists: reads the cursor that came in, signs the one that goes out.

import type { ApiCall, PagedDeps } from './call.ts';
import { decodeCursor, encodeCursor, type List } from './cursor.ts';
import { CURSOR } from './fields.ts';
import { type ApiResponse, problem } from './problem.ts';

interface PageQuery {
  readonly cursor?: string | undefined;
}

export type Place =
  | { readonly ok: true; readonly after: string | undefined }
  | { readonly ok: false; readonly refusal: ApiResponse };

const listOf = ({ caller }: ApiCall<PagedDeps>, name: string): List => ({ tenantId: caller.tenantId, name });

/** Where the page begins; the refusal for a cursor that is none of this list. */
export async function placeOf(call: ApiCall<PagedDeps>, name: string, { cursor }: PageQuery): Promise<Place> {
  if (cursor === undefined) return { ok: true, after: undefined };
  const after = decodeCursor(await call.deps.cursorKey(), listOf(call, name), cursor);
  if (after !== undefined) return { ok: true, after };
  const errors = [{ field: 'cursor', message: CURSOR }];
  return { ok: false, refusal: problem('invalid_request', call.request.id, { errors }) };
}

/** @param last the name of the last item on this page, undefined when nothing comes after it */
export const nextCursor = async (
  call: ApiCall<PagedDeps>,
  name: string,
  last: string | undefined,
): Promise<string | null> =>
  last === undefined ? null : encodeCursor(await call.deps.cursorKey(), listOf(call, name), last);
