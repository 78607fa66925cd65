// Findings in English.
import type { Sentences } from './sentences.ts';

export const english: Sentences = {
  rollback: ({ km }) => `The odometer showed at least ${km('earlierMetres')} and later ${km('laterMetres')}.`,
  zero_reading: ({ km }) => `The odometer showed at least ${km('earlierMetres')} and later answered zero.`,
  vin_mismatch: ({ n }) =>
    n('foreignReadings') > 0
      ? 'The connection answered with the VIN of a vehicle that is not the contracted one.'
      : 'Since another vehicle answered, no reading has carried the VIN of the contracted one.',
  implausible_speed: ({ km, n }) =>
    `The odometer gained ${km('gainMetres')} in ${n('elapsedSeconds')} seconds; at ${n('ceilingKmPerHour')} km/h it gains ${km('possibleMetres')}.`,
  starts_after_period: ({ n }) =>
    `After the break before it, the odometer could be trusted again only ${n('lateSeconds')} seconds after the end of this period.`,
  odometer_replaced: ({ km }) =>
    `The odometer was declared replaced: the old one showed ${km('oldMetres')}, the new one began at ${km('newMetres')}.`,
  rollover: ({ km }) =>
    `The odometer reached the end of its six digits and started over: after ${km('beforeMetres')} it shows ${km('shownMetres')}.`,
  outlier: ({ km }) =>
    `One reading showed ${km('shownMetres')} between ${km('beforeMetres')} and ${km('afterMetres')}; it was left out.`,
  window_maximum: ({ km, n }) =>
    `The odometer gained ${km('gainMetres')} within ${n('windowDays')} days; more than ${km('maximumMetres')} is hardly driven in that time.`,
  unit_suspect: ({ km }) =>
    `The odometer shows ${km('metres')} where ${km('projectedMetres')} was to be expected: the ratio of miles to kilometres.`,
  frozen_odometer: ({ n }) => `The odometer did not move for ${n('days')} days: the car stood, or the instrument did.`,
  stale_reading: ({ n }) =>
    `A reading that opens or closes the period was more than ${n('limitHours')} hours old when fetched (opening ${n('openingAgeHours')} hours, closing ${n('closingAgeHours')}).`,
  future_timestamp: ({ n }) =>
    `A reading that opens or closes the period says that it was measured ${n('aheadSeconds')} seconds after it was fetched.`,
  boundary_contradicted: ({ km }) =>
    `A reading of ${km('lateReadingMetres')} came late and does not fit the ${km('boundaryMetres')} fixed for the start of the period.`,
  disconnected_before_end: ({ n }) => `The connection ended ${n('hoursBeforeEnd')} hours before the period did.`,
  vin_shared: ({ n }) => `${n('contracts')} contracts are about this vehicle.`,
  vin_check_digit: ({ n }) =>
    `Position ${n('position')} of the VIN is not its check digit; only in North America does that mean a wrong VIN.`,
  reading_gap: ({ n }) => `Between two readings lie ${n('days')} days in which nobody looked.`,
  rounding: ({ km }) =>
    `Readings lower than an earlier one by up to ${km('largestFallMetres')}, within unit rounding, count as the earlier figure.`,
};
