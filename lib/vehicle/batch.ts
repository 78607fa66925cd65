// Several reads of one vehicle in one call (`POST /vehicles/{id}/batch`). The platform answers 200 even when every part
// failed and bills every part; here each part is its own value or its own VehicleError, with its own `retry-after`.

import type * as z from 'zod/mini';
import { batchAnswer } from './answers.ts';
import type { Endpoint, Read } from './endpoints.ts';
import { type Answered, type Meta, metaOf } from './quantities.ts';
import { callVehicle, checked, type V2Vehicle } from './v2.ts';
import { refusedBy, unusableAnswer, VehicleError } from './vehicle-error.ts';

export type Part<A> =
  | { readonly ok: true; readonly value: Answered<A> }
  | { readonly ok: false; readonly error: VehicleError };

/** Picks one read's part out of a batch. A part that was not asked for, or not answered, is an error part. */
export type PickPart = <A extends object>(read: Read<A>) => Part<A>;

type Batch = z.output<typeof batchAnswer>;

const batchEndpoint: Endpoint<readonly Read<unknown>[], Batch> = {
  operation: 'batch',
  method: 'POST',
  readsOnly: true,
  path: () => '/batch',
  permission: null,
  body: (reads) => ({ requests: reads.map((read) => ({ path: read.batchPath })) }),
  answer: batchAnswer,
};

/** Sends the reads as one batch. Throws VehicleError only when the batch as a whole failed. */
export const callBatch = async (vehicle: V2Vehicle, reads: readonly Read<unknown>[]): Promise<PickPart> => {
  const { responses, meta } = await callVehicle(vehicle, batchEndpoint, reads);
  return (read) => {
    const part = responses.find(({ path }) => trimmed(path) === trimmed(read.batchPath));
    return part === undefined
      ? { ok: false, error: unusableAnswer(read.operation, 200, 'responses') }
      : partOf(read, part, meta);
  };
};

const partOf = <A extends object>(read: Read<A>, part: Batch['responses'][number], outer: Meta): Part<A> => {
  const { operation } = read;
  const headers = lowerCased({ 'sc-request-id': outer.requestId, ...part.headers });
  if (part.code !== 200) {
    return {
      ok: false,
      error: refusedBy({ service: 'vehicle', operation, status: part.code, headers, body: part.body }),
    };
  }
  try {
    return { ok: true, value: { ...checked(operation, read.answer, part.code, part.body), meta: metaOf(headers) } };
  } catch (error) {
    if (error instanceof VehicleError) return { ok: false, error };
    throw error;
  }
};

const lowerCased = (headers: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const trimmed = (path: string): string => path.replace(/(?<=.)\/$/, '');
