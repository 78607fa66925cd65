import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asleepAt, type Car, nextNewsAfter, odometerAt, recordedAt, vinAt } from '../../../lib/simulator/car.ts';
import { DAY, HOUR, MINUTE, START } from './bench.ts';

const parked: Car = {
  id: 'car',
  make: 'CITROEN',
  model: 'C3',
  year: 2023,
  powertrain: 'ICE',
  vins: [{ at: START, vin: 'VF7AAAAAAAA000001' }],
  odometer: [{ at: START, metres: 1_000_000 }],
  drives: [{ from: START, metresPerDay: 0 }],
  sleeps: [],
  recordEveryMs: 5 * MINUTE,
};

const driving: Car = { ...parked, drives: [{ from: START, metresPerDay: 48_000 }] };

describe('the odometer of a car', () => {
  it('stands still while parked', () => {
    expect(odometerAt(parked, START + 30 * DAY)).toBe(1_000_000);
  });

  it('grows evenly over the day and shows whole metres', () => {
    expect(odometerAt(driving, START + DAY)).toBe(1_048_000);
    expect(odometerAt(driving, START + HOUR)).toBe(1_002_000);
    expect(odometerAt(driving, START + 1000)).toBe(1_000_000);
    expect(odometerAt(driving, START + 2000)).toBe(1_000_001);
  });

  it('follows the plan piece by piece', () => {
    const drives = [
      { from: START, metresPerDay: 10_000 },
      { from: START + DAY, metresPerDay: 0 },
      { from: START + 3 * DAY, metresPerDay: 30_000 },
    ];
    const car = { ...parked, drives };
    expect(odometerAt(car, START + 2 * DAY)).toBe(1_010_000);
    expect(odometerAt(car, START + 4 * DAY)).toBe(1_040_000);
  });

  it('continues from where it was set, also below what it showed', () => {
    const car = { ...driving, odometer: [...driving.odometer, { at: START + DAY, metres: 500_000 }] };
    expect(odometerAt(car, START + DAY - 1)).toBe(1_047_999);
    expect(odometerAt(car, START + DAY)).toBe(500_000);
    expect(odometerAt(car, START + 2 * DAY)).toBe(548_000);
  });

  it('never falls unless it is set', () => {
    const drives = fc.array(fc.record({ from: fc.nat(90 * DAY), metresPerDay: fc.nat(900_000) }), { maxLength: 6 });
    fc.assert(
      fc.property(drives, fc.nat(100 * DAY), fc.nat(100 * DAY), (pieces, one, other) => {
        const car = {
          ...parked,
          drives: pieces.map((piece) => ({ ...piece, from: START + piece.from })).sort((a, b) => a.from - b.from),
        };
        const [early, late] = [START + Math.min(one, other), START + Math.max(one, other)];
        expect(odometerAt(car, late)).toBeGreaterThanOrEqual(odometerAt(car, early));
      }),
    );
  });
});

describe('the sleep of a car', () => {
  const car = { ...driving, sleeps: [{ from: START + DAY, to: START + 2 * DAY }] };

  it('begins at its first instant and ends before its last', () => {
    expect(asleepAt(car, START + DAY - 1)).toBe(false);
    expect(asleepAt(car, START + DAY)).toBe(true);
    expect(asleepAt(car, START + 2 * DAY - 1)).toBe(true);
    expect(asleepAt(car, START + 2 * DAY)).toBe(false);
  });

  it('stops the recordings, and waking makes one', () => {
    expect(recordedAt(car, START + DAY + HOUR)).toBe(START + DAY);
    expect(recordedAt(car, START + 2 * DAY)).toBe(START + 2 * DAY);
  });
});

describe('the recordings of a car', () => {
  it('come every few minutes while it drives', () => {
    expect(recordedAt(driving, START + 7 * MINUTE)).toBe(START + 5 * MINUTE);
    expect(recordedAt(driving, START + 10 * MINUTE)).toBe(START + 10 * MINUTE);
  });

  it('end when it parks', () => {
    const car = { ...driving, drives: [...driving.drives, { from: START + HOUR + 1, metresPerDay: 0 }] };
    expect(recordedAt(car, START + 20 * DAY)).toBe(START + HOUR + 1);
  });

  it('include the instant its odometer is set, and waking while parked', () => {
    const set = { ...parked, odometer: [...parked.odometer, { at: START + DAY, metres: 1 }] };
    expect(recordedAt(set, START + 2 * DAY)).toBe(START + DAY);
    const woken = { ...parked, sleeps: [{ from: START + DAY, to: START + 3 * DAY }] };
    expect(recordedAt(woken, START + 2 * DAY)).toBe(START);
    expect(recordedAt(woken, START + 4 * DAY)).toBe(START + 3 * DAY);
  });

  it('survive sleeps that overlap and a sleep it is born in', () => {
    const sleeps = [
      { from: START - HOUR, to: START + 2 * DAY },
      { from: START + DAY, to: START + 3 * DAY },
    ];
    expect(recordedAt({ ...driving, sleeps }, START + DAY)).toBe(START);
    expect(recordedAt({ ...driving, sleeps }, START + 3 * DAY + 6 * MINUTE)).toBe(START + 3 * DAY + 5 * MINUTE);
  });

  it('are never in the future', () => {
    const spans = fc.array(fc.tuple(fc.nat(50 * DAY), fc.nat(10 * DAY)), { maxLength: 5 });
    fc.assert(
      fc.property(spans, fc.nat(60 * DAY), (windows, after) => {
        const sleeps = windows.map(([from, length]) => ({ from: START + from, to: START + from + length }));
        const recorded = recordedAt({ ...driving, sleeps }, START + after);
        expect(recorded).toBeGreaterThanOrEqual(START);
        expect(recorded).toBeLessThanOrEqual(START + after);
      }),
    );
  });
});

describe('the VIN of a car', () => {
  it('changes at an instant', () => {
    const car = { ...parked, vins: [...parked.vins, { at: START + DAY, vin: 'VF7BBBBBBBB000002' }] };
    expect(vinAt(car, START + DAY - 1)).toBe('VF7AAAAAAAA000001');
    expect(vinAt(car, START + DAY)).toBe('VF7BBBBBBBB000002');
  });
});

describe('the next news of a car', () => {
  const steps = fc.array(fc.record({ at: fc.integer({ min: 0, max: 400 }), speed: fc.constantFrom(0, 10) }), {
    maxLength: 4,
  });
  const naps = fc.array(fc.record({ at: fc.integer({ min: 0, max: 400 }), long: fc.integer({ min: 1, max: 90 }) }), {
    maxLength: 3,
  });

  it('is exactly when its last recording changes next', () => {
    fc.assert(
      fc.property(steps, naps, fc.integer({ min: 0, max: 500 }), (drives, sleeps, t) => {
        const car: Car = {
          ...{ id: 'x', make: 'CITROEN', model: 'C3', year: 2024, powertrain: 'ICE', recordEveryMs: 7 },
          vins: [{ at: 0, vin: 'V' }],
          odometer: [{ at: 0, metres: 0 }],
          drives: [
            { from: 0, metresPerDay: 5 },
            ...drives.map(({ at, speed }) => ({ from: at, metresPerDay: speed })),
          ].toSorted((a, b) => a.from - b.from),
          sleeps: sleeps.map(({ at, long }) => ({ from: at, to: at + long })),
        };
        const next = nextNewsAfter(car, t);
        const later = Array.from({ length: 600 }, (_, step) => t + 1 + step).find(
          (instant) => recordedAt(car, instant) !== recordedAt(car, t),
        );
        expect(later ?? null).toBe(next);
      }),
    );
  });
});
