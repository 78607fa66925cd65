// A printed report in French.
import type { Texts } from './texts.ts';

export const french: Texts = {
  title: 'Rapport kilométrique',
  colon: '\u00a0: ',
  semicolon: '\u202f; ',
  disclaimer:
    'Les distances sont celles que le compteur du véhicule a indiquées. La distance réellement parcourue n’est pas attestée.',
  page: (page, pages) => `Page ${page} sur ${pages}`,
  facts: {
    issuer: 'Émis par',
    tenant: 'Pour',
    contract: 'Contrat',
    reference: 'Référence',
    vehicle: 'Véhicule',
    vin: 'VIN',
    span: 'Période',
    made: 'Établi le',
    odometer: 'Compteur',
    total: 'Distance',
  },
  withheld: 'non communiqué',
  span: (from, to) => `du ${from} au ${to}`,
  odometer: (distance, day) => `${distance} le ${day}`,
  total: (distance, without) =>
    without === 0
      ? distance
      : `${distance} ; ${without === 1 ? 'un mois n’a' : `${without} mois n’ont`} pas de chiffre propre`,
  chart: {
    heading: 'Distance par mois',
    alternative: (months, most) =>
      `Barres pour ${months} mois, la plus longue ${most}. Le tableau ci-dessous donne chaque chiffre.`,
    legend: {
      distance: 'distance',
      bounds: 'elle se situe avec certitude entre ces bornes',
      catchUp: 'de mois précédents',
      none: 'sans chiffre',
    },
  },
  table: {
    heading: 'Attestations',
    head: {
      seq: 'N°',
      month: 'Mois',
      distance: 'km',
      bounds: 'au moins – au plus',
      readToRead: 'de relevé à relevé',
      closing: 'compteur à la fin',
      verdict: 'Verdict',
    },
    partial: 'une partie du mois',
    catchUp: (distance) => `et ${distance} de mois précédents`,
  },
  verdict: { logical: 'logique', illogical: 'illogique', no_judgement: 'sans avis' },
  noReading: {
    asleep: 'aucun relevé : la voiture n’a pas répondu',
    not_connected: 'aucun relevé : aucune voiture n’était connectée',
    reconnect_needed: 'aucun relevé : le conducteur devait se reconnecter',
    consent_withdrawn: 'aucun relevé : le conducteur a retiré son accord',
    refused: 'aucun relevé : le constructeur l’a refusé',
  },
  standing: {
    superseded: 'remplacée par une attestation ultérieure',
    withdrawn: 'retirée par une attestation ultérieure',
  },
  findings: {
    heading: 'Ce qui a été constaté',
    none: 'Rien qui jette un doute sur un relevé.',
    unknown: 'Un constat pour lequel ce rapport n’a pas de mots',
  },
  check: {
    heading: 'Comment vérifier ce rapport',
    paragraphs: ({ keys, logKey, page }) => [
      'Chaque ligne du tableau est une attestation signée à la clôture de son mois. Les attestations signées sont jointes à ce fichier sous le nom bundle.json, avec tout ce qu’exige une vérification. Seul compte ce qui a été signé : cette page ne fait que le montrer.',
      'Vérifiez ce fichier, sceau et attestations, sans nous et sans réseau :',
      `odoseal verify FICHIER.pdf --jwks keys.json --log-key log.vkey\nkeys.json : ${keys}\nlog.vkey : ${logKey}`,
      `Le programme tient en un fichier ; comparez son SHA-256 à celui qui est publié. Ou ouvrez ${page} : cette page vérifie ce fichier dans un navigateur et n’envoie rien.`,
      `Sans notre programme : jusqu’à son premier « ~ », chaque attestation est un JSON Web Token. Toute bibliothèque JOSE le vérifie (ES256) avec ces clés.`,
    ],
    scan: 'Ce rapport en ligne',
  },
};
