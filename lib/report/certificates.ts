// A certificate that a deployment brings for its seals, with those that vouch for it. Read and held together here; whether its key is
// the sealing key is for whoever has that key to say. Certificates prove nothing to our own check, which looks for the key in the key set:
// they are for readers of PDF files that know certificate authorities and not us.
import { X509Certificate } from 'node:crypto';
import * as z from 'zod/mini';

/** One has a sealing key's certificate issued anew with its key: a file more than what a function's variables have room for is refused. */
export const MOST_PEM = 2_600;

/** Whom a certificate is to name. Lengths: RFC 5280 Appendix A.1. */
export const certificateSubject = z.strictObject({
  commonName: z.string().check(z.minLength(1), z.maxLength(64)),
  organization: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  /** ISO 3166-1, two letters. */
  country: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
});

export type CertificateSubject = z.infer<typeof certificateSubject>;

export class CertificateError extends Error {
  readonly code = 'SEAL_CERTIFICATE';
}

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

const refuse = (what: string, cause?: unknown): never => {
  throw new CertificateError(what, { cause });
};

const parse = (block: string): X509Certificate => {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    return refuse('what stands between the lines is no certificate', cause);
  }
};

/**
 * @param pem the certificate of the sealing key first, then each one's issuer (RFC 7468 §5)
 * @throws CertificateError unless it is that, of a P-256 key, and each is signed by the next
 */
export function readCertificates(pem: string): readonly [X509Certificate, ...(readonly X509Certificate[])] {
  const [first, ...others] = (pem.match(BLOCK) ?? []).map(parse);
  if (first === undefined || pem.replaceAll(BLOCK, '').trim() !== '') return refuse('is no certificates in PEM');
  const { asymmetricKeyType, asymmetricKeyDetails } = first.publicKey;
  if (asymmetricKeyType !== 'ec' || asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    return refuse('the first certificate is of another kind of key than P-256');
  const issuers = [first, ...others];
  for (const [n, issuer] of others.entries()) {
    const issued = issuers[n];
    if (issued?.checkIssued(issuer) !== true || !issued.verify(issuer.publicKey))
      return refuse('a certificate is not signed by the one after it');
  }
  return [first, ...others];
}
