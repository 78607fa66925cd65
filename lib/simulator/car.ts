// A car as a pure function of time: what its odometer shows, whether it sleeps, when it last recorded.
// It knows no owner, no permission and no wire; instants are epoch milliseconds, distances whole metres.

const DAY = 86_400_000;

export type Powertrain = 'ICE' | 'BEV' | 'PHEV' | 'HEV';

/** From `from` on, until the next piece: so many metres a day, evenly spread; 0 is parked. */
interface Drive {
  readonly from: number;
  readonly metresPerDay: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Car {
  readonly id: string;
  readonly make: string;
  readonly model: string;
  readonly year: number;
  readonly powertrain: Powertrain;
  /** In order of `at`; the first entry is when the car entered the fleet. */
  readonly vins: readonly { readonly at: number; readonly vin: string }[];
  /** What the odometer was set to and when, in order of `at`; a later, lower entry is a rollback. */
  readonly odometer: readonly { readonly at: number; readonly metres: number }[];
  readonly drives: readonly Drive[];
  readonly sleeps: readonly Span[];
  readonly recordEveryMs: number;
}

/** @returns what the odometer shows at `t`, in whole metres: the last setting plus what was driven since. */
export function odometerAt(car: Car, t: number): number {
  const setting = latest(car.odometer, t);
  return setting.metres + Math.floor(drivenMetres(car.drives, setting.at, t));
}

/** @returns the VIN the car reports at `t`. */
export function vinAt(car: Car, t: number): string {
  return latest(car.vins, t).vin;
}

/** A sleeping car does not answer; a sleep ends at its `to`, exclusively. */
export function asleepAt(car: Car, t: number): boolean {
  return car.sleeps.some((sleep) => sleep.from <= t && t < sleep.to);
}

/**
 * @returns when the car last recorded its values, at or before `t`: every `recordEveryMs` while it drives,
 * once when it parks, once when it wakes, once when its odometer is set. A parked car's data therefore grow old.
 */
export function recordedAt(car: Car, t: number): number {
  const settings = car.odometer.map((setting) => setting.at).filter((at, index) => index === 0 || at <= t);
  const awake = awakeSpans(car).filter((span) => span.from <= t);
  return Math.max(...settings, ...awake.flatMap((span) => [span.from, ...recordingsWithin(car, span, t)]));
}

/**
 * @returns the next instant after `t` at which the car records or its VIN changes; null when nothing is planned,
 * as with a car that stays parked.
 */
export function nextNewsAfter(car: Car, t: number): number | null {
  const planned = [...car.odometer, ...car.vins].map(({ at }) => at);
  const awake = awakeSpans(car).flatMap((span) => [span.from, ...nextRecordingWithin(car, span, t)]);
  const later = [...planned, ...awake].filter((at) => at > t);
  return later.length === 0 ? null : Math.min(...later);
}

function nextRecordingWithin(car: Car, awake: Span, t: number): number[] {
  return drivingSpans(car.drives).flatMap((driving) => {
    const from = Math.max(awake.from, driving.from);
    const to = Math.min(awake.to, driving.to);
    if (from >= to || t >= to) return [];
    if (t < from) return [from];
    return [Math.min(to, from + (Math.floor((t - from) / car.recordEveryMs) + 1) * car.recordEveryMs)];
  });
}

function recordingsWithin(car: Car, awake: Span, t: number): number[] {
  return drivingSpans(car.drives).flatMap((driving) => {
    const from = Math.max(awake.from, driving.from);
    const to = Math.min(awake.to, driving.to);
    if (from >= to || from > t) return [];
    return [t >= to ? to : from + Math.floor((t - from) / car.recordEveryMs) * car.recordEveryMs];
  });
}

function drivenMetres(drives: readonly Drive[], from: number, to: number): number {
  return drives.reduce((metres, drive, index) => {
    const until = drives[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const overlap = Math.min(to, until) - Math.max(from, drive.from);
    return metres + (overlap > 0 ? (overlap * drive.metresPerDay) / DAY : 0);
  }, 0);
}

function drivingSpans(drives: readonly Drive[]): Span[] {
  return drives.flatMap((drive, index) =>
    drive.metresPerDay > 0 ? [{ from: drive.from, to: drives[index + 1]?.from ?? Number.POSITIVE_INFINITY }] : [],
  );
}

function awakeSpans(car: Car): Span[] {
  const spans: Span[] = [];
  let from = car.odometer[0]?.at ?? 0;
  for (const sleep of car.sleeps.toSorted((a, b) => a.from - b.from)) {
    if (sleep.from > from) spans.push({ from, to: sleep.from });
    from = Math.max(from, sleep.to);
  }
  return [...spans, { from, to: Number.POSITIVE_INFINITY }];
}

/** The entry in force at `t`; before the first one, the first. */
function latest<T extends { readonly at: number }>(entries: readonly T[], t: number): T {
  const entry = entries.findLast(({ at }) => at <= t) ?? entries[0];
  if (entry === undefined) throw new RangeError('A car needs at least one VIN and one odometer setting');
  return entry;
}
