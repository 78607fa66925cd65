// The retry decision: the schedule as literals, and what holds for every failure.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Meaning } from '../../../lib/vehicle/refusals.ts';
import { decideRetry } from '../../../lib/vehicle/retry.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-01T00:00:00.000Z');
const later: readonly Meaning[] = ['asleep', 'transient', 'application_rate_limited', 'vehicle_rate_limited'];

describe('the schedule', () => {
  it.each([
    [1, 15 * MINUTE],
    [2, HOUR],
    [3, 3 * HOUR],
    [4, 6 * HOUR],
    [5, 12 * HOUR],
    [6, 12 * HOUR],
    [19, 12 * HOUR],
  ])('waits after failed attempt %i', (attempt, wait) => {
    expect(decideRetry({ meaning: 'asleep', attempt, now: START, deadline: START + 10 * DAY })).toEqual({
      kind: 'retry',
      at: START + wait,
    });
  });

  it('I14 a car that never answers is tried 20 times, the last time after more than a week', () => {
    const times = [START];
    for (;;) {
      const now = times.at(-1) ?? START;
      const next = decideRetry({ meaning: 'asleep', attempt: times.length, now, deadline: START + 10 * DAY });
      if (next.kind !== 'retry') break;
      times.push(next.at);
    }

    expect(times).toHaveLength(20);
    expect(((times.at(-1) ?? 0) - START) / HOUR).toBe(190.25);
  });

  it('cuts the last wait to the deadline, and gives up at it', () => {
    const deadline = START + 5 * MINUTE;

    expect(decideRetry({ meaning: 'asleep', attempt: 1, now: START, deadline })).toEqual({
      kind: 'retry',
      at: deadline,
    });
    expect(decideRetry({ meaning: 'asleep', attempt: 2, now: deadline, deadline })).toEqual({ kind: 'give_up' });
  });
});

describe('retry-after', () => {
  const ask = (retryAfterSeconds: number) =>
    decideRetry({ meaning: 'vehicle_rate_limited', attempt: 1, now: START, deadline: START + DAY, retryAfterSeconds });

  it('longer than the schedule wins, to the second', () => {
    expect(ask(901)).toEqual({ kind: 'retry', at: START + 901_000 });
  });

  it('shorter than the schedule changes nothing', () => {
    expect(ask(120)).toEqual({ kind: 'retry', at: START + 15 * MINUTE });
  });

  it('ending exactly at the deadline leaves that last try', () => {
    expect(ask(86_400)).toEqual({ kind: 'retry', at: START + DAY });
  });

  it('beyond the deadline is never cut short: there is no try left', () => {
    expect(ask(86_401)).toEqual({ kind: 'give_up' });
  });
});

describe('what is not simply tried later', () => {
  const decide = (meaning: Meaning, refreshed?: boolean) =>
    decideRetry({ meaning, attempt: 1, now: START, deadline: START + DAY, refreshed });

  it('refreshes once, then reconnects', () => {
    expect(decide('refresh_once')).toEqual({ kind: 'refresh' });
    expect(decide('refresh_once', true)).toEqual({ kind: 'reconnect' });
  });

  it('sends the driver through Connect', () => {
    expect(decide('reconnect')).toEqual({ kind: 'reconnect' });
  });

  it('tells the owner and looks again on the schedule while there is time', () => {
    expect(decide('owner_must_act')).toEqual({ kind: 'owner_must_act', at: START + 15 * MINUTE });
    expect(decideRetry({ meaning: 'owner_must_act', attempt: 20, now: START, deadline: START + DAY })).toEqual({
      kind: 'owner_must_act',
      at: undefined,
    });
  });

  it.each(['not_capable', 'billing', 'operator'] as const)('stops for %s', (meaning) => {
    expect(decide(meaning)).toEqual({ kind: 'stop', reason: meaning });
  });
});

const failure = fc.record({
  meaning: fc.constantFrom(...later),
  attempt: fc.integer({ min: 0, max: 30 }),
  now: fc.integer({ min: START, max: START + 20 * DAY }),
  deadline: fc.integer({ min: START, max: START + 20 * DAY }),
  retryAfterSeconds: fc.option(fc.integer({ min: 0, max: 999_999_999 }), { nil: undefined }),
});

describe('properties of every retry', () => {
  it('it lies after now, at most at the deadline, not before what the platform asked for, within 20 attempts', () => {
    fc.assert(
      fc.property(failure, (given) => {
        const decision = decideRetry(given);
        if (decision.kind !== 'retry') return;
        expect(decision.at).toBeGreaterThan(given.now);
        expect(decision.at).toBeLessThanOrEqual(given.deadline);
        expect(decision.at).toBeGreaterThanOrEqual(given.now + (given.retryAfterSeconds ?? 0) * 1000);
        expect(given.attempt).toBeLessThan(20);
      }),
    );
  });

  it('it gives up only without attempts, without time, or when asked to wait past the deadline', () => {
    fc.assert(
      fc.property(failure, (given) => {
        const blocked =
          given.attempt >= 20 ||
          given.now >= given.deadline ||
          given.now + (given.retryAfterSeconds ?? 0) * 1000 > given.deadline;
        expect(decideRetry(given).kind).toBe(blocked ? 'give_up' : 'retry');
      }),
    );
  });

  it('waits never get shorter from attempt to attempt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 18 }),
        fc.integer({ min: 0, max: 100_000 }),
        (attempt, retryAfterSeconds) => {
          const at = (n: number) => {
            const next = decideRetry({
              meaning: 'asleep',
              attempt: n,
              now: START,
              deadline: START + 99 * DAY,
              retryAfterSeconds,
            });
            return next.kind === 'retry' ? next.at : 0;
          };
          expect(at(attempt + 1)).toBeGreaterThanOrEqual(at(attempt));
        },
      ),
    );
  });

  it('any sequence of failures ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 * DAY }), (span) => {
        let now = START;
        let attempt = 1;
        for (; attempt < 100; attempt += 1) {
          const next = decideRetry({ meaning: 'transient', attempt, now, deadline: START + span });
          if (next.kind !== 'retry') break;
          now = next.at;
        }
        expect(attempt).toBeLessThanOrEqual(20);
        expect(now).toBeLessThanOrEqual(START + span);
      }),
    );
  });
});

describe('a token that is refused twice', () => {
  const refused = { meaning: 'refresh_once', attempt: 1, now: START, deadline: START + DAY } as const;

  it('is refreshed first, whoever it belongs to', () => {
    expect(decideRetry({ ...refused, tokenOf: 'driver' })).toEqual({ kind: 'refresh' });
    expect(decideRetry({ ...refused, tokenOf: 'application' })).toEqual({ kind: 'refresh' });
  });

  it('sends its driver to Connect, but nobody for the token of the application', () => {
    expect(decideRetry({ ...refused, refreshed: true })).toEqual({ kind: 'reconnect' });
    expect(decideRetry({ ...refused, refreshed: true, tokenOf: 'driver' })).toEqual({ kind: 'reconnect' });
    expect(decideRetry({ ...refused, refreshed: true, tokenOf: 'application' })).toEqual({
      kind: 'stop',
      reason: 'operator',
    });
  });

  it('by a page that the platform itself did not write sends nobody to Connect', () => {
    expect(decideRetry({ ...refused, spoken: false })).toEqual({ kind: 'refresh' });
    const twice = { ...refused, refreshed: true, tokenOf: 'driver' } as const;
    expect(decideRetry({ ...twice, spoken: false })).toEqual({ kind: 'stop', reason: 'operator' });
    expect(decideRetry({ ...twice, spoken: true })).toEqual({ kind: 'reconnect' });
  });
});
