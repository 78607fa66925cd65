// Derived salts: the same again for the same claim, another for every other one.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hmacSha256 } from '../../../lib/cli/node-primitives.ts';
import { DISCLOSABLE } from '../../../lib/proof/claims.ts';
import { saltsFor } from '../../../lib/proof/salt.ts';

const secret = new Uint8Array(32).fill(7);
const salts = (statement: string, key = secret): string[] =>
  DISCLOSABLE.map(saltsFor({ secret: key, statement, hmacSha256 }));

describe('salts', () => {
  it('are the first 128 bits of HMAC-SHA-256 over the statement and the name of the claim', () => {
    const mac = createHmac('sha256', secret).update('["odoseal disclosure salt","att_1","vin"]').digest();
    expect(salts('att_1')[0]).toBe(mac.subarray(0, 16).toString('base64url'));
  });

  it('differ for every claim, statement and secret, and never change', () => {
    const all = [...salts('att_1'), ...salts('att_2'), ...salts('att_1', new Uint8Array(32).fill(8))];
    expect(new Set(all).size).toBe(21);
    expect(salts('att_1')).toEqual(salts('att_1'));
  });

  it('need a secret of 256 bits', () => {
    expect(() => salts('att_1', new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'SECRET' }));
  });
});
