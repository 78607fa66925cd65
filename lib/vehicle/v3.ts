// One call to platform API V3: three hosts, one application token, `sc-user-id` where a driver is meant. JSON:API comes
// wrapped in `data` or bare, and both are read. Refuses to retry, to fetch tokens and to guess: every answer is a checked
// value or a VehicleError.

import * as z from 'zod/mini';
import { MAX_PAGES, PAGE_SIZE } from './constants.ts';
import { queryOf } from './endpoints.ts';
import type { Transport, WireResponse } from './transport.ts';
import { checked } from './v2.ts';
import { firstError, v3RefusedBy } from './v3-error.ts';
import { isRecord, parseJson, unusableAnswer } from './vehicle-error.ts';

/** Scheme, host and port of each part of V3. */
export interface V3Origins {
  /** Connections, vehicles, signals, commands: `https://vehicle.api.smartcar.com`. */
  readonly vehicle: string;
  /** Webhooks and subscriptions: `https://management.api.smartcar.com`. */
  readonly management: string;
  /** Compatible vehicles: `https://compatibility.api.smartcar.com`. */
  readonly compatibility: string;
}

/** V3 as one application sees it. */
export interface V3 {
  readonly transport: Transport;
  readonly origins: V3Origins;
  /** Token of the application. */
  readonly access: string;
  /** Milliseconds for one whole call. */
  readonly deadlineMs: number;
}

/** A vehicle as the driver `userId` shared it. The platform refuses signals and commands without the user. */
export interface V3Vehicle extends V3 {
  readonly vehicleId: string;
  readonly userId: string | undefined;
}

export interface V3Request {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly host: keyof V3Origins;
  /** Behind `/v3`, with its query. */
  readonly path: string;
  readonly userId?: string | undefined;
  readonly body?: unknown;
}

/** Sends one request. Resolves with any status; a body that is not JSON is `undefined`. Throws VehicleError. */
export const exchangeV3 = async (v3: V3, request: V3Request): Promise<WireResponse & { readonly json: unknown }> => {
  const { operation, method, userId, body } = request;
  const response = await v3.transport({
    service: 'vehicle',
    operation,
    method,
    url: `${v3.origins[request.host]}/v3${request.path}`,
    headers: {
      authorization: `Bearer ${v3.access}`,
      ...(userId === undefined ? {} : { 'sc-user-id': userId }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    deadlineMs: v3.deadlineMs,
    repeatable: method === 'GET',
  });
  return { ...response, json: parseJson(response.body) };
};

/** Reads one resource or list. Throws VehicleError. */
export const readV3 = async <A>(v3: V3, request: V3Request, schema: z.ZodMiniType<A, unknown>): Promise<A> => {
  const { status, headers, json } = await exchangeV3(v3, request);
  const { operation } = request;
  if (status !== 200 || firstError(json) !== undefined) throw v3RefusedBy({ operation, status, headers, body: json });
  return checked(operation, schema, status, json);
};

/** Sends what may have happened already: `done` are the statuses that say that it has. Throws VehicleError. */
export const settleV3 = async (v3: V3, request: V3Request, done: readonly number[]): Promise<void> => {
  const { status, headers, json } = await exchangeV3(v3, request);
  if (!done.includes(status)) throw v3RefusedBy({ operation: request.operation, status, headers, body: json });
};

/** A resource in `data`, or bare. */
export const resourceOf = <A>(schema: z.ZodMiniType<A, unknown>): z.ZodMiniType<A, unknown> =>
  z.pipe(z.transform(unwrapped), schema);

export const unwrapped = (body: unknown): unknown =>
  isRecord(body) && 'data' in body && body['data'] !== null ? body['data'] : body;

/** A list in `data`, or bare, with what it says about more. */
const listOf = <A>(item: z.ZodMiniType<A, unknown>): z.ZodMiniType<List<A>, unknown> =>
  z.pipe(
    z.transform((body): unknown => ({ items: unwrapped(body), total: totalOf(body), last: isLast(body) })),
    z.object({ items: z.array(item), total: z.optional(z.number()), last: z.boolean() }),
  );

interface List<A> {
  readonly items: readonly A[];
  readonly total?: number | undefined;
  readonly last: boolean;
}

/** How many items the whole list has, where the answer tells. */
export const totalOf = (body: unknown): number | undefined => {
  const meta = isRecord(body) ? body['meta'] : undefined;
  const total = isRecord(meta) ? meta['totalCount'] : undefined;
  return typeof total === 'number' ? total : undefined;
};

const isLast = (body: unknown): boolean => {
  const links = isRecord(body) ? body['links'] : undefined;
  return isRecord(links) && links['next'] === null;
};

/** What `filter[…]` names a list may be narrowed by. */
export type Filter = Readonly<Record<string, string | undefined>>;

/**
 * Every item of a list, all pages, each id once. The count decides when there is one: a page that was cut, or an item that
 * moved between two requests, must not end the list early. A list longer than 20 pages is refused rather than cut,
 * because whoever asks would take the cut for the whole.
 */
export const everyItem = async <A extends { readonly id: string }>(
  v3: V3,
  request: Omit<V3Request, 'method'>,
  filter: Filter,
  item: z.ZodMiniType<A, unknown>,
): Promise<readonly A[]> => {
  const all: A[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = `${request.path}${pageQuery(filter, page)}`;
    const { items, total, last } = await readV3(v3, { ...request, method: 'GET', path }, listOf(item));
    all.push(...items);
    if (items.length === 0 || (total === undefined ? last : all.length >= total)) {
      return [...new Map(all.map((one) => [one.id, one])).values()];
    }
  }
  throw unusableAnswer(request.operation, 200, 'meta.totalCount');
};

const pageQuery = (filter: Filter, page: number): string => {
  const narrowed = Object.entries(filter).map(([name, value]) => [`filter[${name}]`, value] as const);
  return queryOf({ ...Object.fromEntries(narrowed), 'page[number]': page, 'page[size]': PAGE_SIZE });
};
