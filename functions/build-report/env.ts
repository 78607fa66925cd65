// The variables that build-report refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  ATTESTATIONS_TABLE: z.string().check(z.minLength(1)),
  REPORT_BUCKET: z.string().check(z.minLength(1)),
});
