// The variables that seal-log refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  ATTESTATIONS_TABLE: z.string().check(z.minLength(1)),
  LOG_TABLE: z.string().check(z.minLength(1)),
  CHECKPOINT_KEY_ID: z.string().check(z.minLength(1)),
  ISSUER: z.string().check(z.minLength(1)),
  /** Of the time-stamping authority; `none`: heads of the log get no timestamps. */
  TIMESTAMP_URL: z.string().check(z.minLength(1)),
});
