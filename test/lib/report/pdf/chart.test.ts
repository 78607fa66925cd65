import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildClaims } from '../../../../lib/proof/claims.ts';
import { chartOf } from '../../../../lib/report/pdf/chart.ts';
import { boundary, facts, measured } from '../../proof/statement-fixture.ts';
import { months } from './report-fixture.ts';

const SIZE = { width: 400, height: 120 };

describe('the chart', () => {
  it('has a bar for each month that has a figure, to scale, and room for those that have none', () => {
    const { bars, lines, mostMetres } = chartOf(months, SIZE);
    // The highest is 1,500 km: steps of 500 km, three of them, 40 points each.
    expect(lines).toEqual([0, 1, 2, 3].map((n) => ({ metres: n * 500_000, y: n * 40 })));
    expect(mostMetres).toBe(1_500_000);
    expect(bars.map(({ periodId, distance }) => [periodId, distance?.height])).toEqual([
      ['2026-01', expect.closeTo((1_234_567 / 1_500_000) * 120)],
      ['2026-02', undefined],
      ['2026-03', 120],
      ['2026-04', undefined],
    ]);
    expect(bars[0]?.bounds).toEqual({ lower: 96, upper: 100 });
    expect(bars.map(({ x, width }) => [x, width])).toEqual([0, 1, 2, 3].map((n) => [n * 100 + 32, 36]));
  });

  it('shows what was caught up beside the month’s own, in half the room each', () => {
    const [, , march] = chartOf(months, SIZE).bars;
    expect(march?.catchUp).toEqual({ x: 232, width: 18, height: expect.closeTo((765_433 / 1_500_000) * 120) });
    expect(march?.distance).toMatchObject({ x: 250, width: 18 });
  });

  it('stands when nothing was driven, and when nothing is known', () => {
    const parked = buildClaims(facts(1, measured(boundary(0, 5), boundary(1, 5))));
    const unknown = months.slice(1, 2);
    expect(chartOf([parked], SIZE).bars[0]?.distance?.height).toBe(0);
    expect(chartOf(unknown, SIZE).lines.map(({ metres }) => metres)).toEqual([0, 200]);
    expect(chartOf(unknown, SIZE).mostMetres).toBe(0);
  });

  it('keeps everything inside, with two to six lines at round distances, whatever was driven', () => {
    const driven = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(driven, (all) => {
        const claims = all.map((metres, n) =>
          buildClaims(facts(n + 1, measured(boundary(n, 0), boundary(n + 1, metres)))),
        );
        const { bars, lines } = chartOf(claims, SIZE);
        expect(lines.length).toBeGreaterThanOrEqual(2);
        expect(lines.length).toBeLessThanOrEqual(6);
        const step = lines[1]?.metres ?? 0;
        expect(String(step)).toMatch(/^[125]0+$/);
        for (const [n, { x, width, distance }] of bars.entries()) {
          expect(x).toBeGreaterThanOrEqual((n * SIZE.width) / all.length);
          expect(x + width).toBeLessThanOrEqual(((n + 1) * SIZE.width) / all.length);
          expect(distance?.height).toBeLessThanOrEqual(SIZE.height + 1e-9);
        }
      }),
    );
  });
});
