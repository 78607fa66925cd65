// Findings in French.
import type { Sentences } from './sentences.ts';

export const french: Sentences = {
  rollback: ({ km }) => `Le compteur indiquait au moins ${km('earlierMetres')}, puis ${km('laterMetres')}.`,
  zero_reading: ({ km }) => `Le compteur indiquait au moins ${km('earlierMetres')}, puis a répondu zéro.`,
  vin_mismatch: ({ n }) =>
    n('foreignReadings') > 0
      ? 'La connexion a répondu avec le VIN d’un véhicule autre que celui du contrat.'
      : 'Depuis la réponse d’un autre véhicule, aucun relevé n’a porté le VIN de celui du contrat.',
  implausible_speed: ({ km, n }) =>
    `Le compteur a gagné ${km('gainMetres')} en ${n('elapsedSeconds')} secondes ; à ${n('ceilingKmPerHour')} km/h il gagne ${km('possibleMetres')}.`,
  starts_after_period: ({ n }) =>
    `Après la rupture qui précède, le compteur n’est redevenu fiable que ${n('lateSeconds')} secondes après la fin de cette période.`,
  odometer_replaced: ({ km }) =>
    `Le compteur a été déclaré remplacé : l’ancien indiquait ${km('oldMetres')}, le nouveau a commencé à ${km('newMetres')}.`,
  rollover: ({ km }) =>
    `Le compteur est arrivé au bout de ses six chiffres et a recommencé : après ${km('beforeMetres')}, il indique ${km('shownMetres')}.`,
  outlier: ({ km }) =>
    `Un relevé indiquait ${km('shownMetres')} entre ${km('beforeMetres')} et ${km('afterMetres')} ; il n’est pas compté.`,
  window_maximum: ({ km, n }) =>
    `Le compteur a gagné ${km('gainMetres')} en ${n('windowDays')} jours ; on ne roule guère plus de ${km('maximumMetres')} dans ce délai.`,
  unit_suspect: ({ km }) =>
    `Le compteur indique ${km('metres')} là où ${km('projectedMetres')} étaient attendus : le rapport entre milles et kilomètres.`,
  frozen_odometer: ({ n }) =>
    `Le compteur n’a pas bougé pendant ${n('days')} jours : la voiture était arrêtée, ou l’instrument.`,
  stale_reading: ({ n }) =>
    `Un relevé qui ouvre ou clôt la période datait de plus de ${n('limitHours')} heures quand il a été obtenu (ouverture ${n('openingAgeHours')} heures, clôture ${n('closingAgeHours')}).`,
  future_timestamp: ({ n }) =>
    `Un relevé qui ouvre ou clôt la période se dit mesuré ${n('aheadSeconds')} secondes après avoir été obtenu.`,
  boundary_contradicted: ({ km }) =>
    `Un relevé de ${km('lateReadingMetres')} est arrivé tard et ne s’accorde pas avec les ${km('boundaryMetres')} fixés pour le début de la période.`,
  disconnected_before_end: ({ n }) => `La connexion a pris fin ${n('hoursBeforeEnd')} heures avant la période.`,
  vin_shared: ({ n }) => `${n('contracts')} contrats portent sur ce véhicule.`,
  vin_check_digit: ({ n }) =>
    `La position ${n('position')} du VIN n’est pas sa clé de contrôle ; cela ne signale un VIN faux qu’en Amérique du Nord.`,
  reading_gap: ({ n }) => `Entre deux relevés, personne n’a regardé pendant ${n('days')} jours.`,
  rounding: ({ km }) =>
    `Des relevés inférieurs à un précédent de ${km('largestFallMetres')} au plus, dans la limite de l’arrondi, comptent comme le précédent.`,
};
