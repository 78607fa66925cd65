// When a contract is due next, as a table of literal instants and as properties over all inputs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  type DueInput,
  deadlineOf,
  type Goal,
  keepAlive,
  nextDue,
  periodStatusOf,
  spreadOf,
} from '../../../lib/contract/due.ts';
import { TURN_LEASE_MS } from '../../../lib/contract/turn.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const period = {
  id: '2026-01',
  from: '2025-12-31T23:00:00.000Z',
  to: '2026-01-31T23:00:00.000Z',
  zone: 'Europe/Amsterdam',
};
const from = Date.parse(period.from);
const to = Date.parse(period.to);
const deadline = to + 10 * DAY;

// 'a' spreads to 0.89081…: with 360 minutes that is 5 h 20 min 41.508 s.
const given: DueInput = {
  contractId: 'a',
  period,
  policy: 'after',
  deadlineDays: 10,
  spreadMinutes: 360,
  connected: true,
  closed: false,
  lastFetchedAt: '2026-01-02T10:00:00.000Z',
};

const at = (text: string): number => Date.parse(text);

describe('the spread of an id', () => {
  it('is FNV-1a, 32 bits (published test vectors)', () => {
    expect(spreadOf('')).toBe(0x811c9dc5 / 2 ** 32);
    expect(spreadOf('a')).toBe(0xe40c292c / 2 ** 32);
    expect(spreadOf('foobar')).toBe(0xbf9cf968 / 2 ** 32);
  });

  it('is at least 0 and below 1', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(spreadOf(id)).toBeGreaterThanOrEqual(0);
        expect(spreadOf(id)).toBeLessThan(1);
      }),
    );
  });
});

describe('next due', () => {
  const jitter = Math.floor(spreadOf('a') * 360 * MINUTE);
  const closeAt = '2026-02-01T04:20:41.508Z';

  it('reads to close the period at its end, later by the jitter of the contract', () => {
    expect(jitter).toBe(19_241_508);
    expect(nextDue(given, at('2026-01-15T00:00:00.000Z'))).toEqual({ goal: 'close', at: closeAt });
  });

  const around: DueInput = { ...given, policy: 'around' };
  const never: DueInput = { ...given, lastFetchedAt: undefined };
  const stale: DueInput = { ...given, lastFetchedAt: '2025-12-31T22:49:59.999Z' };
  const lateDay: DueInput = { ...around, lastFetchedAt: '2026-01-31T17:00:00.000Z' };

  it.each<[string, DueInput, string, Goal, string]>([
    ['nothing was ever read, before the period', never, '2025-12-30T00:00:00.000Z', 'open', period.from],
    ['nothing was ever read, inside it', never, '2026-01-10T00:00:00.000Z', 'open', '2026-01-10T00:00:00.000Z'],
    ['what was read is of before the period', stale, '2026-01-10T00:00:00.000Z', 'open', '2026-01-10T00:00:00.000Z'],
    ['nothing was ever read, and the period is over', never, period.to, 'close', closeAt],
    ['read since it began', given, '2026-01-10T00:00:00.000Z', 'close', closeAt],
    [
      'read ten minutes before',
      { ...given, lastFetchedAt: '2025-12-31T22:50:00.000Z' },
      '2026-01-10T00:00:00.000Z',
      'close',
      closeAt,
    ],
    ['read when it began', { ...given, lastFetchedAt: period.from }, '2026-01-10T00:00:00.000Z', 'close', closeAt],
    ['the jitter is over', given, '2026-02-02T00:00:00.000Z', 'close', '2026-02-02T00:00:00.000Z'],
    ['around, long before the end', around, '2026-01-15T00:00:00.000Z', 'before', '2026-01-31T16:09:18.492Z'],
    ['around, in its window', around, '2026-01-31T20:00:00.000Z', 'before', '2026-01-31T20:00:00.000Z'],
    ['around, read in its window', lateDay, '2026-01-31T20:00:00.000Z', 'close', closeAt],
    ['around, and the period is over', around, period.to, 'close', closeAt],
    [
      'no connection',
      { ...given, connected: false },
      '2026-01-10T00:00:00.000Z',
      'deadline',
      '2026-02-10T23:00:00.000Z',
    ],
    ['closed by a reading already', { ...given, closed: true }, period.to, 'deadline', '2026-02-10T23:00:00.000Z'],
    [
      'another deadline',
      { ...given, closed: true, deadlineDays: 1 },
      period.to,
      'deadline',
      '2026-02-01T23:00:00.000Z',
    ],
  ])('%s', (_, input, now, goal, due) => {
    expect(nextDue(input, at(now))).toEqual({ goal, at: due });
  });

  const hours = fc.integer({ min: -40 * 24, max: 60 * 24 });
  const input = fc.record({
    contractId: fc.string(),
    policy: fc.constantFrom('after' as const, 'around' as const),
    deadlineDays: fc.integer({ min: 1, max: 20 }),
    spreadMinutes: fc.integer({ min: 0, max: 1440 }),
    lastFetchedAt: fc.option(
      hours.map((n) => new Date(from + n * HOUR).toISOString()),
      { nil: undefined },
    ),
    period: fc.constant(period),
    connected: fc.boolean(),
    closed: fc.boolean(),
  });

  it('is a real instant, never in the past unless it is the deadline, and never a read that the deadline would overtake', () => {
    fc.assert(
      fc.property(input, hours, (one, offset) => {
        const now = from + offset * HOUR;
        const due = nextDue(one, now);
        const end = deadlineOf(period, one.deadlineDays);
        expect(due.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        // A period that is closed already only has to be over.
        const stated = one.closed && now < to ? to : end;
        if (due.goal === 'deadline') expect(Date.parse(due.at)).toBe(stated);
        else expect(Date.parse(due.at)).toBeGreaterThanOrEqual(now);
        if (now < end) expect(Date.parse(due.at)).toBeLessThanOrEqual(end);
        expect(due.goal === 'deadline').toBe(!one.connected || one.closed);
      }),
    );
  });

  it('is a reading that was asked for, at once, whatever else is due; not over a connection that cannot be read', () => {
    const askedAt = '2026-01-20T09:00:00.000Z';
    const now = Date.parse('2026-01-20T09:03:00.000Z');
    const before = { ...given, policy: 'around', askedAt } as const;
    for (const closed of [false, true])
      expect(nextDue({ ...before, closed }, now)).toEqual({ goal: 'asked', at: '2026-01-20T09:03:00.000Z' });
    expect(nextDue({ ...before, connected: false }, now)).toEqual(nextDue({ ...given, connected: false }, now));
  });

  it('is the end of the period, and no read, once a reading within tolerance has closed it', () => {
    const one = { ...given, closed: true };

    expect(nextDue(one, to - 5 * 60_000)).toEqual({ goal: 'deadline', at: new Date(to).toISOString() });
  });

  it('reads before the boundary only in its last 24 hours, and so early that a turn that is lost comes back in time', () => {
    fc.assert(
      fc.property(input, hours, (one, offset) => {
        const now = from + offset * HOUR;
        const due = nextDue({ ...one, policy: 'around', connected: true, closed: false }, now);
        fc.pre(due.goal === 'before');
        const early = to - Date.parse(due.at);
        expect(early).toBeLessThanOrEqual(DAY);
        if (now <= to - DAY) expect(early).toBeGreaterThanOrEqual(TURN_LEASE_MS + 30 * MINUTE);
      }),
    );
  });

  it('comes to rest: each read that succeeds when it is due leads to another goal', () => {
    fc.assert(
      fc.property(input, hours, (one, offset) => {
        const due = nextDue({ ...one, connected: true, closed: false }, from + offset * HOUR);
        fc.pre(due.goal === 'open' || due.goal === 'before');
        const after = { ...one, connected: true, closed: false, lastFetchedAt: due.at };
        expect(nextDue(after, Date.parse(due.at)).goal).not.toBe(due.goal);
      }),
    );
  });
});

describe('after a failure', () => {
  const closeAt = '2026-02-01T04:20:41.508Z';
  const around: DueInput = { ...given, policy: 'around' };
  const beforeAt = '2026-01-31T16:09:18.492Z';
  const now = '2026-01-10T00:00:00.000Z';
  const lastHours = '2026-01-31T20:00:00.000Z';

  it.each<[string, DueInput, Goal, string | undefined, string, Goal, string]>([
    [
      'a retry inside the period keeps its goal',
      given,
      'open',
      '2026-01-10T00:15:00.000Z',
      now,
      'open',
      '2026-01-10T00:15:00.000Z',
    ],
    ['a retry too late to open closes', given, 'open', period.to, now, 'close', closeAt],
    ['no retry to open closes', given, 'open', undefined, now, 'close', closeAt],
    ['no retry to open, around: still one before the boundary', around, 'open', undefined, now, 'before', beforeAt],
    ['no retry to open, around, in the last hours: closes', around, 'open', undefined, lastHours, 'close', closeAt],
    ['a retry too late to open, around', around, 'open', period.to, now, 'before', beforeAt],
    ['no retry before the boundary closes', around, 'before', undefined, lastHours, 'close', closeAt],
    [
      'a retry before the boundary',
      around,
      'before',
      '2026-01-31T20:15:00.000Z',
      lastHours,
      'before',
      '2026-01-31T20:15:00.000Z',
    ],
    [
      'after the end a retry closes',
      given,
      'close',
      '2026-02-03T00:00:00.000Z',
      closeAt,
      'close',
      '2026-02-03T00:00:00.000Z',
    ],
    [
      'after the end whatever was wanted before',
      given,
      'open',
      '2026-02-03T00:00:00.000Z',
      closeAt,
      'close',
      '2026-02-03T00:00:00.000Z',
    ],
    [
      'a retry at the deadline is the deadline',
      given,
      'close',
      '2026-02-10T23:00:00.000Z',
      closeAt,
      'deadline',
      '2026-02-10T23:00:00.000Z',
    ],
    ['no retry waits for the deadline', given, 'close', undefined, closeAt, 'deadline', '2026-02-10T23:00:00.000Z'],
  ])('%s', (_, input, goal, retryAt, time, nextGoal, next) => {
    const retry = retryAt === undefined ? undefined : at(retryAt);
    expect(afterFailure(input, goal, retry, at(time))).toEqual({ goal: nextGoal, at: next });
  });

  it('I14 something is always due, at the deadline at the latest', () => {
    const goals = fc.constantFrom<Goal[]>('open', 'before', 'close', 'deadline');
    const minutes = fc.integer({ min: -40 * 1440, max: 40 * 1440 });
    const wait = fc.option(fc.integer({ min: 1, max: 20 * 1440 }), { nil: undefined });
    fc.assert(
      fc.property(goals, minutes, wait, fc.boolean(), (goal, offset, minutesToWait, isAround) => {
        const time = to + offset * MINUTE;
        fc.pre(time < deadline);
        const retryAt = minutesToWait === undefined ? undefined : time + minutesToWait * MINUTE;
        const due = afterFailure(isAround ? around : given, goal, retryAt, time);
        expect(Date.parse(due.at)).toBeGreaterThan(time);
        expect(Date.parse(due.at)).toBeLessThanOrEqual(deadline);
      }),
    );
  });
});

it('the deadline is whole days after the end of the period', () => {
  expect(deadlineOf(period, 10)).toBe(deadline);
  expect(new Date(deadlineOf(period, 10)).toISOString()).toBe('2026-02-10T23:00:00.000Z');
});

describe('a token pair that nothing else refreshes', () => {
  const tended = '2026-01-01T00:00:00.000Z';
  const day = (n: number): string => new Date(Date.parse(tended) + n * DAY).toISOString();

  it.each<[string, Goal, number, number, Goal, number]>([
    ['a read within a month and its jitter refreshes it', 'close', 35, 2, 'close', 35],
    ['a read later than that does not', 'close', 36, 2, 'tend', 21],
    ['an opening read in three months does not', 'open', 90, 2, 'tend', 21],
    ['a deadline refreshes nothing, but is soon', 'deadline', 21, 2, 'deadline', 21],
    ['a deadline refreshes nothing', 'deadline', 22, 2, 'tend', 21],
    ['three weeks are over', 'open', 90, 30, 'tend', 30],
  ])('%s', (_, goal, due, now, keptGoal, kept) => {
    expect(keepAlive({ goal, at: day(due) }, tended, at(day(now)))).toEqual({ goal: keptGoal, at: day(kept) });
  });

  it.each<[string, number, Goal, number]>([
    ['soon', 37, 'close', 37],
    ['late', 38, 'tend', 23],
  ])('and was never refreshed here lives from now on: a read that comes %s', (_, due, goal, kept) => {
    expect(keepAlive({ goal: 'close', at: day(due) }, undefined, at(day(2)))).toEqual({ goal, at: day(kept) });
  });

  it('is never left alone for 60 days, whatever is due', () => {
    const goals = fc.constantFrom<Goal>('open', 'before', 'close', 'deadline');
    fc.assert(
      fc.property(goals, fc.nat(400), fc.nat(21), (goal, due, now) => {
        const next = keepAlive({ goal, at: day(due) }, tended, at(day(now)));
        const idle = (at(next.at) - at(tended)) / DAY;
        expect(idle).toBeLessThanOrEqual(35);
        if (next.goal !== 'tend') expect(next).toEqual({ goal, at: day(due) });
      }),
    );
  });
});

describe('how a period stands', () => {
  const contract = {
    startsAt: period.from,
    deadlineDays: 10,
    deadlineAt: new Date(deadline).toISOString(),
    dueAt: new Date(to + DAY).toISOString(),
  };
  it.each([
    ['before the contract', from - 1, 'upcoming'],
    ['from its first instant', from, 'running'],
    ['until its last', to - 1, 'running'],
    ['once it is over, as long as it is not stated', to, 'awaited'],
    ['after its deadline too', deadline + DAY, 'awaited'],
  ])('%s', (_, now, status) => {
    expect(periodStatusOf(contract, now)).toBe(status);
    expect(periodStatusOf({ ...contract, dueAt: undefined }, now)).toBe('stated');
    expect(periodStatusOf({ ...contract, deadlineAt: undefined }, now)).toBe('stated');
  });
});
