// Taking a signed document apart before anything in it is believed (RFC 7515 §5.2, RFC 8725 §3; a compact SD-JWT: RFC 9901 §7.1 step
// 1): sizes, parts, canonical encoding, and a header that holds exactly `alg`, `kid` and `typ`. The payload stays unread text until its
// signature holds.
import { decodeAtOnce, decodeBase64url, fromUtf8 } from './base64url.ts';
import { STATEMENT_TYP } from './claims.ts';
import { isObject, member, parseStrictJson } from './strict-json.ts';

export type EnvelopeRefusal =
  | 'too_large'
  | 'wrong_parts'
  | 'key_binding'
  | 'not_base64url'
  | 'header_not_json'
  | 'header_member'
  | 'wrong_algorithm'
  | 'wrong_type';

/** `header.payload.signature`, of the one algorithm and the wanted type. */
interface Jws {
  readonly kid: string;
  /** Still unverified; undefined for what is not UTF-8. */
  readonly payload: string | undefined;
  readonly signingInput: string;
  /** r‖s, 64 bytes. */
  readonly signature: Uint8Array;
}

export type JwsOpening =
  | { readonly ok: true; readonly jws: Jws }
  | { readonly ok: false; readonly reason: EnvelopeRefusal };

export interface Envelope extends Jws {
  readonly jwt: string;
  readonly disclosures: readonly string[];
}

export type Opening =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly reason: EnvelopeRefusal };

/** Longest statement that is looked at, in characters: a signing input of 3,500 and seven disclosures need far less. */
export const MAX_STATEMENT = 16_384;
const MAX_HEADER = 512;
const HEADER_MEMBERS = ['alg', 'kid', 'typ'];

const refuse = (reason: EnvelopeRefusal): { readonly ok: false; readonly reason: EnvelopeRefusal } => ({
  ok: false,
  reason,
});

type HeaderReading =
  | { readonly ok: true; readonly kid: string }
  | { readonly ok: false; readonly reason: EnvelopeRefusal };

function readHeader(text: string | undefined, typ: string): HeaderReading {
  const header = text === undefined ? undefined : parseStrictJson(text, MAX_HEADER);
  if (!isObject(header)) return refuse('header_not_json');
  // Also shuts out crit, jku, jwk, x5u, x5c, b64: nothing in a header may say how, or with which key, to check it.
  if (!Object.keys(header).every((name) => HEADER_MEMBERS.includes(name))) return refuse('header_member');
  if (member(header, 'alg') !== 'ES256') return refuse('wrong_algorithm');
  if (member(header, 'typ') !== typ) return refuse('wrong_type');
  const kid = member(header, 'kid');
  return typeof kid === 'string' ? { ok: true, kid } : refuse('header_member');
}

/** Splits `jwt~disclosure~…~`; never throws. */
export function openEnvelope(compact: string): Opening {
  if (compact.length > MAX_STATEMENT) return refuse('too_large');
  const [jwt = '', ...disclosures] = compact.split('~');
  const last = disclosures.pop();
  if (last === undefined) return refuse('wrong_parts');
  if (last !== '') return refuse(last.includes('.') ? 'key_binding' : 'wrong_parts');
  const opened = openJws(jwt, STATEMENT_TYP);
  return opened.ok ? { ok: true, envelope: { ...opened.jws, jwt, disclosures } } : opened;
}

/** The text in a part, as far as it is UTF-8; undefined for what is not base64url. */
function textIn(part: string): { readonly text: string | undefined } | undefined {
  const bytes = decodeAtOnce(part);
  return bytes && { text: fromUtf8(bytes) };
}

/** Splits `header.payload.signature`; never throws. @param typ the only type that is accepted */
export function openJws(jwt: string, typ: string): JwsOpening {
  const [header, payload, signature, ...more] = jwt.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
    return refuse('wrong_parts');
  const [headerIn, payloadIn, signatureBytes] = [textIn(header), textIn(payload), decodeBase64url(signature)];
  if (!headerIn || !payloadIn || signatureBytes?.length !== 64) return refuse('not_base64url');
  const read = readHeader(headerIn.text, typ);
  if (!read.ok) return read;
  const signingInput = jwt.slice(0, jwt.lastIndexOf('.'));
  return { ok: true, jws: { kid: read.kid, payload: payloadIn.text, signingInput, signature: signatureBytes } };
}
