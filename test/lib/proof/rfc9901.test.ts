// The examples of RFC 9901 itself: signatures, digests, nested and array disclosures, decoys. What the RFC says comes out, comes out.
import { describe, expect, it } from 'vitest';
import { decodeBase64url, fromUtf8, utf8 } from '../../../lib/proof/base64url.ts';
import { applyDisclosures } from '../../../lib/proof/disclose.ts';
import { hashText } from '../../../lib/proof/sd-jwt.ts';
import { isObject, parseStrictJson } from '../../../lib/proof/strict-json.ts';
import vectors from '../../vectors/rfc9901.json' with { type: 'json' };
import { crypto } from './statement-fixture.ts';

const bytes = (text = ''): Uint8Array => decodeBase64url(text) ?? new Uint8Array();

const open = (compact: string) => {
  const [jwt = '', ...disclosures] = compact.split('~');
  const [header, payload, signature] = jwt.split('.');
  const json = parseStrictJson(fromUtf8(bytes(payload)) ?? '', 16_384);
  return {
    signed: utf8(`${header}.${payload}`),
    signature: bytes(signature),
    payload: isObject(json) ? json : {},
    disclosures: disclosures.slice(0, -1),
  };
};

describe.each(vectors.examples)('RFC 9901 §$section: $title', ({ compact, payload }) => {
  it('carries a signature that holds, and not over one bit more', () => {
    const { signed, signature } = open(compact);
    expect(crypto.verifyEs256(vectors.key, signature, signed)).toBe(true);
    expect(crypto.verifyEs256(vectors.key, signature, utf8(`${fromUtf8(signed)} `))).toBe(false);
  });

  it('discloses the processed payload that the RFC prints', () => {
    const opened = open(compact);
    const result = applyDisclosures(opened.payload, opened.disclosures, crypto.sha256);
    expect(result.ok && result.payload).toEqual(payload);
  });

  it('is refused when any one disclosure comes twice, or when one that was not signed is added', () => {
    const { payload: signed, disclosures } = open(compact);
    for (const disclosure of disclosures)
      expect(applyDisclosures(signed, [...disclosures, disclosure], crypto.sha256)).toEqual({
        ok: false,
        reason: 'disclosure_repeated',
      });
    const foreign = 'WyJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIiwibmFtZSIsMV0';
    expect(applyDisclosures(signed, [...disclosures, foreign], crypto.sha256)).toEqual({
      ok: false,
      reason: 'disclosure_unreferenced',
    });
  });
});

describe('RFC 9901 §4.2.3', () => {
  it.each([
    [
      'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0',
      'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0',
    ],
    [
      'WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ',
      'JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE',
    ],
  ])('takes the digest over the text of the disclosure, not over what it encodes', (disclosure, digest) => {
    expect(hashText(disclosure, crypto.sha256)).toBe(digest);
  });

  it('accepts a nested disclosure only together with the one that refers to it', () => {
    const pid = vectors.examples.at(-2);
    const { payload, disclosures } = open(pid?.compact ?? '');
    const withoutParent = disclosures.filter((text) => !(fromUtf8(bytes(text)) ?? '').includes('age_equal_or_over'));
    expect(applyDisclosures(payload, withoutParent, crypto.sha256)).toEqual({
      ok: false,
      reason: 'disclosure_unreferenced',
    });
  });
});
