// The driver's pages in Dutch.
import type { Advice, Texts } from './texts.ts';

const AGAIN = 'Open de link uit uw bericht opnieuw';
const again = 'open de link uit uw bericht opnieuw';

const general: Advice = {
  title: 'De verbinding is niet gelukt',
  text: `Er wordt niets gedeeld. ${AGAIN} over een paar minuten.`,
};

export const dutch: Texts = {
  locale: 'nl-NL',
  link: {
    title: 'Uw auto verbinden',
    ask: {
      insurance:
        '{tenant} vraagt of de kilometerstand van uw auto eens per maand mag worden uitgelezen voor uw verzekeringspolis {reference}.',
      lease:
        '{tenant} vraagt of de kilometerstand van uw auto eens per maand mag worden uitgelezen voor uw leasecontract {reference}.',
    },
    sharedHeading: 'Wat wordt gedeeld',
    shared: ['de kilometerstand', 'het voertuigidentificatienummer, merk, model en bouwjaar'],
    notSharedHeading: 'Wat niet wordt gedeeld',
    notShared: 'Waar u bent, hoe u rijdt of iets anders.',
    stopHeading: 'Hoe u stopt',
    stop: 'U kunt uw toestemming altijd intrekken: met de persoonlijke link die u krijgt zodra uw auto verbonden is, of door het {tenant} te laten weten.',
    brand: 'Het merk van uw auto',
    otherBrand: 'Een ander merk',
    proceed: 'Verder naar het inloggen bij de fabrikant',
    login:
      'U logt in bij de fabrikant (voor een Citroën: My Citroën). Wij krijgen uw wachtwoord nooit te zien. Er wordt niets gedeeld voordat u daar toestemming geeft.',
  },
  waiting: {
    title: 'Uw auto wordt verbonden',
    soon: 'Uw toestemming is binnen. Wij controleren of het de juiste auto is; deze pagina vernieuwt zichzelf.',
    late: 'Dit duurt langer dan gewoonlijk: de auto of de dienst van de fabrikant antwoordt nog niet. Wij blijven het proberen. U kunt deze pagina open laten of sluiten: uw toestemming blijft bewaard en u hoeft verder niets te doen.',
  },
  connected: {
    title: 'Uw auto is verbonden',
    thanks: 'Dank u wel. {car} is verbonden.',
    yourCar: 'Uw auto',
    next: '{tenant} leest de kilometerstand voortaan eens per maand uit. U hoeft verder niets te doen.',
    myDataHeading: 'Bewaar uw persoonlijke link',
    myData:
      'Daar ziet u wat u deelt en kunt u uw toestemming intrekken. De link staat alleen op deze pagina, hooguit een uur: open hem nu en zet hem bij uw bladwijzers. Wie de link heeft, kan hetzelfde doen, dus houd hem voor uzelf. U krijgt een nieuwe door uw auto opnieuw te verbinden.',
    myDataLink: 'Mijn gegevens: wat ik deel en hoe ik stop',
  },
  seeProgress: 'Bekijk hoe het is gegaan',
  myData: {
    title: 'Mijn gegevens',
    states: {
      pending: 'U hebt toestemming gegeven. Wij controleren of het de juiste auto is.',
      active: 'U deelt de kilometerstand van uw auto.',
      action_required:
        'U deelt de kilometerstand van uw auto, maar de auto kan niet worden uitgelezen: de fabrikant heeft eerst iets van u nodig. Kijk in de app van de fabrikant.',
      reauth_required:
        'De dienst van de fabrikant aanvaardt de verbinding niet meer, dus er kan niets worden uitgelezen. Uw toestemming geldt tot u haar intrekt.',
      withdrawn: 'Uw auto wordt niet meer uitgelezen.',
    },
    sharedHeading: 'Wat wordt gedeeld, en sinds wanneer',
    sharedBefore: 'Wat werd gedeeld',
    car: 'Auto',
    unknownCar: 'nog niet bekend',
    vin: 'Voertuigidentificatienummer',
    vinEnd: 'eindigt op {end}',
    receiver: 'Gedeeld met',
    contract: { insurance: 'Verzekeringspolis', lease: 'Leasecontract' },
    since: 'Toestemming gegeven',
    until: 'Toestemming ingetrokken',
    consentText: 'Tekst waarmee u hebt ingestemd',
    permissions: 'Wat mag worden uitgelezen',
    permissionsBefore: 'Wat mocht worden uitgelezen',
    permissionNames: {
      read_odometer: 'de kilometerstand',
      read_vin: 'het voertuigidentificatienummer',
      read_vehicle_info: 'merk, model en bouwjaar',
    },
    firstReading: 'Voor het eerst uitgelezen',
    lastReading: 'Voor het laatst uitgelezen',
    noReading: 'nog niet uitgelezen',
    withdrawHeading: 'Stoppen met delen',
    withdraw: 'Mijn toestemming intrekken',
    withdrawMeans:
      'Vanaf dat moment wordt uw auto niet meer uitgelezen. Wij beëindigen onze toegang bij de fabrikant, tenzij u de auto nog voor een ander contract deelt. {tenant} krijgt te horen dat u uw toestemming hebt ingetrokken. Wat {tenant} al heeft ontvangen, blijft bij {tenant}. Om weer te delen hebt u een nieuwe link van {tenant} nodig.',
    confirm: 'Ja, mijn toestemming intrekken',
    afterwards:
      'Wij beëindigen onze toegang bij de fabrikant, tenzij u de auto nog voor een ander contract deelt. Als de dienst van de fabrikant niet antwoordt, proberen wij het opnieuw; u hoeft niets te doen. Wat {tenant} al heeft ontvangen, blijft bij {tenant}. Wilt u weer delen, vraag {tenant} dan om een nieuwe link.',
  },
  advice: {
    access_denied: {
      title: 'U hebt geen toestemming gegeven',
      text: `Er wordt niets gedeeld. Bedenkt u zich, ${again} en kies voor toestemming geven.`,
    },
    vehicle_incompatible: {
      title: 'Deze auto kan niet worden verbonden',
      text: 'De auto heeft geen bruikbare onlineverbinding of geeft zijn kilometerstand niet door. Laat het uw verzekeraar of leasemaatschappij weten, zodat de kilometerstand hen op een andere manier bereikt.',
    },
    invalid_subscription: {
      title: 'De onlinedienst van de auto is niet actief',
      text: `Activeer de onlinediensten in de app van de fabrikant (voor een Citroën: My Citroën). Daarna: ${again}.`,
    },
    no_vehicles: {
      title: 'Geen auto in dit account',
      text: `Voeg de auto toe in de app van de fabrikant, of log in met het account waarin hij staat. Daarna: ${again}.`,
    },
    configuration_error: {
      title: 'Er is iets verkeerd ingesteld',
      text: 'Dat is onze fout, niet de uwe, en wij hebben er bericht van. Er wordt niets gedeeld. Probeer het morgen opnieuw.',
    },
    server_error: {
      title: 'De dienst van de fabrikant antwoordde niet',
      text: `Er wordt niets gedeeld. ${AGAIN} over een paar minuten.`,
    },
    cancelled: { title: 'U bent teruggegaan', text: `Er wordt niets gedeeld. Wilt u verdergaan, ${again}.` },
    unknown: general,
    exchange_failed: general,
    wrong_vin: {
      title: 'Dit is een andere auto',
      text: `De auto die u hebt gekozen, is niet die van uw contract. Er wordt niets gedeeld. ${AGAIN} en kies de auto van het contract.`,
    },
    several_vehicles: {
      title: 'Er is meer dan één auto gekozen',
      text: `Er wordt niets gedeeld. ${AGAIN} en kies alleen de auto van het contract.`,
    },
    missing_permission: {
      title: 'De kilometerstand is niet gedeeld',
      text: `Zonder kilometerstand, voertuigidentificatienummer en model kunnen wij niet verder. ${AGAIN} en stem met alle drie in.`,
    },
    login_refused: {
      title: 'De fabrikant aanvaardde het inloggen niet',
      text: `Controleer in de app van de fabrikant of u kunt inloggen. Daarna: ${again}.`,
    },
    owner_must_act: {
      title: 'De fabrikant heeft eerst iets van u nodig',
      text: `Open de app van de fabrikant, log in en bevestig wat er wordt gevraagd. Daarna: ${again}.`,
    },
    link_unknown: {
      title: 'Deze link werkt niet meer',
      text: 'Hij is verlopen of niet volledig gekopieerd. Vraag uw verzekeraar of leasemaatschappij om een nieuwe.',
    },
    foreign_form: {
      title: 'Dat kwam niet van onze pagina',
      text: `Er is niets begonnen. ${AGAIN} en ga van daar verder.`,
    },
    state_unknown: {
      title: 'Deze pagina kan niet verder',
      text: `Het duurde langer dan tien minuten, of het is in een andere browser begonnen. ${AGAIN}, in deze browser.`,
    },
    state_used: {
      title: 'Deze stap was al gezet',
      text: 'Er is niets twee keer gedaan. Een andere pagina vertelt hoe het is gegaan.',
    },
    fault: {
      title: 'Er is bij ons iets misgegaan',
      text: `Wij hebben er bericht van. ${AGAIN} over een paar minuten.`,
    },
    token_refused: {
      title: 'De verbinding is beëindigd',
      text: 'De dienst van de fabrikant aanvaardt haar niet meer. Vraag uw verzekeraar of leasemaatschappij om een nieuwe link.',
    },
    withdrawn: {
      title: 'U hebt uw toestemming ingetrokken',
      text: 'Er wordt niets meer gedeeld. Wilt u weer delen, vraag uw verzekeraar of leasemaatschappij dan om een nieuwe link.',
    },
    replaced: {
      title: 'Een nieuwere verbinding is in de plaats gekomen',
      text: 'Uw auto is later opnieuw verbonden, en die verbinding telt. U hoeft verder niets te doen.',
    },
    my_data_unknown: {
      title: 'Deze persoonlijke link werkt niet',
      text: 'Hij is niet volledig gekopieerd, of er staat niets achter. U krijgt een nieuwe door uw auto opnieuw te verbinden: vraag uw verzekeraar of leasemaatschappij om een link.',
    },
    my_data_replaced: {
      title: 'Deze persoonlijke link is vervangen',
      text: 'Uw auto is later opnieuw verbonden. Gebruik de persoonlijke link die u toen hebt gekregen. Hebt u die niet, vraag uw verzekeraar of leasemaatschappij dan om een link en verbind de auto nog een keer.',
    },
    my_data_foreign_form: {
      title: 'Dat kwam niet van onze pagina',
      text: 'Er is niets veranderd. Open uw persoonlijke link opnieuw en ga van daar verder.',
    },
    my_data_fault: {
      title: 'Er is bij ons iets misgegaan',
      text: 'Wij hebben er bericht van. Open uw persoonlijke link over een paar minuten opnieuw: daar ziet u of uw toestemming nog geldt.',
    },
  },
};
