// Errors planned for the next requests to a car. Which request takes which fault is decided by who asks.

import type { VendorErrorName } from './vendor-error.ts';

/** An error to answer with, `count` times; in a V2 batch every part counts, a V3 request counts once. */
export interface Fault {
  readonly error: VendorErrorName;
  readonly count?: number;
  /** Only for this endpoint, such as `/odometer`, or this V3 signal, such as `odometer-traveleddistance`; default: any. */
  readonly path?: string;
  readonly retryAfterSeconds?: number;
  /** The whole request fails, even a batch; default: true for errors about the caller, false for errors about the car. */
  readonly whole?: boolean;
}

const aboutTheCaller = /^(AUTHENTICATION|VALIDATION|RESOURCE_NOT_FOUND|BILLING|RATE_LIMIT:SMARTCAR_API)/;

export function isWhole(fault: Fault): boolean {
  return fault.whole ?? aboutTheCaller.test(fault.error);
}

/** @returns the faults that are left when this one was answered with once. */
export function withoutOne(faults: readonly Fault[], taken: Fault): readonly Fault[] {
  const left = (taken.count ?? 1) - 1;
  return faults.flatMap((other) => (other !== taken ? [other] : left > 0 ? [{ ...taken, count: left }] : []));
}
