// A key set against the whole log: what it tells is there, what it does not tell is not.
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import { keyEventProblems } from '../../../lib/proof/key-log.ts';
import type { Jwk } from '../../../lib/proof/key-set.ts';
import { leafOfTold, logOf, nextJwk, type Told, withEvents } from './rotated-keys.ts';
import { ISSUER, jwk, kid } from './statement-fixture.ts';
import { strangerKid } from './tampering.ts';

const added: Told = { event: 'added', at: 100, index: 0 };
const retired: Told = { event: 'retired', at: 200, index: 40 };
const compromised: Told = { event: 'compromised', at: 300, since: 250, logSize: 70, index: 90 };
const log = (...events: readonly (readonly [Jwk, Told, number?])[]) =>
  logOf(new Map(events.map(([key, told, at]) => [at ?? told.index ?? 0, leafOfTold(key, told)])));
const whole = log([jwk, added], [jwk, retired], [jwk, compromised], [nextJwk, { ...added, index: 41 }]);
const problems = (keys: readonly Jwk[], entries = whole, issuer = ISSUER) =>
  keyEventProblems(entries, { issuer, keys }, sha256);
const next = withEvents(nextJwk, { ...added, index: 41 });

describe('a key set', () => {
  it('I4 agrees with a log that holds every event that it tells, where it says', () => {
    expect(problems([withEvents(jwk, added, retired, compromised), next])).toEqual([]);
  });

  it('may tell of what is not in the log yet, or not in this copy of it', () => {
    const { index: _, ...waiting } = retired;
    expect(problems([withEvents(jwk, added, waiting)], log([jwk, added]))).toEqual([]);
    expect(problems([withEvents(jwk, added, retired)], log([jwk, added]).slice(0, 40))).toEqual([]);
  });

  it('may hold keys of other kinds, or under a name that is not theirs, of which the log says nothing', () => {
    expect(
      problems([
        { kty: 'OKP', kid: 'x' },
        { ...jwk, kid: strangerKid },
        { ...jwk, purpose: 7 },
      ]),
    ).toEqual([]);
  });

  it.each<[string, readonly Jwk[], readonly Uint8Array[], string, string, string, number]>([
    [
      'does not know of a compromise',
      [withEvents(jwk, added, retired), next],
      whole,
      'key_event_not_told',
      kid,
      'compromised',
      90,
    ],
    [
      'knows of nothing',
      [jwk, withEvents(nextJwk)],
      log([nextJwk, added, 5]),
      'key_event_not_told',
      strangerKid,
      'added',
      5,
    ],
    [
      'tells another time',
      [withEvents(jwk, { ...added, at: 99 })],
      log([jwk, added]),
      'key_event_contradicted',
      kid,
      'added',
      0,
    ],
    [
      'tells that more was logged before',
      [withEvents(jwk, { ...compromised, logSize: 71 })],
      log([jwk, compromised]),
      'key_event_contradicted',
      kid,
      'compromised',
      90,
    ],
    [
      'tells another place',
      [withEvents(jwk, { ...added, index: 1 })],
      log([jwk, added]),
      'key_event_contradicted',
      kid,
      'added',
      0,
    ],
    [
      'tells what never happened',
      [withEvents(jwk, added, retired)],
      log([jwk, added]),
      'key_event_contradicted',
      kid,
      'retired',
      40,
    ],
    [
      'is told twice',
      [withEvents(jwk, added)],
      log([jwk, added], [jwk, { ...added, at: 101 }, 7]),
      'key_event_twice',
      kid,
      'added',
      7,
    ],
  ])('that %s is found out', (_, keys, entries, reason, of, event, entry) => {
    expect(problems(keys, entries)).toEqual([{ reason, kid: of, event, entry }]);
  });

  it("of another issuer has no events in this issuer's log", () => {
    const found = problems([withEvents(jwk, added)], whole, `${ISSUER}.net`);
    expect(found).toEqual([{ reason: 'key_event_contradicted', kid, event: 'added', entry: 0 }]);
  });
});
