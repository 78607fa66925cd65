// The variables that connect refuses to start without. infra/ sets exactly these, from this very schema.
import * as z from 'zod/mini';

export const environment = z.object({
  BUSINESS_TABLE: z.string().check(z.minLength(1)),
  VAULT_TABLE: z.string().check(z.minLength(1)),
  VAULT_KEY_ID: z.string().check(z.minLength(1)),
  RECONNECT_KEY_ID: z.string().check(z.minLength(1)),
  TEND_QUEUE_URL: z.string().check(z.minLength(1)),
  PUBLIC_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_CONNECT_ORIGIN: z.string().check(z.minLength(1)),
  VEHICLE_AUTH_ORIGIN: z.string().check(z.minLength(1)),
});
