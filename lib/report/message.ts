// Messages of the report queue: a report to build, or a contract whose reports are to be deleted. Ids only.
import * as z from 'zod/mini';

export const reportMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('build'), tenantId: z.string(), reportId: z.string() }),
  z.strictObject({ kind: z.literal('forget'), tenantId: z.string(), contractId: z.string() }),
]);

/** How often the queue delivers a message before it sets it aside. */
export const REPORT_TRIES = 5;
