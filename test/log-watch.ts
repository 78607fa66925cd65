// Loaded before each test file: whatever functions write while it runs is searched for what no line may hold, by its form, so that no
// test has to name its own canaries. The test in which such a line was written fails. Who takes a stream away hands on what came (`heed`).
import { format } from 'node:util';
import { afterAll, afterEach } from 'vitest';
import { CANARIES } from './lib/aws/canaries.ts';

const FORMS: Readonly<Record<string, RegExp>> = {
  VIN: /(?<![A-Za-z0-9])(?=[A-Z]*\d)(?=\d*[A-Z])[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9])/,
  'e-mail address': /[\w.+-]+@[\w-]+(\.[\w-]+)+/,
  // Tokens of sessions, links and keys: 32 bytes in base64url.
  secret: /(?<![\w+/-])[\w-]{43}(?![\w=+/-])/,
  'API key': /ods_[0-9a-f]{32}_/,
  'secret of a webhook': /whsec_/,
  // A gateway's request id has 15 characters, and may begin like one.
  token: /(?<![\w-])eyJ[\w-]{17}|[Bb]earer /,
  'private link': /\/(connect|my-data|s)\/[\w.-]{20}|X-Amz-(Signature|Security-Token)/,
  // All that the vehicle platform makes up: its tokens, ids and codes.
  'id of the platform': /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
};

/** What a line holds that none may. */
export const toldIn = (line: string): readonly string[] => [
  ...Object.entries(FORMS).flatMap(([what, form]) => (form.test(line) ? [what] : [])),
  ...Object.entries(CANARIES).flatMap(([name, canary]) => (line.includes(canary) ? [`canary ${name}`] : [])),
];

/** @throws when a line holds something */
export function expectNothingTold(lines: readonly string[]): void {
  const told = lines.flatMap((line) => toldIn(line).map((what) => `${what}: ${line.trim()}`));
  if (told.length > 0) throw new Error(`I12 a log line holds what none may: ${told.slice(0, 5).join('\n')}`);
}

const SEEN: unique symbol = Symbol.for('log lines since the test before');
const place: typeof globalThis & { [SEEN]?: string[] } = globalThis;

/** One list for the streams of a process, which are patched once, however many test files it runs. */
const seen = place[SEEN] ?? watchStreams([]);
place[SEEN] = seen;

export const heed = (line: string): void => void seen.push(line);

/** Lines since the last time. */
export const takeSeen = (): readonly string[] => seen.splice(0);

function watchStreams(lines: string[]): string[] {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...said: readonly unknown[]) => boolean;
    stream.write = (...said: readonly unknown[]) => {
      lines.push(String(said[0]));
      return write(...said);
    };
  }
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const say = console[level].bind(console);
    console[level] = (...said: readonly unknown[]) => {
      lines.push(format(...said));
      say(...said);
    };
  }
  return lines;
}

const search = (): void => expectNothingTold(takeSeen());
afterEach(search);
// What hooks have written.
afterAll(search);
