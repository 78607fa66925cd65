// A printed report in German.
import type { Texts } from './texts.ts';

export const german: Texts = {
  title: 'Kilometerbericht',
  colon: ': ',
  semicolon: '; ',
  disclaimer:
    'Entfernungen sind so angegeben, wie der Kilometerzähler des Fahrzeugs sie gemeldet hat. Wie weit das Fahrzeug wirklich fuhr, ist nicht bescheinigt.',
  page: (page, pages) => `Seite ${page} von ${pages}`,
  facts: {
    issuer: 'Ausgestellt von',
    tenant: 'Für',
    contract: 'Vertrag',
    reference: 'Aktenzeichen',
    vehicle: 'Fahrzeug',
    vin: 'Fahrgestellnummer',
    span: 'Zeitraum',
    made: 'Erstellt am',
    odometer: 'Kilometerstand',
    total: 'Entfernung',
  },
  withheld: 'nicht gezeigt',
  span: (from, to) => `${from} bis ${to}`,
  odometer: (distance, day) => `${distance} am ${day}`,
  total: (distance, without) =>
    without === 0
      ? distance
      : `${distance}; ${without === 1 ? 'ein Monat hat' : `${without} Monate haben`} keine eigene Zahl`,
  chart: {
    heading: 'Entfernung nach Monaten',
    alternative: (months, most) =>
      `Balken für ${months} Monate, der längste ${most}. Die Tabelle darunter nennt jede Zahl.`,
    legend: {
      distance: 'Entfernung',
      bounds: 'dazwischen liegt sie sicher',
      catchUp: 'aus früheren Monaten',
      none: 'keine Zahl',
    },
  },
  table: {
    heading: 'Bescheinigungen',
    head: {
      seq: 'Nr.',
      month: 'Monat',
      distance: 'km',
      bounds: 'mindestens – höchstens',
      readToRead: 'zwischen Ablesungen',
      closing: 'Stand am Ende',
      verdict: 'Urteil',
    },
    partial: 'ein Teil des Monats',
    catchUp: (distance) => `und ${distance} aus früheren Monaten`,
  },
  verdict: { logical: 'schlüssig', illogical: 'unschlüssig', no_judgement: 'kein Urteil' },
  noReading: {
    asleep: 'keine Ablesung: das Auto antwortete nicht',
    not_connected: 'keine Ablesung: kein Auto war verbunden',
    reconnect_needed: 'keine Ablesung: der Fahrer musste sich neu anmelden',
    consent_withdrawn: 'keine Ablesung: der Fahrer widerrief die Zustimmung',
    refused: 'keine Ablesung: der Hersteller lehnte sie ab',
  },
  standing: {
    superseded: 'durch eine spätere Bescheinigung ersetzt',
    withdrawn: 'durch eine spätere Bescheinigung zurückgezogen',
  },
  findings: {
    heading: 'Was auffiel',
    none: 'Nichts, was eine Ablesung in Zweifel zieht.',
    unknown: 'Ein Befund, für den dieser Bericht keine Worte hat',
  },
  check: {
    heading: 'So prüfen Sie diesen Bericht',
    paragraphs: ({ keys, logKey, page }) => [
      'Jede Zeile der Tabelle ist eine Bescheinigung, die unterschrieben wurde, als ihr Monat abgeschlossen war. Die unterschriebenen Bescheinigungen sind dieser Datei als bundle.json beigefügt, mit allem, was eine Prüfung braucht. Es gilt, was unterschrieben ist: diese Seite zeigt es nur.',
      'Prüfen Sie diese Datei, Siegel und Bescheinigungen, ohne uns und ohne Netz:',
      `odoseal verify DATEI.pdf --jwks keys.json --log-key log.vkey\nkeys.json: ${keys}\nlog.vkey: ${logKey}`,
      `Das Programm ist eine einzige Datei; vergleichen Sie deren SHA-256 mit dem veröffentlichten. Oder öffnen Sie ${page}: Diese Seite prüft diese Datei in einem Browser und sendet nichts.`,
      `Ohne unser Programm: Bis zu ihrem ersten „~“ ist jede Bescheinigung ein JSON Web Token. Jede JOSE-Bibliothek prüft es (ES256) mit diesen Schlüsseln.`,
    ],
    scan: 'Dieser Bericht im Netz',
  },
};
