// The variables that tend-connection refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  VAULT_TABLE: z.string().check(z.minLength(1)),
  VAULT_KEY_ID: z.string().check(z.minLength(1)),
  TEND_QUEUE_URL: z.string().check(z.minLength(1)),
  READ_QUEUE_URL: z.string().check(z.minLength(1)),
  REPORT_QUEUE_URL: z.string().check(z.minLength(1)),
  VEHICLE_AUTH_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_API_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_IAM_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_V3_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_V2_MANAGEMENT_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_MANAGEMENT_ORIGIN: z.string().check(z.minLength(1)),
});
