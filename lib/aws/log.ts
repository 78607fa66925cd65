// Log lines as JSON on standard output, which Lambda hands to CloudWatch. A line takes only ids, codes and counts: there is no way to
// hand it an object, so no VIN, token, body or URL can slip in with one.

export type Field = string | number | boolean | undefined;

export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, Field>>) => void;

/** A field cannot take the place of level, message or context. */
export function makeLog(write: (line: string) => void, context: Readonly<Record<string, Field>>): Log {
  return (level, message, fields = {}) => {
    const own = { level, message, ...context };
    write(`${JSON.stringify({ ...own, ...fields, ...own })}\n`);
  };
}

interface FaultDescription {
  readonly error: string;
  readonly code?: string;
  readonly cause?: string;
  readonly causeCode?: string;
}

/** Names of classes and codes are words of this form. Other libraries put whatever they like there: that is not repeated. */
const NAME = /^\$?(?=.{1,60}$)[A-Z][A-Za-z]*(\.[A-Z][A-Za-z]*)*$/;
const CODE = /^(?!\w{17}$)[A-Z][A-Z0-9_]{0,59}$|^[A-Z_]{17}$/;

/** What may be said of a fault: its name and its code, and those of what caused it; never its message, which may quote input. */
export function describeFault(fault: unknown): FaultDescription {
  if (!(fault instanceof Error)) return { error: typeof fault };
  const { name: error, code } = named(fault);
  if (!(fault.cause instanceof Error)) return { error, ...(code === undefined ? {} : { code }) };
  const { name: cause, code: causeCode } = named(fault.cause);
  return {
    error,
    ...(code === undefined ? {} : { code }),
    cause,
    ...(causeCode === undefined ? {} : { causeCode }),
  };
}

function named(error: Error): { readonly name: string; readonly code?: string } {
  const name = NAME.test(error.name) ? error.name : 'unnamed';
  const code = 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : undefined;
  return code === undefined ? { name } : { name, code };
}
