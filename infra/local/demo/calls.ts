// What the play cost in calls, as the functions counted them themselves: SDK middleware and the vehicle transport write one log line per
// invocation.
import type { LogLine } from '../function-pool.ts';
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
  const counts = countCalls(lines);
  const asked = Object.entries(counts).reduce((sum, [call, n]) => (call.startsWith('vehicle.') ? sum + n : sum), 0);
  return { asked, signed: counts['KMS.Sign'] ?? 0 };
}

const perContract = (counts: Counts, contracts: number, belongs: (call: string) => boolean): number => {
  const sum = Object.entries(counts).reduce((all, [call, n]) => (belongs(call) ? all + n : all), 0);
  return Math.round((sum / contracts) * 100) / 100;
};

/** The planner looks every five minutes whether anything is due, however many contracts there are. */
const isPoll = (line: LogLine, call: string): boolean =>
  line.functionName === 'plan-reads' && call === 'DynamoDB.Query';

/**
 * Calls per contract for a month in which every car answered at once; a call that serves a batch counts as its share.
 * `awsWithSeal` includes the functions that log and tell, where the stack has them.
 */
export function steadyMonth(lines: readonly LogLine[], contracts: number): Steady {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    for (const [call, n] of Object.entries(countsOf(line)?.counts ?? {})) {
      if (!isPoll(line, call)) counts[call] = (counts[call] ?? 0) + n;
    }
  }
  const aws = perContract(counts, contracts, (call) => /^[A-Z]/.test(call));
  return {
    vehicle: perContract(counts, contracts, (call) => call.startsWith('vehicle.')),
    auth: perContract(counts, contracts, (call) => call.startsWith('auth.')),
    aws,
    awsWithSeal: aws,
  };
}
