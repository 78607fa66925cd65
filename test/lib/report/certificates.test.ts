// A certificate that a deployment brings: taken with those that vouch for it, or refused by what is wrong with it.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CertificateError, readCertificates } from '../../../lib/report/certificates.ts';
import { issue, makeParty } from './authority.ts';

const root = makeParty('Root');
const middle = makeParty('Middle');
const odoseal = makeParty('Odoseal Seals');
const own = issue(odoseal, middle);
const ofMiddle = issue(middle, root);
const ofRoot = issue(root, root);

describe('certificates of a deployment', () => {
  it.each<[string, string, readonly string[]]>([
    ['one', own, ['Odoseal Seals']],
    ['one and its issuer', own + ofMiddle, ['Odoseal Seals', 'Middle']],
    ['all up to the root', `\n${own}\n\n${ofMiddle}${ofRoot}`, ['Odoseal Seals', 'Middle', 'Root']],
  ])('are read: %s', (_, pem, names) => {
    expect(readCertificates(pem).map(({ subject }) => subject)).toEqual(names.map((name) => `CN=${name}`));
  });

  const otherMiddle = makeParty('Middle');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const keyOf = ({ privateKey }: { readonly privateKey: typeof rsa.privateKey }): string =>
    String(privateKey.export({ type: 'pkcs8', format: 'pem' }));

  it.each<[string, string, string]>([
    ['nothing', '', 'is no certificates in PEM'],
    ['something else', 'self-issued', 'is no certificates in PEM'],
    ['a private key beside it', own + keyOf(odoseal), 'is no certificates in PEM'],
    ['no certificate inside', own.replace(/\n.{20}/, '\n'), 'what stands between the lines is no certificate'],
    ['an RSA key', issue({ ...rsa, name: 'RSA' }, middle), 'another kind of key than P-256'],
    ['a P-384 key', issue({ ...p384, name: 'P-384' }, middle), 'another kind of key than P-256'],
    ['another order', ofMiddle + own, 'is not signed by the one after it'],
    ['one left out', own + ofRoot, 'is not signed by the one after it'],
    ['another of the issuer’s name', own + issue(otherMiddle, root), 'is not signed by the one after it'],
  ])('are refused with %s', (_, pem, message) => {
    expect(() => readCertificates(pem)).toThrow(CertificateError);
    expect(() => readCertificates(pem)).toThrow(message);
  });
});
