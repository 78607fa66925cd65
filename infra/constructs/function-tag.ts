// The tag that names the function a role belongs to. Resource policies recognise our own functions by it: the tables and keys
// are deployed before the functions, so their policies cannot name roles that do not exist yet.

/** Tag key on every function's role; its value is the function's folder name. */
export const FUNCTION_TAG = 'odoseal-function';

/** Policy condition: the caller is none of the named functions (nor is a caller without the tag). */
export const unlessFunction = (...names: readonly string[]): Readonly<Record<string, unknown>> => ({
  StringNotEquals: { [`aws:PrincipalTag/${FUNCTION_TAG}`]: names.length === 1 ? names[0] : names },
});
