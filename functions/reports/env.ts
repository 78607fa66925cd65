// The variables that reports refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  CURSOR_KEY_ID: z.string().check(z.minLength(1)),
  REPORT_QUEUE_URL: z.string().check(z.minLength(1)),
  REPORT_BUCKET: z.string().check(z.minLength(1)),
  PUBLIC_ORIGIN: z.string().check(z.minLength(1)),
});
