// What to do, in Dutch.
import type { Advice, AdviceTexts } from '../texts.ts';

const AGAIN = 'Open de link uit uw bericht opnieuw';
const again = 'open de link uit uw bericht opnieuw';

const general: Advice = {
  title: 'De verbinding is niet gelukt',
  text: `Er wordt niets gedeeld. ${AGAIN} over een paar minuten.`,
};

export const dutchAdvice: AdviceTexts = {
  tasks: {
    confirm: {
      title: 'Bevestig iets in de app van de fabrikant',
      text: 'De fabrikant wil iets van u voordat uw auto kan worden uitgelezen, bijvoorbeeld dat u nieuwe voorwaarden aanvaardt of een account afrondt. Open de app van de fabrikant, log in en bevestig wat er wordt gevraagd.',
    },
    add_car: {
      title: 'Voeg uw auto toe in de app van de fabrikant',
      text: 'In het account bij de fabrikant dat u hebt verbonden, staat geen auto meer. Voeg uw auto toe in de app van de fabrikant.',
    },
    activate_service: {
      title: 'Activeer de onlinedienst van uw auto',
      text: 'De onlinedienst van de fabrikant voor uw auto is verlopen of nooit geactiveerd. Activeer of verleng die in de app van de fabrikant (voor een Citroën: My Citroën).',
    },
    car_missing: {
      title: 'Uw auto staat niet meer in het account bij de fabrikant',
      text: 'In het account dat u hebt verbonden, staat deze auto niet meer. Is hij nog van u, voeg hem dan opnieuw toe in de app van de fabrikant. Hebt u hem verkocht of ingeleverd, laat het dan uw verzekeraar of leasemaatschappij weten.',
    },
    virtual_key: {
      title: 'Voeg de virtuele sleutel toe aan uw Tesla',
      text: 'Tesla leest een auto alleen uit als die een virtuele sleutel heeft. Open op uw telefoon, met de Tesla-app erop, tesla.com/_ak/smartcar.com en voeg de sleutel toe terwijl u bij de auto bent.',
    },
    remote_access: {
      title: 'Sta toegang op afstand toe in uw auto',
      text: 'Toegang van buitenaf staat uit in de auto. Zet die aan in de instellingen van de auto zelf, onder privacy, gegevens delen of onlinediensten.',
    },
    agree: {
      title: 'Stem opnieuw in met wat wordt gedeeld',
      text: 'De fabrikant laat ons de kilometerstand, het voertuigidentificatienummer of het model niet meer uitlezen, omdat u of de fabrikant die toestemming heeft ingetrokken. Wilt u doorgaan, stem dan bij het inloggen met alle drie in.',
    },
    login: {
      title: 'Verbind uw auto opnieuw',
      text: 'De dienst van de fabrikant aanvaardt de verbinding niet meer. Uw toestemming geldt nog, maar zonder een nieuwe login bij de fabrikant kan er niets worden uitgelezen.',
    },
    password: {
      title: 'Log opnieuw in bij de fabrikant',
      text: 'Uw wachtwoord of login bij de fabrikant is veranderd, zodat de fabrikant ons niet meer binnenlaat. Controleer in de app van de fabrikant of u kunt inloggen.',
    },
    rights: {
      title: 'Uw account bij de fabrikant mag dit niet meer',
      text: 'De fabrikant meldt dat uw account geen rechten meer heeft op deze auto. Vraag degene die de auto bij de fabrikant heeft aangemeld om uw account toe te laten, of log in met het account dat het wel mag.',
    },
    look: {
      title: 'De fabrikant wil eerst iets van u',
      text: 'Uw auto kan niet worden uitgelezen, omdat de fabrikant iets van u wil. Open de app van de fabrikant, log in en kijk wat er wordt gevraagd.',
    },
  },
  endings: {
    byItself: 'Daarna hoeft u niets meer te doen: uw auto wordt vanzelf weer uitgelezen.',
    again: 'Open daarna de link uit uw bericht opnieuw.',
    freshLogin:
      'Verbind uw auto daarna opnieuw: met de knop op uw persoonlijke pagina, of met een nieuwe link van uw verzekeraar of leasemaatschappij.',
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
    vin_unknown: {
      title: 'Wij konden niet zien welke auto het is',
      text: `De auto heeft zijn voertuigidentificatienummer niet binnen zes uur doorgegeven, dus wij weten niet of het de auto uit uw contract is. Er wordt niets gedeeld. Rijd een stukje; daarna: ${again}. Gebeurt het weer, laat het dan uw verzekeraar of leasemaatschappij weten.`,
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
    link_shown: {
      title: 'Uw persoonlijke link is al getoond',
      text: 'De link wordt één keer getoond. Hebt u hem niet bewaard, dan krijgt u een nieuwe door uw auto opnieuw te verbinden.',
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
    ended_by_insurer: {
      title: 'Uw auto wordt niet meer gedeeld',
      text: 'Uw verzekeraar of leasemaatschappij heeft de verbinding beëindigd. Er wordt niets meer gedeeld, en u hoeft niets te doen.',
    },
    replaced: {
      title: 'Een nieuwere verbinding is in de plaats gekomen',
      text: 'Uw auto is later opnieuw verbonden, en die verbinding telt. U hoeft verder niets te doen.',
    },
    ended: {
      title: 'Het contract is afgelopen',
      text: 'Er wordt niets meer gedeeld, en u hoeft niets te doen.',
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
