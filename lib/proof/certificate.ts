// X.509 certificates (RFC 5280) as far as a timestamp needs them: one that may sign timestamps, and its way up to a root that the reader
// trusts. Refuses what it does not know: an extension that is critical, an algorithm, a name that has to be matched. Whether a certificate
// was revoked it does not know.
import { characters, sameBytes } from './bytes.ts';
import {
  BIT_STRING,
  BOOLEAN,
  context,
  type Der,
  isOid,
  OCTET_STRING,
  oidOf,
  partsIn,
  readDer,
  SEQUENCE,
  SET,
} from './der.ts';
import type { VerifyX509, X509Algorithm } from './primitives.ts';

export interface Certificate {
  readonly whole: Uint8Array;
  /** Issuer and serial number, as what names the certificate has to say (RFC 5652 §10.2.4). */
  readonly name: { readonly issuer: Uint8Array; readonly serial: Uint8Array };
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** Milliseconds since 1970, both included. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly signed: Uint8Array;
  readonly algorithm: X509Algorithm;
  readonly signature: Uint8Array;
  readonly extensions: ReadonlyMap<string, Extension>;
}

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const EXTENDED_KEY_USAGE = '551d25';
const POLICIES = '551d20';
/** What may be critical. */
const KNOWN = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, POLICIES];
const TIME_STAMPING = '2b06010505070308';
const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';
const MOST_LINKS = 5;

const ALGORITHMS: Readonly<Record<string, X509Algorithm>> = {
  '2a864886f70d01010b': { scheme: 'rsa', hash: 'sha256' },
  '2a864886f70d01010c': { scheme: 'rsa', hash: 'sha384' },
  '2a864886f70d01010d': { scheme: 'rsa', hash: 'sha512' },
  '2a8648ce3d040302': { scheme: 'ecdsa', hash: 'sha256' },
  '2a8648ce3d040303': { scheme: 'ecdsa', hash: 'sha384' },
  '2a8648ce3d040304': { scheme: 'ecdsa', hash: 'sha512' },
};

/** AlgorithmIdentifier of a signature; undefined for one that is not known here. */
export function signatureAlgorithm(der: Der | undefined): X509Algorithm | undefined {
  const oid = oidOf(partsIn(der, SEQUENCE)?.[0]) ?? '';
  return Object.hasOwn(ALGORITHMS, oid) ? ALGORITHMS[oid] : undefined;
}

/** A time of DER: in UTC, with seconds (RFC 5280 §4.1.2.5), and with a fraction where `fractions` says so. Milliseconds since 1970. */
export function timeOf(der: Der | undefined, { fractions = false } = {}): number | undefined {
  const text = der === undefined ? '' : characters(der.content);
  const full = der?.tag === UTC_TIME ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text;
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{0,8}[1-9])?Z$/.exec(full) ?? [];
  const known = der?.tag === UTC_TIME || der?.tag === GENERALIZED_TIME;
  if (!known || year === undefined || (fraction !== '' && !fractions)) return undefined;
  const instant = `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`;
  const at = Date.parse(instant);
  return Number.isNaN(at) || new Date(at).getUTCDate() !== Number(day) ? undefined : at;
}

function readExtensions(der: Der | undefined): ReadonlyMap<string, Extension> | undefined {
  const list = partsIn(partsIn(der, context(3))?.[0], SEQUENCE);
  if (list === undefined) return der === undefined ? new Map() : undefined;
  const extensions = new Map<string, Extension>();
  for (const one of list) {
    const [oid, ...rest] = partsIn(one, SEQUENCE) ?? [];
    const [value, flag] = rest.toReversed();
    const name = oidOf(oid);
    const readable = value?.tag === OCTET_STRING && rest.length <= 2 && (flag === undefined || flag.tag === BOOLEAN);
    if (name === undefined || !readable || extensions.has(name)) return undefined;
    extensions.set(name, { critical: flag?.content[0] === 0xff, value: value.content });
  }
  return extensions;
}

const withoutUnusedBits = (der: Der | undefined): Uint8Array | undefined =>
  der?.tag === BIT_STRING && der.content[0] === 0 ? der.content.subarray(1) : undefined;

/** @returns undefined for what is not understood */
export function readCertificate(der: Der | undefined): Certificate | undefined {
  const [tbs, outer, value, ...more] = partsIn(der, SEQUENCE) ?? [];
  const [version, serial, inner, issuer, validity, subject, spki, ...optional] = partsIn(tbs, SEQUENCE) ?? [];
  const [from, to] = (partsIn(validity, SEQUENCE) ?? []).map((one) => timeOf(one));
  const extensions = readExtensions(optional.find(({ tag }) => tag === context(3)));
  const algorithm = signatureAlgorithm(outer);
  const signature = withoutUnusedBits(value);
  if (der === undefined || tbs === undefined || version?.tag !== context(0) || more.length > 0) return undefined;
  if (!serial || !inner || !outer || !issuer || !subject || !spki || !sameBytes(inner.whole, outer.whole))
    return undefined;
  if (from === undefined || to === undefined || !extensions || !algorithm || !signature) return undefined;
  return {
    whole: der.whole,
    name: { issuer: issuer.whole, serial: serial.whole },
    subject: subject.whole,
    spki: spki.whole,
    notBefore: from,
    notAfter: to,
    signed: tbs.whole,
    algorithm,
    signature,
    extensions,
  };
}

/** What people call the subject: its common name, or else its organization. */
export function nameOfSubject({ subject }: Certificate): string {
  const values = new Map<string, string>();
  for (const set of partsIn(readDer(subject), SEQUENCE) ?? []) {
    const [type, value] = partsIn(partsIn(set, SET)?.[0], SEQUENCE) ?? [];
    const text = value === undefined ? undefined : new TextDecoder().decode(value.content);
    if (text !== undefined) values.set(oidOf(type) ?? '', text);
  }
  return values.get(COMMON_NAME) ?? values.get(ORGANIZATION) ?? 'somebody without a name';
}

const knownOnly = ({ extensions }: Certificate): boolean =>
  [...extensions].every(([name, { critical }]) => !critical || KNOWN.includes(name));

/** Whether the certificate is for timestamps, and for nothing else (RFC 3161 §2.3). */
export function isForTimestamps(certificate: Certificate): boolean {
  const usage = certificate.extensions.get(EXTENDED_KEY_USAGE);
  const [purpose, ...more] = partsIn(usage && readDer(usage.value), SEQUENCE) ?? [];
  return usage?.critical === true && isOid(purpose, TIME_STAMPING) && more.length === 0 && knownOnly(certificate);
}

/** Bit 5 of KeyUsage is keyCertSign; a certificate that does not say may. */
function mayIssue(certificate: Certificate): boolean {
  const { extensions } = certificate;
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  const [isAuthority] = partsIn(constraints && readDer(constraints.value), SEQUENCE) ?? [];
  const usage = extensions.get(KEY_USAGE);
  const bits = usage && readDer(usage.value)?.content[1];
  const signs = usage === undefined || ((bits ?? 0) & 0x04) !== 0;
  return isAuthority?.tag === BOOLEAN && isAuthority.content[0] === 0xff && signs && knownOnly(certificate);
}

const isValidAt = ({ notBefore, notAfter }: Certificate, at: number): boolean => notBefore <= at && at <= notAfter;

export interface Path {
  /** What the reader trusts. */
  readonly roots: readonly Certificate[];
  /** What came along, and is not believed. */
  readonly others: readonly Certificate[];
  /** Milliseconds since 1970: all of them have to be valid then. */
  readonly at: number;
}

/** Whether a chain of certificates leads from one to a trusted root. */
export function leadsToRoot(one: Certificate, path: Path, verify: VerifyX509, links = MOST_LINKS): boolean {
  if (!isValidAt(one, path.at)) return false;
  if (path.roots.some(({ whole }) => sameBytes(whole, one.whole))) return true;
  if (links === 0) return false;
  const issuers = [...path.roots, ...path.others].filter(
    (issuer) =>
      sameBytes(issuer.subject, one.name.issuer) &&
      mayIssue(issuer) &&
      verify(issuer.spki, one.algorithm, one.signature, one.signed),
  );
  return issuers.some((issuer) => leadsToRoot(issuer, path, verify, links - 1));
}
