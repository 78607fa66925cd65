// A verification report as text for people, and as one JSON document for programs. Everything that comes from a file is escaped:
// nothing in it may move a cursor or turn a line around.
import type { KeyEventProblem } from '../proof/key-log.ts';
import { isInForce, type StatementStanding } from '../proof/standing.ts';
import type { Verified } from '../proof/verify.ts';
import { chainHolds, endNotShown, figures, visible } from './phrases.ts';
import type { StatusResult } from './status-lists.ts';
import type { ChainResult, Checked, FileResult, LoggedStatement, LogResult, VerifyReport } from './verify-files.ts';
import { exitStatus, logHolds, NOT_CHECKED, statusExit, VERIFIED } from './verify-files.ts';
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

function statementLines(verified: Verified): readonly string[] {
  const { claims, disclosed, withheld } = verified;
  const { period } = claims;
  const shown = Object.entries(disclosed).map(([name, value]) => `${name} ${value}`);
  return [
    `  statement  number ${claims.seq} of contract ${claims.sub}, period ${period.id} in ${period.zone}`,
    `  from, to   ${period.from}, ${period.to}`,
    `  says       ${figures(claims)}`,
    `  about      ${[...shown, ...(withheld > 0 ? [`${withheld} claims withheld`] : [])].join(', ') || 'nothing disclosed'}`,
    `  time       ${new Date(claims.iat * 1000).toISOString()}, the issuer's word only`,
  ];
}

function failureLines(result: Exclude<Checked, Verified>): readonly string[] {
  const detail = result.detail === undefined ? '' : ` (${result.detail})`;
  return [`  no  ${refusalWords[result.reason]}${detail} [${result.reason}]`];
}

function fileLines({ file, result }: FileResult): readonly string[] {
  if (!result.ok) {
    const outcome = result.reason === 'unreadable' ? 'NOT CHECKED' : 'NOT VERIFIED';
    return [`${outcome}  ${file}`, ...failureLines(result), ''];
  }
  return [
    `VERIFIED  ${file}`,
    ...result.steps.map((step) => `  ok  ${stepWords[step]}`),
    ...statementLines(result),
    '',
  ];
}

function chainLines({ contract, statements, result }: ChainResult): readonly string[] {
  if (result.ok)
    return [
      `VERIFIED  chain of contract ${contract}, ${statements} statements`,
      ...chainHolds(result),
      `  complete to number ${result.upToSeq}; ${endNotShown}`,
      '',
    ];
  const detail = result.detail === undefined ? '' : ` (${result.detail})`;
  return [
    `NOT VERIFIED  chain of contract ${contract}, ${statements} statements`,
    `  no  ${chainWords[result.reason]}, at number ${result.seq}${detail} [${result.reason}]`,
    '',
  ];
}

function placeLine({ contract, seq, place }: LoggedStatement): string {
  const who = `number ${seq} of contract ${contract}`;
  if (place.ok) return `  ok  ${who}: entry ${place.index}, and nothing else in its slot`;
  const where = place.index === undefined ? '' : ` (entry ${place.index})`;
  return `  no  ${who}: ${logWords[place.reason]}${where} [${place.reason}]`;
}

const keyEventLine = ({ reason, kid, event, entry }: KeyEventProblem): string =>
  `  no  key ${kid}, ${event}: ${keyEventWords[reason]} (entry ${entry}) [${reason}]`;

function logLines(log: LogResult | undefined): readonly string[] {
  if (log === undefined) return [];
  if (!log.ok) return ['NOT VERIFIED  the log', `  no  ${logWords[log.reason]} [${log.reason}]`, ''];
  const { origin, size, statements, keyEvents } = log;
  const outcome = logHolds(log) ? 'VERIFIED' : 'NOT VERIFIED';
  return [
    `${outcome}  log ${origin}, ${size} entries`,
    '  ok  its head is signed by the given key, and is the head of exactly these entries',
    ...statements.map(placeLine),
    ...keyEvents.map(keyEventLine),
    '',
  ];
}

function standingLine({ contract, seq, standing }: StatementStanding): string {
  const who = `number ${seq} of contract ${contract}`;
  if (!standing.ok) return `  no  ${who}: ${standingWords[standing.reason]} [${standing.reason}]`;
  const { status, asOf, replacedBy } = standing;
  const by = replacedBy === undefined ? '' : ` (number ${replacedBy}, given here)`;
  const mark = isInForce(standing) ? 'ok' : 'no';
  return `  ${mark}  ${who}: ${statusWords[status]}${by}, as of ${new Date(asOf * 1000).toISOString()}`;
}

function statusLines(status: StatusResult | undefined): readonly string[] {
  if (status === undefined) return [];
  if (!status.ok)
    return [
      `NOT VERIFIED  status list ${status.list}`,
      `  no  ${statusListWords(status.reason)} [${status.reason}]`,
      '',
    ];
  if (status.statements.length === 0) return [];
  const outcome = { [VERIFIED]: 'VERIFIED', [NOT_CHECKED]: 'NOT CHECKED' }[statusExit(status)] ?? 'NOT VERIFIED';
  return [`${outcome}  status, nothing newer is known`, ...status.statements.map(standingLine), ''];
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

export function reportText(report: VerifyReport): string {
  const { files, chains, log, status } = report;
  const lines = [...files.flatMap(fileLines), ...chains.flatMap(chainLines), ...logLines(log), ...statusLines(status)];
  const held = report.files.filter(({ result }) => result.ok).length;
  const last = `${held} of ${report.files.length} statements verified for issuer ${report.issuer}`;
  return [...lines, `${last}${but(report)}`].map(visible).join('\n');
}

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
