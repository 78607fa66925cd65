// The variables that webhook-endpoints refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  CURSOR_KEY_ID: z.string().check(z.minLength(1)),
  WEBHOOK_KEY_ID: z.string().check(z.minLength(1)),
  /** `allowed` where the service runs on one machine: then an endpoint may be on loopback, in plain HTTP. */
  WEBHOOK_LOOPBACK: z.string().check(z.regex(/^(allowed|refused)$/)),
});
