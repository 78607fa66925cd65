// What the platform told of a car's account: kept alike in whatever order it arrives, and standing only until it is over or the car
// measured again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LASTING_MS,
  lastingTrouble,
  nextLastingAt,
  noteTroubles,
  type PushedTrouble,
  standingTroubles,
} from '../../../lib/connection/troubles.ts';

const account = {
  name: 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE',
  meaning: 'owner_must_act',
  reason: 'ACCOUNT_ISSUE',
} as const;
const permission = { name: 'PERMISSION:null', meaning: 'reconnect', reason: 'reconnect' } as const;
type Event = readonly [PushedTrouble['state'], number, Omit<PushedTrouble, 'state'>?];

const noted = (events: readonly Event[]) =>
  events.reduce<ReturnType<typeof noteTroubles>>(
    (held, [state, at, of = account]) => noteTroubles(held, [{ ...of, state }], at),
    {},
  );

const standingTrouble = (...given: Parameters<typeof standingTroubles>) => standingTroubles(...given)[0];

describe('a trouble', () => {
  it('stands since it was told of first', () => {
    expect(
      standingTrouble(
        noted([
          ['ERROR', 20],
          ['ERROR', 10],
        ]),
        undefined,
      ),
    ).toEqual({ ...account, since: 10 });
  });

  it('is over when it is said to be, and begins anew after that', () => {
    expect(
      standingTrouble(
        noted([
          ['ERROR', 10],
          ['RESOLVED', 20],
        ]),
        undefined,
      ),
    ).toBeUndefined();
    expect(
      standingTrouble(
        noted([
          ['RESOLVED', 20],
          ['ERROR', 10],
        ]),
        undefined,
      ),
    ).toBeUndefined();
    expect(
      standingTrouble(
        noted([
          ['ERROR', 40],
          ['ERROR', 10],
          ['ERROR', 30],
          ['RESOLVED', 20],
        ]),
        undefined,
      ),
    ).toMatchObject({ since: 30 });
  });

  it('of one kind is not over with another', () => {
    const held = noted([
      ['ERROR', 20],
      ['ERROR', 10, permission],
      ['RESOLVED', 30],
    ]);
    expect(standingTrouble(held, undefined)).toEqual({ ...permission, since: 10 });
  });

  it('is none for a car that has measured since', () => {
    const held = noted([['ERROR', 10]]);
    expect(standingTrouble(held, 10)).toMatchObject({ since: 10 });
    expect(standingTrouble(held, 11)).toBeUndefined();
    expect(
      standingTrouble(
        noted([
          ['ERROR', 10],
          ['ERROR', 30],
        ]),
        20,
      ),
    ).toMatchObject({ since: 30 });
    expect(standingTrouble(undefined, undefined)).toBeUndefined();
  });

  it('told of a thousand times keeps the newest three hundred', () => {
    const held = noted(Array.from({ length: 1_000 }, (_, n) => ['ERROR', 1_000 - n] as const));
    expect(held[account.name]?.errors).toEqual(Array.from({ length: 300 }, (_, n) => n + 701));
  });

  it('told of every five minutes for a week has lasted a day, and stands anew after a measurement', () => {
    const all = Array.from({ length: 7 * 288 }, (_, n) => ['ERROR', n * 300_000] as const);
    const now = all.length * 300_000;
    const standing = standingTrouble(noted(all), undefined);
    expect(now - (standing?.since ?? now)).toBeGreaterThanOrEqual(LASTING_MS);
    expect(standingTrouble(noted([...all, ['ERROR', now + 2]]), now + 1)).toMatchObject({ since: now + 2 });
  });

  it('told of however often is kept the same when it is over, whether that is told first or last', () => {
    const errors = Array.from({ length: 400 }, (_, n) => ['ERROR', n] as const);
    const over = ['RESOLVED', 50] as const;
    expect(noted([...errors, over])).toEqual(noted([over, ...errors]));
    expect(standingTrouble(noted([...errors.slice(0, 60), over]), undefined)).toMatchObject({ since: 51 });
  });

  it('is kept the same in any order, and repeated', () => {
    const anyEvent = fc.tuple(
      fc.constantFrom('ERROR' as const, 'RESOLVED' as const),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(account, permission),
    );
    const anyTwo = fc.array(anyEvent, { maxLength: 12 }).chain((events) => {
      const twice = [...events, ...events];
      return fc.tuple(fc.constant(events), fc.shuffledSubarray(twice, { minLength: twice.length }));
    });
    fc.assert(
      fc.property(anyTwo, ([events, shuffled]) => {
        expect(noted(shuffled)).toEqual(noted(events));
      }),
    );
  });
});

describe('of several troubles', () => {
  const login = { name: 'A:LOGIN', meaning: 'reconnect', reason: 'LOGIN' } as const;
  const subscription = { name: 'B:SUBSCRIPTION', meaning: 'owner_must_act', reason: 'SUBSCRIPTION' } as const;

  it('one that needs a new login decides before one that the owner must mend, then the oldest, then by name, told in any order', () => {
    const all = [
      ['ERROR', 30, permission],
      ['ERROR', 30, login],
      ['ERROR', 10, account],
      ['ERROR', 5, subscription],
      ['ERROR', 20, { ...permission, name: 'C:OLDER' }],
    ] as const;
    const order = ['C:OLDER', login.name, permission.name, subscription.name, account.name];
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: all.length }), (told) => {
        expect(standingTroubles(noted(told), undefined).map(({ name }) => name)).toEqual(order);
      }),
    );
  });

  it('the gravest decides that has lasted, and the next look is when the next one has, told in any order', () => {
    const anyTold = fc.tuple(
      fc.constant('ERROR' as const),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(account, subscription, permission, login),
    );
    const anyTwo = fc
      .uniqueArray(anyTold, { maxLength: 4, selector: ([, , { name }]) => name })
      .chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length })));
    fc.assert(
      fc.property(anyTwo, fc.integer({ min: 1, max: 6 }), ([told, shuffled], lasted) => {
        const now = lasted + LASTING_MS;
        const standing = standingTroubles(noted(shuffled), undefined);
        const old = told.filter(([, at]) => at <= lasted).map(([, since, of]) => ({ ...of, since }));
        const ranked = old.map(({ meaning, since, name }) => `${meaning === 'reconnect' ? 0 : 1} ${since} ${name}`);
        const first = ranked.indexOf(ranked.toSorted()[0] ?? '');
        expect(lastingTrouble(standing, now)).toEqual(old[first]);
        const young = told.filter(([, at]) => at > lasted).map(([, at]) => at + LASTING_MS);
        expect(nextLastingAt(standing, now)).toBe(young.toSorted((one, other) => one - other)[0]);
      }),
    );
  });
});
