// The `odoseal` program: `odoseal verify FILE… --jwks FILE|URL`. It reads its arguments and chooses the exit status; the checking is
// verify-files.ts. Exit status: 0 verified, 1 not verified, 2 wrong usage, 3 could not check.
import { parseArgs } from 'node:util';
import { loadKeys } from './key-source.ts';
import { type LoadedLog, type LogNames, loadLog } from './log-source.ts';
import { inflate, makeVerifyEs256, sha256 } from './node-primitives.ts';
import { checkStatus, type LoadedStatusLists, loadStatusLists } from './status-lists.ts';
import { checkLog, exitStatus, heldOf, NOT_CHECKED, VERIFIED, verifyFiles } from './verify-files.ts';
import { reportJson, reportText } from './verify-text.ts';

const WRONG_USAGE = 2;

const USAGE = `usage: odoseal verify FILE... --jwks FILE|URL [--issuer ISSUER] [--json]
                      [--log DIR|URL --log-key FILE|URL] [--status FILE|URL]...

Checks signed mileage statements with public keys alone. Given several statements
of one contract, it also checks that they form one chain without a hole. Given
the public log, it reads all of it: each statement has one entry there, and
nothing else has its slot. Given status lists, it says which statements were in
force when those were made.

  --jwks FILE|URL   the issuer's public keys: a file, or an https address
  --issuer ISSUER   the issuer to accept; without it, the one that the keys name
  --log DIR|URL     the public log: a copy of it, or its address
  --log-key FILE|URL  the key that the log is signed with
  --status FILE|URL   a status list of a contract: its statements name the address
  --json            one JSON document instead of text
  --help            this text

exit status: 0 verified, 1 not verified, 2 wrong usage, 3 could not check`;

interface VerifyArguments {
  readonly files: readonly string[];
  readonly jwks: string;
  readonly issuer?: string;
  readonly log?: LogNames;
  readonly status: readonly string[];
  readonly json: boolean;
}

type Arguments = VerifyArguments | 'help' | { readonly wrong: string };

const options = {
  jwks: { type: 'string' },
  issuer: { type: 'string' },
  log: { type: 'string' },
  'log-key': { type: 'string' },
  status: { type: 'string', multiple: true },
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
  const { jwks, issuer, log, 'log-key': logKey, status = [], json, help } = parsed.values;
  const [command, ...files] = parsed.positionals;
  if (help) return 'help';
  if (command !== 'verify') return { wrong: command === undefined ? 'no command' : `unknown command ${command}` };
  if (files.length === 0) return { wrong: 'no file to verify' };
  if (jwks === undefined) return { wrong: 'no keys: --jwks FILE or --jwks https://...' };
  if ((log === undefined) !== (logKey === undefined)) return { wrong: 'a log needs its key: --log and --log-key' };
  const logNames = log === undefined || logKey === undefined ? {} : { log: { log, logKey } };
  return { files, jwks, status, json, ...(issuer !== undefined && { issuer }), ...logNames };
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`odoseal: ${text}\n`);

async function verify({ files, jwks, issuer, log, status, json }: VerifyArguments): Promise<number> {
  const source = await loadKeys(jwks);
  if (!source.ok) {
    complain(source.problem);
    return NOT_CHECKED;
  }
  const accepted = issuer ?? source.issuer;
  if (accepted === undefined) {
    complain('the keys name no issuer: say which one to accept with --issuer');
    return WRONG_USAGE;
  }
  if (source.issuer !== undefined && source.issuer !== accepted) {
    complain('the keys are those of another issuer');
    return NOT_CHECKED;
  }
  const crypto = { sha256, verifyEs256: makeVerifyEs256() };
  const loaded: LoadedLog | undefined = log === undefined ? undefined : await loadLog(log);
  if (loaded !== undefined && 'problem' in loaded) {
    complain(loaded.problem);
    return NOT_CHECKED;
  }
  const lists: LoadedStatusLists | undefined =
    status.length === 0
      ? undefined
      : await loadStatusLists(status, { keys: source.keys, crypto: { ...crypto, inflate } });
  if (lists !== undefined && 'problem' in lists) {
    complain(lists.problem);
    return NOT_CHECKED;
  }
  const checked = await verifyFiles(files, { keys: source.keys, issuer: accepted, crypto });
  const held = heldOf(checked.files);
  const report = {
    ...checked,
    ...(loaded !== undefined && { log: checkLog(loaded, held) }),
    ...(lists !== undefined && { status: checkStatus(lists, held) }),
  };
  say(json ? reportJson(report) : reportText(report));
  return exitStatus(report);
}

async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args);
  if (read === 'help') {
    say(USAGE);
    return VERIFIED;
  }
  if ('wrong' in read) {
    complain(`${read.wrong}\n\n${USAGE}`);
    return WRONG_USAGE;
  }
  return verify(read);
}

/** A fault of the program must not look like a verdict: Node itself would end with 1. */
function fault(): number {
  complain('the check itself failed; nothing was verified');
  return NOT_CHECKED;
}

// A reader that stops early (`| head`) is no fault of the check.
process.stdout.on('error', () => undefined);
process.exitCode = await run(process.argv.slice(2)).catch(fault);
