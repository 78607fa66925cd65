// Findings in Dutch.
import type { Sentences } from './sentences.ts';

export const dutch: Sentences = {
  rollback: ({ km }) => `De teller stond op ten minste ${km('earlierMetres')} en later op ${km('laterMetres')}.`,
  zero_reading: ({ km }) => `De teller stond op ten minste ${km('earlierMetres')} en gaf later nul door.`,
  vin_mismatch: ({ n }) =>
    n('foreignReadings') > 0
      ? 'De verbinding antwoordde met het chassisnummer van een ander voertuig dan dat van het contract.'
      : 'Sinds een ander voertuig antwoordde, is het chassisnummer van het contract niet meer gelezen.',
  implausible_speed: ({ km, n }) =>
    `De teller liep in ${n('elapsedSeconds')} seconden ${km('gainMetres')} op; bij ${n('ceilingKmPerHour')} km/u is dat ${km('possibleMetres')}.`,
  starts_after_period: ({ n }) =>
    `Na de onderbreking ervoor was de teller pas ${n('lateSeconds')} seconden na het einde van deze periode weer betrouwbaar.`,
  odometer_replaced: ({ km }) =>
    `De teller is volgens opgave vervangen: de oude stond op ${km('oldMetres')}, de nieuwe begon bij ${km('newMetres')}.`,
  rollover: ({ km }) =>
    `De teller kwam aan het einde van zijn zes cijfers en begon opnieuw: na ${km('beforeMetres')} staat hij op ${km('shownMetres')}.`,
  outlier: ({ km }) =>
    `Eén meting gaf ${km('shownMetres')} tussen ${km('beforeMetres')} en ${km('afterMetres')}; die telt niet mee.`,
  window_maximum: ({ km, n }) =>
    `De teller liep binnen ${n('windowDays')} dagen ${km('gainMetres')} op; meer dan ${km('maximumMetres')} wordt in die tijd nauwelijks gereden.`,
  unit_suspect: ({ km }) =>
    `De teller staat op ${km('metres')} waar ${km('projectedMetres')} te verwachten was: de verhouding van mijlen tot kilometers.`,
  frozen_odometer: ({ n }) => `De teller stond ${n('days')} dagen stil: de auto, of het instrument.`,
  stale_reading: ({ n }) =>
    `Een meting die de periode opent of sluit was bij het ophalen meer dan ${n('limitHours')} uur oud (begin ${n('openingAgeHours')} uur, einde ${n('closingAgeHours')}).`,
  future_timestamp: ({ n }) =>
    `Een meting die de periode opent of sluit zou ${n('aheadSeconds')} seconden na het ophalen gedaan zijn.`,
  boundary_contradicted: ({ km }) =>
    `Een meting van ${km('lateReadingMetres')} kwam laat en past niet bij de ${km('boundaryMetres')} die voor het begin van de periode vaststaat.`,
  disconnected_before_end: ({ n }) => `De verbinding eindigde ${n('hoursBeforeEnd')} uur voor de periode.`,
  vin_shared: ({ n }) => `${n('contracts')} contracten gaan over dit voertuig.`,
  vin_check_digit: ({ n }) =>
    `Positie ${n('position')} van het chassisnummer is niet het controlecijfer; alleen in Noord-Amerika betekent dat een fout nummer.`,
  reading_gap: ({ n }) => `Tussen twee metingen liggen ${n('days')} dagen waarin niemand keek.`,
  rounding: ({ km }) =>
    `Metingen die tot ${km('largestFallMetres')} onder een eerdere liggen, binnen de afronding, tellen als de eerdere stand.`,
};
