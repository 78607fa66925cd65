// The bundle that is attached to a PDF: its one embedded file (ISO 32000-1 §7.11.4), as our reports are written. Nothing else of the file
// is understood. What it says is checked like any bundle; that the file is as it was made, the seal says.
import { fromUtf8 } from './base64url.ts';
import { MAX_BUNDLE } from './bundle.ts';
import { characters } from './bytes.ts';
import type { Inflate } from './primitives.ts';

/** Longest PDF that is looked at, in bytes. */
export const MAX_PDF = 33_554_432;

const EMBEDDED = /\/Type\s*\/EmbeddedFile\b/g;
/** The rest of the dictionary, and where its stream begins. */
const TO_STREAM = /^[\s\S]{0,500}?>>\s*stream\r?\n/;
const LENGTH = /\/Length (\d{1,9})\b/;

export type PdfBundleRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'no_bundle' | 'two_bundles' | 'bundle_unreadable' };

const unreadable: PdfBundleRead = { ok: false, reason: 'bundle_unreadable' };

/** Whether a file says that it is a PDF. */
export const isPdf = (bytes: Uint8Array): boolean => characters(bytes.subarray(0, 5)) === '%PDF-';

/** Never throws. */
export function bundleInPdf(pdf: Uint8Array, inflate: Inflate): PdfBundleRead {
  const text = characters(pdf);
  const found = [...text.matchAll(EMBEDDED)];
  const [one] = found;
  if (one === undefined) return { ok: false, reason: 'no_bundle' };
  if (found.length > 1) return { ok: false, reason: 'two_bundles' };
  const [dictionary] = TO_STREAM.exec(text.slice(one.index, one.index + 1_000)) ?? [];
  const length = Number(LENGTH.exec(dictionary ?? '')?.[1]);
  if (dictionary === undefined || !dictionary.includes('/Filter /FlateDecode')) return unreadable;
  const start = one.index + dictionary.length;
  if (!/^\r?\nendstream\b/.test(text.slice(start + length, start + length + 12))) return unreadable;
  const bytes = inflate(pdf.subarray(start, start + length), MAX_BUNDLE);
  const read = bytes === undefined ? undefined : fromUtf8(bytes);
  return read === undefined ? unreadable : { ok: true, text: read };
}
