// The environment of a program that is started with nothing of this process's: but for what keeps it from starting, where the code is
// taken out.

/** A new object for each program. */
export const onlyOptions = (): Readonly<Record<string, string>> => {
  const { NODE_OPTIONS } = process.env;
  return NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS };
};
