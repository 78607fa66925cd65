// Where the log is published, and what it is called: below `/log` of the public origin, named by that address without its scheme
// (c2sp.org/tlog-tiles, "Parameters").

/** Path of the log below the public origin, without slashes at its ends. */
const LOG_PATH = 'log';

/** @param issuer the public origin, without a trailing slash */
export const logOrigin = (issuer: string): string => `${issuer.replace(/^https?:\/\//, '')}/${LOG_PATH}`;
