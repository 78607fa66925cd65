// The certificates whose word about time an auditor takes: X.509 in PEM (RFC 7468), one or more.
import { decodeBase64 } from '../proof/base64.ts';
import { fromUtf8 } from '../proof/base64url.ts';
import { readCertificate } from '../proof/certificate.ts';
import { readDer } from '../proof/der.ts';
import { readSource } from './source.ts';

const MAX_ROOTS = 262_144;
const PEM = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g;

type LoadedRoots = { readonly roots: readonly Uint8Array[] } | { readonly problem: string };

/** @param source a path, or an address beginning with https:// @returns each certificate as DER */
export async function loadRoots(source: string): Promise<LoadedRoots> {
  const read = await readSource(source, MAX_ROOTS);
  if (!read.ok) return { problem: `the root of timestamps ${read.problem}` };
  const blocks = [...(fromUtf8(read.bytes) ?? '').matchAll(PEM)].map(([, base64 = '']) =>
    decodeBase64(base64.replaceAll(/\s/g, '')),
  );
  const roots = blocks.filter((der) => der !== undefined && readCertificate(readDer(der)) !== undefined);
  const whole = roots.length > 0 && roots.length === blocks.length;
  return whole
    ? { roots: roots.filter((der) => der !== undefined) }
    : { problem: 'the root of timestamps is not a certificate in PEM that can be read here' };
}
