// Messages of the report queue: a report to build, or a contract whose reports are to be deleted. Ids only. And what an operator asks.
import * as z from 'zod/mini';
import { certificateSubject } from './certificates.ts';

export const reportMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('build'), tenantId: z.string(), reportId: z.string() }),
  z.strictObject({ kind: z.literal('forget'), tenantId: z.string(), contractId: z.string() }),
]);

/** Not from the queue: IAM lets operators ask for it. */
export const certificateAsked = z.strictObject({ certificateRequest: certificateSubject });

/** How often the queue delivers a message before it sets it aside. */
export const REPORT_TRIES = 5;
