// A reading: one observation of one odometer. This file says what it is, in which order readings stand,
// and whether one closes a period. It judges nothing.
import { epochOf, type Instant } from './instant.ts';
import { BOUNDARY_TOLERANCE_MS } from './limits.ts';
import type { Period } from './period.ts';

/** What a statement keeps of a reading that it used: everything except the VIN. */
export interface ReadingRef {
  readonly id: string;
  /** Whole metres, converted from the unit sent. */
  readonly metres: number;
  /** When the car measured. */
  readonly recordedAt: Instant;
  /** When the platform's answer reached us. */
  readonly fetchedAt: Instant;
  /** The vendor's request id. */
  readonly requestId: string;
  /** The unit the vendor sent. */
  readonly unit: 'km' | 'mi';
  readonly source: 'poll' | 'push' | 'manual';
}

export interface Reading extends ReadingRef {
  /** Absent when this call did not read it along. */
  readonly vin?: string | undefined;
}

/** The part of a reading that goes into a boundary: an explicit copy, so that no VIN can ride along. */
export const refOf = (reading: ReadingRef): ReadingRef => ({
  id: reading.id,
  metres: reading.metres,
  recordedAt: reading.recordedAt,
  fetchedAt: reading.fetchedAt,
  requestId: reading.requestId,
  unit: reading.unit,
  source: reading.source,
});

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** A total order: by time of measurement, then figure, then time of fetching, then id. */
export const inOrder = (a: ReadingRef, b: ReadingRef): number =>
  compare(a.recordedAt, b.recordedAt) ||
  compare(a.metres, b.metres) ||
  compare(a.fetchedAt, b.fetchedAt) ||
  compare(a.id, b.id);

/**
 * Whether a reading can close a period: the car measured at or after its end, or within tolerance before it.
 * Whether the reading can be trusted is for `judge` to say.
 */
export const closes = (reading: Pick<ReadingRef, 'recordedAt'>, period: Pick<Period, 'to'>): boolean =>
  epochOf(reading.recordedAt) >= epochOf(period.to) - BOUNDARY_TOLERANCE_MS;
