// Ids that are derived: fixed vectors, and that each part counts.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { attestationId, parseAttestationId, statusListId } from '../../../lib/attestation/derived-ids.ts';

const contract = { contractId: `con_${'1'.repeat(32)}`, saltSecret: Buffer.alloc(32, 7).toString('base64url') };
const other = { ...contract, saltSecret: Buffer.alloc(32, 8).toString('base64url') };

const cut = (input: string): string =>
  createHmac('sha256', Buffer.alloc(32, 7)).update(input).digest().subarray(0, 16).toString('base64url');

describe('an attestation’s id', () => {
  it('names contract and number, and ends in 128 bits that only the contract’s secret gives', () => {
    const id = attestationId(contract, 12);
    expect(id).toBe(`att_${'1'.repeat(32)}_12_${cut('["odoseal id","attestation",12]')}`);
    expect(parseAttestationId(id)).toEqual({ contractId: contract.contractId, seq: 12 });
    expect(attestationId(other, 12)).not.toBe(id);
    expect(attestationId(contract, 13).slice(-22)).not.toBe(id.slice(-22));
  });
});

describe('a status list’s id', () => {
  it('is 128 bits that only the contract’s secret gives', () => {
    expect(statusListId(contract)).toBe(cut('["odoseal id","status list"]'));
    expect(statusListId(other)).not.toBe(statusListId(contract));
  });
});

it.each(['', 'c2hvcnQ'])('nothing is derived once the secret is erased (%j)', (saltSecret) => {
  expect(() => statusListId({ ...contract, saltSecret })).toThrow('the secret of an erased contract derives nothing');
});
