// Allowances as a leasing clerk would work them out by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Allowance, allowedUntil, type Driven, pooled, usageOf } from '../../../lib/mileage/allowance.ts';

const day = (text: string): string => `${text}T00:00:00.000Z`;
const yearly: Allowance = { per: 'year', metres: 15_000_000 };
const lease = { from: day('2026-03-01'), to: day('2029-03-01') };

describe('what is allowed', () => {
  it('per year counts whole years whole, and the rest by the time of its own year', () => {
    expect(allowedUntil(yearly, lease, day('2027-03-01'))).toBe(15_000_000);
    expect(allowedUntil(yearly, lease, day('2028-03-01'))).toBe(30_000_000); // a leap year counts once, too
    expect(allowedUntil(yearly, lease, day('2026-05-13'))).toBe(3_000_000); // 73 of 365 days
    expect(allowedUntil(yearly, lease, day('2026-02-01'))).toBe(0);
    expect(allowedUntil(yearly, lease, day('2031-01-01'))).toBe(45_000_000);
  });

  it('per year from 29 February goes on at the 28th', () => {
    const leap = { from: day('2024-02-29') };
    expect(allowedUntil(yearly, leap, day('2025-02-28'))).toBe(15_000_000);
    expect(allowedUntil(yearly, leap, day('2028-02-29'))).toBe(60_000_000);
  });

  it('per term is shared out over the term', () => {
    const term: Allowance = { per: 'term', metres: 3_653_000 };
    const ten = { from: day('2020-01-01'), to: day('2030-01-01') }; // 3,653 days
    expect(allowedUntil(term, ten, day('2020-01-02'))).toBe(1_000);
    expect(allowedUntil(term, ten, day('2030-01-01'))).toBe(3_653_000);
  });

  it('needs a term that ends after its start, and for an allowance per term one that ends', () => {
    const bad = expect.objectContaining({ code: 'bad_term' });
    expect(() => allowedUntil(yearly, { from: lease.to, to: lease.from }, lease.to)).toThrow(bad);
    expect(() => allowedUntil({ per: 'term', metres: 1 }, { from: lease.from }, lease.to)).toThrow(bad);
  });

  it('never falls and never passes the whole', () => {
    const instant = fc
      .integer({ min: Date.UTC(2025, 0), max: Date.UTC(2031, 0) })
      .map((ms) => new Date(ms).toISOString());
    fc.assert(
      fc.property(instant, instant, fc.constantFrom('year' as const, 'term' as const), (one, other, per) => {
        const [early, late] = one < other ? [one, other] : [other, one];
        const allowed = (at: string) => allowedUntil({ per, metres: 45_000_001 }, lease, at);
        expect(allowed(early)).toBeLessThanOrEqual(allowed(late));
        expect(allowed(late)).toBeLessThanOrEqual(allowed(lease.to));
      }),
    );
  });
});

describe('what was used', () => {
  const month = (from: string, to: string, metres: number): Driven => ({ from: day(from), to: day(to), metres });
  const march = month('2026-03-01', '2026-04-01', 1_550_000);

  it('is the sum of what is known, with the balance against what is allowed', () => {
    expect(usageOf(yearly, lease, [march], day('2026-04-01'))).toMatchObject({
      allowedMetres: 1_273_973, // 31 of 365 days
      usedMetres: 1_550_000,
      balanceMetres: -276_027,
    });
  });

  it('is projected at the pace of the known time alone: months without a reading are unknown, not zero', () => {
    const may = month('2026-05-01', '2026-06-01', 1_550_000);
    const { projection } = usageOf(yearly, lease, [march, may], day('2026-06-01'));
    const at = lease.to;
    expect(projection).toEqual({ at, metres: 54_800_000, allowedMetres: 45_000_000, excessMetres: 9_800_000 }); // 50 km a day, 1,096 days
  });

  it.each([
    // A kilometre a day: 365 days of the first year, 731 of two, for 2028 has a 29 February, 1,096 of three.
    ['2027-02-28', '2027-03-01', 365_000, 15_000_000],
    ['2027-03-01', '2028-03-01', 731_000, 30_000_000],
    ['2028-06-01', '2029-03-01', 1_096_000, 45_000_000],
  ])('without an end is projected, on %s, to the end of the running year', (today, at, metres, allowedMetres) => {
    const days = (Date.parse(day(today)) - Date.parse(lease.from)) / 86_400_000;
    const driven = month('2026-03-01', today, days * 1_000);
    const { projection } = usageOf(yearly, { from: lease.from }, [driven], day(today));
    expect(projection).toEqual({ at: day(at), metres, allowedMetres, excessMetres: 0 });
  });

  it('without an end tells what the year will be too much', () => {
    const { projection } = usageOf(yearly, { from: lease.from }, [march], day('2026-04-01'));
    // 50 km a day.
    expect(projection).toMatchObject({ metres: 18_250_000, allowedMetres: 15_000_000, excessMetres: 3_250_000 });
  });

  it('is not projected before four weeks are known', () => {
    const short = (to: string) => usageOf(yearly, lease, [month('2026-03-01', to, 1_000_000)], day(to)).projection;
    expect(short('2026-03-28')).toBeUndefined();
    expect(short('2026-03-29')).toMatchObject({ excessMetres: 0 });
  });

  it('of a pool settles together, and has no end while one car has none', () => {
    const frugal = usageOf(yearly, lease, [month('2026-03-01', '2026-04-01', 1_000_000)], day('2026-04-01'));
    const keen = usageOf(yearly, lease, [march], day('2026-04-01'));
    expect(pooled([frugal, keen])).toMatchObject({
      allowedMetres: 2_547_946,
      usedMetres: 2_550_000,
      balanceMetres: -2_054,
      projection: { allowedMetres: 90_000_000, excessMetres: 154_839 },
    });
    expect(pooled([frugal, keen]).projection).not.toHaveProperty('at');
    const { projection: _, ...unknown } = keen;
    expect(pooled([frugal, unknown])).not.toHaveProperty('projection');
    expect(pooled([])).toEqual({ allowedMetres: 0, usedMetres: 0, balanceMetres: 0 });
  });
});
