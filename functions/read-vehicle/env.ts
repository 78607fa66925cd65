// The variables that read-vehicle refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  ATTESTATIONS_TABLE: z.string().check(z.minLength(1)),
  VAULT_TABLE: z.string().check(z.minLength(1)),
  VAULT_KEY_ID: z.string().check(z.minLength(1)),
  STATEMENT_KEY_ID: z.string().check(z.minLength(1)),
  ISSUER: z.string().check(z.minLength(1)),
  TEND_QUEUE_URL: z.string().check(z.minLength(1)),
  READ_QUEUE_URL: z.string().check(z.minLength(1)),
  VEHICLE_API_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_V3_ORIGIN: z.string().check(z.minLength(1)),
});
