// What V2 had an endpoint for, put together from signals of V3: the same result types, in the same units.
// Percentages become fractions; distances, pressures and volumes stay as sent, in the system that `meta.unitSystem` names.
// Refuses a unit it does not know and signals that disagree about theirs.

import * as z from 'zod/mini';
import type * as answers from './answers.ts';
import { MAX_ODOMETER } from './constants.ts';
import { distanceUnitOf } from './metres.ts';
import type { Answered, Meta } from './quantities.ts';
import type { V3Vehicle } from './v3.ts';
import { bodyIn, readSignal, type SignalOutcome, type SignalValue, valueIn } from './v3-signals.ts';
import { unusableAnswer } from './vehicle-error.ts';

type Output<Schema extends z.ZodMiniType> = Answered<z.output<Schema>>;

const finite = z.number();
const numeric = z.object({ value: finite, unit: z.nullish(z.string()) });
const bool = z.object({ value: z.boolean() });
const percent = z.object({ value: finite.check(z.minimum(0), z.maximum(100)) });

/** Words of the platform for each system; a word in neither list is refused. Those of distances stand in `metres.ts`. */
const WORDS = {
  pressure: { metric: /^(kpa|kilopascals?)$/i, imperial: /^psi$/i },
  volume: { metric: /^(l|lit(er|re)s?)$/i, imperial: /^(gal|gallons?)$/i },
} as const;

/** Reads several signals at once, one request each. */
const readEach = <Name extends string>(
  vehicle: V3Vehicle,
  operation: string,
  codes: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, SignalOutcome>>> => {
  const names = Object.keys(codes) as Name[]; // exactly the keys of the argument
  const read = names.map(async (name) => [name, await readSignal(vehicle, codes[name], operation)] as const);
  return Promise.all(read).then((all) => Object.fromEntries(all) as Record<Name, SignalOutcome>); // the same keys
};

const metaOf = (
  { requestId, recordedAt, fetchedAt }: SignalValue,
  unitSystem: Meta['unitSystem'] = undefined,
): Meta => ({ requestId, dataAge: recordedAt, fetchedAt, unitSystem });

const systemOf = (operation: string, kind: keyof typeof WORDS | 'distance', unit: unknown): 'metric' | 'imperial' => {
  const word = typeof unit === 'string' ? unit : '';
  if (kind === 'distance') {
    const known = distanceUnitOf(word);
    if (known === undefined) throw unusableAnswer(operation, 200, 'body.unit');
    return known === 'km' ? 'metric' : 'imperial';
  }
  if (WORDS[kind].metric.test(word)) return 'metric';
  if (WORDS[kind].imperial.test(word)) return 'imperial';
  throw unusableAnswer(operation, 200, 'body.unit');
};

/** The body of a signal that must be there. */
const need = <A>(
  operation: string,
  outcome: SignalOutcome,
  schema: z.ZodMiniType<A, unknown>,
): { readonly value: SignalValue; readonly body: A } => {
  const value = valueIn(operation, outcome);
  return { value, body: bodyIn(operation, value, schema) };
};

const fractionOf = (percents: number): number => percents / 100;

/** The body of a signal that a car may not send; null then. A refusal of it is a refusal of the whole. */
const mayLack = <A>(operation: string, outcome: SignalOutcome, schema: z.ZodMiniType<A, unknown>): A | null =>
  outcome.kind === 'absent' || outcome.kind === 'unavailable' ? null : need(operation, outcome, schema).body;

export const readOdometer = async (vehicle: V3Vehicle): Promise<Output<typeof answers.odometerAnswer>> => {
  const operation = 'odometer';
  const signal = await readSignal(vehicle, 'odometer-traveleddistance', operation);
  const plausible = z.object({ value: finite.check(z.minimum(0), z.maximum(MAX_ODOMETER)), unit: z.string() });
  const { value, body } = need(operation, signal, plausible);
  return { distance: body.value, meta: metaOf(value, systemOf(operation, 'distance', body.unit)) };
};

export const readVin = async (vehicle: V3Vehicle): Promise<Output<typeof answers.vinAnswer>> => {
  const signal = await readSignal(vehicle, 'vehicleidentification-vin', 'vin');
  const { value, body } = need('vin', signal, z.object({ value: z.string().check(z.minLength(1)) }));
  return { vin: body.value, meta: metaOf(value) };
};

export const readLocation = async (vehicle: V3Vehicle): Promise<Output<typeof answers.locationAnswer>> => {
  const signal = await readSignal(vehicle, 'location-preciselocation', 'location');
  const { value, body } = need('location', signal, z.object({ latitude: finite, longitude: finite }));
  return { ...body, meta: metaOf(value) };
};

export const readBattery = async (vehicle: V3Vehicle): Promise<Output<typeof answers.batteryAnswer>> => {
  const operation = 'battery';
  const codes = { charge: 'tractionbattery-stateofcharge', range: 'tractionbattery-range' };
  const { charge, range } = await readEach(vehicle, operation, codes);
  const { value, body } = need(operation, charge, percent);
  const { value: distance, unit } = need(operation, range, numeric).body;
  return {
    percentRemaining: fractionOf(body.value),
    range: distance,
    meta: metaOf(value, systemOf(operation, 'distance', unit)),
  };
};

const capacity = z.object({
  capacity: z.nullish(finite),
  availableCapacities: z.nullish(
    z.array(z.object({ capacity: finite, description: z._default(z.nullable(z.string()), null) })),
  ),
  source: z.nullish(z.string()),
});

export const readBatteryCapacity = async (
  vehicle: V3Vehicle,
): Promise<Output<typeof answers.batteryCapacityAnswer>> => {
  const operation = 'batteryCapacity';
  const signal = await readSignal(vehicle, 'tractionbattery-nominalcapacity', operation);
  const { value, body } = need(operation, signal, capacity);
  if (typeof body.capacity !== 'number') throw unusableAnswer(operation, 200, 'body.capacity');
  return { capacity: body.capacity, meta: metaOf(value) };
};

/** `source` of V3 goes with the capacity it names; V3 has no page to choose one on. */
export const readNominalCapacity = async (
  vehicle: V3Vehicle,
): Promise<Output<typeof answers.nominalCapacityAnswer>> => {
  const operation = 'nominalCapacity';
  const signal = await readSignal(vehicle, 'tractionbattery-nominalcapacity', operation);
  const { value, body } = need(operation, signal, capacity);
  const nominal = body.capacity ?? undefined;
  return {
    availableCapacities: body.availableCapacities ?? [],
    capacity: nominal === undefined ? null : { nominal, source: body.source ?? 'SMARTCAR' },
    url: null,
    meta: metaOf(value),
  };
};

export const readCharge = async (vehicle: V3Vehicle): Promise<Output<typeof answers.chargeAnswer>> => {
  const operation = 'charge';
  const codes = { plug: 'charge-ischargingcableconnected', state: 'charge-detailedchargingstatus' };
  const { plug, state } = await readEach(vehicle, operation, codes);
  const { value, body } = need(operation, plug, bool);
  const states = z.object({ value: z.enum(['CHARGING', 'NOT_CHARGING', 'FULLY_CHARGED']) });
  return { isPluggedIn: body.value, state: need(operation, state, states).body.value, meta: metaOf(value) };
};

const limits = z.object({
  activeLimit: z.nullish(finite.check(z.minimum(0), z.maximum(100))),
  values: z.nullish(z.array(z.object({ type: z.string(), limit: finite.check(z.minimum(0), z.maximum(100)) }))),
});

/** The limit in force; where none is, the one for every place. */
export const readChargeLimit = async (vehicle: V3Vehicle): Promise<Output<typeof answers.chargeLimitAnswer>> => {
  const operation = 'chargeLimit';
  const { value, body } = need(operation, await readSignal(vehicle, 'charge-chargelimits', operation), limits);
  const everywhere = body.values?.find(({ type }) => type.toUpperCase() === 'GLOBAL')?.limit;
  const limit = body.activeLimit ?? everywhere;
  if (limit === undefined) throw unusableAnswer(operation, 200, 'body.activeLimit');
  return { limit: fractionOf(limit), meta: metaOf(value) };
};

/** Each null where the car does not tell; the level stands for the others' instants. */
export const readFuel = async (vehicle: V3Vehicle): Promise<Output<typeof answers.fuelAnswer>> => {
  const operation = 'fuel';
  const codes = {
    amount: 'internalcombustionengine-amountremaining',
    level: 'internalcombustionengine-fuellevel',
    range: 'internalcombustionengine-range',
  };
  const read = await readEach(vehicle, operation, codes);
  const known = [read.level, read.amount, read.range].find((one) => one.kind === 'value') ?? read.level;
  const value = valueIn(operation, known);
  const amount = mayLack(operation, read.amount, numeric);
  const level = mayLack(operation, read.level, percent);
  const range = mayLack(operation, read.range, numeric);
  const systems = [
    amount === null ? undefined : systemOf(operation, 'volume', amount.unit),
    range === null ? undefined : systemOf(operation, 'distance', range.unit),
  ].filter((system) => system !== undefined);
  if (new Set(systems).size > 1) throw unusableAnswer(operation, 200, 'body.unit');
  return {
    amountRemaining: amount?.value ?? null,
    percentRemaining: level === null ? null : fractionOf(level.value),
    range: range?.value ?? null,
    meta: metaOf(value, systems[0]),
  };
};

const wheels = z.object({
  values: z.array(z.object({ row: z.int(), column: z.int(), tirePressure: finite })),
  unit: z.nullish(z.string()),
});

/** Rows count from the front, columns from the left. */
export const readTirePressure = async (vehicle: V3Vehicle): Promise<Output<typeof answers.tirePressureAnswer>> => {
  const operation = 'tirePressure';
  const { value, body } = need(operation, await readSignal(vehicle, 'wheel-tires', operation), wheels);
  const at = (row: number, column: number): number => {
    const wheel = body.values.find((one) => one.row === row && one.column === column);
    if (wheel === undefined) throw unusableAnswer(operation, 200, 'body.values');
    return wheel.tirePressure;
  };
  return {
    frontLeft: at(0, 0),
    frontRight: at(0, 1),
    backLeft: at(1, 0),
    backRight: at(1, 1),
    meta: metaOf(value, systemOf(operation, 'pressure', body.unit)),
  };
};

export const readOil = async (vehicle: V3Vehicle): Promise<Output<typeof answers.oilAnswer>> => {
  const signal = await readSignal(vehicle, 'internalcombustionengine-oillife', 'oil');
  const { value, body } = need('oil', signal, percent);
  return { lifeRemaining: fractionOf(body.value), meta: metaOf(value) };
};
