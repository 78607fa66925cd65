// The rate budget: never more than the bucket holds, whoever takes at whatever time; and not less, for one taker at a time.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../lib/aws/table.ts';
import { emptyBudget, giveBack, refillMs, spareOf, takeAll, takeRequests } from '../../../lib/reading/budget.ts';
import { InjectedFault, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-02-01T00:00:00.000Z');

let tables: Tables;
let business: Table;
let buckets = 0;

beforeAll(async () => {
  tables = await openTables();
  business = tables.business;
});

afterAll(() => tables.close());

/** A full bucket of its own. */
function bucketOf(burst: number, refillPerMinute: number) {
  buckets += 1;
  return { applicationId: `app-${buckets}`, burst, refillPerMinute };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('a bucket', () => {
  it('gives its burst at once, then what has come back, one request an interval', async () => {
    const bucket = bucketOf(5, 2);
    const take = (wanted: number, seconds: number) => takeRequests(business, bucket, wanted, NOW + seconds * 1000);
    expect(await take(3, 0)).toBe(3);
    expect(await take(4, 0)).toBe(2);
    expect(await take(1, 0)).toBe(0);
    expect(await take(1, 29.999)).toBe(0);
    expect(await take(1, 30)).toBe(1);
    expect(await take(5, 119.999)).toBe(2);
    expect(await take(5, 120)).toBe(1);
  });

  it('is one for twins, whichever of them asks: at the vendor they are one application', async () => {
    const { applicationId } = bucketOf(5, 2);
    const [one, other] = [`${applicationId}-a`, `${applicationId}-b`];
    const first = { applicationId: one, twin: other, burst: 5, refillPerMinute: 2 };
    const second = { applicationId: other, twin: one, burst: 5, refillPerMinute: 2 };
    expect(await takeRequests(business, first, 3, NOW)).toBe(3);
    expect(await takeRequests(business, second, 3, NOW)).toBe(2);
    await emptyBudget(business, second, { retryAfterSeconds: 90, requests: 1 }, NOW);
    expect(await takeRequests(business, first, 1, NOW + 89_999)).toBe(0);
    expect(await takeRequests(business, first, 1, NOW + 90_000)).toBe(1);
  });

  it('gives all or nothing to who cannot use less, and loses nothing by that', async () => {
    const bucket = bucketOf(5, 2);
    expect(await takeAll(business, bucket, 4, NOW)).toBe(true);
    for (let n = 0; n < 3; n += 1) expect(await takeAll(business, bucket, 2, NOW)).toBe(false);
    expect(await takeAll(business, bucket, 1, NOW)).toBe(true);
  });

  it('gives itself whole to who wants more than it ever holds', async () => {
    const bucket = bucketOf(4, 2);
    expect(await takeAll(business, bucket, 5, NOW)).toBe(true);
    for (const after of [0, 119_999]) expect(await takeAll(business, bucket, 5, NOW + after)).toBe(false);
    expect(await takeAll(business, bucket, 5, NOW + 120_000)).toBe(true);
  });

  it('has a half for what may wait, and leaves the other one to what is due, also where that is asked for without end', async () => {
    const bucket = bucketOf(5, 2);
    const spare = spareOf(bucket);
    expect(await takeRequests(business, spare, 9, NOW)).toBe(3);
    for (const minutes of [1, 2, 3]) expect(await takeRequests(business, spare, 9, NOW + minutes * 60_000)).toBe(2);
    expect(await takeRequests(business, bucket, 9, NOW + 180_000)).toBe(2);
    expect(await takeRequests(business, spare, 1, NOW + 239_999)).toBe(0);
    expect(await takeRequests(business, spare, 1, NOW + 270_000)).toBe(1);
  });

  it('never holds more than its burst, however long it rests', async () => {
    const bucket = bucketOf(5, 2);
    expect(await takeRequests(business, bucket, 100, NOW)).toBe(5);
    expect(await takeRequests(business, bucket, 100, NOW + 365 * 86_400_000)).toBe(5);
  });

  it('asks nobody when nothing is wanted', async () => {
    const faults = makeFaults();
    const table = faults.wrap('business', business);
    expect(await takeRequests(table, bucketOf(5, 2), 0, NOW)).toBe(0);
    expect(await takeRequests(table, bucketOf(5, 2), -1, NOW)).toBe(0);
    expect(faults.calls).toEqual([]);
  });

  it('costs one update when it is rested, two when it is in use', async () => {
    const bucket = bucketOf(5, 2);
    const faults = makeFaults();
    const table = faults.wrap('business', business);
    await takeRequests(table, bucket, 2, NOW);
    expect(faults.calls).toEqual(['business.update']);
    await takeRequests(table, bucket, 2, NOW);
    expect(faults.calls).toHaveLength(3);
  });

  it('gives nothing when there is less than is of any use, and keeps it', async () => {
    const bucket = bucketOf(5, 2);
    expect(await takeRequests(business, bucket, 4, NOW)).toBe(4);
    expect(await takeRequests(business, bucket, 10, NOW, 2)).toBe(0);
    expect(await takeRequests(business, bucket, 10, NOW, 1)).toBe(1);
    expect(await takeRequests(business, bucketOf(5, 2), 10, NOW, 5)).toBe(5);
    expect(await takeRequests(business, bucketOf(5, 2), 10, NOW, 6)).toBe(0);
  });

  it('has again what was given back', async () => {
    const bucket = bucketOf(5, 2);
    expect(await takeRequests(business, bucket, 5, NOW)).toBe(5);
    await giveBack(business, bucket, 2);
    expect(await takeRequests(business, bucket, 5, NOW)).toBe(2);
  });

  it('says when more is there', async () => {
    const bucket = bucketOf(3, 7);
    expect(refillMs(bucket, 2)).toBe(17_143);
    await takeRequests(business, bucket, 3, NOW);
    expect(await takeRequests(business, bucket, 2, NOW + refillMs(bucket, 2))).toBe(2);
  });
});

// Rates whose interval is whole milliseconds, so that the model below is exact.
const rate = fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 1000);
const steps = (min: number) =>
  fc.array(fc.tuple(fc.integer({ min, max: 120_000 }), fc.integer({ min: 1, max: 15 })), {
    minLength: 1,
    maxLength: 12,
  });

describe('for any sequence of takes', () => {
  it('one taker gets exactly what a bucket that drips would hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), rate, steps(0), async (burst, perMinute, takes) => {
        const bucket = bucketOf(burst, perMinute);
        const interval = 60_000 / perMinute;
        let now = NOW;
        // In requests × interval, that is milliseconds.
        let level = burst * interval;
        for (const [wait, wanted] of takes) {
          now += wait;
          level = Math.min(burst * interval, level + wait);
          const granted = await takeRequests(business, bucket, wanted, now);
          expect(granted).toBe(Math.min(wanted, Math.floor(level / interval)));
          level -= granted * interval;
        }
      }),
      { numRuns: 20 },
    );
  });

  it('no span of time sees more than the burst and what comes back in it, at any rate', async () => {
    const anyRate = fc.double({ min: 0.01, max: 1000, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), anyRate, steps(0), async (burst, perMinute, takes) => {
        const bucket = bucketOf(burst, perMinute);
        const granted: { at: number; count: number }[] = [];
        let now = NOW;
        for (const [wait, wanted] of takes) {
          now += wait;
          granted.push({ at: now, count: await takeRequests(business, bucket, wanted, now) });
        }
        for (const [n, first] of granted.entries()) {
          for (const last of granted.slice(n)) {
            const within = granted.filter(({ at }) => at >= first.at && at <= last.at);
            const most = burst + ((last.at - first.at) * perMinute) / 60_000;
            expect(sum(within.map(({ count }) => count))).toBeLessThanOrEqual(most + 1e-6);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('clocks that disagree never make it give more than by the latest of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), rate, steps(-60_000), async (burst, perMinute, takes) => {
        const bucket = bucketOf(burst, perMinute);
        let now = NOW;
        let first: number | undefined;
        let latest = NOW - 1e9;
        let total = 0;
        for (const [wait, wanted] of takes) {
          now += wait;
          first ??= now;
          latest = Math.max(latest, now);
          total += await takeRequests(business, bucket, wanted, now);
          expect(total).toBeLessThanOrEqual(burst + ((latest - first) * perMinute) / 60_000);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('many takers at once', () => {
  it('get exactly the burst, one each, from a bucket nobody used', async () => {
    const bucket = bucketOf(20, 2);
    const takers = Array.from({ length: 50 }, () => takeRequests(business, bucket, 1, NOW));
    expect(sum(await Promise.all(takers))).toBe(20);
  });

  it('get exactly what is left of one in use', async () => {
    const bucket = bucketOf(120, 2);
    await takeRequests(business, bucket, 100, NOW);
    const takers = Array.from({ length: 50 }, () => takeRequests(business, bucket, 1, NOW));
    expect(sum(await Promise.all(takers))).toBe(20);
  });

  it('of several requests each never get more than there are', async () => {
    const bucket = bucketOf(100, 2);
    const takers = Array.from({ length: 50 }, (_, n) => takeRequests(business, bucket, 1 + (n % 7), NOW));
    const granted = sum(await Promise.all(takers));
    // Whoever finds less than it saw goes away empty: what it leaves, the next one gets.
    expect(granted).toBeLessThanOrEqual(100);
    expect(granted + (await takeRequests(business, bucket, 100, NOW))).toBe(100);
  });

  it('of whom one gets no answer lose at most what that one took', async () => {
    for (const fault of ['not_applied', 'applied'] as const) {
      const bucket = bucketOf(10, 2);
      const faults = makeFaults();
      faults.failNext(fault);
      const lost = takeRequests(faults.wrap('business', business), bucket, 4, NOW);
      await expect(lost).rejects.toBeInstanceOf(InjectedFault);
      expect(await takeRequests(business, bucket, 10, NOW)).toBe(fault === 'applied' ? 6 : 10);
    }
  });
});

describe('a bucket that the platform calls empty', () => {
  it("gives nothing until the platform's time is over, then what was refused, then what comes back", async () => {
    const bucket = bucketOf(120, 2);
    await emptyBudget(business, bucket, { retryAfterSeconds: 90, requests: 2 }, NOW);
    expect(await takeRequests(business, bucket, 1, NOW)).toBe(0);
    expect(await takeRequests(business, bucket, 1, NOW + 89_999)).toBe(0);
    expect(await takeAll(business, bucket, 2, NOW + 90_000)).toBe(true);
    expect(await takeRequests(business, bucket, 5, NOW + 90_000 + 29_999)).toBe(0);
    expect(await takeRequests(business, bucket, 5, NOW + 90_000 + 30_000)).toBe(1);
  });

  it('gives what was refused when so much has come back, if the platform does not say how long', async () => {
    const bucket = bucketOf(120, 2);
    await emptyBudget(business, bucket, { requests: 2 }, NOW);
    expect(await takeRequests(business, bucket, 1, NOW + 59_999)).toBe(0);
    expect(await takeAll(business, bucket, 2, NOW + 60_000)).toBe(true);
  });

  it('stays empty for the longest time that was asked for, in whatever order the refusals arrive', async () => {
    const bucket = bucketOf(10, 2);
    await emptyBudget(business, bucket, { retryAfterSeconds: 600, requests: 1 }, NOW);
    await emptyBudget(business, bucket, { retryAfterSeconds: 0, requests: 1 }, NOW + 1000);
    expect(await takeRequests(business, bucket, 1, NOW + 599_999)).toBe(0);
    expect(await takeRequests(business, bucket, 1, NOW + 600_000)).toBe(1);
    await emptyBudget(business, bucket, { retryAfterSeconds: 1200, requests: 1 }, NOW);
    expect(await takeRequests(business, bucket, 1, NOW + 1_199_999)).toBe(0);
  });

  it("is one application's, nobody else's", async () => {
    const [empty, full] = [bucketOf(5, 2), bucketOf(5, 2)];
    await emptyBudget(business, empty, { retryAfterSeconds: 60, requests: 1 }, NOW);
    expect(await takeRequests(business, full, 5, NOW)).toBe(5);
  });
});
