// What a statement says about when: nothing is stated, measured or fetched before it can be known.
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../lib/proof/chain.ts';
import { timeProblem } from '../../../lib/proof/times.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { firstClaims, header, issue, month, signRaw, trust } from './statement-fixture.ts';

const claims = firstClaims();
if (claims.outcome !== 'measured') throw new Error('expected a measured statement');
const { opening, closing, iat } = claims;
const { before } = closing;
if (before === undefined) throw new Error('expected a reading');

const TEN_MINUTES = 600_000;
const END = Date.parse(month(1));
const at = (epoch: number): string => new Date(epoch).toISOString();
const recorded = (epoch: number) => ({ ...before, recordedAt: at(epoch) });
const fetched = (epoch: number) => ({ ...before, fetchedAt: at(epoch) });
const made = iat * 1000;

describe('the times of a statement', () => {
  it.each([
    ['made in the second before its period ended', { iat: END / 1000 - 1 }, 'issued_early'],
    ['made in the second in which its period ended', { iat: END / 1000 }, undefined],
    [
      'made in the second of an end with milliseconds',
      { iat: END / 1000, period: { ...claims.period, to: at(END + 999) } },
      undefined,
    ],
    ['measured 10 minutes after fetching', { closing: { ...closing, before: recorded(END + TEN_MINUTES) } }, undefined],
    [
      'measured longer than that after fetching',
      { closing: { ...closing, before: recorded(END + TEN_MINUTES + 1) } },
      'recorded_after_fetched',
    ],
    [
      'fetched 10 minutes after it was made',
      { closing: { ...closing, after: fetched(made + TEN_MINUTES) } },
      undefined,
    ],
    [
      'fetched longer than that after it was made',
      { closing: { ...closing, after: fetched(made + TEN_MINUTES + 1) } },
      'fetched_after_issue',
    ],
    [
      'opened by a reading measured after fetching',
      { opening: { ...opening, before: recorded(END + TEN_MINUTES + 1) } },
      'recorded_after_fetched',
    ],
    [
      'opened between readings of which one was fetched later',
      { opening: { ...opening, after: fetched(made + TEN_MINUTES + 1) } },
      'fetched_after_issue',
    ],
  ])('%s', (_, edit, problem) => {
    expect(timeProblem({ ...claims, ...edit })).toBe(problem);
  });

  it('count without a reading too', () => {
    const { verdict: _, ...rest } = claims;
    const none = { ...rest, outcome: 'no_reading', reason: 'asleep', verdict: 'no_judgement' } as const;
    expect(timeProblem(none)).toBeUndefined();
    expect(timeProblem({ ...none, iat: END / 1000 - 1 })).toBe('issued_early');
  });

  it('are checked for a statement alone', () => {
    expect(verifyStatement(signRaw(header, { ...claims, iat: 1 }), trust)).toEqual({
      ok: false,
      step: 'times',
      reason: 'wrong_times',
      detail: 'issued_early',
    });
  });

  it('are checked in a chain', () => {
    const { signingInputHash } = issue(claims);
    expect(verifyChain([{ claims: { ...claims, iat: 1 }, signingInputHash }])).toEqual({
      ok: false,
      reason: 'wrong_times',
      seq: 1,
      detail: 'issued_early',
    });
  });
});
