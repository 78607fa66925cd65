// The life of a key: what a key set may say of it, and to the second what it vouches for; after a compromise to the entry of the log.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHistory, windowProblem } from '../../../lib/proof/key-history.ts';
import { findKey } from '../../../lib/proof/key-set.ts';
import { crypto, jwk, kid } from './statement-fixture.ts';

const added = { event: 'added', at: 100, index: 0 };
const retired = { event: 'retired', at: 200 };
const compromised = { event: 'compromised', at: 300, since: 250, logSize: 7, index: 9 };

describe('what is said of a key', () => {
  it('is read event by event; nothing said is nothing known', () => {
    expect(readHistory(undefined)).toEqual({});
    expect(readHistory([])).toEqual({});
    expect(readHistory([retired, compromised, added])).toEqual({
      added: { at: 100, index: 0 },
      retired: { at: 200 },
      compromised: { at: 300, since: 250, logSize: 7, index: 9 },
    });
  });

  it.each<[string, unknown]>([
    ['no list', { event: 'added', at: 1 }],
    ['null', null],
    ['an event that is none', [7]],
    ['null as an event', [null]],
    ['an unknown event', [{ event: 'found', at: 1 }]],
    ['an event twice', [added, { ...added, at: 101 }]],
    ['an event without its time', [{ event: 'added' }]],
    ['a fraction as time', [{ event: 'added', at: 1.5 }]],
    ['a time before 1970', [{ event: 'added', at: -1 }]],
    ['a text as time', [{ event: 'added', at: '100' }]],
    ['a place that is none', [{ ...added, index: -1 }]],
    ['a compromise without its beginning', [{ event: 'compromised', at: 1, logSize: 0 }]],
    ['a compromise without the size of the log', [{ event: 'compromised', at: 1, since: 0 }]],
    ['the size of a log where it means nothing', [{ ...added, logSize: 0 }]],
    ['a beginning where it means nothing', [{ ...retired, since: 0 }]],
    ['a member that nobody knows', [{ ...added, until: 5 }]],
    ['more events than there are', [added, retired, compromised, added]],
  ])('is refused, and the key with it: %s', (_, events) => {
    expect(readHistory(events)).toBeUndefined();
    const found = findKey([{ ...jwk, events }], kid, 'statement', crypto.sha256);
    expect(found).toEqual({ ok: false, reason: 'unsuitable_key' });
  });
});

describe('a key vouches', () => {
  const life = readHistory([added, retired]) ?? {};

  it.each([
    [99, 'key_not_yet_added'],
    [100, undefined],
    [200, undefined],
    [201, 'key_retired'],
  ])('from the second of its making to that of its end: %i', (iat, problem) => {
    expect(windowProblem(life, iat)).toBe(problem);
    expect(windowProblem(life, iat, 0)).toBe(problem);
  });

  it('at any time when nothing is known of it', () => {
    fc.assert(
      fc.property(fc.nat(), (iat) => {
        expect(windowProblem({}, iat)).toBeUndefined();
      }),
    );
  });

  it.each([
    [0, undefined],
    [6, undefined],
    [7, 'key_compromised'],
    [8, 'key_compromised'],
    [undefined, 'key_compromised'],
  ])('after a compromise for what the log held before it alone: entry %s', (logged, problem) => {
    expect(windowProblem({ compromised }, 260, logged)).toBe(problem);
    // Whoever has the key writes the time.
    expect(windowProblem({ compromised }, 1, logged)).toBe(problem);
  });

  it('for exactly the seconds of its window and the entries before its compromise', () => {
    const edge = fc.nat({ max: 4 });
    fc.assert(
      fc.property(edge, edge, edge, edge, edge, (from, to, iat, logSize, logged) => {
        const history = {
          added: { at: from },
          retired: { at: to },
          compromised: { at: 9, since: 9, logSize },
        };
        const vouches = from <= iat && iat <= to && logged < logSize;
        expect(windowProblem(history, iat, logged) === undefined).toBe(vouches);
      }),
    );
  });
});
