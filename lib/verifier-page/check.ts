// The page's check: from the files that a reader hands over, and the keys that came with the page, to what is shown. Recognises each
// file by its content, sends nothing and fetches nothing.
import { fromUtf8 } from '../proof/base64url.ts';
import type { Disclosable } from '../proof/claims.ts';
import type { Jwk } from '../proof/key-set.ts';
import { MAX_PDF } from '../proof/pdf-bundle.ts';
import { type NoteKey, parseVkey } from '../proof/signed-note.ts';
import type { StatementStanding } from '../proof/standing.ts';
import { MAX_STATUS_LIST, type Status } from '../proof/status-list.ts';
import type { Verified } from '../proof/verify.ts';
import type { ReportedStatement } from '../report/line.ts';
import { bundleSection } from '../verification/bundle-text.ts';
import {
  asOneStory,
  type BundleFile,
  bundleHolds,
  bundlesExit,
  checkNamedBundle,
} from '../verification/check-bundles.ts';
import {
  checkStatement,
  exitStatus,
  heldOf,
  type Named,
  NOT_CHECKED,
  NOT_VERIFIED,
  VERIFIED,
  type VerifyReport,
  withChains,
} from '../verification/check-statements.ts';
import { MAX_KEY_SET, readKeySet } from '../verification/key-set.ts';
import type { Section } from '../verification/phrases.ts';
import { reportSections } from '../verification/statements-text.ts';
import { checkStatus, type NamedList, readStatusLists } from '../verification/status-lists.ts';
import { subjectOf } from '../verification/subject.ts';
import { inflate, sha256, verifyEd25519, verifyEs256 } from './browser-primitives.ts';
import type { Served } from './document.ts';
import type { Outcome } from './texts/texts.ts';

export interface HandedOver {
  readonly name: string;
  /** Undefined: could not be read, or is larger than anything that is checked. */
  readonly bytes: Uint8Array | undefined;
}

/** With whose keys a check was made. */
export interface KeysUsed {
  /** Names of the files that they were in; none: they came with the page. */
  readonly files: readonly string[];
  readonly issuer: string | undefined;
  /** Whether the log's key was the bundle's own. */
  readonly ownLogKey: boolean;
}

/** Of one contract, everything of which held. */
export interface Shown {
  readonly issuer: string;
  readonly contractId: string;
  readonly disclosed: Disclosable;
  readonly statements: readonly ReportedStatement[];
}

export interface PageReport {
  readonly outcome: Outcome;
  readonly keys: KeysUsed;
  readonly sections: readonly Section[];
  /** Nothing that failed is shown. */
  readonly shown: readonly Shown[];
}

const crypto = { sha256, verifyEs256, verifyEd25519, inflate };

interface Sorted {
  readonly subjects: readonly Named[];
  readonly keySets: readonly { readonly name: string; readonly keys: readonly Jwk[]; readonly issuer?: string }[];
  readonly logKeys: readonly { readonly name: string; readonly key: NoteKey }[];
  readonly lists: readonly NamedList[];
}

const isJws = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+\r?\n?$/.test(text);

/** What one file is. A JSON object with a list of keys is a key set: a bundle has them one level below. */
function sort({ name, bytes }: HandedOver): Partial<Sorted> {
  if (bytes === undefined) return { subjects: [{ file: name, subject: { kind: 'too_large' } }] };
  const subject = subjectOf(bytes);
  const keySet = subject.kind === 'bundle' && bytes.length <= MAX_KEY_SET ? readKeySet(bytes) : undefined;
  if (keySet?.ok === true) return { keySets: [{ name, ...keySet }] };
  const text = bytes.length <= MAX_STATUS_LIST ? fromUtf8(bytes) : undefined;
  const logKey = text === undefined ? undefined : parseVkey(text.trim(), sha256);
  if (logKey !== undefined) return { logKeys: [{ name, key: logKey }] };
  return text !== undefined && isJws(text) ? { lists: [{ name, text }] } : { subjects: [{ file: name, subject }] };
}

function sortAll(files: readonly HandedOver[]): Sorted {
  const sorted = files.map(sort);
  return {
    subjects: sorted.flatMap(({ subjects = [] }) => subjects),
    keySets: sorted.flatMap(({ keySets = [] }) => keySets),
    logKeys: sorted.flatMap(({ logKeys = [] }) => logKeys),
    lists: sorted.flatMap(({ lists = [] }) => lists),
  };
}

interface Trusted {
  readonly keys: readonly Jwk[];
  readonly issuer: string | undefined;
  readonly logKeys: readonly NoteKey[] | undefined;
  readonly files: readonly string[];
}

/** Keys of a file count instead of those of the server, and the log's key of the server does not go with them. */
function trustedOf({ keySets, logKeys }: Sorted, served: Served): Trusted {
  const files = [...keySets, ...logKeys].map(({ name }) => name);
  const servedLogKey = keySets.length === 0 ? parseVkey(served.logKey, sha256) : undefined;
  const keysOfLog = logKeys.length > 0 ? logKeys.map(({ key }) => key) : servedLogKey && [servedLogKey];
  if (keySets.length === 0) return { keys: served.keys, issuer: served.issuer, logKeys: keysOfLog, files };
  const [issuer, ...others] = new Set(keySets.map((one) => one.issuer));
  return {
    keys: keySets.flatMap(({ keys }) => keys),
    issuer: others.length === 0 ? issuer : undefined,
    logKeys: keysOfLog,
    files,
  };
}

const disclosedBy = (statements: readonly Verified[]): Disclosable =>
  Object.assign({}, ...statements.map(({ disclosed }) => disclosed));

/** What became of each, as the lists say; a statement that no list speaks of stands as it is. */
function shownOf(held: readonly Verified[], standings: readonly StatementStanding[]): readonly Shown[] {
  const [first] = held;
  if (first === undefined) return [];
  const { iss: issuer, sub: contractId } = first.claims;
  const statusOf = (seq: number): Status => {
    const standing = standings.find((one) => one.seq === seq && one.contract === contractId)?.standing;
    return standing?.ok === true ? standing.status : 'valid';
  };
  const statements = held.map(({ claims }) => ({ claims, status: statusOf(claims.seq) }));
  return [{ issuer, contractId, disclosed: disclosedBy(held), statements }];
}

/** A bundle of which nothing failed. */
function shownBundle({ result }: BundleFile): readonly Shown[] {
  if (!bundleHolds(result) || !('read' in result && result.read)) return [];
  const { statements, status } = result.report;
  const held = statements.flatMap((one) => (one.ok ? [one] : []));
  return shownOf(held, status?.ok === true ? status.statements : []);
}

/** Each contract's by number, the same statement once. */
function shownStatements(report: VerifyReport): readonly Shown[] {
  if (exitStatus(report) !== VERIFIED) return [];
  const contracts = Map.groupBy(heldOf(report.files), ({ claims }) => JSON.stringify([claims.aud, claims.sub]));
  const standings = report.status?.ok === true ? report.status.statements : [];
  return [...contracts.values()].flatMap((held) => {
    const once = [...new Map(held.map((one) => [one.signingInputHash, one])).values()];
    const ordered = once.toSorted((a, b) => a.claims.seq - b.claims.seq);
    return shownOf(ordered, standings);
  });
}

function outcomeOf(exits: readonly number[]): Outcome {
  if (exits.includes(NOT_VERIFIED)) return 'not_verified';
  return exits.length > 0 && exits.every((exit) => exit === VERIFIED) ? 'verified' : 'not_checked';
}

interface Part {
  readonly exit: number;
  readonly sections: readonly Section[];
  readonly shown: readonly Shown[];
  readonly ownLogKey?: boolean;
}

async function bundlesPart(named: readonly Named[], { lists }: Sorted, trusted: Trusted): Promise<Part> {
  const { keys, issuer, logKeys } = trusted;
  const checkedAlone: BundleFile[] = [];
  for (const one of named) {
    const checked = await checkNamedBundle(one, {
      keys,
      ...(issuer !== undefined && { issuer }),
      ...(logKeys !== undefined && { logKeys }),
      ...(lists.length > 0 && { lists: (given) => Promise.resolve(readStatusLists(lists, { keys: given, crypto })) }),
      crypto,
    });
    checkedAlone.push(checked);
  }
  const files = asOneStory(checkedAlone);
  const ownLogKey = logKeys === undefined;
  return { exit: bundlesExit(files), sections: files.map(bundleSection), shown: files.flatMap(shownBundle), ownLogKey };
}

function statementsPart(named: readonly Named[], { lists }: Sorted, { keys, issuer = '' }: Trusted): Part {
  const options = { keys, issuer, crypto };
  const checked = withChains(
    named.map((one) => checkStatement(one, options)),
    options,
  );
  const status =
    lists.length === 0 ? undefined : checkStatus(readStatusLists(lists, { keys, crypto }), heldOf(checked.files));
  const report = { ...checked, ...(status !== undefined && { status }) };
  return { exit: exitStatus(report), sections: reportSections(report), shown: shownStatements(report) };
}

const notChecked = (subject: string, text: string): Part => ({
  exit: NOT_CHECKED,
  sections: [{ outcome: 'NOT CHECKED', subject, lines: [{ mark: '--', text }] }],
  shown: [],
});

/** Longest file that is read, in bytes. */
export const MAX_FILE: number = MAX_PDF;

/** Checks what was handed over; never throws for anything that is in a file. */
export async function checkFiles(files: readonly HandedOver[], served: Served): Promise<PageReport> {
  const sorted = sortAll(files);
  const trusted = trustedOf(sorted, served);
  const keys = { files: trusted.files, issuer: trusted.issuer, ownLogKey: false };
  const name = trusted.files.join(', ');
  const refuse = ({ exit, sections }: Part): PageReport => ({ outcome: outcomeOf([exit]), keys, sections, shown: [] });
  if (sorted.subjects.length === 0) return refuse(notChecked(name, 'there is no report, bundle or statement'));
  if (trusted.issuer === undefined) return refuse(notChecked(name, 'the keys name no issuer, or more than one'));
  const statements = sorted.subjects.filter(({ subject: { kind } }) => kind === 'statement');
  const bundles = sorted.subjects.filter(({ subject: { kind } }) => kind !== 'statement');
  const parts = [
    ...(bundles.length === 0 ? [] : [await bundlesPart(bundles, sorted, trusted)]),
    ...(statements.length === 0 ? [] : [statementsPart(statements, sorted, trusted)]),
  ];
  return {
    outcome: outcomeOf(parts.map(({ exit }) => exit)),
    keys: { ...keys, ownLogKey: parts.some(({ ownLogKey }) => ownLogKey === true) },
    sections: parts.flatMap(({ sections }) => sections),
    shown: parts.flatMap(({ shown }) => shown),
  };
}
