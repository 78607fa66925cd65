// Counting attempts: whatever order they come in, the count is the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attempts, attemptsFor, countAttempt, noAttempts, OUTCOMES } from '../../../lib/contract/attempts.ts';

const attempt = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  at: fc
    .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
    .map((d) => d.toISOString()),
});

const count = (all: readonly { outcome: (typeof OUTCOMES)[number]; at: string }[]) =>
  all.reduce((before, { outcome, at }) => countAttempt(before, outcome, at), noAttempts(3));

describe('attempts', () => {
  it('are counted by outcome, with the first and last time and the last outcome', () => {
    const counted = count([
      { outcome: 'asleep', at: '2026-02-01T00:15:00.000Z' },
      { outcome: 'asleep', at: '2026-02-01T01:15:00.000Z' },
      { outcome: 'read', at: '2026-02-01T04:15:00.000Z' },
    ]);
    expect(counted).toEqual({
      seq: 3,
      counts: { asleep: 2, read: 1 },
      firstAt: '2026-02-01T00:15:00.000Z',
      lastAt: '2026-02-01T04:15:00.000Z',
      last: 'read',
    });
  });

  it('add up to how many there were, between the earliest and the latest, in any order', () => {
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 1 }), (all) => {
        const { counts, firstAt, lastAt, last, seq } = count(all);
        const instants = all.map(({ at }) => at).toSorted();
        expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(all.length);
        for (const outcome of OUTCOMES) {
          expect(counts[outcome] ?? 0).toBe(all.filter((one) => one.outcome === outcome).length);
        }
        expect([seq, firstAt, lastAt, last]).toEqual([3, instants[0], instants.at(-1), all.at(-1)?.outcome]);
      }),
    );
  });

  it('survive being stored', () => {
    fc.assert(
      fc.property(fc.array(attempt), (all) => {
        const counted = count(all);
        expect(attempts.parse(JSON.parse(JSON.stringify(counted)))).toEqual(counted);
      }),
    );
  });

  it('leave what they are added to as it was', () => {
    const before = count([{ outcome: 'asleep', at: '2026-02-01T00:15:00.000Z' }]);
    const copy = structuredClone(before);
    countAttempt(before, 'read', '2026-02-02T00:00:00.000Z');
    expect(before).toEqual(copy);
  });

  it("of a statement that is out are nobody's", () => {
    const remembered = count([{ outcome: 'asleep', at: '2026-02-01T00:15:00.000Z' }]);
    expect(attemptsFor(remembered, 3)).toBe(remembered);
    expect(attemptsFor(remembered, 4)).toEqual({ seq: 4, counts: {} });
    expect(attemptsFor(remembered, 2)).toEqual({ seq: 2, counts: {} });
  });
});
