// Periods against literal instants, and as properties over every zone this machine knows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MileageError } from '../../../lib/mileage/mileage-error.ts';
import {
  type Calendar,
  clipPeriod,
  firstPeriod,
  isZone,
  lastPeriod,
  nextPeriod,
  periodContaining,
  periodFromId,
  startOfDay,
} from '../../../lib/mileage/period.ts';

const code = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof MileageError ? error.code : error;
  }
  return 'nothing thrown';
};

describe('a period', () => {
  it('starts at local midnight of the offset day, in summer and in winter', () => {
    expect(periodFromId({ zone: 'Europe/Amsterdam', dayOffset: 15 }, '2026-03')).toEqual({
      id: '2026-03',
      from: '2026-03-14T23:00:00.000Z',
      to: '2026-04-14T22:00:00.000Z',
      zone: 'Europe/Amsterdam',
    });
  });

  it('holds its first instant and not its end', () => {
    const calendar = { zone: 'Europe/Paris', dayOffset: 1 };
    expect(periodContaining(calendar, '2026-01-31T22:59:59.999Z').id).toBe('2026-01');
    expect(periodContaining(calendar, '2026-01-31T23:00:00.000Z').id).toBe('2026-02');
  });

  it('is named for the month it starts in', () => {
    expect(periodContaining({ zone: 'UTC', dayOffset: 28 }, '2026-03-01T12:00:00.000Z').id).toBe('2026-02');
    expect(nextPeriod({ zone: 'UTC', dayOffset: 28 }, periodFromId({ zone: 'UTC', dayOffset: 28 }, '2026-12')).id).toBe(
      '2027-01',
    );
  });

  it('starts an hour later where daylight saving skips midnight', () => {
    expect(periodFromId({ zone: 'America/Sao_Paulo', dayOffset: 4 }, '2018-11').from).toBe('2018-11-04T03:00:00.000Z');
    expect(periodFromId({ zone: 'Asia/Beirut', dayOffset: 27 }, '2022-03').from).toBe('2022-03-26T22:00:00.000Z');
  });

  it('counts an hour once where clocks go back over midnight', () => {
    // St. John's, 1 November 2009: 00:01 became 23:01 of the day before, so that 00:00 came twice.
    const calendar = { zone: 'America/St_Johns', dayOffset: 1 };
    const november = periodFromId(calendar, '2009-11');
    expect(november.from).toBe('2009-11-01T02:30:00.000Z');
    expect(periodContaining(calendar, '2009-11-01T03:00:00.000Z')).toEqual(november);
  });

  it('starts with the next day where a zone skipped one', () => {
    // Kwajalein went over the date line and had no 21 August 1993.
    const calendar = { zone: 'Pacific/Kwajalein', dayOffset: 21 };
    const august = periodFromId(calendar, '1993-08');
    expect(august.from).toBe('1993-08-21T12:00:00.000Z');
    expect(periodContaining(calendar, '1993-08-21T11:59:59.999Z').to).toBe(august.from);
  });
});

describe('a contract', () => {
  const calendar = { zone: 'Europe/Amsterdam', dayOffset: 1 };

  it('that starts in a month clips its first period and keeps the id', () => {
    const first = firstPeriod(calendar, '2026-05-12T08:00:00.000Z');
    expect(first).toEqual({
      id: '2026-05',
      from: '2026-05-12T08:00:00.000Z',
      to: '2026-05-31T22:00:00.000Z',
      zone: 'Europe/Amsterdam',
    });
    expect(nextPeriod(calendar, first)).toEqual(periodFromId(calendar, '2026-06'));
  });

  it('that ends in a month clips its last period, and needs none for an end on a boundary', () => {
    expect(lastPeriod(calendar, '2026-05-12T08:00:00.000Z')).toMatchObject({
      id: '2026-05',
      from: '2026-04-30T22:00:00.000Z',
      to: '2026-05-12T08:00:00.000Z',
    });
    expect(lastPeriod(calendar, '2026-05-31T22:00:00.000Z')).toEqual(periodFromId(calendar, '2026-05'));
  });

  it('of one week clips one period on both sides', () => {
    const contract = { start: '2026-05-12T08:00:00.000Z', end: '2026-05-19T08:00:00.000Z' };
    expect(clipPeriod(periodFromId(calendar, '2026-05'), contract)).toMatchObject({
      id: '2026-05',
      from: contract.start,
      to: contract.end,
    });
    expect(code(() => clipPeriod(periodFromId(calendar, '2026-06'), contract))).toBe('bad_span');
  });
});

describe('a local day', () => {
  it('starts at its first instant', () => {
    expect(startOfDay('Europe/Amsterdam', '2026-07-01')).toBe('2026-06-30T22:00:00.000Z');
    expect(startOfDay('America/Sao_Paulo', '2018-11-04')).toBe('2018-11-04T03:00:00.000Z');
  });

  it('that does not exist is refused', () => {
    expect(
      ['2026-02-29', '2026-2-1', '2026-01-01T00:00:00Z', ''].map((day) => code(() => startOfDay('UTC', day))),
    ).toEqual(['bad_instant', 'bad_instant', 'bad_instant', 'bad_instant']);
    expect(code(() => startOfDay('+01:00', '2026-01-01'))).toBe('bad_zone');
  });

  it.each(['Pacific/Apia', 'Pacific/Fakaofo'])(
    'that %s left out when it changed sides of the date line is refused',
    (zone) => {
      const days = ['2011-12-29', '2011-12-30', '2011-12-31'];
      expect(days.map((day) => code(() => startOfDay(zone, day)))).toEqual([
        'nothing thrown',
        'bad_instant',
        'nothing thrown',
      ]);
    },
  );
});

describe('refused', () => {
  it('is everything that is no IANA zone in its official spelling', () => {
    expect(['UTC', 'Europe/Kyiv', 'America/Argentina/Ushuaia', 'Asia/Kathmandu'].map(isZone)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['', 'europe/paris', 'Europe/Atlantis', '+01:00', 'GMT+1', ' UTC'].map(isZone)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('is a calendar, an id or an instant out of form', () => {
    const good = { zone: 'UTC', dayOffset: 1 };
    expect(code(() => periodFromId({ zone: '+01:00', dayOffset: 1 }, '2026-01'))).toBe('bad_zone');
    expect(
      [0, 29, 1.5, Number.NaN].map((dayOffset) => code(() => periodFromId({ zone: 'UTC', dayOffset }, '2026-01'))),
    ).toEqual(['bad_day_offset', 'bad_day_offset', 'bad_day_offset', 'bad_day_offset']);
    expect(['2026-13', '2026-1', '026-01', '2026-01-01'].map((id) => code(() => periodFromId(good, id)))).toEqual([
      'bad_period_id',
      'bad_period_id',
      'bad_period_id',
      'bad_period_id',
    ]);
    expect(
      ['2026-02-30T00:00:00.000Z', '2026-02-01T00:00:00Z', 'now'].map((at) => code(() => periodContaining(good, at))),
    ).toEqual(['bad_instant', 'bad_instant', 'bad_instant']);
  });
});

describe('in any zone', () => {
  // Beside the zones of today: those whose past has skipped days and midnights.
  const zones = [
    ...Intl.supportedValuesOf('timeZone'),
    'Pacific/Kiritimati',
    'Pacific/Kwajalein',
    'America/St_Johns',
    'UTC',
  ].filter(isZone);
  const calendars: fc.Arbitrary<Calendar> = fc.record({
    zone: fc.constantFrom(...zones),
    dayOffset: fc.integer({ min: 1, max: 28 }),
  });
  const instants = fc
    .integer({ min: Date.UTC(1901, 0, 1), max: Date.UTC(2099, 11, 31) })
    .map((epoch) => new Date(epoch).toISOString());

  it('periods follow each other without gap or overlap, and each is named once', () => {
    fc.assert(
      fc.property(calendars, instants, (calendar, instant) => {
        let period = periodContaining(calendar, instant);
        expect(period.from <= instant && instant < period.to).toBe(true);
        for (let month = 0; month < 14; month += 1) {
          const next = nextPeriod(calendar, period);
          expect([next.from, next.id > period.id, next.from < next.to]).toEqual([period.to, true, true]);
          period = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  it('the period with an id is the one that holds its own instants', () => {
    fc.assert(
      fc.property(calendars, instants, (calendar, instant) => {
        const period = periodContaining(calendar, instant);
        expect(periodFromId(calendar, period.id)).toEqual(period);
        expect(periodContaining(calendar, period.from)).toEqual(period);
        const last = new Date(Date.parse(period.to) - 1).toISOString();
        expect(periodContaining(calendar, last)).toEqual(period);
        expect(lastPeriod(calendar, period.to)).toEqual(period);
        expect(firstPeriod(calendar, period.from)).toEqual(period);
      }),
      { numRuns: 300 },
    );
  });

  it('the id is the local month of the start', () => {
    fc.assert(
      fc.property(calendars, instants, (calendar, instant) => {
        const { id, from } = periodContaining(calendar, instant);
        const local = new Intl.DateTimeFormat('en-CA', { timeZone: calendar.zone, year: 'numeric', month: '2-digit' });
        expect(local.format(new Date(from))).toBe(id);
      }),
      { numRuns: 200 },
    );
  });
});
