// The versions of the vehicle platform's API, by name.

/** An application is read on one of them. */
export const PLATFORMS = ['v2', 'v3'] as const;

/** Of what names none: it is older than the other. */
export const FIRST_PLATFORM = 'v2' satisfies (typeof PLATFORMS)[number];
