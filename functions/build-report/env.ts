// The variables that build-report refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  ATTESTATIONS_TABLE: z.string().check(z.minLength(1)),
  LOG_TABLE: z.string().check(z.minLength(1)),
  /** All of one purpose, the oldest first, with commas between. */
  STATEMENT_KEY_IDS: z.string().check(z.minLength(1)),
  STATUS_LIST_KEY_IDS: z.string().check(z.minLength(1)),
  PDF_SEAL_KEY_IDS: z.string().check(z.minLength(1)),
  /** Of each purpose the one that signs. */
  STATUS_LIST_KEY_ID: z.string().check(z.minLength(1)),
  PDF_SEAL_KEY_ID: z.string().check(z.minLength(1)),
  /** PEM, for the key that seals; `self-issued`: it issues one to itself. */
  SEAL_CERTIFICATES: z.string().check(z.minLength(1)),
  /** Of the time-stamping authority; `none`: seals get no timestamps. */
  TIMESTAMP_URL: z.string().check(z.minLength(1)),
  CHECKPOINT_KEY_ID: z.string().check(z.minLength(1)),
  ISSUER: z.string().check(z.minLength(1)),
  REPORT_BUCKET: z.string().check(z.minLength(1)),
});
