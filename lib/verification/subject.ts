// What an auditor handed over to be checked, recognised by its content alone: a bundle is one JSON object, a PDF says so, a statement is neither. Whatever the
// encoding, something that begins like an object is meant as one, and refused as one.
import { fromUtf8 } from '../proof/base64url.ts';
import { MAX_BUNDLE } from '../proof/bundle.ts';
import { isPdf } from '../proof/pdf-bundle.ts';

export type Subject =
  /** `text` is undefined for what is not UTF-8. */
  | { readonly kind: 'bundle' | 'statement'; readonly text: string | undefined }
  | { readonly kind: 'pdf'; readonly bytes: Uint8Array }
  /** Larger than anything that is checked. */
  | { readonly kind: 'too_large' }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** White space, marks of byte order, and the zeros of wider encodings. */
const BEFORE = [0x09, 0x0a, 0x0d, 0x20, 0x00, 0xef, 0xbb, 0xbf, 0xfe, 0xff];
const BRACE = 0x7b;

/** @param bytes a whole file, at most `MAX_PDF` of lib/proof/pdf-bundle.ts */
export function subjectOf(bytes: Uint8Array): Subject {
  if (isPdf(bytes)) return { kind: 'pdf', bytes };
  if (bytes.length > MAX_BUNDLE) return { kind: 'too_large' };
  const first = bytes.find((byte) => !BEFORE.includes(byte));
  return { kind: first === BRACE ? 'bundle' : 'statement', text: fromUtf8(bytes) };
}

/** Whether it begins as a statement does: with a JSON object in base64url, as every JWT (RFC 7519 §3). */
export const beginsAsStatement = (subject: Subject): boolean =>
  subject.kind === 'statement' && (subject.text ?? '').startsWith('eyJ');
