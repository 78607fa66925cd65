// RFC 9901 §7.1 steps 3 to 5 on payloads that the statement format never makes: what a general reader must refuse.
import { describe, expect, it } from 'vitest';
import { applyDisclosures } from '../../../lib/proof/disclose.ts';
import { hashText } from '../../../lib/proof/sd-jwt.ts';
import { crypto } from './statement-fixture.ts';

const { sha256 } = crypto;
const disclosure = (...content: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(['c2FsdHNhbHRzYWx0c2FsdA', ...content])).toString('base64url');
const digest = (text: string): string => hashText(text, sha256);

const [name, other, element] = [disclosure('name', 'A'), disclosure('name', 'B'), disclosure('A')];
/** RFC 9901 §4.2.1: no claim has one of these names. */
const reserved = [disclosure('_sd', ['A']), disclosure('...', 'A')] as const;
const nested = disclosure('address', { _sd: [digest(name)], zone: 1 });

describe('applying disclosures', () => {
  it('puts members and elements in place, at any depth, and drops what was withheld', () => {
    const payload = {
      list: [{ '...': digest(element) }, 'open', { '...': digest('withheld') }],
      _sd: [digest(nested), digest('decoy')],
      _sd_alg: 'sha-256',
    };
    expect(applyDisclosures(payload, [nested, element, name], sha256)).toEqual({
      ok: true,
      payload: { list: ['A', 'open'], address: { zone: 1, name: 'A' } },
      digests: 5,
    });
  });

  it('takes SHA-256 for granted when no algorithm is named', () => {
    expect(applyDisclosures({ _sd: [digest(name)] }, [name], sha256)).toMatchObject({
      ok: true,
      payload: { name: 'A' },
    });
  });

  it.each([
    ['a name that is already there', { name: 'open', _sd: [digest(name)] }, [name], 'disclosure_name'],
    ['a name disclosed twice', { _sd: [digest(name), digest(other)] }, [name, other], 'disclosure_name'],
    ['the name of the digests', { _sd: [digest(reserved[0])] }, [reserved[0]], 'disclosure_name'],
    ['the name of an element', { _sd: [digest(reserved[1])] }, [reserved[1]], 'disclosure_name'],
    ['a member where an element belongs', { list: [{ '...': digest(name) }] }, [name], 'disclosure_malformed'],
    ['an element where a member belongs', { _sd: [digest(element)] }, [element], 'disclosure_malformed'],
    ['a digest with company', { list: [{ '...': digest(element), x: 1 }] }, [element], 'digest_malformed'],
    ['a digest outside a list', { '...': digest(element) }, [], 'digest_malformed'],
    ['a digest that is no text', { list: [{ '...': 1 }] }, [], 'digest_malformed'],
    [
      'a digest twice, in two places',
      { a: { _sd: [digest(name)] }, b: { _sd: [digest(name)] } },
      [name],
      'digest_repeated',
    ],
    [
      'a digest twice, once withheld in a disclosure',
      { _sd: [digest(nested), digest(name)] },
      [nested, name],
      'digest_repeated',
    ],
    ['a nested disclosure whose parent is withheld', { _sd: [digest(nested)] }, [name], 'disclosure_unreferenced'],
    ['a short salt', {}, [Buffer.from('["salt","name",1]').toString('base64url')], 'disclosure_malformed'],
    ['four elements', {}, [disclosure('name', 1, 2)], 'disclosure_malformed'],
    ['a name that is no text', {}, [disclosure(1, 2)], 'disclosure_malformed'],
    ['an unknown algorithm', { _sd_alg: 'sha3-256' }, [], 'digest_algorithm'],
  ])('refuses %s', (_, payload, disclosures, reason) => {
    expect(applyDisclosures(payload, disclosures, sha256)).toEqual({ ok: false, reason });
  });
});
