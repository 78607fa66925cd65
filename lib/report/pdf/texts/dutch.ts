// A printed report in Dutch.
import type { Texts } from './texts.ts';

export const dutch: Texts = {
  title: 'Kilometerrapport',
  colon: ': ',
  semicolon: '; ',
  disclaimer:
    'Afstanden zijn zoals de kilometerteller van het voertuig ze doorgaf. Hoe ver het voertuig werkelijk reed, staat hier niet.',
  page: (page, pages) => `Pagina ${page} van ${pages}`,
  facts: {
    issuer: 'Afgegeven door',
    tenant: 'Voor',
    contract: 'Contract',
    reference: 'Kenmerk',
    vehicle: 'Voertuig',
    vin: 'Chassisnummer',
    span: 'Periode',
    made: 'Gemaakt op',
    odometer: 'Tellerstand',
    total: 'Afstand',
  },
  withheld: 'niet getoond',
  span: (from, to) => `${from} tot en met ${to}`,
  odometer: (distance, day) => `${distance} op ${day}`,
  total: (distance, without) =>
    without === 0
      ? distance
      : `${distance}; ${without === 1 ? 'één maand heeft' : `${without} maanden hebben`} geen eigen cijfer`,
  chart: {
    heading: 'Afstand per maand',
    alternative: (months, most) =>
      `Staven voor ${months} maanden, de langste ${most}. De tabel hieronder noemt elk cijfer.`,
    legend: {
      distance: 'afstand',
      bounds: 'daartussen ligt zij zeker',
      catchUp: 'van eerdere maanden',
      none: 'geen cijfer',
    },
  },
  table: {
    heading: 'Verklaringen',
    head: {
      seq: 'Nr.',
      month: 'Maand',
      distance: 'km',
      bounds: 'ten minste – ten hoogste',
      readToRead: 'van meting tot meting',
      closing: 'stand aan het einde',
      verdict: 'Oordeel',
    },
    partial: 'deel van de maand',
    catchUp: (distance) => `en ${distance} van eerdere maanden`,
  },
  verdict: { logical: 'logisch', illogical: 'onlogisch', no_judgement: 'geen oordeel' },
  noReading: {
    asleep: 'geen meting: de auto antwoordde niet',
    not_connected: 'geen meting: er was geen auto verbonden',
    reconnect_needed: 'geen meting: de bestuurder moest opnieuw inloggen',
    consent_withdrawn: 'geen meting: de bestuurder trok de toestemming in',
    refused: 'geen meting: de fabrikant weigerde haar',
  },
  standing: { superseded: 'vervangen door een latere verklaring', withdrawn: 'ingetrokken door een latere verklaring' },
  findings: {
    heading: 'Wat is opgevallen',
    none: 'Niets dat een meting in twijfel trekt.',
    unknown: 'Een bevinding waarvoor dit rapport geen woorden heeft',
  },
  check: {
    heading: 'Zo controleert u dit rapport',
    paragraphs: ({ keys, logKey, page }) => [
      'Elke regel van de tabel is een verklaring die werd ondertekend toen haar maand werd gesloten. De ondertekende verklaringen zijn als bundle.json bij dit bestand gevoegd, met alles wat voor een controle nodig is. Wat telt, is wat is ondertekend: deze pagina toont het alleen.',
      'Controleer dit bestand, zegel en verklaringen, zonder ons en zonder netwerk:',
      `odoseal verify BESTAND.pdf --jwks keys.json --log-key log.vkey\nkeys.json: ${keys}\nlog.vkey: ${logKey}`,
      `Het programma is één bestand; vergelijk zijn SHA-256 met de gepubliceerde. Of open ${page}: die pagina controleert dit bestand in een browser en verstuurt niets.`,
      `Zonder ons programma: elke verklaring is tot haar eerste „~” een JSON Web Token. Elke JOSE-bibliotheek controleert het (ES256) met die sleutels.`,
    ],
    scan: 'Dit rapport online',
  },
};
