// What the check of bundles found, as text for people, step by step, and as one JSON document for programs.
import { isInForce } from '../proof/standing.ts';
import type { Verified } from '../proof/verify.ts';
import type { BundleReport, KeyOrigin } from '../proof/verify-bundle.ts';
import { type BundleFile, type BundleResult, bundleHolds, type Failure } from './check-bundles.ts';
import {
  chainHolds,
  endNotShown,
  fails,
  figures,
  holds,
  type Line,
  leftOpen,
  type Section,
  says,
  sectionText,
  visible,
} from './phrases.ts';
import { chainJson, statementJson } from './statements-text.ts';
import {
  bundleLogWords,
  chainWords,
  endWords,
  formatWords,
  keysWords,
  logWords,
  refusalWords,
  sealWords,
  standingWords,
  statusListWords,
  statusWords,
  stepWords,
  timeWords,
} from './words.ts';

type Read = Extract<BundleResult, { readonly read: true }>;

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();

function statusReason(reason: Extract<Failure, { readonly step: 'status' }>['reason']): string {
  if (Object.hasOwn(standingWords, reason)) return standingWords[reason as keyof typeof standingWords];
  if (Object.hasOwn(statusWords, reason)) return statusWords[reason as keyof typeof statusWords];
  return `the status list: ${statusListWords(reason as Parameters<typeof statusListWords>[0])}`;
}

function words(failure: Failure): string {
  switch (failure.step) {
    case 'format':
      return formatWords[failure.reason];
    case 'seal':
      return sealWords[failure.reason];
    case 'keys':
      return keysWords[failure.reason];
    case 'time':
      return timeWords[failure.reason];
    case 'chain':
      return chainWords[failure.reason];
    case 'end':
      return `the head of the chain: ${endWords(failure.reason)}`;
    case 'checkpoint':
      return logWords[failure.reason];
    case 'inclusion':
      return 'it is not in the log where its proof says';
    case 'status':
      return statusReason(failure.reason);
    case 'log':
      return bundleLogWords[failure.reason];
    default:
      return refusalWords[failure.reason];
  }
}

function failureLine(failure: Failure): Line {
  const where =
    'kid' in failure ? `key ${failure.kid}, ${failure.event}: ` : 'at' in failure ? `number ${failure.at}: ` : '';
  const entry = 'entry' in failure ? `, entry ${failure.entry}` : '';
  const detail = 'detail' in failure && failure.detail !== undefined ? `, ${failure.detail}` : '';
  return fails(`${where}${words(failure)} [${failure.step}: ${failure.reason}${detail}${entry}]`);
}

const origins: Readonly<Record<KeyOrigin, string>> = {
  given: 'as given',
  bundle: 'from the bundle itself: they show that it agrees with itself, not who made it',
};

function keysLines({ keys, statements, checkpoint }: BundleReport): readonly Line[] {
  if (!keys.ok) return [];
  const kids = [...new Set(statements.flatMap((result) => (result.ok ? [result.kid] : [])))];
  const name = checkpoint.ok ? checkpoint.checkpoint.origin : 'unknown';
  return [
    holds(`keys: ${origins[keys.statements]} (${kids.join(', ')})`),
    holds(`key of the log: ${origins[keys.log]} (${name})`),
  ];
}

/** The checks of all statements together, when all of them hold. */
function statementLines(statements: BundleReport['statements']): readonly Line[] {
  const [first] = statements;
  const held = statements.filter(({ ok }) => ok).length;
  if (first?.ok !== true || held < statements.length)
    return [leftOpen(`${held} of ${statements.length} statements hold by themselves`)];
  return first.steps.map((step) => holds(`each statement: ${stepWords[step]}`));
}

function endLines({ end }: BundleReport): readonly Line[] {
  if (end === undefined) return [leftOpen('end of the chain: not checked')];
  if (!end.ok) return [];
  return [end.shown ? holds(`complete to number ${end.seq} as of ${instant(end.asOf)}`) : leftOpen(endNotShown)];
}

function chainLines({ chain }: BundleReport): readonly Line[] {
  if (chain === undefined) return [leftOpen('chain: not checked, for a statement does not hold')];
  return chain.ok ? chainHolds(chain) : [];
}

function logLines({ report, log }: Read): readonly Line[] {
  const { checkpoint, inclusion } = report;
  if (!checkpoint.ok || inclusion === undefined) return [leftOpen('place in the log: not checked')];
  const { origin, size } = checkpoint.checkpoint;
  const all = inclusion.length > 0 && inclusion.every(({ included }) => included);
  return [
    holds(`the checkpoint of log ${origin}, ${size} entries, is signed by its key`),
    ...(all ? [holds('each statement is in the log, where its proof says')] : []),
    ...(log?.failures.length === 0
      ? [holds(`the whole log of ${log.size} entries: each statement is there once, and nothing else has its slot`)]
      : []),
    ...(log?.newer === undefined ? [] : [leftOpen(`the log has a newer statement since: entry ${log.newer}`)]),
  ];
}

function statusLine({ status }: BundleReport): readonly Line[] {
  if (status === undefined) return [leftOpen('status: not checked')];
  if (!status.ok || !status.statements.every(({ standing }) => isInForce(standing))) return [];
  const [first] = status.statements;
  const asOf = first?.standing.ok === true ? instant(first.standing.asOf) : '';
  return [holds(`status as of ${asOf}: in force, or replaced by one that is here`)];
}

function monthLine({ claims }: Verified, { status }: BundleReport): Line {
  const standing = status?.ok ? status.statements.find(({ seq }) => seq === claims.seq)?.standing : undefined;
  const by = standing?.ok && standing.replacedBy !== undefined ? ` by number ${standing.replacedBy}` : '';
  const state = standing?.ok ? `; ${standing.status === 'valid' ? 'in force' : standing.status}${by}` : '';
  return says(`number ${claims.seq}, ${claims.period.id}: ${figures(claims)}${state}`);
}

/** Everything that any of the statements discloses, and how much most withhold. */
function aboutLine(statements: BundleReport['statements']): readonly Line[] {
  const held = statements.filter((result) => result.ok);
  const shown = held.flatMap(({ disclosed }) => Object.entries(disclosed).map(([name, value]) => `${name} ${value}`));
  const withheld = Math.max(0, ...held.map((one) => one.withheld));
  const about = [...new Set(shown), ...(withheld > 0 ? [`${withheld} claims withheld`] : [])];
  return about.length === 0 ? [] : [says(`about ${about.join(', ')}`)];
}

function sealLines({ seal }: Read): readonly Line[] {
  return seal?.ok === true ? [holds(`the seal of the PDF covers every byte, and holds (${seal.kid})`)] : [];
}

function timeLines(time: BundleReport['time']): readonly Line[] {
  if (time === 'issuers_word_only') return [leftOpen("time: issuer's word only")];
  if (time === 'timestamp_not_checked')
    return [leftOpen("time: issuer's word only; there is a timestamp, which is not checked here")];
  if (!time.ok) return [];
  const said = `${new Date(time.at).toISOString()} by ${time.by}`;
  return time.trusted
    ? [holds(`time: exists since ${said}`)]
    : [
        leftOpen(
          `time: issuer's word only; a timestamp says since ${said}, and no root was given that is trusted (--tsa-root)`,
        ),
      ];
}

function readLines(read: Read): readonly Line[] {
  const { report, failures } = read;
  return [
    says(`of contract ${report.contract}, ${report.statements.length} statements, issuer ${report.issuer}`),
    ...failures.map(failureLine),
    ...sealLines(read),
    holds('format: one bundle, read in one way'),
    ...keysLines(report),
    ...statementLines(report.statements),
    ...chainLines(report),
    ...endLines(report),
    ...logLines(read),
    ...timeLines(report.time),
    ...statusLine(report),
    ...aboutLine(report.statements),
    ...report.statements.flatMap((result) => (result.ok ? [monthLine(result, report)] : [])),
  ];
}

/** What was found of one bundle, step by step. */
export function bundleSection({ file: subject, result }: BundleFile): Section {
  if ('problem' in result) return { outcome: 'NOT CHECKED', subject, lines: [leftOpen(result.problem)] };
  const outcome = bundleHolds(result) ? 'VERIFIED' : 'NOT VERIFIED';
  return { outcome, subject, lines: result.read ? readLines(result) : result.failures.map(failureLine) };
}

/** Of which the bundle's own keys were taken. */
function ownKeys({ result }: BundleFile): readonly string[] {
  const keys = 'read' in result && result.read ? result.report.keys : undefined;
  if (keys?.ok !== true) return [];
  return [...(keys.statements === 'bundle' ? ['the issuer'] : []), ...(keys.log === 'bundle' ? ['the log'] : [])];
}

export function bundlesText(files: readonly BundleFile[]): string {
  const held = files.filter(({ result }) => bundleHolds(result));
  const own = [...new Set(held.flatMap(ownKeys))].join(' and ');
  const by = own === '' ? '' : `, with keys of ${own} from the bundle itself: compare them with the published ones`;
  return [...files.map(bundleSection).flatMap(sectionText), `${held.length} of ${files.length} bundles verified${by}`]
    .map(visible)
    .join('\n');
}

function readJson({ report, log, seal }: Read): object {
  const { issuer, contract, keys, statements, chain, end, checkpoint, inclusion, time, status } = report;
  return {
    issuer,
    contract,
    keys: keys.ok ? { statements: keys.statements, log: keys.log } : null,
    statements: statements.map(statementJson),
    chain: chain === undefined ? null : chainJson(chain),
    end: end?.ok === true ? (end.shown ? { completeToSeq: end.seq, asOf: end.asOf } : 'not_shown') : null,
    checkpoint: checkpoint.ok ? { origin: checkpoint.checkpoint.origin, size: checkpoint.checkpoint.size } : null,
    inclusion: inclusion ?? null,
    time,
    status: status?.ok
      ? status.statements.map(({ seq, standing: { ok: _, ...standing } }) => ({ seq, ...standing }))
      : null,
    ...(seal && { seal: seal.ok ? { kid: seal.kid } : null }),
    ...(log && { log: { origin: log.origin, size: log.size, newer: log.newer ?? null } }),
  };
}

function bundleJson({ file, result }: BundleFile): object {
  if ('problem' in result) return { file, verified: false, problem: result.problem };
  const found = { file, verified: bundleHolds(result), failures: result.failures };
  return result.read ? { ...found, ...readJson(result) } : found;
}

/** One JSON document: `{ verified, bundles: […] }`. What could not be checked is null, what failed is in `failures`. */
export const bundlesJson = (files: readonly BundleFile[]): string =>
  JSON.stringify(
    { verified: files.every(({ result }) => bundleHolds(result)), bundles: files.map(bundleJson) },
    null,
    2,
  );
