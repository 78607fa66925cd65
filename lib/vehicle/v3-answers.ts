// The shape of V3's resources, as far as we rely on it: unknown extra fields are ignored, missing ones are refused.
// JSON:API's envelope is taken off here: what comes out is flat. Checks form only.

import * as z from 'zod/mini';
import { instantOf } from './quantities.ts';

const text = z.string().check(z.minLength(1));
const optionalText = z.nullish(z.string());
const year = z.union([z.int(), z.pipe(z.string().check(z.regex(/^\d{4}$/)), z.transform(Number))]);
const instant = z.optional(z.pipe(z.unknown(), z.transform(instantOf)));
const reference = z.nullish(z.object({ data: z.nullish(z.object({ id: text })) }));

/** One driver's consent for one car at one application. A new login is a new connection; the vehicle id stays. */
export interface PlatformConnection {
  readonly id: string;
  readonly vehicleId: string;
  readonly userId: string;
  /** What we called the driver when we sent them to Connect; not every answer repeats it. */
  readonly externalId: string | undefined;
  /** Actually granted. */
  readonly permissions: readonly string[];
  /** `live` or `simulated`, in lower case. */
  readonly mode: string | undefined;
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
}

const connectionResource = z.object({
  id: text,
  attributes: z.object({
    permissions: z.array(text),
    vehicle: z.nullish(z.object({ id: optionalText, mode: optionalText })),
    user: z.nullish(z.object({ id: optionalText, externalId: optionalText })),
  }),
  relationships: z.nullish(z.object({ vehicle: reference, user: reference })),
  meta: z.nullish(z.object({ createdAt: instant, updatedAt: instant })),
});

/** The ids stand in `relationships`, and in some answers in `attributes`. Without both ids it is no connection. */
export const connectionAnswer = z.pipe(
  z.pipe(
    connectionResource,
    z.transform(({ id, attributes, relationships, meta }): unknown => ({
      id,
      vehicleId: relationships?.vehicle?.data?.id ?? attributes.vehicle?.id,
      userId: relationships?.user?.data?.id ?? attributes.user?.id,
      externalId: attributes.user?.externalId ?? undefined,
      permissions: attributes.permissions,
      mode: attributes.vehicle?.mode?.toLowerCase(),
      createdAt: meta?.createdAt,
      updatedAt: meta?.updatedAt,
    })),
  ),
  z.object({
    id: text,
    vehicleId: text,
    userId: text,
    externalId: z.union([z.string(), z.undefined()]),
    permissions: z.array(text),
    mode: z.union([z.string(), z.undefined()]),
    createdAt: z.union([z.string(), z.undefined()]),
    updatedAt: z.union([z.string(), z.undefined()]),
  }),
);

/** One of a list that says too little to be used: it takes no other one along. Its id is empty, which none is that can be used. */
const unusableItem = z.pipe(
  z.unknown(),
  z.transform((): { readonly id: '' } => ({ id: '' })),
);

export const listedConnectionAnswer = z.union([connectionAnswer, unusableItem]);

const names = z.nullish(z.object({ id: optionalText }));

/** What is needed of one to end it: its own id, and whose it is. */
export const endedConnectionAnswer = z.union([
  z.pipe(
    z.pipe(
      z.object({
        id: text,
        attributes: z.nullish(z.object({ vehicle: names, user: names })),
        relationships: z.nullish(z.object({ vehicle: reference, user: reference })),
      }),
      z.transform(({ id, attributes, relationships }): unknown => ({
        id,
        vehicleId: relationships?.vehicle?.data?.id ?? attributes?.vehicle?.id,
        userId: relationships?.user?.data?.id ?? attributes?.user?.id ?? undefined,
      })),
    ),
    z.object({ id: text, vehicleId: text, userId: z.union([text, z.undefined()]) }),
  ),
  unusableItem,
]);

/** `powertrainType` is `ICE`, `HEV`, `PHEV`, `BEV`, …. */
export const vehicleAnswer = z.pipe(
  z.object({ id: text, attributes: z.object({ make: text, model: text, year, powertrainType: optionalText }) }),
  z.transform(({ id, attributes: { powertrainType, ...described } }) => ({
    id,
    ...described,
    powertrainType: powertrainType ?? undefined,
  })),
);

export const subscriptionAnswer = z.pipe(
  z.object({
    id: text,
    attributes: z.object({ webhookId: optionalText, userId: optionalText, vehicleId: optionalText }),
  }),
  z.transform(({ id, attributes }) => ({
    id,
    webhookId: attributes.webhookId ?? undefined,
    userId: attributes.userId ?? undefined,
    vehicleId: attributes.vehicleId ?? undefined,
  })),
);

/** A model the platform can connect. Years and powertrain are absent where it does not tell. */
export const compatibleVehicleAnswer = z.pipe(
  z.object({
    id: text,
    attributes: z.object({
      make: text,
      model: optionalText,
      startYear: z.nullish(year),
      endYear: z.nullish(year),
      powertrainType: optionalText,
      region: optionalText,
    }),
  }),
  z.transform(({ id, attributes }) => ({
    id,
    make: attributes.make,
    model: attributes.model ?? undefined,
    startYear: attributes.startYear ?? undefined,
    endYear: attributes.endYear ?? undefined,
    powertrainType: attributes.powertrainType ?? undefined,
    region: attributes.region ?? undefined,
  })),
);
