// The shape of every V2 answer, as far as we rely on it: unknown extra fields are ignored, missing ones are refused.
// Source: the platform's API reference for version 2.0. Checks form only; whether a value is plausible is judged elsewhere.

import * as z from 'zod/mini';
import { MAX_ODOMETER } from './constants.ts';
import type {
  Degrees,
  Distance,
  Fraction,
  Kilometres,
  KilowattHours,
  Pressure,
  Quantity,
  Volume,
} from './quantities.ts';

const quantity = <Q extends Quantity<string>>(): z.ZodMiniCustom<Q, Q> =>
  z.custom<Q>((value) => typeof value === 'number' && Number.isFinite(value));

const distance = quantity<Distance>();
const pressure = quantity<Pressure>();
const fraction = quantity<Fraction>();
const kilowattHours = quantity<KilowattHours>();
const degrees = quantity<Degrees>();
const text = z.string().check(z.minLength(1));
const textOrNull = z.nullable(z.string());

const paging = z.object({ count: z.int().check(z.nonnegative()), offset: z.int().check(z.nonnegative()) });

// One documented sample shows the year as a string.
const year = z.union([z.int(), z.pipe(z.string().check(z.regex(/^\d{4}$/)), z.transform(Number))]);

const closure = z.object({ type: z.string(), status: z.string() });
const closures = z.array(closure);

export const vehiclesAnswer = z.object({ vehicles: z.array(text), paging });
export const userAnswer = z.object({ id: text });
export const attributesAnswer = z.object({ id: text, make: text, model: text, year });
export const vinAnswer = z.object({ vin: text });
export const odometerAnswer = z.object({
  distance: distance.check(z.refine((value) => value >= 0 && value <= MAX_ODOMETER)),
});
export const locationAnswer = z.object({ latitude: degrees, longitude: degrees });
/** Each is null where the manufacturer does not tell (Europe). */
export const fuelAnswer = z.object({
  amountRemaining: z.nullable(quantity<Volume>()),
  percentRemaining: z.nullable(fraction),
  range: z.nullable(distance),
});
export const tirePressureAnswer = z.object({
  frontLeft: pressure,
  frontRight: pressure,
  backLeft: pressure,
  backRight: pressure,
});
export const oilAnswer = z.object({ lifeRemaining: fraction });
export const batteryAnswer = z.object({ percentRemaining: fraction, range: distance });
export const batteryCapacityAnswer = z.object({ capacity: kilowattHours });
export const nominalCapacityAnswer = z.object({
  availableCapacities: z.array(z.object({ capacity: kilowattHours, description: textOrNull })),
  capacity: z.nullable(z.object({ nominal: kilowattHours, source: text })),
  url: textOrNull,
});
/** `state` is `CHARGING`, `FULLY_CHARGED` or `NOT_CHARGING`. */
export const chargeAnswer = z.object({ isPluggedIn: z.boolean(), state: text });
export const chargeLimitAnswer = z.object({ limit: fraction });
/** Door, window and lid states are `OPEN`, `CLOSED`, `LOCKED` or `UNKNOWN`; a car that does not tell sends empty lists. */
export const lockStatusAnswer = z.object({
  isLocked: z.boolean(),
  doors: closures,
  windows: closures,
  sunroof: closures,
  storage: closures,
  chargingPort: closures,
});
export const systemStatusAnswer = z.object({
  systems: z.array(z.object({ systemId: text, status: text, description: textOrNull })),
});
export const troubleCodesAnswer = z.object({
  activeCodes: z.array(z.object({ code: text, timestamp: textOrNull })),
});
export const permissionsAnswer = z.object({ permissions: z.array(text), paging });
/** `status` is `success`. */
export const commandAnswer = z.object({ status: text, message: z.optional(z.string()) });
export const subscribedAnswer = z.object({ webhookId: text, vehicleId: text });
/** What ends something. Seen as `{status}`, as `{}` and as an empty body: the status code alone says that it is done. */
export const endedAnswer = z.object({ status: z.optional(z.string()) });

const serviceRecord = z.object({
  serviceId: z.nullable(z.union([z.string(), z.number()])),
  serviceDate: text,
  odometerDistance: z.nullable(quantity<Kilometres>()),
  serviceTasks: z.array(
    z.object({ taskId: z.nullable(z.union([z.string(), z.number()])), taskDescription: textOrNull }),
  ),
  serviceDetails: z.array(z.object({ type: z.string(), value: z.nullable(z.unknown()) })),
  serviceCost: z.nullable(z.object({ totalCost: z.nullable(z.number()), currency: z.nullable(z.string()) })),
});

/** A bare array on the wire, given a name here so that meta data has a place beside it. */
export const serviceHistoryAnswer = z.pipe(
  z.array(serviceRecord),
  z.transform((records) => ({ records })),
);

/** `reason` is null when compatible; `capabilities` is filled for the United States only. */
export const compatibilityAnswer = z.object({
  compatible: z.boolean(),
  reason: textOrNull,
  capabilities: z.array(
    z.object({ permission: z.string(), endpoint: z.string(), capable: z.boolean(), reason: textOrNull }),
  ),
});

/** Models by make, as the platform writes it: `CITROEN`. */
export const compatibilityMatrixAnswer = z.pipe(
  z.record(
    z.string(),
    z.array(
      z.object({
        model: text,
        startYear: year,
        endYear: year,
        type: text,
        endpoints: z.array(z.string()),
        permissions: z.array(z.string()),
      }),
    ),
  ),
  z.transform((makes) => ({ makes })),
);

export const batchAnswer = z.object({
  responses: z.array(
    z.object({
      path: z.string(),
      code: z.int(),
      headers: z._default(z.nullable(z.record(z.string(), z.unknown())), null),
      body: z.optional(z.unknown()),
    }),
  ),
});
