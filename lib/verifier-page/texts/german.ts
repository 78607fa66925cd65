// The page in German.
import type { PageTexts } from './texts.ts';

export const german: PageTexts = {
  name: 'Deutsch',
  title: 'Einen Kilometerbericht prüfen',
  intro:
    'Wählen Sie das PDF oder das Bündel, das Sie erhalten haben. Geprüft wird hier, in Ihrem Browser: Es wird nichts gesendet, und ist diese Seite einmal offen, braucht es kein Netz.',
  shared: {
    title: 'Ein geteilter Kilometerbericht',
    intro:
      'Dieser Bericht kam mit allem, was ihn beweist, und wird hier geprüft, in Ihrem Browser. Angaben, die nicht gezeigt werden, sind weggelassen; was unterschrieben wurde, wird trotzdem geprüft.',
    save: 'Speichern, was geprüft wurde, um es mit einem anderen Programm zu prüfen',
  },
  choose: 'Zu prüfende Dateien',
  hint: 'Ein PDF, ein Bündel (JSON) oder Bescheinigungen (SD-JWT). Dazu, falls vorhanden: ein Schlüsselsatz (JWKS), der Schlüssel des Logs, Statuslisten.',
  drop: 'Oder ziehen Sie sie auf diese Seite.',
  checking: 'Wird geprüft …',
  outcome: {
    verified: 'Geprüft: Alles stimmt.',
    not_verified: 'Nicht bestätigt: Etwas stimmt nicht.',
    not_checked: 'Konnte nicht geprüft werden.',
  },
  keys: {
    heading: 'Schlüssel',
    served: (issuer, server) =>
      `Geprüft mit den Schlüsseln von ${issuer}, wie ${server} sie mit dieser Seite ausgegeben hat.`,
    files: (names) => `Geprüft mit den Schlüsseln in ${names}.`,
    ownLog:
      'Der Schlüssel des Logs ist der aus dem Bündel: Er zeigt, dass das Bündel in sich stimmt, nicht, wessen Log es ist.',
    none: 'Es waren keine Schlüssel zum Prüfen da.',
  },
  trust: {
    heading: 'Wem Sie hier vertrauen',
    text: 'Diese Seite und ihre Schlüssel kommen vom Server dessen, der den Bericht ausgestellt hat: Dass sie richtig prüft, ist sein Wort. Wollen Sie ihm nicht vertrauen, prüfen Sie mit odoseal, dem Programm für die Kommandozeile, und mit Schlüsseln aus anderer Quelle: Es ist eine einzige Datei, deren SHA-256 veröffentlicht ist.',
  },
  steps: 'Die Prüfung, Schritt für Schritt',
  stepsLanguage: 'Die Schritte stehen auf Englisch da.',
  marks: { ok: 'stimmt', no: 'stimmt nicht', '--': 'nicht gezeigt' },
  languages: 'Sprache',
};
