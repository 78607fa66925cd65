// The `odoseal` program: `odoseal verify FILE… --jwks FILE|URL`. It reads its arguments, loads what they name and chooses the exit status;
// the checking is lib/verification. Exit status: 0 verified, 1 not verified, 2 wrong usage, 3 could not check.
import { parseArgs } from 'node:util';
import { bundlesJson, bundlesText } from '../verification/bundle-text.ts';
import { bundlesExit } from '../verification/check-bundles.ts';
import { checkLog, exitStatus, heldOf, NOT_CHECKED, placeIn, VERIFIED } from '../verification/check-statements.ts';
import { reportJson, reportText } from '../verification/statements-text.ts';
import { checkStatus } from '../verification/status-lists.ts';
import { beginsAsStatement } from '../verification/subject.ts';
import { loadKeys } from './key-source.ts';
import { loadLog, loadLogKey } from './log-source.ts';
import { digest, inflate, makeVerifyEs256, sha256, verifyEd25519, verifyX509 } from './node-primitives.ts';
import { loadRoots } from './root-source.ts';
import { loadStatusLists } from './status-lists.ts';
import { readSubject } from './subject.ts';
import { verifyBundles, verifyFiles } from './verify-files.ts';

const WRONG_USAGE = 2;

const USAGE = `usage: odoseal verify FILE... --jwks FILE|URL [--issuer ISSUER] [--json]
                      [--log DIR|URL --log-key FILE|URL] [--status FILE|URL]...
       odoseal verify BUNDLE|PDF... [--jwks FILE|URL] [--issuer ISSUER] [--json]
                      [--log-key FILE|URL] [--log DIR|URL] [--status FILE|URL]...
                      [--tsa-root FILE|URL]

Checks signed mileage statements with public keys alone. Given several statements
of one contract, it also checks that they form one chain without a hole. Given
the public log, it reads all of it: each statement has one entry there, and
nothing else has its slot. Given status lists, it says which statements were in
force when those were made.

A bundle is one JSON document with all of this for one contract: statements,
proofs, keys, status, and the signed head of the chain, which shows whether the
newest months are there. Keys that are given count instead of those in it;
without any, it shows that it agrees with itself, not who made it. A PDF is
checked with the bundle in it, and has to be what was sealed, byte for byte.

  --jwks FILE|URL   the issuer's public keys: a file, or an https address
  --issuer ISSUER   the issuer to accept; without it, the one that the keys name
  --log DIR|URL     the public log: a copy of it, or its address
  --log-key FILE|URL  the key that the log is signed with
  --status FILE|URL   a status list of a contract: its statements name the address
  --tsa-root FILE|URL  certificates (PEM) of who may vouch for the time: without,
                    a timestamp says nothing that you have reason to believe
  --json            one JSON document instead of text
  --help            this text

exit status: 0 verified, 1 not verified, 2 wrong usage, 3 could not check`;

interface VerifyArguments {
  readonly files: readonly string[];
  readonly jwks?: string;
  readonly issuer?: string;
  readonly log?: string;
  readonly logKey?: string;
  readonly status: readonly string[];
  readonly tsaRoot?: string;
  readonly json: boolean;
}

type Arguments = VerifyArguments | 'help' | { readonly wrong: string };

const options = {
  jwks: { type: 'string' },
  issuer: { type: 'string' },
  log: { type: 'string' },
  'log-key': { type: 'string' },
  status: { type: 'string', multiple: true },
  'tsa-root': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function readArguments(args: readonly string[]): Arguments {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : 'unreadable arguments' };
  }
  const { 'log-key': logKey, 'tsa-root': tsaRoot, status = [], json, help, ...named } = parsed.values;
  const [command, ...files] = parsed.positionals;
  if (help) return 'help';
  if (command !== 'verify') return { wrong: command === undefined ? 'no command' : `unknown command ${command}` };
  if (files.length === 0) return { wrong: 'no file to verify' };
  return {
    files,
    status,
    json,
    ...named,
    ...(logKey !== undefined && { logKey }),
    ...(tsaRoot !== undefined && { tsaRoot }),
  };
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`odoseal: ${text}\n`);

/** Ends the check, with a sentence why. */
class Stop extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @throws Stop for what could not be loaded */
function orStop<T extends object>(result: T | { readonly problem: string }): Exclude<T, { readonly problem: string }> {
  if ('problem' in result) throw new Stop(NOT_CHECKED, result.problem);
  // What has no problem is none of those that have one.
  return result as Exclude<T, { readonly problem: string }>;
}

/** The keys that were given, and the issuer that is accepted with them. @throws Stop */
async function givenKeys(jwks: string, issuer: string | undefined) {
  const source = orStop(await loadKeys(jwks));
  const accepted = issuer ?? source.issuer;
  if (accepted === undefined)
    throw new Stop(WRONG_USAGE, 'the keys name no issuer: say which one to accept with --issuer');
  if (source.issuer !== undefined && source.issuer !== accepted)
    throw new Stop(NOT_CHECKED, 'the keys are those of another issuer');
  return { keys: source.keys, issuer: accepted };
}

const wrongUsage = (sentence: string): Stop => new Stop(WRONG_USAGE, `${sentence}\n\n${USAGE}`);

async function verifyStatements({
  files,
  jwks,
  issuer,
  log,
  logKey,
  status,
  tsaRoot,
  json,
}: VerifyArguments): Promise<number> {
  if (tsaRoot !== undefined) throw wrongUsage('only a bundle has a timestamp: --tsa-root is for bundles and PDFs');
  if (jwks === undefined) throw wrongUsage('no keys: --jwks FILE or --jwks https://...');
  if ((log === undefined) !== (logKey === undefined)) throw wrongUsage('a log needs its key: --log and --log-key');
  const crypto = { sha256, verifyEs256: makeVerifyEs256() };
  const given = { ...(await givenKeys(jwks, issuer)), crypto };
  const wholeLog =
    log === undefined || logKey === undefined
      ? undefined
      : orStop(await loadLog(log, orStop(await loadLogKey(logKey))));
  const lists =
    status.length === 0
      ? undefined
      : orStop(await loadStatusLists(status, { keys: given.keys, crypto: { ...crypto, inflate } }));
  const checked = await verifyFiles(files, { ...given, loggedAt: placeIn(wholeLog) });
  const held = heldOf(checked.files);
  const report = {
    ...checked,
    ...(wholeLog !== undefined && { log: checkLog(wholeLog, held, given) }),
    ...(lists !== undefined && { status: checkStatus(lists, held) }),
  };
  say(json ? reportJson(report) : reportText(report));
  return exitStatus(report);
}

async function verifyBundleFiles({
  files,
  jwks,
  issuer,
  log,
  logKey,
  status,
  tsaRoot,
  json,
}: VerifyArguments): Promise<number> {
  const crypto = { sha256, verifyEs256: makeVerifyEs256(), verifyEd25519, inflate };
  const found = await verifyBundles(files, {
    ...(jwks === undefined ? issuer !== undefined && { issuer } : await givenKeys(jwks, issuer)),
    ...(logKey !== undefined && { logKeys: [orStop(await loadLogKey(logKey))] }),
    ...(log !== undefined && { log: (key) => loadLog(log, key) }),
    timestamps: { digest, verifyX509, ...(tsaRoot !== undefined && { roots: orStop(await loadRoots(tsaRoot)).roots }) },
    ...(status.length > 0 && { lists: (keys) => loadStatusLists(status, { keys, crypto }) }),
    crypto,
  });
  say(json ? bundlesJson(found) : bundlesText(found));
  return bundlesExit(found);
}

/** Whether statements can be checked with what was named; bundles and PDFs need less, and take more. */
const suitsStatements = ({ jwks, log, logKey, tsaRoot }: VerifyArguments): boolean =>
  jwks !== undefined && tsaRoot === undefined && (log === undefined) === (logKey === undefined);

/** What the first file is decides what is checked; where that cannot be told, what was named beside it. */
async function verify(named: VerifyArguments): Promise<number> {
  const first = await readSubject(named.files[0] ?? '');
  // What is too large for a bundle is too large for a statement, and needs no keys to be refused.
  const known = first.kind !== 'statement' && first.kind !== 'unreadable';
  const forStatements = !known && (beginsAsStatement(first) || suitsStatements(named));
  return forStatements ? verifyStatements(named) : verifyBundleFiles(named);
}

async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args);
  if (read === 'help') {
    say(USAGE);
    return VERIFIED;
  }
  if ('wrong' in read) throw wrongUsage(read.wrong);
  return verify(read);
}

/** A fault of the program must not look like a verdict: Node itself would end with 1. */
function fault(error: unknown): number {
  complain(error instanceof Stop ? error.message : 'the check itself failed; nothing was verified');
  return error instanceof Stop ? error.status : NOT_CHECKED;
}

// A reader that stops early (`| head`) is no fault of the check.
process.stdout.on('error', () => undefined);
process.exitCode = await run(process.argv.slice(2)).catch(fault);
