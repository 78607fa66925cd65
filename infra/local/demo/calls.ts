// What the play cost in calls, as the functions counted them themselves: SDK middleware and the vehicle transport write one log line per
// invocation.
import { UNTOLD_SHARDS } from '../../../lib/aws/keys.ts';
import type { LogLine } from '../function-copy.ts';
import type { Steady } from './report.ts';

type Counts = Readonly<Record<string, number>>;

function countsOf(line: LogLine): { readonly function: string; readonly counts: Counts } | undefined {
  const { text } = line;
  if (!text.includes('"message":"calls"')) return undefined;
  const { level: _, message: __, function: name, requestId: ___, ...counts } = JSON.parse(text);
  return { function: String(name), counts };
}

export function countCalls(lines: readonly LogLine[]): Counts {
  const sum: Record<string, number> = {};
  for (const line of lines) {
    for (const [call, n] of Object.entries(countsOf(line)?.counts ?? {})) sum[call] = (sum[call] ?? 0) + n;
  }
  return sum;
}

/** Calls that reached for a car, and statements signed. */
export function workIn(lines: readonly LogLine[]): { readonly asked: number; readonly signed: number } {
  // Checkpoints are signed too; statements are what is counted here.
  const counts = countCalls(lines.filter((line) => !isAfterwards(line)));
  const asked = Object.entries(counts).reduce((sum, [call, n]) => (call.startsWith('vehicle.') ? sum + n : sum), 0);
  return { asked, signed: counts['KMS.Sign'] ?? 0 };
}

const perContract = (counts: Counts, contracts: number, belongs: (call: string) => boolean): number => {
  const sum = Object.entries(counts).reduce((all, [call, n]) => (belongs(call) ? all + n : all), 0);
  return Math.round((sum / contracts) * 100) / 100;
};

/** Planner, sweep and sealer look every few minutes whether there is anything to do, however many contracts there are. */
const LOOKS: Counts = {
  'plan-reads': Number.POSITIVE_INFINITY,
  'seal-log': Number.POSITIVE_INFINITY,
  // For events and for deliveries; what it finds leads to queries of tables.
  'send-webhooks': 2 * UNTOLD_SHARDS,
};

/** Calls of an invocation, without those that only looked. */
const beyondLooks = ({ functionName }: LogLine, call: string, n: number): number =>
  call === 'DynamoDB.Query' ? Math.max(0, n - (LOOKS[functionName] ?? 0)) : n;

/** Look everything over, however often; no month is made of it. */
const isCheck = (line: LogLine): boolean => ['check-log', 'tally-runs'].includes(line.functionName);

/** What comes after a statement is signed: the log, and telling. */
const isAfterwards = (line: LogLine): boolean => ['seal-log', 'send-webhooks'].includes(line.functionName);

/** The work of taking and using what cars tell by themselves, apart from turns. */
function isPush(line: LogLine, counts: Counts): boolean {
  if (line.functionName === 'vehicle-events') return true;
  const asks = Object.keys(counts).some((call) => call.startsWith('vehicle.') || call === 'KMS.Sign');
  return (counts[USED] ?? 0) > 0 && !asks;
}

const USED = 'push.used';

/** Calls alone: what was pushed was a call of somebody else's. */
export const callsIn = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([name]) => name !== USED));

export const pushesIn = (counts: Counts): number => counts[USED] ?? 0;

/** Calls to AWS for each event that was pushed and used. */
export function callsPerPush(lines: readonly LogLine[]): number {
  const sum = countCalls(lines.filter((line) => isPush(line, countsOf(line)?.counts ?? {})));
  return perContract(sum, sum[USED] ?? 1, (call) => /^[A-Z]/.test(call));
}

/**
 * Calls per contract for a month in which every car answered at once; a call that serves a batch counts as its share. What cars tell by
 * themselves, they tell as often as they drive: that is counted for each push instead.
 * `awsWithSeal` includes the functions that log and tell; with few contracts it is mostly what a batch costs together.
 */
export function steadyMonth(lines: readonly LogLine[], contracts: number): Steady {
  const counts: Record<string, number> = {};
  const afterwards: Record<string, number> = {};
  for (const line of lines.filter((one) => !isCheck(one))) {
    const into = isAfterwards(line) ? afterwards : counts;
    const own = countsOf(line)?.counts ?? {};
    if (isPush(line, own)) continue;
    for (const [call, n] of Object.entries(own)) {
      into[call] = (into[call] ?? 0) + beyondLooks(line, call, n);
    }
  }
  const isAws = (call: string): boolean => /^[A-Z]/.test(call);
  const aws = perContract(counts, contracts, isAws);
  return {
    vehicle: perContract(counts, contracts, (call) => call.startsWith('vehicle.')),
    auth: perContract(counts, contracts, (call) => call.startsWith('auth.') || call.startsWith('iam.')),
    aws,
    awsWithSeal: Math.round((aws + perContract(afterwards, contracts, isAws)) * 100) / 100,
  };
}
