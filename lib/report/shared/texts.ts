// What the pages before a shared report say.
import type { Language } from '../../connection/language.ts';

interface SharedTexts {
  readonly title: string;
  readonly intro: string;
  /** What pressing the button does. */
  readonly counts: string;
  readonly show: string;
  readonly overTitle: string;
  readonly over: string;
  readonly faultTitle: string;
  readonly fault: string;
}

export const sharedTextsIn: Readonly<Record<Language, SharedTexts>> = {
  en: {
    title: 'A mileage report was shared with you',
    intro:
      'The report is shown with what proves it: your browser checks it, and does not have to take anybody’s word for it.',
    counts:
      'The link can be used a limited number of times. Showing the report is one of them, and whoever shared it sees when that was.',
    show: 'Show the report',
    overTitle: 'This link shows nothing',
    over: 'It is unknown, has expired, was revoked, or has been used as often as it may. Ask whoever gave it to you for another one.',
    faultTitle: 'That did not work',
    fault: 'The report could not be shown. Please try again in a few minutes.',
  },
  nl: {
    title: 'Er is een kilometerrapport met u gedeeld',
    intro:
      'Het rapport wordt getoond met alles wat het bewijst: uw browser controleert het, u hoeft niemand op zijn woord te geloven.',
    counts:
      'De link kan een beperkt aantal keren worden gebruikt. Het rapport tonen telt als één keer, en wie het heeft gedeeld, ziet wanneer dat was.',
    show: 'Rapport tonen',
    overTitle: 'Deze link toont niets',
    over: 'De link is onbekend, verlopen, ingetrokken of al zo vaak gebruikt als mag. Vraag een nieuwe aan wie u de link heeft gegeven.',
    faultTitle: 'Dat is niet gelukt',
    fault: 'Het rapport kon niet worden getoond. Probeer het over een paar minuten opnieuw.',
  },
  fr: {
    title: 'Un rapport kilométrique a été partagé avec vous',
    intro:
      'Le rapport s’affiche avec ce qui le prouve : votre navigateur le vérifie, et vous n’avez à croire personne sur parole.',
    counts:
      'Le lien ne peut servir qu’un nombre limité de fois. Afficher le rapport en est une, et la personne qui l’a partagé voit quand.',
    show: 'Afficher le rapport',
    overTitle: 'Ce lien n’affiche rien',
    over: 'Il est inconnu, a expiré, a été révoqué ou a servi autant de fois que possible. Demandez-en un autre à la personne qui vous l’a donné.',
    faultTitle: 'Cela n’a pas fonctionné',
    fault: 'Le rapport n’a pas pu être affiché. Veuillez réessayer dans quelques minutes.',
  },
  de: {
    title: 'Ein Kilometerbericht wurde mit Ihnen geteilt',
    intro:
      'Der Bericht wird mit allem gezeigt, was ihn beweist: Ihr Browser prüft ihn, und Sie müssen niemandem aufs Wort glauben.',
    counts:
      'Der Link kann nur begrenzt oft benutzt werden. Den Bericht zu zeigen zählt einmal, und wer ihn geteilt hat, sieht, wann das war.',
    show: 'Bericht zeigen',
    overTitle: 'Dieser Link zeigt nichts',
    over: 'Er ist unbekannt, abgelaufen, widerrufen oder so oft benutzt worden, wie es erlaubt ist. Bitten Sie den, der ihn Ihnen gegeben hat, um einen neuen.',
    faultTitle: 'Das hat nicht funktioniert',
    fault: 'Der Bericht konnte nicht gezeigt werden. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
  },
};
