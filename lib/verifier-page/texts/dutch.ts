// The page in Dutch.
import type { PageTexts } from './texts.ts';

export const dutch: PageTexts = {
  name: 'Nederlands',
  title: 'Een kilometerrapport controleren',
  intro:
    'Kies de pdf of de bundel die u hebt gekregen. De controle gebeurt hier, in uw browser: er wordt niets verzonden, en als deze pagina eenmaal open is, is er geen netwerk nodig.',
  shared: {
    title: 'Een gedeeld kilometerrapport',
    intro:
      'Dit rapport kwam met alles wat het bewijst en wordt hier gecontroleerd, in uw browser. Gegevens die niet worden getoond, zijn weggelaten; wat is ondertekend, wordt toch gecontroleerd.',
    save: 'Opslaan wat is gecontroleerd, om het met een ander programma te controleren',
  },
  choose: 'Te controleren bestanden',
  hint: 'Een pdf, een bundel (JSON) of verklaringen (SD-JWT). Daarnaast, als u ze hebt: een sleutelset (JWKS), de sleutel van het logboek, statuslijsten.',
  drop: 'Of sleep ze naar deze pagina.',
  checking: 'Bezig met controleren …',
  outcome: {
    verified: 'Geverifieerd: alle controles kloppen.',
    not_verified: 'Niet geverifieerd: er klopt iets niet.',
    not_checked: 'Kon niet worden gecontroleerd.',
  },
  keys: {
    heading: 'Sleutels',
    served: (issuer, server) =>
      `Gecontroleerd met de sleutels van ${issuer}, zoals ${server} ze met deze pagina heeft meegegeven.`,
    files: (names) => `Gecontroleerd met de sleutels in ${names}.`,
    ownLog:
      'De sleutel van het logboek komt uit de bundel zelf: dat toont aan dat de bundel met zichzelf overeenstemt, niet van wie het logboek is.',
    none: 'Er waren geen sleutels om mee te controleren.',
  },
  trust: {
    heading: 'Wat u hier vertrouwt',
    text: 'Deze pagina en haar sleutels komen van de server van wie het rapport heeft uitgegeven: dat de controle juist is, zegt alleen die partij. Wilt u daar niet op vertrouwen, controleer dan met odoseal, het programma voor de opdrachtregel, en met sleutels die u elders hebt gekregen: het is één bestand en de SHA-256 ervan is gepubliceerd.',
  },
  steps: 'De controle, stap voor stap',
  stepsLanguage: 'De stappen staan er in het Engels.',
  marks: { ok: 'klopt', no: 'klopt niet', '--': 'niet aangetoond' },
  languages: 'Taal',
};
