// What a driver agrees to. The words stand on the link page; this names them in every connection.

/** The text the driver agrees to; a change of the text is a new version. */
export const CONSENT_VERSION = '2026-11-en';
