// A verification report as text for people, and as one JSON document for programs. Everything that comes from a file is escaped:
// nothing in it may move a cursor or turn a line around.
import type { KeyEventProblem } from '../proof/key-log.ts';
import { isInForce, type StatementStanding } from '../proof/standing.ts';
import type { Verified } from '../proof/verify.ts';
import type { ChainResult, Checked, FileResult, LoggedStatement, LogResult, VerifyReport } from './check-statements.ts';
import { exitStatus, logHolds, NOT_CHECKED, statusExit, VERIFIED } from './check-statements.ts';
import {
  chainHolds,
  endNotShown,
  fails,
  figures,
  holds,
  type Line,
  type Section,
  says,
  sectionText,
  visible,
} from './phrases.ts';
import type { StatusResult } from './status-lists.ts';
import {
  chainWords,
  keyEventWords,
  logWords,
  refusalWords,
  standingWords,
  statusListWords,
  statusWords,
  stepWords,
} from './words.ts';

function statementLines(verified: Verified): readonly Line[] {
  const { claims, disclosed, withheld } = verified;
  const { period } = claims;
  const shown = Object.entries(disclosed).map(([name, value]) => `${name} ${value}`);
  return [
    `statement  number ${claims.seq} of contract ${claims.sub}, period ${period.id} in ${period.zone}`,
    `from, to   ${period.from}, ${period.to}`,
    `says       ${figures(claims)}`,
    `about      ${[...shown, ...(withheld > 0 ? [`${withheld} claims withheld`] : [])].join(', ') || 'nothing disclosed'}`,
    `time       ${new Date(claims.iat * 1000).toISOString()}, the issuer's word only`,
  ].map(says);
}

function failureLine(result: Exclude<Checked, Verified>): Line {
  const detail = result.detail === undefined ? '' : ` (${result.detail})`;
  return fails(`${refusalWords[result.reason]}${detail} [${result.reason}]`);
}

function fileSection({ file: subject, result }: FileResult): Section {
  if (!result.ok) {
    const outcome = result.reason === 'unreadable' ? 'NOT CHECKED' : 'NOT VERIFIED';
    return { outcome, subject, lines: [failureLine(result)] };
  }
  const lines = [...result.steps.map((step) => holds(stepWords[step])), ...statementLines(result)];
  return { outcome: 'VERIFIED', subject, lines };
}

function chainSection({ contract, statements, result }: ChainResult): Section {
  const subject = `chain of contract ${contract}, ${statements} statements`;
  if (result.ok) {
    const complete = says(`complete to number ${result.upToSeq}; ${endNotShown}`);
    return { outcome: 'VERIFIED', subject, lines: [...chainHolds(result), complete] };
  }
  const detail = result.detail === undefined ? '' : ` (${result.detail})`;
  const line = fails(`${chainWords[result.reason]}, at number ${result.seq}${detail} [${result.reason}]`);
  return { outcome: 'NOT VERIFIED', subject, lines: [line] };
}

function placeLine({ contract, seq, place }: LoggedStatement): Line {
  const who = `number ${seq} of contract ${contract}`;
  if (place.ok) return holds(`${who}: entry ${place.index}, and nothing else in its slot`);
  const where = place.index === undefined ? '' : ` (entry ${place.index})`;
  return fails(`${who}: ${logWords[place.reason]}${where} [${place.reason}]`);
}

const keyEventLine = ({ reason, kid, event, entry }: KeyEventProblem): Line =>
  fails(`key ${kid}, ${event}: ${keyEventWords[reason]} (entry ${entry}) [${reason}]`);

function logSection(log: LogResult): Section {
  if (!log.ok)
    return { outcome: 'NOT VERIFIED', subject: 'the log', lines: [fails(`${logWords[log.reason]} [${log.reason}]`)] };
  const { origin, size, statements, keyEvents } = log;
  return {
    outcome: logHolds(log) ? 'VERIFIED' : 'NOT VERIFIED',
    subject: `log ${origin}, ${size} entries`,
    lines: [
      holds('its head is signed by the given key, and is the head of exactly these entries'),
      ...statements.map(placeLine),
      ...keyEvents.map(keyEventLine),
    ],
  };
}

function standingLine({ contract, seq, standing }: StatementStanding): Line {
  const who = `number ${seq} of contract ${contract}`;
  if (!standing.ok) return fails(`${who}: ${standingWords[standing.reason]} [${standing.reason}]`);
  const { status, asOf, replacedBy } = standing;
  const by = replacedBy === undefined ? '' : ` (number ${replacedBy}, given here)`;
  const mark = isInForce(standing) ? holds : fails;
  return mark(`${who}: ${statusWords[status]}${by}, as of ${new Date(asOf * 1000).toISOString()}`);
}

function statusSection(status: StatusResult): Section {
  if (!status.ok) {
    const line = fails(`${statusListWords(status.reason)} [${status.reason}]`);
    return { outcome: 'NOT VERIFIED', subject: `status list ${status.list}`, lines: [line] };
  }
  const outcome = ({ [VERIFIED]: 'VERIFIED', [NOT_CHECKED]: 'NOT CHECKED' } as const)[statusExit(status)];
  const lines = status.statements.map(standingLine);
  return { outcome: outcome ?? 'NOT VERIFIED', subject: 'status, nothing newer is known', lines };
}

/** What was found, one thing after the other. */
export function reportSections({ files, chains, log, status }: VerifyReport): readonly Section[] {
  return [
    ...files.map(fileSection),
    ...chains.map(chainSection),
    ...(log === undefined ? [] : [logSection(log)]),
    ...(status === undefined || (status.ok && status.statements.length === 0) ? [] : [statusSection(status)]),
  ];
}

/** Statements that all verify need not be all that was asked. */
function but(report: VerifyReport): string {
  const { chains, log, status } = report;
  if (chains.some(({ result }) => !result.ok)) return ', but the chain of a contract does not hold';
  if (log !== undefined && !logHolds(log)) return ', but the log does not bear them out';
  if (status === undefined || statusExit(status) === VERIFIED) return '';
  return statusExit(status) === NOT_CHECKED
    ? ', but whether they are in force could not be checked'
    : ', but not all are known to be in force';
}

/** The last sentence: how many hold, and what they are not shown to be. */
function summary(report: VerifyReport): string {
  const held = report.files.filter(({ result }) => result.ok).length;
  return `${held} of ${report.files.length} statements verified for issuer ${report.issuer}${but(report)}`;
}

export const reportText = (report: VerifyReport): string =>
  [...reportSections(report).flatMap(sectionText), summary(report)].map(visible).join('\n');

export const statementJson = (result: Checked): object => {
  if (!result.ok) return { verified: false, ...result, ok: undefined };
  const { claims, disclosed, withheld, kid, signingInputHash, steps } = result;
  return { verified: true, steps, kid, signingInputHash, claims, disclosed, withheld };
};

export const chainJson = (result: ChainResult['result']): object => {
  if (!result.ok) return { verified: false, ...result, ok: undefined };
  const { upToSeq, superseded, segments } = result;
  const replaced = superseded.map(({ claims }) => claims.jti);
  return { verified: true, completeToSeq: upToSeq, replaced, segments };
};

const logJson = (log: LogResult): object =>
  log.ok
    ? {
        verified: logHolds(log),
        origin: log.origin,
        size: log.size,
        statements: log.statements.map(({ place: { ok, ...place }, ...statement }) => ({
          ...statement,
          verified: ok,
          ...place,
        })),
        ...(log.keyEvents.length > 0 && { keyEvents: log.keyEvents }),
      }
    : { verified: false, reason: log.reason };

const statusJson = (status: StatusResult): object =>
  status.ok
    ? {
        verified: status.statements.length > 0 && statusExit(status) === VERIFIED,
        statements: status.statements.map(({ standing, ...statement }) => {
          const { ok, ...found } = standing;
          return { ...statement, inForce: ok && standing.status === 'valid', ...found };
        }),
      }
    : { verified: false, list: status.list, reason: status.reason };

/** One JSON document: `{ verified, issuer, files: […], chains: […], log?, status? }`. */
export function reportJson(report: VerifyReport): string {
  const { issuer, files, chains, log, status } = report;
  const verified = exitStatus(report) === VERIFIED;
  const found = {
    files: files.map(({ file, result }) => ({ file, ...statementJson(result) })),
    chains: chains.map(({ contract, statements, result }) => ({
      contract,
      statements,
      ...chainJson(result),
      ...(result.ok && { end: 'not_shown' }),
    })),
  };
  const beside = { ...(log && { log: logJson(log) }), ...(status && { status: statusJson(status) }) };
  return JSON.stringify({ verified, issuer, ...found, ...beside }, null, 2);
}
