// The signals of one vehicle as V3 tells them: which there are, each with its own status, in the time format asked for.
// A signal that failed is an element with an error inside a 200, never a refusal of the request.

import type { Behaviour } from './behaviour.ts';
import { brands } from './brands.ts';
import { recordedAt } from './car.ts';
import { isWhole } from './fault.ts';
import { type Signal, signals } from './signals.ts';
import { refuseSimulated } from './simulation.ts';
import { refuseV3, type V3Refusal, v3Error } from './v3-error.ts';
import type { Look } from './vehicle-reads.ts';
import { faulty, lookOf, troubled, unable, type Visit } from './vehicle-requests.ts';
import type { Refusal } from './vendor-error.ts';
import type { World } from './world.ts';

const DAY = 86_400_000;

/** What is known of one signal: a value, or why there is none. */
export interface SignalState {
  readonly signal: Signal;
  readonly error: Refusal | V3Refusal | null;
  /** Null where the error leaves nothing to say. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Epoch milliseconds; null for what comes from the vendor's records. */
  readonly recordedAt: number | null;
  readonly fetchedAt: number;
}

/** @returns the signals the owner agreed to, those taken back with an error; nothing for a signal the car never has. */
export function signalStates(world: World, visit: Visit, behaviour: Behaviour): readonly SignalState[] {
  const { permissions, withdrawn } = visit.caller.grant;
  const whole = faulty(world, visit, (fault) => !isWhole(fault) && fault.path === undefined);
  return signals
    .filter(({ permission }) => permissions.includes(permission) || withdrawn.includes(permission))
    .filter(({ code }) => !visit.entry.missingSignals.includes(code))
    .map((signal) => stateWith(world, visit, signal, whole ?? problemNow(world, visit, signal), behaviour));
}

/** @returns one signal, or null when there is none of this code for this car. */
export function signalStateOf(world: World, visit: Visit, code: string, behaviour: Behaviour): SignalState | null {
  const signal = signals.find((each) => each.code === code);
  if (signal === undefined || visit.entry.missingSignals.includes(code)) return null;
  const whole = faulty(world, visit, (fault) => !isWhole(fault) && fault.path === undefined);
  return stateWith(world, visit, signal, whole ?? problemNow(world, visit, signal), behaviour);
}

/**
 * @returns signals as a webhook carries them, by code: without injected faults, which are for requests.
 * Codes the car does not have, and those nobody ever agreed to, are missing.
 */
export function pushedStates(world: World, visit: Visit, codes: readonly string[]): readonly SignalState[] {
  const { permissions, withdrawn } = visit.caller.grant;
  return signals
    .filter(({ code }) => codes.includes(code) && !visit.entry.missingSignals.includes(code))
    .filter(({ permission }) => permissions.includes(permission) || withdrawn.includes(permission))
    .map((signal) => stateWith(world, visit, signal, standingProblem(visit, signal), world.behaviour.current));
}

function problemNow(world: World, visit: Visit, signal: Signal): Refusal | V3Refusal | null {
  return injected(world, visit, signal) ?? standingProblem(visit, signal);
}

/** Inside a 200 a lacking permission has its own name. */
function asTold(error: Refusal | V3Refusal | null): Refusal | V3Refusal | null {
  return error?.error === 'PERMISSION' ? refuseV3('PERMISSION:UNKNOWN') : error;
}

function stateWith(
  world: World,
  visit: Visit,
  signal: Signal,
  error: Refusal | V3Refusal | null,
  behaviour: Behaviour,
): SignalState {
  const fetchedAt = fetchedWhen(world, visit);
  const look: Look = { ...lookOf(visit), now: fetchedAt, recordedAt: recordedAt(visit.entry.car, fetchedAt) };
  const body = error === null ? signal.body(look, behaviour) : emptyBody(error, signal, look, behaviour);
  return {
    signal,
    error: asTold(error),
    body,
    recordedAt: signal.fromRecords === true ? null : look.recordedAt,
    fetchedAt,
  };
}

function injected(world: World, visit: Visit, signal: Signal): Refusal | null {
  if (!visit.caller.grant.permissions.includes(signal.permission)) return null;
  const paths = [signal.code, `/signals/${signal.code}`, signal.twin];
  return faulty(world, visit, (fault) => !isWhole(fault) && fault.path !== undefined && paths.includes(fault.path));
}

function standingProblem(visit: Visit, signal: Signal): Refusal | V3Refusal | null {
  const { permissions } = visit.caller.grant;
  if (!permissions.includes(signal.permission)) return refuseV3('PERMISSION:UNKNOWN');
  const incapable = unable(visit, signal.powertrains === undefined ? {} : { powertrains: signal.powertrains });
  if (incapable !== null || signal.fromRecords === true) return incapable;
  return refuseSimulated(visit.entry.simulation) ?? troubled(visit);
}

/** An error about the state of the car leaves the unit; any other leaves nothing. */
function emptyBody(
  error: Refusal | V3Refusal,
  signal: Signal,
  look: Look,
  behaviour: Behaviour,
): Readonly<Record<string, unknown>> | null {
  if (v3Error(error).type !== 'VEHICLE_STATE') return null;
  const { unit } = signal.body(look, behaviour);
  return unit === undefined ? { value: null } : { value: null, unit };
}

/** When the platform last asked the car's cloud: now, or by the documented rhythm since the vehicle is known. */
function fetchedWhen(world: World, { caller, entry, now }: Visit): number {
  if (world.behaviour.current.freshness === 'immediate') return now;
  const { clientId, connectedAt } = caller.grant;
  const subscribed = world.subscriptions.all({ clientId, vehicleId: entry.car.id })[0];
  const since = Math.min(now, subscribed?.createdAt ?? connectedAt);
  const every = subscribed === undefined ? DAY : freshEveryMs(entry.car.make);
  return since + Math.floor((now - since) / every) * every;
}

/** @returns the documented longest time between two fetches for a make. */
export function freshEveryMs(make: string): number {
  return (brands.find((brand) => brand.make === make)?.freshMinutes[1] ?? 60) * 60_000;
}

/** A signal as an element of a V3 answer. */
export function signalResource(behaviour: Behaviour, state: SignalState, vehicleUrl: string): object {
  const { signal, error, body } = state;
  return {
    id: signal.code,
    type: 'signal',
    attributes: {
      code: signal.code,
      name: signal.name,
      group: signal.group,
      status: statusOf(error),
      ...(body === null ? {} : { body }),
    },
    meta: agesOf(behaviour, state),
    links: { self: `${vehicleUrl}/signals/${signal.code}` },
  };
}

function statusOf(error: Refusal | V3Refusal | null): object {
  if (error === null) return { value: 'SUCCESS' };
  const { status: _, ...told } = v3Error(error);
  return { value: 'ERROR', error: told };
}

function agesOf(behaviour: Behaviour, { body, recordedAt, fetchedAt }: SignalState): object {
  const ingestedAt = timeOf(behaviour, fetchedAt);
  if (body === null || recordedAt === null) return { ingestedAt };
  return { ingestedAt, retrievedAt: ingestedAt, oemUpdatedAt: timeOf(behaviour, recordedAt) };
}

function timeOf({ times }: Behaviour, epochMs: number): string | number {
  if (times === 'iso') return new Date(epochMs).toISOString();
  return times === 'epoch_ms' ? epochMs : Math.floor(epochMs / 1000);
}
