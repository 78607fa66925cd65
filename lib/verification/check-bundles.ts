// The check of bundles, and of PDFs that carry one, as an auditor runs it: each by itself, with the keys that were given or, said in words, those in the bundle. It
// returns what was found as data and prints nothing.
import { type Bundle, type BundleRefusal, readBundle } from '../proof/bundle.ts';
import { type BundleFailure, failuresOf } from '../proof/bundle-failures.ts';
import { type BundleLogCheck, type BundleLogFailure, checkBundleInLog } from '../proof/bundle-log.ts';
import type { Jwk } from '../proof/key-set.ts';
import { bundleInPdf, type PdfBundleRead } from '../proof/pdf-bundle.ts';
import { type SealCheck, type SealRefusal, verifySeal } from '../proof/pdf-seal.ts';
import { type NoteKey, parseVkey } from '../proof/signed-note.ts';
import { type BundleReport, type BundleTrust, verifyBundle } from '../proof/verify-bundle.ts';
import { type Named, NOT_CHECKED, NOT_VERIFIED, VERIFIED } from './check-statements.ts';
import type { HeadRefusal, LoadedLog } from './log.ts';
import type { LoadedStatusLists } from './status-lists.ts';
import { beginsAsStatement, type Subject } from './subject.ts';

export type Failure =
  | BundleFailure
  | BundleLogFailure
  | {
      readonly step: 'format';
      readonly reason:
        | BundleRefusal
        | 'not_utf8'
        | 'unknown_format'
        | Extract<PdfBundleRead, { readonly ok: false }>['reason'];
      readonly detail?: string;
    }
  | { readonly step: 'seal'; readonly reason: SealRefusal }
  /** The log that was named is not to be believed. */
  | { readonly step: 'log'; readonly reason: HeadRefusal };

export type BundleResult =
  | {
      readonly read: true;
      readonly report: BundleReport;
      readonly failures: readonly Failure[];
      readonly log?: BundleLogCheck;
      /** Of the PDF that the bundle was in. */
      readonly seal?: SealCheck;
    }
  /** Refused unchecked: it is not one bundle that is read in one way, or a status list beside it is not to be believed. */
  | { readonly read: false; readonly failures: readonly Failure[] }
  /** Could not be checked; the end of a sentence that says why. */
  | { readonly problem: string };

export interface BundleFile {
  readonly file: string;
  readonly result: BundleResult;
}

/** What an auditor named beside the bundles. */
export interface BundleOptions extends BundleTrust {
  /** Gets the whole log, whose head has to be signed by this key. */
  readonly log?: (key: NoteKey) => Promise<LoadedLog>;
  /** Gets the status lists, which have to be signed by one of these keys. */
  readonly lists?: (keys: readonly Jwk[]) => Promise<LoadedStatusLists>;
}

const withoutOk = <T extends { readonly ok: false }>({ ok: _, ...rest }: T): Omit<T, 'ok'> => rest;

const refused = (failure: Failure): BundleResult => ({ read: false, failures: [failure] });

type LoadedFor<T> = { readonly loaded: T | undefined } | { readonly result: BundleResult };

async function listsFor(
  bundle: Bundle,
  { lists, keys }: BundleOptions,
): Promise<LoadedFor<BundleTrust['statusLists']>> {
  if (lists === undefined) return { loaded: undefined };
  const read = await lists(keys ?? bundle.jwks.keys);
  if ('problem' in read) return { result: { problem: read.problem } };
  return read.ok ? { loaded: read.lists } : { result: refused({ step: 'status', reason: read.reason }) };
}

function logKeyOf({ logKey }: Bundle, { logKeys, crypto }: BundleOptions): NoteKey | undefined {
  return logKeys === undefined ? parseVkey(logKey, crypto.sha256) : logKeys[0];
}

async function inLog(
  bundle: Bundle,
  report: BundleReport,
  options: BundleOptions,
): Promise<LoadedLog | BundleLogCheck | undefined> {
  const key = logKeyOf(bundle, options);
  // A bundle whose own key is none has failed already.
  if (options.log === undefined || key === undefined) return undefined;
  const loaded = await options.log(key);
  return loaded.ok
    ? checkBundleInLog(bundle, report, loaded, options.keys ?? bundle.jwks.keys, options.crypto.sha256)
    : loaded;
}

async function checkRead(bundle: Bundle, options: BundleOptions): Promise<BundleResult> {
  const lists = await listsFor(bundle, options);
  if ('result' in lists) return lists.result;
  const trust = { ...options, ...(lists.loaded && { statusLists: lists.loaded }) };
  const report = verifyBundle(bundle, trust);
  const failures = failuresOf(report);
  const log = await inLog(bundle, report, options);
  if (log === undefined) return { read: true, report, failures };
  if ('failures' in log) return { read: true, report, failures: [...failures, ...log.failures], log };
  if ('problem' in log) return { problem: log.problem };
  return { read: true, report, failures: log.ok ? failures : [...failures, { step: 'log', reason: log.reason }] };
}

/** What a PDF shows is not looked at: the seal says that it is what it was, and the bundle in it is what counts. */
async function checkPdf(pdf: Uint8Array, options: BundleOptions): Promise<BundleResult> {
  const { crypto } = options;
  const inside = bundleInPdf(pdf, crypto.inflate);
  const read = inside.ok ? readBundle(inside.text) : inside;
  const keys = options.keys ?? (read.ok ? read.bundle.jwks.keys : []);
  const seal = verifySeal(pdf, { keys, crypto });
  const broken: readonly Failure[] = seal.ok ? [] : [{ step: 'seal', reason: seal.reason }];
  if (!read.ok) return { read: false, failures: [...broken, { step: 'format', ...withoutOk(read) }] };
  const result = await checkRead(read.bundle, options);
  if ('problem' in result) return result;
  const failures = [...broken, ...result.failures];
  return result.read ? { ...result, failures, seal } : { ...result, failures };
}

/** The text of one bundle; undefined for what is not UTF-8. */
export async function checkBundle(text: string | undefined, options: BundleOptions): Promise<BundleResult> {
  if (text === undefined) return refused({ step: 'format', reason: 'not_utf8' });
  const read = readBundle(text);
  return read.ok ? checkRead(read.bundle, options) : refused({ step: 'format', ...withoutOk(read) });
}

async function checkSubject(subject: Subject, options: BundleOptions): Promise<BundleResult> {
  switch (subject.kind) {
    case 'bundle':
      return checkBundle(subject.text, options);
    case 'pdf':
      return checkPdf(subject.bytes, options);
    case 'too_large':
      return refused({ step: 'format', reason: 'too_large' });
    case 'statement':
      if (!beginsAsStatement(subject)) return refused({ step: 'format', reason: 'unknown_format' });
      return { problem: 'the file is no bundle; statements are checked without bundles beside them' };
    case 'unreadable':
      return { problem: `the file could not be read (${subject.detail})` };
  }
}

/** Checks a bundle, or a PDF with the bundle in it. */
export async function checkNamedBundle({ file, subject }: Named, options: BundleOptions): Promise<BundleFile> {
  return { file, result: await checkSubject(subject, options) };
}

interface Told {
  readonly seq: number;
  /** Which contract's, and at which number. */
  readonly place: string;
  readonly hash: string;
}

/** What is said by each statement that holds. */
const toldIn = (result: BundleResult): readonly Told[] =>
  'read' in result && result.read
    ? result.report.statements.flatMap((one) => {
        if (!one.ok) return [];
        const { iss, sub, seq } = one.claims;
        return [{ seq, place: JSON.stringify([iss, sub, seq]), hash: one.signingInputHash }];
      })
    : [];

/**
 * What is checked together tells one story: where two bundles have another statement at one number of a contract, neither is believed,
 * whatever a log says.
 */
export function asOneStory(files: readonly BundleFile[]): readonly BundleFile[] {
  // One bundle against itself is its chain's to check.
  if (files.length < 2) return files;
  const first = new Map<string, string>();
  const differing = new Set<string>();
  for (const { place, hash } of files.flatMap(({ result }) => toldIn(result))) {
    if ((first.get(place) ?? hash) !== hash) differing.add(place);
    first.set(place, hash);
  }
  return files.map(({ file, result }) => {
    const twice = toldIn(result).filter(({ place }) => differing.has(place));
    if (!('failures' in result) || twice.length === 0) return { file, result };
    const failures = twice.map(({ seq: at }) => ({ step: 'chain', reason: 'seq_repeated', at }) as const);
    return { file, result: { ...result, failures: [...result.failures, ...failures] } };
  });
}

/** A refusal outweighs a bundle that could not be checked. */
export function bundlesExit(files: readonly BundleFile[]): number {
  if (files.some(({ result }) => !('problem' in result) && !bundleHolds(result))) return NOT_VERIFIED;
  return files.every(({ result }) => bundleHolds(result)) ? VERIFIED : NOT_CHECKED;
}

/** Whether everything in it holds. */
export const bundleHolds = (result: BundleResult): boolean => 'failures' in result && result.failures.length === 0;
