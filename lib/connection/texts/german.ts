// The driver's pages in German.
import { germanAdvice } from './advice/german.ts';
import type { Texts } from './texts.ts';

export const german: Texts = {
  ...germanAdvice,
  locale: 'de-DE',
  link: {
    title: 'Ihr Auto verbinden',
    ask: {
      insurance:
        '{tenant} bittet darum, für Ihren Versicherungsvertrag {reference} einmal im Monat den Kilometerstand Ihres Autos auszulesen.',
      lease:
        '{tenant} bittet darum, für Ihren Leasingvertrag {reference} einmal im Monat den Kilometerstand Ihres Autos auszulesen.',
    },
    sharedHeading: 'Was geteilt wird',
    shared: ['der Kilometerstand', 'die Fahrzeug-Identifizierungsnummer, Marke, Modell und Baujahr'],
    notSharedHeading: 'Was nicht geteilt wird',
    notShared: 'Wo Sie sind, wie Sie fahren oder irgendetwas anderes.',
    stopHeading: 'So hören Sie auf',
    stop: 'Sie können Ihre Einwilligung jederzeit widerrufen: mit dem persönlichen Link, den Sie bekommen, sobald Ihr Auto verbunden ist, oder durch eine Mitteilung an {tenant}.',
    brand: 'Die Marke Ihres Autos',
    otherBrand: 'Eine andere Marke',
    proceed: 'Weiter zur Anmeldung beim Hersteller',
    login:
      'Sie melden sich beim Hersteller an (für einen Citroën: My Citroën). Wir sehen Ihr Passwort nie. Es wird nichts geteilt, bevor Sie dort zustimmen.',
  },
  waiting: {
    title: 'Ihr Auto wird verbunden',
    soon: 'Ihre Einwilligung ist angekommen. Wir prüfen, ob es das richtige Auto ist; diese Seite lädt sich selbst neu.',
    late: 'Das dauert länger als gewöhnlich: Das Auto oder der Dienst des Herstellers antwortet noch nicht. Wir versuchen es weiter. Sie können diese Seite offen lassen oder schließen: Ihre Einwilligung bleibt bestehen, und Sie müssen nichts weiter tun.',
  },
  connected: {
    title: 'Ihr Auto ist verbunden',
    thanks: 'Vielen Dank. {car} ist verbunden.',
    yourCar: 'Ihr Auto',
    next: '{tenant} liest nun einmal im Monat den Kilometerstand aus. Sie müssen nichts weiter tun.',
    myDataHeading: 'Sichern Sie Ihren persönlichen Link',
    myData:
      'Dort sehen Sie, was Sie teilen, und können Ihre Einwilligung widerrufen. Diese Schaltfläche öffnet ihn ein einziges Mal: Setzen Sie auf der Seite, die sich öffnet, ein Lesezeichen. Wer den Link hat, kann dasselbe tun; behalten Sie ihn also für sich. Einen neuen bekommen Sie, indem Sie Ihr Auto noch einmal verbinden.',
    myDataLink: 'Meine Daten: was ich teile und wie ich aufhöre',
    myDataShown:
      'Er wurde in diesem Browser geöffnet, oder seine Stunde ist vorbei. Haben Sie ihn nicht gespeichert, bekommen Sie einen neuen, indem Sie Ihr Auto noch einmal verbinden.',
  },
  seeProgress: 'Ansehen, wie es ausgegangen ist',
  back: 'Zurück zu {tenant}',
  myData: {
    title: 'Meine Daten',
    states: {
      pending: 'Sie haben eingewilligt. Wir prüfen, ob es das richtige Auto ist.',
      active: 'Sie teilen den Kilometerstand Ihres Autos.',
      action_required: 'Sie teilen den Kilometerstand Ihres Autos, aber das Auto kann zurzeit nicht ausgelesen werden.',
      reauth_required:
        'Der Dienst des Herstellers nimmt die Verbindung nicht mehr an, also kann nichts ausgelesen werden. Ihre Einwilligung gilt, bis Sie sie widerrufen.',
      withdrawn: 'Ihr Auto wird nicht mehr ausgelesen.',
      ended: 'Ihr Vertrag ist zu Ende, und Ihr Auto wird nicht mehr ausgelesen.',
    },
    sharedHeading: 'Was geteilt wird, und seit wann',
    sharedBefore: 'Was geteilt wurde',
    car: 'Auto',
    unknownCar: 'noch nicht bekannt',
    vin: 'Fahrzeug-Identifizierungsnummer',
    vinEnd: 'endet auf {end}',
    receiver: 'Geteilt mit',
    contract: { insurance: 'Versicherungsvertrag', lease: 'Leasingvertrag' },
    since: 'Eingewilligt',
    until: 'Geteilt bis',
    consentText: 'Text, dem Sie zugestimmt haben',
    asked: 'Worum wir gebeten haben',
    permissions: 'Was ausgelesen werden darf',
    permissionsBefore: 'Was ausgelesen werden durfte',
    permissionNames: {
      read_odometer: 'der Kilometerstand',
      read_vin: 'die Fahrzeug-Identifizierungsnummer',
      read_vehicle_info: 'Marke, Modell und Baujahr',
    },
    firstReading: 'Zum ersten Mal ausgelesen',
    lastReading: 'Zuletzt ausgelesen',
    noReading: 'noch nicht ausgelesen',
    reconnect: 'Mein Auto neu verbinden',
    withdrawHeading: 'Nicht mehr teilen',
    withdraw: 'Meine Einwilligung widerrufen',
    withdrawMeans:
      'Von da an wird Ihr Auto nicht mehr ausgelesen. Wir beenden unseren Zugang beim Hersteller, es sei denn, Sie teilen das Auto noch für einen anderen Vertrag. {tenant} erfährt von Ihrem Widerruf. Was {tenant} bereits erhalten hat, bleibt bei {tenant}. Um wieder zu teilen, brauchen Sie einen neuen Link von {tenant}.',
    confirm: 'Ja, meine Einwilligung widerrufen',
    afterwards:
      'Wir beenden unseren Zugang beim Hersteller, es sei denn, Sie teilen das Auto noch für einen anderen Vertrag. Antwortet dessen Dienst nicht, versuchen wir es erneut; Sie müssen nichts tun. Was {tenant} bereits erhalten hat, bleibt bei {tenant}. Um wieder zu teilen, bitten Sie {tenant} um einen neuen Link.',
  },
};
