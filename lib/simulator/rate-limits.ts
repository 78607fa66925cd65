// How many calls are allowed: one bucket for each application (120, refilled at 2 a minute), one window for each
// vehicle that has a throttle. Source: smartcar.com/docs, rate limits. A batch takes one for every part.

import type { Throttle } from './fleet.ts';

/** `burst` calls at once, `perMinute` more every minute, evenly. */
export interface Bucket {
  readonly burst: number;
  readonly perMinute: number;
}

export const documentedBucket: Bucket = { burst: 120, perMinute: 2 };

export class RateLimits {
  readonly #levels = new Map<string, { readonly level: number; readonly at: number }>();
  readonly #windows = new Map<string, { readonly from: number; readonly calls: number }>();

  /** Takes `calls` from the bucket of an application, all or none. @returns whether there were enough. */
  takeFromApplication(clientId: string, bucket: Bucket, calls: number, now: number): boolean {
    const last = this.#levels.get(clientId) ?? { level: bucket.burst, at: now };
    const refilled = ((now - last.at) / 60_000) * bucket.perMinute;
    const level = Math.min(bucket.burst, last.level + refilled);
    const enough = level >= calls;
    this.#levels.set(clientId, { level: enough ? level - calls : level, at: now });
    return enough;
  }

  /** Empties the bucket of an application, so far that it stays empty for so many seconds. */
  drain(clientId: string, { perMinute }: Bucket, seconds: number, now: number): void {
    this.#levels.set(clientId, { level: -(perMinute * seconds) / 60, at: now });
  }

  /** Counts one call to a vehicle. @returns 0, or after how many whole seconds the next call may be made. */
  takeFromVehicle(vehicleId: string, throttle: Throttle, now: number): number {
    const length = throttle.seconds * 1000;
    const last = this.#windows.get(vehicleId);
    const window = last !== undefined && now < last.from + length ? last : { from: now, calls: 0 };
    if (window.calls >= throttle.calls) return Math.ceil((window.from + length - now) / 1000);
    this.#windows.set(vehicleId, { ...window, calls: window.calls + 1 });
    return 0;
  }
}
