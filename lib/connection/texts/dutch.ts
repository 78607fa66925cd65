// The driver's pages in Dutch.
import { dutchAdvice } from './advice/dutch.ts';
import type { Texts } from './texts.ts';

export const dutch: Texts = {
  ...dutchAdvice,
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
      'Daar ziet u wat u deelt en kunt u uw toestemming intrekken. Deze knop opent hem één keer: zet de pagina die opengaat bij uw bladwijzers. Wie de link heeft, kan hetzelfde doen, dus houd hem voor uzelf. U krijgt een nieuwe door uw auto opnieuw te verbinden.',
    myDataLink: 'Mijn gegevens: wat ik deel en hoe ik stop',
    myDataShown:
      'De link is in deze browser geopend, of het uur ervan is voorbij. Hebt u hem niet bewaard, dan krijgt u een nieuwe door uw auto opnieuw te verbinden.',
  },
  seeProgress: 'Bekijk hoe het is gegaan',
  back: 'Terug naar {tenant}',
  myData: {
    title: 'Mijn gegevens',
    states: {
      pending: 'U hebt toestemming gegeven. Wij controleren of het de juiste auto is.',
      active: 'U deelt de kilometerstand van uw auto.',
      action_required: 'U deelt de kilometerstand van uw auto, maar de auto kan nu niet worden uitgelezen.',
      reauth_required:
        'De dienst van de fabrikant aanvaardt de verbinding niet meer, dus er kan niets worden uitgelezen. Uw toestemming geldt tot u haar intrekt.',
      withdrawn: 'Uw auto wordt niet meer uitgelezen.',
      ended: 'Uw contract is afgelopen, en uw auto wordt niet meer uitgelezen.',
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
    until: 'Gedeeld tot',
    consentText: 'Tekst waarmee u hebt ingestemd',
    asked: 'Waar wij om hebben gevraagd',
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
    reconnect: 'Mijn auto opnieuw verbinden',
    withdrawHeading: 'Stoppen met delen',
    withdraw: 'Mijn toestemming intrekken',
    withdrawMeans:
      'Vanaf dat moment wordt uw auto niet meer uitgelezen. Wij beëindigen onze toegang bij de fabrikant, tenzij u de auto nog voor een ander contract deelt. {tenant} krijgt te horen dat u uw toestemming hebt ingetrokken. Wat {tenant} al heeft ontvangen, blijft bij {tenant}. Om weer te delen hebt u een nieuwe link van {tenant} nodig.',
    confirm: 'Ja, mijn toestemming intrekken',
    afterwards:
      'Wij beëindigen onze toegang bij de fabrikant, tenzij u de auto nog voor een ander contract deelt. Als de dienst van de fabrikant niet antwoordt, proberen wij het opnieuw; u hoeft niets te doen. Wat {tenant} al heeft ontvangen, blijft bij {tenant}. Wilt u weer delen, vraag {tenant} dan om een nieuwe link.',
  },
};
