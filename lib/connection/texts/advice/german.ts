// What to do, in German.
import type { Advice, AdviceTexts } from '../texts.ts';

const AGAIN = 'Öffnen Sie den Link aus Ihrer Nachricht noch einmal';
const again = 'öffnen Sie den Link aus Ihrer Nachricht noch einmal';

const general: Advice = {
  title: 'Die Verbindung kam nicht zustande',
  text: `Es wird nichts geteilt. ${AGAIN}, in einigen Minuten.`,
};

export const germanAdvice: AdviceTexts = {
  tasks: {
    confirm: {
      title: 'Bestätigen Sie etwas in der App des Herstellers',
      text: 'Der Hersteller will etwas von Ihnen, bevor Ihr Auto ausgelesen werden kann, zum Beispiel dass Sie neue Bedingungen annehmen oder ein Konto fertig einrichten. Öffnen Sie die App des Herstellers, melden Sie sich an und bestätigen Sie, was sie verlangt.',
    },
    add_car: {
      title: 'Fügen Sie Ihr Auto in der App des Herstellers hinzu',
      text: 'Das Konto beim Hersteller, das Sie verbunden haben, enthält kein Auto mehr. Fügen Sie Ihr Auto in der App des Herstellers hinzu.',
    },
    activate_service: {
      title: 'Aktivieren Sie den Onlinedienst Ihres Autos',
      text: 'Der Onlinedienst des Herstellers für Ihr Auto ist abgelaufen oder wurde nie aktiviert. Aktivieren oder verlängern Sie ihn in der App des Herstellers (bei einem Citroën: My Citroën).',
    },
    car_missing: {
      title: 'Ihr Auto fehlt im Konto beim Hersteller',
      text: 'Das Konto, das Sie verbunden haben, enthält dieses Auto nicht mehr. Gehört es Ihnen noch, fügen Sie es in der App des Herstellers wieder hinzu. Haben Sie es verkauft oder zurückgegeben, sagen Sie es Ihrer Versicherung oder Leasingfirma.',
    },
    virtual_key: {
      title: 'Fügen Sie Ihrem Tesla den virtuellen Schlüssel hinzu',
      text: 'Tesla lässt ein Auto nur auslesen, wenn es einen virtuellen Schlüssel hat. Öffnen Sie auf Ihrem Telefon, auf dem die Tesla-App ist, tesla.com/_ak/smartcar.com und fügen Sie den Schlüssel hinzu, während Sie beim Auto sind.',
    },
    remote_access: {
      title: 'Erlauben Sie den Fernzugriff in Ihrem Auto',
      text: 'Der Zugriff von außen ist im Auto ausgeschaltet. Schalten Sie ihn in den Einstellungen des Autos ein, unter Datenschutz, Datenfreigabe oder Onlinedienste.',
    },
    agree: {
      title: 'Stimmen Sie dem Teilen noch einmal zu',
      text: 'Der Hersteller lässt uns Kilometerstand, Fahrzeug-Identifizierungsnummer oder Modell nicht mehr auslesen, weil Sie oder der Hersteller diese Erlaubnis zurückgenommen haben. Möchten Sie weitermachen, stimmen Sie bei der Anmeldung allen dreien zu.',
    },
    login: {
      title: 'Verbinden Sie Ihr Auto neu',
      text: 'Der Dienst des Herstellers nimmt die Verbindung nicht mehr an. Ihre Einwilligung gilt noch, aber ohne eine neue Anmeldung beim Hersteller kann nichts ausgelesen werden.',
    },
    password: {
      title: 'Melden Sie sich beim Hersteller neu an',
      text: 'Ihr Passwort oder Ihre Anmeldung beim Hersteller hat sich geändert, deshalb lässt uns der Hersteller nicht mehr hinein. Prüfen Sie in der App des Herstellers, dass Sie sich anmelden können.',
    },
    rights: {
      title: 'Ihr Konto beim Hersteller darf das nicht mehr',
      text: 'Der Hersteller sagt, dass Ihr Konto keine Rechte an diesem Auto mehr hat. Bitten Sie die Person, die das Auto beim Hersteller angemeldet hat, Ihr Konto zuzulassen, oder melden Sie sich mit dem Konto an, das es darf.',
    },
    look: {
      title: 'Der Hersteller will zuerst etwas von Ihnen',
      text: 'Ihr Auto kann nicht ausgelesen werden, weil der Hersteller etwas von Ihnen will. Öffnen Sie die App des Herstellers, melden Sie sich an und sehen Sie nach, was sie verlangt.',
    },
  },
  endings: {
    byItself: 'Danach müssen Sie nichts mehr tun: Ihr Auto wird von selbst wieder ausgelesen.',
    again: 'Öffnen Sie danach den Link aus Ihrer Nachricht noch einmal.',
    freshLogin:
      'Verbinden Sie Ihr Auto dann neu: mit der Schaltfläche auf Ihrer persönlichen Seite oder mit einem neuen Link Ihrer Versicherung oder Leasingfirma.',
  },
  advice: {
    access_denied: {
      title: 'Sie haben nicht zugestimmt',
      text: `Es wird nichts geteilt. Wenn Sie es sich anders überlegen, ${again} und stimmen Sie zu.`,
    },
    vehicle_incompatible: {
      title: 'Dieses Auto kann nicht verbunden werden',
      text: 'Das Auto hat keine nutzbare Online-Verbindung oder meldet seinen Kilometerstand nicht. Bitte sagen Sie es Ihrer Versicherung oder Leasinggesellschaft, damit der Kilometerstand sie auf anderem Weg erreicht.',
    },
    invalid_subscription: {
      title: 'Der Online-Dienst des Autos ist nicht aktiv',
      text: `Aktivieren Sie die Online-Dienste in der App des Herstellers (für einen Citroën: My Citroën). Danach ${again}.`,
    },
    no_vehicles: {
      title: 'Kein Auto in diesem Konto',
      text: `Fügen Sie das Auto in der App des Herstellers hinzu, oder melden Sie sich mit dem Konto an, in dem es steht. Danach ${again}.`,
    },
    configuration_error: {
      title: 'Etwas ist falsch eingerichtet',
      text: 'Das ist unser Fehler, nicht Ihrer, und wir wissen davon. Es wird nichts geteilt. Bitte versuchen Sie es morgen noch einmal.',
    },
    server_error: {
      title: 'Der Dienst des Herstellers hat nicht geantwortet',
      text: `Es wird nichts geteilt. ${AGAIN}, in einigen Minuten.`,
    },
    cancelled: { title: 'Sie sind zurückgegangen', text: `Es wird nichts geteilt. Um fortzufahren, ${again}.` },
    unknown: general,
    exchange_failed: general,
    wrong_vin: {
      title: 'Das ist ein anderes Auto',
      text: `Das Auto, das Sie gewählt haben, ist nicht das Ihres Vertrags. Es wird nichts geteilt. ${AGAIN} und wählen Sie das Auto des Vertrags.`,
    },
    vin_unknown: {
      title: 'Wir konnten das Auto nicht erkennen',
      text: `Das Auto hat seine Fahrzeug-Identifizierungsnummer nicht innerhalb von sechs Stunden genannt; deshalb wissen wir nicht, ob es das Auto aus Ihrem Vertrag ist. Es wird nichts geteilt. Fahren Sie ein Stück, dann ${again}. Passiert es wieder, sagen Sie es Ihrer Versicherung oder Leasingfirma.`,
    },
    several_vehicles: {
      title: 'Es wurde mehr als ein Auto gewählt',
      text: `Es wird nichts geteilt. ${AGAIN} und wählen Sie nur das Auto des Vertrags.`,
    },
    missing_permission: {
      title: 'Der Kilometerstand wurde nicht geteilt',
      text: `Ohne Kilometerstand, Fahrzeug-Identifizierungsnummer und Modell geht es nicht weiter. ${AGAIN} und stimmen Sie allen dreien zu.`,
    },
    login_refused: {
      title: 'Der Hersteller hat die Anmeldung nicht angenommen',
      text: `Prüfen Sie in der App des Herstellers, ob Sie sich anmelden können. Danach ${again}.`,
    },
    owner_must_act: {
      title: 'Der Hersteller braucht zuerst etwas von Ihnen',
      text: `Öffnen Sie die App des Herstellers, melden Sie sich an und bestätigen Sie, worum sie bittet. Danach ${again}.`,
    },
    link_unknown: {
      title: 'Dieser Link funktioniert nicht mehr',
      text: 'Er ist abgelaufen oder wurde nicht vollständig kopiert. Bitte lassen Sie sich von Ihrer Versicherung oder Leasinggesellschaft einen neuen geben.',
    },
    foreign_form: {
      title: 'Das kam nicht von unserer Seite',
      text: `Es wurde nichts begonnen. ${AGAIN} und machen Sie von dort weiter.`,
    },
    state_unknown: {
      title: 'Hier geht es nicht weiter',
      text: `Es hat länger als zehn Minuten gedauert, oder es wurde in einem anderen Browser begonnen. ${AGAIN}, in diesem Browser.`,
    },
    state_used: {
      title: 'Dieser Schritt ist schon getan',
      text: 'Es wurde nichts doppelt getan. Eine andere Seite sagt, wie es ausgegangen ist.',
    },
    link_shown: {
      title: 'Ihr persönlicher Link wurde schon gezeigt',
      text: 'Er wird ein einziges Mal gezeigt. Haben Sie ihn nicht gespeichert, bekommen Sie einen neuen, indem Sie Ihr Auto noch einmal verbinden.',
    },
    fault: {
      title: 'Bei uns ist etwas schiefgegangen',
      text: `Wir wissen davon. ${AGAIN}, in einigen Minuten.`,
    },
    token_refused: {
      title: 'Die Verbindung ist beendet',
      text: 'Der Dienst des Herstellers nimmt sie nicht mehr an. Bitte lassen Sie sich von Ihrer Versicherung oder Leasinggesellschaft einen neuen Link geben.',
    },
    withdrawn: {
      title: 'Sie haben Ihre Einwilligung widerrufen',
      text: 'Es wird nichts mehr geteilt. Um wieder zu teilen, bitten Sie Ihre Versicherung oder Leasinggesellschaft um einen neuen Link.',
    },
    ended_by_insurer: {
      title: 'Ihr Auto wird nicht mehr geteilt',
      text: 'Ihre Versicherung oder Leasinggesellschaft hat die Verbindung beendet. Es wird nichts mehr geteilt, und Sie müssen nichts tun.',
    },
    replaced: {
      title: 'Eine neuere Verbindung ist an die Stelle dieser getreten',
      text: 'Ihr Auto wurde später noch einmal verbunden, und diese Verbindung zählt. Sie müssen nichts weiter tun.',
    },
    ended: {
      title: 'Der Vertrag ist zu Ende',
      text: 'Es wird nichts mehr geteilt, und Sie müssen nichts tun.',
    },
    my_data_unknown: {
      title: 'Dieser persönliche Link funktioniert nicht',
      text: 'Er wurde nicht vollständig kopiert, oder es steht nichts dahinter. Einen neuen bekommen Sie, indem Sie Ihr Auto noch einmal verbinden: Bitten Sie Ihre Versicherung oder Leasinggesellschaft um einen Link.',
    },
    my_data_replaced: {
      title: 'Dieser persönliche Link wurde ersetzt',
      text: 'Ihr Auto wurde später noch einmal verbunden. Benutzen Sie den persönlichen Link, der dabei gezeigt wurde. Wenn Sie ihn nicht haben, bitten Sie Ihre Versicherung oder Leasinggesellschaft um einen Link und verbinden Sie das Auto noch einmal.',
    },
    my_data_foreign_form: {
      title: 'Das kam nicht von unserer Seite',
      text: 'Es wurde nichts geändert. Öffnen Sie Ihren persönlichen Link noch einmal und machen Sie von dort weiter.',
    },
    my_data_fault: {
      title: 'Bei uns ist etwas schiefgegangen',
      text: 'Wir wissen davon. Öffnen Sie Ihren persönlichen Link in einigen Minuten noch einmal: Er zeigt, ob Ihre Einwilligung noch gilt.',
    },
  },
};
