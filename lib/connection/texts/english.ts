// The driver's pages in English.
import { englishAdvice } from './advice/english.ts';
import type { Texts } from './texts.ts';

export const english: Texts = {
  ...englishAdvice,
  locale: 'en-GB',
  link: {
    title: 'Connect your car',
    ask: {
      insurance: '{tenant} asks to read your car’s mileage once a month for your insurance policy {reference}.',
      lease: '{tenant} asks to read your car’s mileage once a month for your lease {reference}.',
    },
    sharedHeading: 'What is shared',
    shared: ['the odometer', 'the vehicle identification number, make, model and year'],
    notSharedHeading: 'What is not shared',
    notShared: 'Where you are, how you drive, or anything else.',
    stopHeading: 'How to stop',
    stop: 'You can withdraw at any time: with the personal link that you get once your car is connected, or by telling {tenant}.',
    brand: 'Your car’s brand',
    otherBrand: 'Another brand',
    proceed: 'Continue to the maker’s login',
    login:
      'You log in with the maker (for a Citroën: My Citroën). We never see your password. Nothing is shared before you agree there.',
  },
  waiting: {
    title: 'Connecting your car',
    soon: 'Your consent has arrived. We are checking that it is the right car; this page reloads by itself.',
    late: 'This takes longer than usual: the car or the maker’s service does not answer yet. We go on trying. You can leave this page open, or close it: your consent is kept, and there is nothing more for you to do.',
  },
  connected: {
    title: 'Your car is connected',
    thanks: 'Thank you. {car} is connected.',
    yourCar: 'Your car',
    next: '{tenant} now reads the mileage once a month. There is nothing more to do.',
    myDataHeading: 'Save your personal link',
    myData:
      'It shows what you share, and you can withdraw your consent there. This button opens it once: bookmark the page that opens. Whoever has the link can do the same, so keep it to yourself. You get a new one by connecting your car again.',
    myDataLink: 'My data: what I share, and how to stop',
    myDataShown:
      'It was opened in this browser, or its hour is over. If you have not saved it, you get a new one by connecting your car again.',
  },
  seeProgress: 'See how it went',
  back: 'Back to {tenant}',
  myData: {
    title: 'My data',
    states: {
      pending: 'You have given your consent. We are checking that it is the right car.',
      active: 'You share your car’s mileage.',
      action_required: 'You share your car’s mileage, but the car cannot be read now.',
      reauth_required:
        'The maker’s service does not accept the connection any more, so nothing can be read. Your consent stands until you withdraw it.',
      withdrawn: 'Your car is not read any more.',
      ended: 'Your contract is over, and your car is not read any more.',
    },
    sharedHeading: 'What is shared, and since when',
    sharedBefore: 'What was shared',
    car: 'Car',
    unknownCar: 'not known yet',
    vin: 'Vehicle identification number',
    vinEnd: 'ends in {end}',
    receiver: 'Shared with',
    contract: { insurance: 'Insurance policy', lease: 'Lease' },
    since: 'Consent given',
    until: 'Shared until',
    consentText: 'Text you agreed to',
    asked: 'What we asked for',
    permissions: 'What may be read',
    permissionsBefore: 'What could be read',
    permissionNames: {
      read_odometer: 'the odometer',
      read_vin: 'the vehicle identification number',
      read_vehicle_info: 'make, model and year',
    },
    firstReading: 'First read',
    lastReading: 'Last read',
    noReading: 'not read yet',
    reconnect: 'Connect my car again',
    withdrawHeading: 'Stop sharing',
    withdraw: 'Withdraw my consent',
    withdrawMeans:
      'From then on your car is not read any more. We end our access at the maker, unless you still share the car for another contract. {tenant} is told that you have withdrawn. What {tenant} has received before stays with {tenant}. To share again you need a new link from {tenant}.',
    confirm: 'Yes, withdraw my consent',
    afterwards:
      'We end our access at the maker, unless you still share the car for another contract. If the maker’s service does not answer, we try again; you need not do anything. What {tenant} has received before stays with {tenant}. To share again, ask {tenant} for a new link.',
  },
};
