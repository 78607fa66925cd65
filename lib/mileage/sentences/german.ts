// Findings in German.
import type { Sentences } from './sentences.ts';

export const german: Sentences = {
  rollback: ({ km }) => `Der Kilometerzähler zeigte mindestens ${km('earlierMetres')} und später ${km('laterMetres')}.`,
  zero_reading: ({ km }) => `Der Kilometerzähler zeigte mindestens ${km('earlierMetres')} und meldete später null.`,
  vin_mismatch: ({ n }) =>
    n('foreignReadings') > 0
      ? 'Die Verbindung antwortete mit der Fahrgestellnummer eines anderen Fahrzeugs als dem des Vertrags.'
      : 'Seit ein anderes Fahrzeug antwortete, trug keine Ablesung die Fahrgestellnummer des Vertragsfahrzeugs.',
  implausible_speed: ({ km, n }) =>
    `Der Zähler stieg in ${n('elapsedSeconds')} Sekunden um ${km('gainMetres')}; bei ${n('ceilingKmPerHour')} km/h sind es ${km('possibleMetres')}.`,
  starts_after_period: ({ n }) =>
    `Nach dem Bruch davor war der Zähler erst ${n('lateSeconds')} Sekunden nach dem Ende dieses Zeitraums wieder verlässlich.`,
  odometer_replaced: ({ km }) =>
    `Der Zähler wurde laut Meldung ersetzt: Der alte zeigte ${km('oldMetres')}, der neue begann bei ${km('newMetres')}.`,
  rollover: ({ km }) =>
    `Der Zähler erreichte das Ende seiner sechs Stellen und begann von vorn: Nach ${km('beforeMetres')} zeigt er ${km('shownMetres')}.`,
  outlier: ({ km }) =>
    `Eine Ablesung zeigte ${km('shownMetres')} zwischen ${km('beforeMetres')} und ${km('afterMetres')}; sie zählt nicht.`,
  window_maximum: ({ km, n }) =>
    `Der Zähler stieg innerhalb von ${n('windowDays')} Tagen um ${km('gainMetres')}; mehr als ${km('maximumMetres')} fährt in dieser Zeit kaum jemand.`,
  unit_suspect: ({ km }) =>
    `Der Zähler zeigt ${km('metres')}, wo ${km('projectedMetres')} zu erwarten waren: das Verhältnis von Meilen zu Kilometern.`,
  frozen_odometer: ({ n }) =>
    `Der Zähler bewegte sich ${n('days')} Tage lang nicht: Das Auto stand, oder das Instrument.`,
  stale_reading: ({ n }) =>
    `Eine Ablesung, die den Zeitraum öffnet oder schließt, war beim Abruf mehr als ${n('limitHours')} Stunden alt (Beginn ${n('openingAgeHours')} Stunden, Ende ${n('closingAgeHours')}).`,
  future_timestamp: ({ n }) =>
    `Eine Ablesung, die den Zeitraum öffnet oder schließt, will ${n('aheadSeconds')} Sekunden nach ihrem Abruf gemessen worden sein.`,
  boundary_contradicted: ({ km }) =>
    `Eine Ablesung von ${km('lateReadingMetres')} kam spät und passt nicht zu den ${km('boundaryMetres')}, die für den Beginn des Zeitraums feststehen.`,
  disconnected_before_end: ({ n }) => `Die Verbindung endete ${n('hoursBeforeEnd')} Stunden vor dem Zeitraum.`,
  vin_shared: ({ n }) => `${n('contracts')} Verträge betreffen dieses Fahrzeug.`,
  vin_check_digit: ({ n }) =>
    `Stelle ${n('position')} der Fahrgestellnummer ist nicht ihre Prüfziffer; nur in Nordamerika bedeutet das eine falsche Nummer.`,
  reading_gap: ({ n }) => `Zwischen zwei Ablesungen liegen ${n('days')} Tage, in denen niemand hinsah.`,
  rounding: ({ km }) =>
    `Ablesungen, die um bis zu ${km('largestFallMetres')} unter einer früheren liegen, innerhalb der Rundung, zählen als die frühere.`,
};
