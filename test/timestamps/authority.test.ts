// Tokens as an authority on this machine makes them now: asked for, read and checked. `npm run test:timestamps`.
import { afterAll, describe, expect, it } from 'vitest';
import { digest, sha256, verifyX509 } from '../../lib/cli/node-primitives.ts';
import { timestampRequest, tokenIn, verifyTimestamp } from '../../lib/proof/timestamp.ts';
import { openAuthority } from './authority.ts';

const data = Buffer.from('a checkpoint');
const asked = { imprint: sha256(data), nonce: Uint8Array.of(0, 0, 0x80, 1, 2, 3, 4, 5) };
const derOf = (pem: string): Uint8Array => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');

describe.each(['rsa', 'ec'] as const)('an authority that signs with %s', (kind) => {
  const authority = openAuthority(kind);
  afterAll(authority.close);

  it('is understood, and says when', () => {
    const from = Date.now();
    const token = tokenIn(authority.reply(timestampRequest(asked)), asked) ?? new Uint8Array();
    const check = verifyTimestamp(token, data, { digest, verifyX509, roots: [derOf(authority.root)] });
    expect(check).toMatchObject({ ok: true, by: 'Test Timestamps' });
    // To the second, as the authority writes it.
    expect(check.ok && Math.floor(from / 1000) * 1000 <= check.at && check.at <= Date.now()).toBe(true);
  });
});

it('whoever serves pages too signs no timestamps', () => {
  const authority = openAuthority('ec', 'server');
  const signed = (): Uint8Array => authority.reply(timestampRequest(asked));
  // OpenSSL itself refuses to sign with such a certificate.
  expect(signed).toThrow(/timestamping|purpose|signer/i);
  authority.close();
});
