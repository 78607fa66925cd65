// The verifier of one statement: what it accepts, and the name under which it refuses everything else.
import { describe, expect, it } from 'vitest';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { disclosable, firstClaims, issue, kid, trust } from './statement-fixture.ts';

describe('a good statement', () => {
  it('is accepted with its claims and everything it discloses', () => {
    const issued = issue(firstClaims());
    expect(verifyStatement(issued.compact, trust)).toEqual({
      ok: true,
      claims: firstClaims(),
      disclosed: disclosable,
      withheld: 0,
      kid,
      signingInputHash: issued.signingInputHash,
      jwt: issued.compact.split('~')[0],
      steps: ['envelope', 'key', 'signature', 'payload', 'issuer', 'disclosures', 'claims', 'figures'],
    });
  });
});
