// The check of single statements as an auditor runs it: each file by itself, then the chains that the files form. It returns what was
// found as data and prints nothing.
import { type ChainBroken, type ChainHolds, verifyChain } from '../proof/chain.ts';
import { type KeyEventProblem, keyEventProblems } from '../proof/key-log.ts';
import { findInLog, type LogPlace } from '../proof/log-search.ts';
import { isInForce, isUnknown } from '../proof/standing.ts';
import { type LoggedAt, type Refused, type Verified, type VerifyOptions, verifyStatement } from '../proof/verify.ts';
import type { HeadRefusal, LoadedLog } from './log.ts';
import type { StatusResult } from './status-lists.ts';
import type { Subject } from './subject.ts';

export type Checked =
  | Verified
  | Refused
  | { readonly ok: false; readonly reason: 'unreadable'; readonly detail: string };

export interface FileResult {
  readonly file: string;
  readonly result: Checked;
}

export interface ChainResult {
  readonly contract: string;
  readonly statements: number;
  readonly result: ChainHolds | ChainBroken;
}

/** Where a statement that holds stands in the log. */
export interface LoggedStatement {
  readonly contract: string;
  readonly seq: number;
  readonly place: LogPlace;
}

export type LogResult =
  | {
      readonly ok: true;
      readonly origin: string;
      readonly size: number;
      readonly statements: readonly LoggedStatement[];
      /** What speaks against the key set. */
      readonly keyEvents: readonly KeyEventProblem[];
    }
  | { readonly ok: false; readonly reason: HeadRefusal };

export interface VerifyReport {
  readonly issuer: string;
  readonly files: readonly FileResult[];
  /** One per contract of which more than one statement was given. */
  readonly chains: readonly ChainResult[];
  /** Of the log, when one was named. */
  readonly log?: LogResult;
  /** Of the statements that hold, when status lists were named. */
  readonly status?: StatusResult;
}

/** Exit status: verified, not verified, could not check. A refusal outweighs a file that could not be read. */
export const VERIFIED = 0;
export const NOT_VERIFIED = 1;
export const NOT_CHECKED = 3;

const wrongEncoding: Refused = { ok: false, reason: 'not_base64url', step: 'envelope' };
const besideStatements: Checked = { ok: false, reason: 'unreadable', detail: 'bundles are checked by themselves' };
const tooLarge: Refused = { ok: false, reason: 'too_large', step: 'envelope' };

function checkSubject(subject: Subject, options: VerifyOptions): Checked {
  if (subject.kind === 'unreadable') return { ok: false, reason: 'unreadable', detail: subject.detail };
  if (subject.kind === 'too_large') return tooLarge;
  if (subject.kind === 'bundle' || subject.kind === 'pdf') return besideStatements;
  // Editors and shells end a file with a line break; it is not part of the statement.
  return subject.text === undefined ? wrongEncoding : verifyStatement(subject.text.replace(/\r?\n$/, ''), options);
}

/** Statements by contract; the same statement given twice, or with other claims withheld, counts once. */
function byContract(files: readonly FileResult[]): readonly (readonly Verified[])[] {
  const contracts = new Map<string, Map<string, Verified>>();
  for (const { result } of files) {
    if (!result.ok) continue;
    const name = JSON.stringify([result.claims.aud, result.claims.sub]);
    contracts.set(name, (contracts.get(name) ?? new Map<string, Verified>()).set(result.signingInputHash, result));
  }
  return [...contracts.values()].map((links) => [...links.values()].toSorted((a, b) => a.claims.seq - b.claims.seq));
}

function checkChain(links: readonly Verified[]): readonly ChainResult[] {
  const [first] = links;
  if (first === undefined || links.length < 2) return [];
  return [{ contract: first.claims.sub, statements: links.length, result: verifyChain(links) }];
}

/** What was handed over, under the name of its file. */
export interface Named {
  readonly file: string;
  readonly subject: Subject;
}

export const checkStatement = ({ file, subject }: Named, options: VerifyOptions): FileResult => ({
  file,
  result: checkSubject(subject, options),
});

/** With the chains of those that hold. */
export const withChains = (files: readonly FileResult[], { issuer }: VerifyOptions): VerifyReport => ({
  issuer,
  files,
  chains: byContract(files).flatMap(checkChain),
});

export const heldOf = (files: readonly FileResult[]): readonly Verified[] =>
  files.flatMap(({ result }) => (result.ok ? [result] : []));

export type GivenLog = Exclude<LoadedLog, { readonly problem: string }>;

/** Where the log that was read holds a statement, for those whose key was compromised. */
export function placeIn(log: GivenLog | undefined): LoggedAt {
  return ({ signingInputHash }) => {
    const place = log?.ok ? findInLog(log.entries, [signingInputHash]).get(signingInputHash) : undefined;
    return place?.ok ? place.index : undefined;
  };
}

/** Every statement that holds, and every event of the keys, in the log that was read. */
export function checkLog(log: GivenLog, held: readonly Verified[], { keys, issuer, crypto }: VerifyOptions): LogResult {
  if (!log.ok) return log;
  const places = findInLog(
    log.entries,
    held.map(({ signingInputHash }) => signingInputHash),
  );
  const statements = held.flatMap(({ claims, signingInputHash }) => {
    const place = places.get(signingInputHash);
    return place === undefined ? [] : [{ contract: claims.sub, seq: claims.seq, place }];
  });
  const keyEvents = keyEventProblems(log.entries, { issuer, keys }, crypto.sha256);
  return { ok: true, origin: log.head.origin, size: log.head.size, statements, keyEvents };
}

export const logHolds = (log: LogResult | undefined): boolean =>
  log === undefined || (log.ok && log.keyEvents.length === 0 && log.statements.every(({ place }) => place.ok));

/** A statement that no list speaks of, or only one from before it, could not be checked; one that is not in force is refused. */
export function statusExit(status: StatusResult | undefined): number {
  if (status === undefined) return VERIFIED;
  if (!status.ok) return NOT_VERIFIED;
  const open = status.statements.filter(({ standing }) => !isInForce(standing));
  if (open.length === 0) return VERIFIED;
  return open.every(({ standing }) => isUnknown(standing)) ? NOT_CHECKED : NOT_VERIFIED;
}

function filesExit({ files, chains }: VerifyReport): number {
  const results = [...files, ...chains].map(({ result }) => result);
  if (results.some((result) => !result.ok && result.reason !== 'unreadable')) return NOT_VERIFIED;
  return results.every((result) => result.ok) ? VERIFIED : NOT_CHECKED;
}

export function exitStatus(report: VerifyReport): number {
  const found = [logHolds(report.log) ? VERIFIED : NOT_VERIFIED, statusExit(report.status), filesExit(report)];
  return found.includes(NOT_VERIFIED) ? NOT_VERIFIED : Math.max(...found);
}
