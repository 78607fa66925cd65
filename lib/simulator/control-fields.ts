// The fields that bodies of the control API share, each with its bounds: whatever these let through keeps every instant of
// the simulator within what a date can be written as. Distances are whole metres.

import * as z from 'zod/mini';
import { permissionTexts } from './permissions.ts';
import { signals } from './signals.ts';
import { type VendorErrorName, vendorErrors } from './vendor-error.ts';

/** The simulator's clock never stands behind this: later years have no four digits, and dates end soon after. */
export const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

const YEARS_SECONDS = 10_000 * 365 * 86_400;

export const secondsField = z.number().check(z.gte(0), z.lte(YEARS_SECONDS));
export const hoursField = z.number().check(z.gt(0), z.lte(YEARS_SECONDS / 3600));
export const millisecondsField = z.number().check(z.gte(0), z.lte(YEARS_SECONDS * 1000));

export const metresField = z.int().check(z.gte(0), z.lte(10_000_000_000));
export const vinField = z.string().check(z.regex(/^[A-Za-z0-9]{17}$/), z.describe('17 letters and digits'));
export const emailField = z
  .string()
  .check(z.regex(/^[^\s@]+@[^\s@]+$/), z.describe('an e-mail address, such as driver@example.com'));
export const receiverField = z
  .url({ protocol: /^https?$/ })
  .check(z.describe('an http or https address, such as https://receiver.example/events'));

export const simulationField = z.enum([
  'not_started',
  'parked',
  'driving',
  'charging',
  'paused',
  'finished',
  'removed',
]);
export const throttleField = z.strictObject({
  calls: z.int().check(z.gte(0)),
  seconds: z.number().check(z.gt(0), z.lte(YEARS_SECONDS)),
});

// Object.keys forgets the names; z.enum wants them as a tuple of at least one.
export const errorField = z.enum(Object.keys(vendorErrors) as [VendorErrorName, ...VendorErrorName[]]);
export const permissionField = z.enum(Object.keys(permissionTexts));
export const signalField = z.enum(signals.map(({ code }) => code));
