// A contract's statements taken together: what a whole chain proves, and the name of everything that breaks it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import type { Measured } from '../../../lib/mileage/judge.ts';
import { judge } from '../../../lib/mileage/judge.ts';
import type { Reading, ReadingRef } from '../../../lib/mileage/reading.ts';
import { type Link, verifyChain } from '../../../lib/proof/chain.ts';
import { buildClaims, type StatementClaims, type StatementFacts } from '../../../lib/proof/claims.ts';
import { figureProblem } from '../../../lib/proof/figures.ts';
import { hashText } from '../../../lib/proof/sd-jwt.ts';
import { boundary, crypto, facts, measured, month, period } from './statement-fixture.ts';

const hashOf = (claims: StatementClaims): string => hashText(JSON.stringify(claims), crypto.sha256);
const link = (claims: StatementClaims): Link => ({ claims, signingInputHash: hashOf(claims) });

/** Numbers and binds statements one after the other. */
function chainOf(steps: readonly (readonly [StatementFacts['result'], Partial<StatementFacts>?])[]): readonly Link[] {
  const links: Link[] = [];
  for (const [result, more] of steps) {
    const prev = links.at(-1)?.signingInputHash ?? null;
    links.push(link(buildClaims(facts(links.length + 1, result, { prev, ...more }))));
  }
  return links;
}

/** The same claims again, changed, and every later `prev` made to fit: what an issuer could sign. */
function resigned(links: readonly Link[], at: number, edit: object): readonly Link[] {
  const again: Link[] = [];
  for (const [i, { claims }] of links.entries()) {
    const bound = { ...claims, prev: again.at(-1)?.signingInputHash ?? null };
    again.push(link(i === at ? { ...bound, ...edit } : bound));
  }
  return again;
}

const reading = (metres: number): ReadingRef => ({
  id: 'rea_x',
  metres,
  recordedAt: month(1),
  fetchedAt: month(1),
  requestId: 'another',
  unit: 'km',
  source: 'poll',
});
const noReading = { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' } as const;
const [b0, b1, b2, b3, b4] = [
  boundary(0, 1000),
  boundary(1, 5000),
  boundary(2, 9000),
  boundary(3, 9500),
  boundary(4, 12_000),
];

const good = chainOf([[measured(b0, b1)], [measured(b1, b2)], [noReading], [measured(b3, b4, b2)]]);
const without = (at: number): readonly Link[] => good.filter((_, i) => i !== at);
const [first, second, third, fourth] = good;
const replacement = (
  of: number,
  more: Partial<StatementFacts> = {},
  result: StatementFacts['result'] = measured(b1, b2),
) => [result, { period: period(of - 1), replaces: good[of - 1]?.claims.jti ?? '', ...more }] as const;
const steps = [[measured(b0, b1)], [measured(b1, b2)], [noReading], [measured(b3, b4, b2)]] as const;

const buildMeasured = (opening: Boundary, closing: Boundary) => {
  const claims = buildClaims(facts(2, measured(opening, closing)));
  if (claims.outcome !== 'measured') throw new Error('expected a measured statement');
  return claims;
};

describe('a whole chain', () => {
  it('holds where one statement was too large to name requests, and the next was not', () => {
    const { before, ...opening } = buildMeasured(b1, b2).opening;
    if (before === undefined) throw new Error('a reading is behind it');
    const { requestId: _, ...nameless } = before;
    expect(verifyChain(resigned(good, 1, { opening: { ...opening, before: nameless } }))).toMatchObject({ ok: true });
    const closing = { ...opening, before: nameless };
    expect(verifyChain(resigned(good, 0, { closing }))).toMatchObject({ ok: true });
    const other = { opening: { ...opening, before: { ...nameless, fetchedAt: month(2) } } };
    expect(verifyChain(resigned(good, 1, other))).toMatchObject({ ok: false, reason: 'boundary_mismatch' });
  });

  it('holds, with its months in force and the sum of its distances', () => {
    expect(verifyChain(good)).toEqual({
      ok: true,
      contract: 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
      upToSeq: 4,
      live: good,
      superseded: [],
      segments: [
        {
          from: month(0),
          to: month(4),
          firstMetres: 1000,
          lastMetres: 12_000,
          distanceMetres: 10_500,
          catchUpMetres: 500,
          replacedMetres: 0,
        },
      ],
    });
  });

  it('holds with a replaced statement, which is then no longer in force', () => {
    const chain = chainOf([...steps, replacement(2)]);
    expect(verifyChain(chain)).toMatchObject({ ok: true, upToSeq: 5, superseded: [second] });
    expect(verifyChain(chain)).toMatchObject({ live: [first, chain[4], third, fourth] });
  });

  it('counts on over replaced odometers, in a month and in what it catches up', () => {
    const at = (n: number) => `2026-0${n}-16T00:00:00.000Z`;
    const replaced = (n: number, oldMetres: number, newMetres: number) => ({
      ...{ id: `e${n}`, at: at(n), oldMetres, newMetres, declaredAt: at(n), confirmed: true },
    });
    const over = (result: Measured, more: Partial<Measured>): Measured => ({ ...result, ...more });
    const figures = (metres: number) => ({
      ...{ distanceMetres: metres, lowerMetres: metres, upperMetres: metres },
      readToRead: { metres, from: month(0), to: month(1) },
    });
    const one = over(measured(b0, boundary(1, 200)), { ...figures(700), replacements: [replaced(1, 1_500, 0)] });
    const catching = over(measured(boundary(2, 900), boundary(3, 1_000)), {
      catchUpMetres: 2_900,
      catchUpFrom: boundary(1, 200),
      replacements: [replaced(2, 2_500, 300)],
    });
    const chain = chainOf([[one], [noReading], [catching]]);
    expect(verifyChain(chain)).toMatchObject({
      ok: true,
      segments: [
        { firstMetres: 1_000, lastMetres: 1_000, distanceMetres: 800, catchUpMetres: 2_900, replacedMetres: 3_700 },
      ],
    });
    const forgotten = chainOf([[one], [noReading], [over(catching, { catchUpMetres: 700 })]]);
    expect(verifyChain(forgotten)).toMatchObject({ ok: false, reason: 'catch_up_mismatch', seq: 3 });
  });

  it('is cut at an illogical statement and goes on from where that one closed', () => {
    const restart: Boundary = { ...boundary(2, 300), method: 'restart' };
    const illogical = {
      ...measured(b1, restart),
      distanceMetres: null,
      lowerMetres: null,
      upperMetres: null,
      readToRead: { metres: null, from: month(1), to: month(2) },
      verdict: 'illogical',
      reasons: ['rollback'],
    } as const;
    const chain = chainOf([[measured(b0, b1)], [illogical], [measured(restart, boundary(3, 800))]]);
    const segments = [
      { from: month(0), to: month(1), firstMetres: 1000, lastMetres: 5000, distanceMetres: 4000, catchUpMetres: 0 },
      { from: month(2), to: month(3), firstMetres: 300, lastMetres: 800, distanceMetres: 500, catchUpMetres: 0 },
    ];
    expect(verifyChain(chain)).toMatchObject({ ok: true, segments });
  });

  it('may be of months without any reading', () => {
    expect(verifyChain(chainOf([[noReading], [noReading]]))).toMatchObject({ ok: true, upToSeq: 2, segments: [] });
  });
});

describe('I3 a chain without holes', () => {
  it.each([
    ['the first statement is missing', without(0), 'seq_hole', 1],
    ['a middle statement is missing', without(1), 'seq_hole', 2],
    ['two statements swap places', [first, third, second, fourth], 'seq_hole', 2],
    ['a statement comes twice', [first, second, second, third], 'seq_repeated', 2],
    ['a number exists in two versions', [first, second, resigned(good, 1, { jti: 'att_other' })[1]], 'seq_repeated', 2],
    [
      'an older month was signed anew',
      [first, resigned(good, 1, { iat: 1_800_000_000 })[1], third, fourth],
      'prev_mismatch',
      3,
    ],
    ['the first statement names one before it', resigned(good, 0, { prev: 'A'.repeat(43) }), 'prev_mismatch', 1],
    ['a later statement names none before it', resigned(good, 2, { prev: null }), 'prev_mismatch', 3],
    ['there is nothing', [], 'empty', 0],
  ])('I3 %s: refused', (_, links, reason, seq) => {
    expect(verifyChain(links.filter((found) => found !== undefined))).toEqual({ ok: false, reason, seq });
  });

  it('holds for every prefix: the end is never proven', () => {
    for (let length = 1; length <= good.length; length++)
      expect(verifyChain(good.slice(0, length))).toMatchObject({ ok: true, upToSeq: length });
  });
});

describe('I1 one statement in force per period', () => {
  it.each([
    [
      'a period stated twice',
      chainOf([steps[0], steps[1], [measured(b1, b2), { period: period(1) }]]),
      'period_repeated',
      3,
    ],
    ['an id used twice', resigned(good, 1, { jti: first?.claims.jti }), 'statement_repeated', 2],
    [
      'a replacement of nothing',
      chainOf([...steps, replacement(2, { replaces: 'att_unknown' })]),
      'replaces_unknown',
      5,
    ],
    ['a replacement of what was replaced', chainOf([...steps, replacement(2), replacement(2)]), 'replaces_unknown', 6],
    [
      'a replacement for a longer period',
      chainOf([...steps, replacement(2, { period: { ...period(1), to: month(3) } }, noReading)]),
      'replaces_other_period',
      5,
    ],
    [
      'a replacement for another period',
      chainOf([...steps, replacement(2, { period: period(2) }, noReading)]),
      'replaces_other_period',
      5,
    ],
    [
      'a period left out',
      chainOf([steps[0], [noReading, { period: period(2), issuedAt: Date.parse(month(3)) }]]),
      'period_gap',
      2,
    ],
  ])('I1 %s: refused', (_, links, reason, seq) => {
    expect(verifyChain(links)).toEqual({ ok: false, reason, seq });
  });
});

describe('I9 figures that follow from each other', () => {
  it.each([
    ['a month that opens elsewhere', chainOf([steps[0], [measured(boundary(1, 5001), b2)]]), 'boundary_mismatch', 2],
    [
      'a month that opens with the same figure and another reading beside it',
      chainOf([steps[0], [measured({ ...b1, after: reading(5001) }, b2)]]),
      'boundary_mismatch',
      2,
    ],
    [
      'a month that opens with a reading of the same figure under another id',
      chainOf([steps[0], [measured({ ...b1, before: reading(5000) }, b2)]]),
      'boundary_mismatch',
      2,
    ],
    [
      'a month that opens with the same figure by another method',
      chainOf([steps[0], [measured({ ...b1, method: 'interpolated' }, b2)]]),
      'boundary_mismatch',
      2,
    ],
    [
      'unread months not caught up',
      chainOf([steps[0], steps[1], steps[2], [measured(b3, b4)]]),
      'boundary_mismatch',
      4,
    ],
    ['unread months caught up from elsewhere', resigned(good, 3, { catchUpMetres: 501 }), 'catch_up_mismatch', 4],
    [
      'unread months caught up since another time',
      resigned(good, 3, { catchUpFrom: month(1) }),
      'catch_up_mismatch',
      4,
    ],
    [
      'a replacement that moves a boundary alone',
      chainOf([...steps, replacement(1, {}, measured(b0, boundary(1, 4000)))]),
      'boundary_mismatch',
      2,
    ],
  ])('I9 %s: refused', (_, links, reason, seq) => {
    expect(verifyChain(links)).toEqual({ ok: false, reason, seq });
  });

  it('names the figure that does not fit its statement', () => {
    expect(verifyChain(resigned(good, 1, { distanceMetres: 1 }))).toEqual({
      ok: false,
      reason: 'wrong_figures',
      seq: 2,
      detail: 'distance',
    });
  });

  it.each([
    ['another contract', { sub: 'ctr_other' }, 'other_contract'],
    ['another tenant', { aud: 'ten_other' }, 'other_contract'],
    ['another issuer', { iss: 'https://other.example' }, 'other_contract'],
    [
      'another status list',
      { status: { status_list: { idx: 2, uri: 'https://odoseal.example/status/other' } } },
      'status_list_changed',
    ],
    ['another zone', { period: { ...period(1), zone: 'Europe/Paris' } }, 'zone_changed'],
  ])('refuses a statement of %s', (_, edit, reason) => {
    expect(verifyChain(resigned(good, 1, edit))).toEqual({ ok: false, reason, seq: 2 });
  });
});

/** A month in which the car is read never, on time, a few minutes off, or days late, and drives, stands, or is rolled back. */
const monthPlan = fc.record({
  read: fc.constantFrom('never', 'at', 'early', 'late'),
  drives: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9_000_000 })),
  rolledBack: fc.boolean().map((yes) => yes),
});
type MonthPlan = typeof monthPlan extends fc.Arbitrary<infer T> ? T : never;

const OFFSET_MS = { never: 0, at: 0, early: -300_000, late: 3 * 86_400_000 } as const;

function readingAfter(index: number, { read, drives, rolledBack }: MonthPlan, odometer: number): Reading | undefined {
  if (read === 'never') return undefined;
  const recordedAt = new Date(Date.parse(month(index + 1)) + OFFSET_MS[read]).toISOString();
  const metres = rolledBack && index % 3 === 2 ? Math.floor(odometer / 2) : odometer + drives;
  return {
    id: `rea_${index}`,
    metres,
    recordedAt,
    fetchedAt: recordedAt,
    requestId: `req-${index}`,
    unit: 'km',
    source: 'poll',
  };
}

/** Judges month after month from whatever was read by then, as the service does. */
function judgedChain(plans: readonly MonthPlan[]): readonly Link[] {
  const start: Reading = {
    id: 'rea_start',
    metres: 20_000_000,
    recordedAt: month(0),
    fetchedAt: month(0),
    requestId: 'req',
    unit: 'km',
    source: 'poll',
  };
  const readings = [start];
  const results: StatementFacts['result'][] = [];
  let anchor: Boundary | undefined;
  for (const [index, plan] of plans.entries()) {
    const reading = readingAfter(index, plan, readings.at(-1)?.metres ?? 0);
    if (reading) readings.push(reading);
    const result = judge({ period: period(index), anchor, readings });
    if (result.outcome === 'measured') anchor = result.closing;
    results.push(result.outcome === 'measured' ? result : noReading);
  }
  // Signed after whatever closed the month was read, as the service does.
  return chainOf(
    results.map((result, index) => [result, { issuedAt: Date.parse(month(index + 1)) + OFFSET_MS.late }] as const),
  );
}

describe('what the judge states', () => {
  it('I9 always forms a chain whose distances plus catch-ups equal last minus first boundary', () => {
    fc.assert(
      fc.property(fc.array(monthPlan, { minLength: 1, maxLength: 12 }), (plans) => {
        const chain = judgedChain(plans);
        const problems = chain.map(({ claims }) => figureProblem(claims));
        expect(problems).toEqual(chain.map(() => undefined));
        const result = verifyChain(chain);
        expect(result).toMatchObject({ ok: true, upToSeq: plans.length });
        for (const s of result.ok ? result.segments : [])
          expect(s.distanceMetres + s.catchUpMetres).toBe(s.lastMetres - s.firstMetres);
      }),
      { numRuns: 500 },
    );
  });
});
