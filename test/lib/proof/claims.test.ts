// The claims of one statement: what goes in, what stays outside, and that it can always be signed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../../lib/contract/attempts.ts';
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import { type Finding, RULES } from '../../../lib/mileage/finding.ts';
import type { Measured } from '../../../lib/mileage/judge.ts';
import type { ReadingRef } from '../../../lib/mileage/reading.ts';
import { buildClaims, type MeasuredClaims, STATEMENT_VCT, type StatementFacts } from '../../../lib/proof/claims.ts';
import { readClaims } from '../../../lib/proof/read-claims.ts';
import { prepareSdJwt } from '../../../lib/proof/sd-jwt.ts';
import { boundary, crypto, disclosable, facts, firstClaims, header, measured, period } from './statement-fixture.ts';

const instant = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const metres = fc.oneof(fc.constant(2 ** 31), fc.nat(2 ** 31));
const id = (prefix: string) => fc.stringMatching(/^[0-9a-f]{32}$/).map((hex) => `${prefix}_${hex}`);
const statementId = id('att').map((text) => `${text}_9999_${'A'.repeat(22)}`);
/** infra/config.ts refuses a longer one. */
const LONGEST_ORIGIN = `https://${'x'.repeat(52)}.com`;

const reading: fc.Arbitrary<ReadingRef> = fc.record({
  id: id('rea'),
  metres,
  recordedAt: instant,
  fetchedAt: instant,
  requestId: fc.oneof(fc.uuid(), fc.string({ unit: 'binary', minLength: 36, maxLength: 500 })),
  unit: fc.constantFrom('km', 'mi'),
  source: fc.constant('manual'),
});
const fullBoundary: fc.Arbitrary<Boundary> = fc.record({
  at: instant,
  metres,
  lowerMetres: metres,
  upperMetres: metres,
  method: fc.constant('first_reading'),
  before: reading,
  after: reading,
});
const finding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.constantFrom(...RULES),
  severity: fc.constant('no_judgement'),
  numbers: fc.dictionary(fc.stringMatching(/^[a-z]{5,20}$/), metres, { maxKeys: 4 }),
});
const worstResult: fc.Arbitrary<Measured> = fc.record({
  outcome: fc.constant('measured'),
  opening: fullBoundary,
  closing: fullBoundary,
  distanceMetres: metres,
  lowerMetres: metres,
  upperMetres: metres,
  readToRead: fc.record({ metres, from: instant, to: instant }),
  catchUpMetres: metres,
  catchUpFrom: fullBoundary,
  replacements: fc.array(
    fc.record({
      id: id('evt'),
      at: instant,
      oldMetres: metres,
      newMetres: metres,
      declaredAt: instant,
      confirmed: fc.constant(false),
    }),
    { minLength: 1, maxLength: 1 },
  ),
  partial: fc.boolean(),
  verdict: fc.constant('no_judgement'),
  reasons: fc.subarray([...RULES]),
  findings: fc.array(finding, { maxLength: 30 }),
  rulesVersion: fc.constant('999'),
});
const worstFacts: fc.Arbitrary<StatementFacts> = fc.record({
  issuer: fc.constant(LONGEST_ORIGIN),
  issuedAt: fc.constant(Date.UTC(2099, 11, 31)),
  jti: statementId,
  tenant: fc.constant('t'.repeat(40)),
  contract: id('ctr'),
  seq: fc.integer({ min: 1, max: 9999 }),
  prev: fc.constant('A'.repeat(43)),
  replaces: statementId,
  statusUri: fc.constant(`${LONGEST_ORIGIN}/status/${'A'.repeat(22)}`),
  period: fc.record({
    id: fc.constant('2026-01'),
    from: instant,
    to: instant,
    zone: fc.constant('America/Argentina/ComodRivadavia'),
  }),
  attempts: fc.record({
    counts: fc.constant(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 999]))),
    firstAt: instant,
    lastAt: instant,
  }),
  platform: fc.constant('v2'),
  result: worstResult,
});

const longest = { ...disclosable, reference: '\u{1F697}'.repeat(64) };
const signingInput = (claims: ReturnType<typeof buildClaims>): string =>
  prepareSdJwt({ header, claims, disclosable: longest, salt: () => 'A'.repeat(22), sha256: crypto.sha256 })
    .signingInput;

const measuredClaims = (result: Measured, more: Partial<StatementFacts> = {}): MeasuredClaims => {
  const claims = buildClaims(facts(1, result, more));
  if (claims.outcome !== 'measured') throw new Error('expected a measured statement');
  return claims;
};

describe('size', () => {
  it('a signing input has at most 3,500 bytes, whatever was found and however long the ids', () => {
    fc.assert(
      fc.property(worstFacts, (worst) => {
        expect(signingInput(buildClaims(worst)).length).toBeLessThanOrEqual(3500);
      }),
      { numRuns: 200 },
    );
  });

  it('what does not fit is left out from the end: findings first, reasons last, and it says how many', () => {
    fc.assert(
      fc.property(worstFacts, (worst) => {
        const claims = buildClaims(worst);
        if (claims.outcome !== 'measured' || worst.result.outcome !== 'measured') throw new Error('expected measured');
        const { reasons, findings } = worst.result;
        const kept = claims.reasons.length + claims.findings.length;
        expect(claims.reasons).toEqual(reasons.slice(0, claims.reasons.length));
        expect(claims.findings).toEqual(
          findings.slice(0, claims.findings.length).map(({ rule, numbers }) => ({ rule, numbers })),
        );
        expect(claims.findings.length === 0 || claims.reasons.length === reasons.length).toBe(true);
        expect(claims.omitted ?? 0).toBe(reasons.length + findings.length - kept);
        const readings = [claims.opening, claims.closing].flatMap(({ before, after }) => [before, after]);
        const named = readings.filter((one) => one?.requestId !== undefined).length;
        // Last of all, and all together.
        expect([0, 4]).toContain(named);
        expect(named === 4 || (kept === 0 && claims.attempts.firstAt === undefined)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('an ordinary statement leaves nothing out', () => {
    const findings = RULES.slice(0, 3).map(
      (rule) => ({ rule, severity: 'note', numbers: { metres: 12_345_678 }, sentence: 'x' }) as const,
    );
    const claims = measuredClaims({ ...measured(boundary(0, 12_000_000), boundary(1, 13_234_567)), findings });
    expect(claims.omitted).toBeUndefined();
    expect(claims.findings).toEqual(findings.map(({ rule, numbers }) => ({ rule, numbers })));
  });

  it('identifiers that leave no room are a fault, not a smaller statement', () => {
    const tooLong = { tenant: 't'.repeat(2000) };
    const code = expect.objectContaining({ code: 'CLAIMS_TOO_LARGE' });
    expect(() => buildClaims(facts(1, measured(boundary(0, 1), boundary(1, 2)), tooLong))).toThrow(code);
    expect(() =>
      buildClaims(facts(1, { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' }, tooLong)),
    ).toThrow(code);
  });
});

describe('claims', () => {
  it('say what was measured, in whole numbers and instants', () => {
    expect(measuredClaims(measured(boundary(0, 12_000_000), boundary(1, 13_234_567)))).toEqual({
      iss: 'https://odoseal.example',
      iat: 1769925600,
      jti: 'att_00000000000000000000000000000001',
      vct: STATEMENT_VCT,
      aud: 'ten_018f7a4a2c3b7d518f7a4a2c3b7d518f',
      sub: 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
      seq: 1,
      prev: null,
      status: { status_list: { idx: 1, uri: 'https://odoseal.example/status/wP_uAMD_7gDA_-4AwP_uAA' } },
      period: { id: '2026-01', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', zone: 'Etc/UTC' },
      attempts: { counts: { read: 1 }, firstAt: '2026-02-01T00:00:00.000Z', lastAt: '2026-02-01T00:00:00.000Z' },
      platform: 'v2',
      rulesVersion: '1',
      outcome: 'measured',
      opening: {
        at: '2026-01-01T00:00:00.000Z',
        metres: 12_000_000,
        lowerMetres: 12_000_000,
        upperMetres: 12_000_000,
        method: 'read',
        before: {
          metres: 12_000_000,
          recordedAt: '2026-01-01T00:00:00.000Z',
          fetchedAt: '2026-01-01T00:00:00.000Z',
          requestId: '36ab27d0-fd9d-4455-823a-ce30af709ffc',
          unit: 'km',
          source: 'poll',
        },
      },
      closing: {
        at: '2026-02-01T00:00:00.000Z',
        metres: 13_234_567,
        lowerMetres: 13_234_567,
        upperMetres: 13_234_567,
        method: 'read',
        before: {
          metres: 13_234_567,
          recordedAt: '2026-02-01T00:00:00.000Z',
          fetchedAt: '2026-02-01T00:00:00.000Z',
          requestId: '36ab27d0-fd9d-4455-823a-ce30af709ffc',
          unit: 'km',
          source: 'poll',
        },
      },
      distanceMetres: 1_234_567,
      lowerMetres: 1_234_567,
      upperMetres: 1_234_567,
      readToRead: { metres: 1_234_567, from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
      partial: false,
      verdict: 'logical',
      reasons: [],
      findings: [],
    });
  });

  it('say why there was no reading, how often it was tried, and judge nothing', () => {
    const attempts = { counts: { refused: 1, asleep: 12, read: undefined }, firstAt: '2026-03-01T00:00:00.000Z' };
    const claims = buildClaims(
      facts(2, { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' }, { attempts, replaces: 'att_9' }),
    );
    expect(claims).toMatchObject({
      outcome: 'no_reading',
      reason: 'asleep',
      verdict: 'no_judgement',
      replaces: 'att_9',
    });
    expect(JSON.stringify(claims.attempts)).toBe(
      '{"counts":{"asleep":12,"refused":1},"firstAt":"2026-03-01T00:00:00.000Z"}',
    );
    expect(claims).not.toHaveProperty('distanceMetres');
  });

  it('name where catching up starts', () => {
    const claims = measuredClaims(measured(boundary(2, 9_000), boundary(3, 12_000), boundary(1, 4_000)), {
      period: period(2),
    });
    expect(claims.catchUpMetres).toBe(5_000);
    expect(claims.catchUpFrom).toBe('2026-02-01T00:00:00.000Z');
  });

  it('carry no id of the store, no sentence, and request ids only in plain letters', () => {
    const odd = boundary(0, 5);
    const result = {
      ...measured({ ...odd, before: { ...reading0, requestId: `"\u0000é${'x'.repeat(99)}` } }, boundary(1, 6)),
      findings: [{ rule: 'rounding', severity: 'note', numbers: { readings: 1 }, sentence: 'words' }] as const,
    };
    const claims = measuredClaims(result);
    expect(claims.opening.before?.requestId).toBe(`___${'x'.repeat(33)}`);
    expect(JSON.stringify(claims)).not.toMatch(/rea_|words/);
  });
});

const reading0: ReadingRef = {
  id: 'rea_1',
  metres: 5,
  recordedAt: '2026-01-01T00:00:00.000Z',
  fetchedAt: '2026-01-01T00:00:00.000Z',
  requestId: 'x',
  unit: 'km',
  source: 'poll',
};

describe('an instant', () => {
  const number = (digits: number, most: number) => fc.nat(most).map((n) => String(n).padStart(digits, '0'));
  const texts = fc
    .tuple(number(4, 9999), number(2, 13), number(2, 32), number(2, 25), number(2, 61), number(2, 61), number(3, 999))
    .map(
      ([year, month, day, hour, minute, second, ms]) => `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`,
    );
  const isOne = (text: string): boolean => {
    const at = new Date(text);
    return !Number.isNaN(at.getTime()) && at.toISOString() === text;
  };
  const reads = (text: string): boolean => {
    const { attempts, ...claims } = { ...firstClaims() };
    return readClaims(JSON.parse(JSON.stringify({ ...claims, attempts: { ...attempts, firstAt: text } }))).ok;
  };

  it('is a text that the calendar has', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(reads(text)).toBe(isOne(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2028-02-29T23:59:59.999Z', true],
    ['2026-02-29T00:00:00.000Z', false],
    ['2026-04-31T00:00:00.000Z', false],
    ['2026-01-01T24:00:00.000Z', false],
    ['2026-01-31T24:00:00.000Z', false],
    ['2026-01-01T00:00:00Z', false],
  ])('%s: %s', (text, read) => {
    expect(reads(text)).toBe(read);
  });
});
