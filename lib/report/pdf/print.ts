// A contract's report as a sealed PDF file. build-report loads this, and all that it takes to lay out pages, when the first PDF is asked
// for: tables and bundles do without.
import { createHash, createPublicKey } from 'node:crypto';
import type { ByteSigner, PublicJwk } from '../../aws/signer.ts';
import { askAuthority } from '../../ledger/authority.ts';
import { timestampOf } from '../../ledger/stamp.ts';
import type { RandomBytes } from '../../tenant/id.ts';
import { CertificateError, type CertificateSubject, readCertificates } from '../certificates.ts';
import { selfIssuedCertificate } from './certificate.ts';
import { certificateRequest } from './certificate-request.ts';
import { makePdf } from './pdf.ts';
import type { ReportPages } from './report-pages.ts';
import { type Sealer, sealPdf } from './seal.ts';

export interface Printing {
  /** Whom a certificate names that the key issues to itself. */
  readonly issuer: string;
  readonly signer: ByteSigner;
  /** When the sealing key was made, epoch milliseconds. */
  readonly keyMadeAt: () => Promise<number>;
  /** PEM, as `readCertificates` takes it; without, the key issues one to itself. */
  readonly certificates?: string | undefined;
  /** Address of the authority (RFC 3161) that says since when a seal exists; without, nobody says so. */
  readonly timestampUrl?: string | undefined;
  readonly random: RandomBytes;
}

type Certified = Pick<Sealer, 'certificate' | 'chain'> & { readonly until: number };

/** SubjectPublicKeyInfo, DER. */
const spkiOf = (jwk: PublicJwk): Buffer =>
  createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'der' });

/** It has no end of its own (RFC 5280 §4.1.2.5): what ends a key is told by the key set. */
const NEVER = '9999-12-31T23:59:59.000Z';

async function selfIssued({ issuer: name, signer, keyMadeAt }: Printing, publicKey: Buffer): Promise<Certified> {
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 16);
  const from = new Date(await keyMadeAt()).toISOString();
  const certificate = await selfIssuedCertificate({ name, publicKey, serial, from, to: NEVER }, signer.sign);
  return { certificate, until: Date.parse(NEVER) };
}

/** @throws CertificateError for one of another key: nobody would find what it seals to be ours */
function configured(pem: string, publicKey: Buffer): Certified {
  const [first, ...others] = readCertificates(pem);
  if (!publicKey.equals(first.publicKey.export({ type: 'spki', format: 'der' })))
    throw new CertificateError('the certificate is of another key than the one that seals');
  return { certificate: first.raw, chain: others.map(({ raw }) => raw), until: first.validToDate.getTime() };
}

async function certify(printing: Printing): Promise<Certified> {
  const publicKey = spkiOf(await printing.signer.publicJwk());
  return printing.certificates === undefined
    ? selfIssued(printing, publicKey)
    : configured(printing.certificates, publicKey);
}

/** What an authority makes a certificate of the sealing key from. */
export const requestCertificate = async (
  { signer }: Pick<Printing, 'signer'>,
  subject: CertificateSubject,
): Promise<string> => certificateRequest(subject, spkiOf(await signer.publicJwk()), signer.sign);

/** Of a seal's signature. What the authority does not do keeps the report waiting: it is asked again when the message comes again. */
function timestamping({ timestampUrl, random }: Printing): Sealer['timestamp'] {
  if (timestampUrl === undefined) return undefined;
  const asking = { ask: askAuthority(timestampUrl), nonce: () => random(8) };
  return async (signature) => (await timestampOf(asking, signature)).token;
}

export type Print = (pages: ReportPages) => Promise<Uint8Array>;

/** @returns prints a report and seals it as of when it is made; the certificate is seen to once, before the first */
export function makePrint(printing: Printing): Print {
  const timestamp = timestamping(printing);
  let certified: Promise<Certified> | undefined;
  const known = (): Promise<Certified> => {
    certified ??= certify(printing).catch((fault: unknown) => {
      certified = undefined;
      throw fault;
    });
    return certified;
  };
  return async (pages) => {
    const { until, ...certificates } = await known();
    if (Date.parse(pages.madeAt) > until) throw new CertificateError('the certificate is not in force any more');
    return sealPdf(await makePdf(pages), { ...certificates, timestamp, sign: printing.signer.sign }, pages.madeAt);
  };
}
