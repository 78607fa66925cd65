// Local dates against literal ones, and against the calendar that periods are made with.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localDate, monthsLater } from '../../../lib/mileage/local-date.ts';
import { startOfDay } from '../../../lib/mileage/period.ts';

const at = Date.parse;

it.each([
  ['Europe/Amsterdam', '2025-12-31T22:59:59.999Z', '2025-12-31'],
  ['Europe/Amsterdam', '2025-12-31T23:00:00.000Z', '2026-01-01'],
  ['Europe/Amsterdam', '2026-06-30T22:00:00.000Z', '2026-07-01'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00.000Z', '2018-11-04'],
  ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31'],
  ['Pacific/Kiritimati', '2026-01-01T10:00:00.000Z', '2026-01-02'],
])('in %s %s is on %s', (zone, instant, date) => {
  expect(localDate(zone, at(instant))).toBe(date);
});

it.each([
  ['2026-01-01', 1, '2026-02-01'],
  ['2026-01-31', 1, '2026-02-28'],
  ['2027-12-31', 2, '2028-02-29'],
  ['2026-02-28', 1, '2026-03-28'],
  ['2026-03-31', 1, '2026-04-30'],
  ['2026-12-31', 12, '2027-12-31'],
  ['2024-02-29', 12, '2025-02-28'],
  ['2026-02-18', 120, '2036-02-18'],
])('%s and %i months is %s', (date, months, then) => {
  expect(monthsLater(date, months)).toBe(then);
});

it('months later has the day or, where the month has none, its last', () => {
  const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2080-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 120 }), (from, months) => {
      const date = from.toISOString().slice(0, 10);
      const then = monthsLater(date, months);
      const count = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
      expect(count(then) - count(date)).toBe(months);
      const next = new Date(at(then) + 86_400_000).toISOString().slice(0, 10);
      expect(then.slice(8) === date.slice(8) || next.endsWith('-01')).toBe(true);
      expect(localDate('Europe/Paris', at(startOfDay('Europe/Paris', then)))).toBe(then);
    }),
  );
});
