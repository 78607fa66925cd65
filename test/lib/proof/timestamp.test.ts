// Timestamps (RFC 3161) that `openssl ts` made: of these bytes, by somebody whom a trusted root leads to, and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, sha256, verifyX509 } from '../../../lib/cli/node-primitives.ts';
import { MAX_TIMESTAMP, timestampRequest, tokenIn, verifyTimestamp } from '../../../lib/proof/timestamp.ts';
import recorded from '../../vectors/timestamps.json' with { type: 'json' };

const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const data = Buffer.from(recorded.data);
const asked = { imprint: sha256(data), nonce: hex(recorded.nonce) };
const crypto = { digest, verifyX509 };
const kinds = ['rsa', 'ec'] as const;
const responseOf = (kind: (typeof kinds)[number]): Uint8Array => bytes(recorded[kind].response);
const trusting = (kind: (typeof kinds)[number]) => ({ ...crypto, roots: [bytes(recorded[kind].root)] });

const tokenOf = (kind: (typeof kinds)[number]): Uint8Array => {
  const token = tokenIn(responseOf(kind), asked);
  if (token === undefined) throw new Error('no token');
  return token;
};

/** The same with one place changed: bytes that are there once. */
function replaced(whole: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(whole).toString('hex');
  if (text.split(from).length !== 2) throw new Error(`${from} is not there once`);
  return hex(text.replace(from, to));
}

it('what is asked is a request of version 1 with imprint, nonce, and the wish for a certificate', () => {
  const request = Buffer.from(timestampRequest({ imprint: hex('ab'.repeat(32)), nonce: hex('00010203040506ff') }));
  expect(request.toString('hex')).toBe(
    `30420201013031300d060960864801650304020105000420${'ab'.repeat(32)}0207010203040506ff0101ff`,
  );
});

describe('an answer', () => {
  it.each(kinds)('of an authority that signs with %s holds a token', (kind) => {
    expect(tokenOf(kind).length).toBeGreaterThan(1_000);
  });

  it('to another question holds none', () => {
    const response = responseOf('rsa');
    expect(tokenIn(response, { ...asked, nonce: hex('9c01020304050608') })).toBeUndefined();
    expect(tokenIn(response, { ...asked, imprint: sha256(Buffer.from('else')) })).toBeUndefined();
  });

  it.each([
    ['a rejection', hex('30053003020102')],
    ['a rejection with a token', replaced(responseOf('ec'), '3003020100', '3003020102')],
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('<html>')],
    ['half of one', responseOf('ec').subarray(0, 900)],
    ['one with a byte behind it', Buffer.concat([responseOf('ec'), Buffer.of(0)])],
    ['a token alone', tokenOf('ec')],
    ['too much', Buffer.concat([responseOf('ec'), Buffer.alloc(MAX_TIMESTAMP)])],
  ])('that is %s is none', (_, response) => {
    expect(tokenIn(response, asked)).toBeUndefined();
  });
});

describe('a timestamp', () => {
  it.each(kinds)('by %s says since when, and who says so', (kind) => {
    const { ok, ...said } = { by: '', at: 0, ...verifyTimestamp(tokenOf(kind), data, trusting(kind)) };
    expect({ ok, by: said.by }).toEqual({ ok: true, by: 'Test Timestamps' });
    expect(new Date(said.at).toISOString()).toMatch(/^20\d\d-/);
  });

  it('of other bytes is none of these', () => {
    const other = Buffer.from(`${recorded.data} `);
    expect(verifyTimestamp(tokenOf('rsa'), other, trusting('rsa'))).toEqual({
      ok: false,
      reason: 'timestamp_of_something_else',
    });
  });

  it('needs a root that leads to it, when roots are given at all', () => {
    const untrusted = { ok: false, reason: 'timestamp_untrusted' };
    expect(verifyTimestamp(tokenOf('rsa'), data, trusting('ec'))).toEqual(untrusted);
    expect(verifyTimestamp(tokenOf('rsa'), data, { ...crypto, roots: [] })).toEqual(untrusted);
    expect(verifyTimestamp(tokenOf('rsa'), data, crypto)).toMatchObject({ ok: true });
  });

  it.each(kinds)('by %s says the same or nothing, whichever byte is changed', (kind) => {
    const [token, trust] = [tokenOf(kind), trusting(kind)];
    const said = verifyTimestamp(token, data, trust);
    for (const place of token.keys()) {
      const changed = token.with(place, (token[place] ?? 0) ^ 0x11);
      const check = verifyTimestamp(changed, data, trust);
      if (check.ok) expect(check).toEqual(said);
    }
  });

  it('is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (token) => {
        expect(verifyTimestamp(token, data, trusting('rsa'))).toMatchObject({ ok: false });
      }),
    );
    expect(verifyTimestamp(tokenOf('rsa').subarray(0, -1), data, trusting('rsa')).ok).toBe(false);
  });
});
