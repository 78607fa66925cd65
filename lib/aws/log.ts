// Log lines as JSON on standard output, which Lambda hands to CloudWatch. A line takes only ids, codes and counts: there is no way to
// hand it an object, so no VIN, token, body or URL can slip in with one.

export type Field = string | number | boolean | undefined;

export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, Field>>) => void;

export function makeLog(write: (line: string) => void, context: Readonly<Record<string, Field>>): Log {
  return (level, message, fields = {}) => write(`${JSON.stringify({ level, message, ...context, ...fields })}\n`);
}

/** What may be said of a fault: its class and its code, and those of what caused it; never its message, which may quote input. */
export function describeFault(fault: unknown): {
  readonly error: string;
  readonly code?: string;
  readonly cause?: string;
} {
  if (!(fault instanceof Error)) return { error: typeof fault };
  const code = 'code' in fault && typeof fault.code === 'string' ? { code: fault.code } : {};
  const cause = fault.cause instanceof Error ? { cause: fault.cause.name } : {};
  return { error: fault.name, ...code, ...cause };
}
