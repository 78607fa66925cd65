// What to do, in English.
import type { Advice, AdviceTexts } from '../texts.ts';

const AGAIN = 'Open the link from your message once more';
const again = 'open the link from your message once more';

const general: Advice = { title: 'The connection was not made', text: `Nothing is shared. ${AGAIN} in some minutes.` };

export const englishAdvice: AdviceTexts = {
  tasks: {
    confirm: {
      title: 'Confirm something in the maker’s app',
      text: 'The maker wants something from you before your car can be read, e.g. that you accept new terms or finish activating an account. Open the maker’s app, log in, and confirm what it asks for.',
    },
    add_car: {
      title: 'Add your car in the maker’s app',
      text: 'The maker’s account that you connected holds no car any more. Add your car in the maker’s app.',
    },
    activate_service: {
      title: 'Activate your car’s online service',
      text: 'The maker’s online service for your car has run out or was never activated. Activate or renew it in the maker’s app (for a Citroën: My Citroën).',
    },
    car_missing: {
      title: 'Your car is missing from the maker’s account',
      text: 'The maker’s account that you connected does not hold this car any more. If it is still yours, add it again in the maker’s app. If you have sold it or handed it back, tell your insurer or leasing firm.',
    },
    virtual_key: {
      title: 'Add the virtual key to your Tesla',
      text: 'Tesla reads a car out only when it holds a virtual key. On your phone, with the Tesla app installed, open tesla.com/_ak/smartcar.com, and add the key while you are near the car.',
    },
    remote_access: {
      title: 'Allow remote access in your car',
      text: 'Access from outside is switched off in the car. Switch it on in the car’s own settings, under privacy, data sharing or connected services.',
    },
    agree: {
      title: 'Agree once more to what is shared',
      text: 'The maker does not let us read the mileage, the vehicle identification number or the model any more, because you or the maker took that permission back. If you want to go on, agree to all three when you log in.',
    },
    login: {
      title: 'Connect your car again',
      text: 'The maker’s service does not accept the connection any more. Your consent still stands, but nothing can be read without a new login at the maker.',
    },
    password: {
      title: 'Log in at the maker again',
      text: 'Your password or login at the maker has changed, so the maker does not let us in any more. Check in the maker’s app that you can log in.',
    },
    rights: {
      title: 'Your account at the maker may not do this any more',
      text: 'The maker says that your account has no rights on this car any more. Ask whoever registered the car with the maker to let your account use it, or log in with the account that may.',
    },
    look: {
      title: 'The maker wants something from you first',
      text: 'Your car cannot be read, because the maker wants something from you. Open the maker’s app, log in, and see what it asks for.',
    },
  },
  endings: {
    byItself: 'After that there is nothing more to do: your car is read again by itself.',
    again: 'After that, open the link in your message once more.',
    freshLogin:
      'Then connect your car again: with the button on your personal page, or with a new link from your insurer or leasing firm.',
  },
  advice: {
    access_denied: {
      title: 'You did not agree',
      text: `Nothing is shared. If you change your mind, ${again} and choose to agree.`,
    },
    vehicle_incompatible: {
      title: 'This car cannot be connected',
      text: 'The car has no online connection that can be used, or does not report its mileage. Please tell your insurer or leasing firm, so that the mileage reaches them in another way.',
    },
    invalid_subscription: {
      title: 'The car’s online service is not active',
      text: `Activate the connected services in the maker’s app (for a Citroën: My Citroën). Then ${again}.`,
    },
    no_vehicles: {
      title: 'No car in this account',
      text: `Add the car in the maker’s app, or log in with the account that has it. Then ${again}.`,
    },
    configuration_error: {
      title: 'Something is set up wrongly',
      text: 'This is our fault, not yours, and we have been told. Nothing is shared. Please try again tomorrow.',
    },
    server_error: { title: 'The maker’s service did not answer', text: `Nothing is shared. ${AGAIN} in some minutes.` },
    cancelled: { title: 'You went back', text: `Nothing is shared. To go on, ${again}.` },
    unknown: general,
    exchange_failed: general,
    wrong_vin: {
      title: 'This is another car',
      text: `The car you chose is not the one in your contract. Nothing is shared. ${AGAIN} and choose the car of the contract.`,
    },
    vin_unknown: {
      title: 'We could not tell which car it is',
      text: `The car has not told its vehicle identification number within six hours, so we cannot tell whether it is the one in your contract. Nothing is shared. Drive a little, then ${again}. If it happens again, tell your insurer or leasing firm.`,
    },
    several_vehicles: {
      title: 'More than one car was chosen',
      text: `Nothing is shared. ${AGAIN} and choose only the car of the contract.`,
    },
    missing_permission: {
      title: 'The mileage was not shared',
      text: `Without the odometer, the vehicle identification number and the model we cannot go on. ${AGAIN} and agree to all three.`,
    },
    login_refused: {
      title: 'The maker did not accept the login',
      text: `Check in the maker’s app that you can log in. Then ${again}.`,
    },
    owner_must_act: {
      title: 'The maker wants something from you first',
      text: `Open the maker’s app, log in, and confirm what it asks for. Then ${again}.`,
    },
    link_unknown: {
      title: 'This link does not work any more',
      text: 'It has expired or was not copied in full. Please ask your insurer or leasing firm for a new one.',
    },
    foreign_form: {
      title: 'That did not come from our page',
      text: `Nothing was started. ${AGAIN} and continue from there.`,
    },
    state_unknown: {
      title: 'This page cannot go on',
      text: `It took longer than ten minutes, or it was begun in another browser. ${AGAIN}, in this browser.`,
    },
    state_used: {
      title: 'This step was already done',
      text: 'Nothing was done twice. Another page tells how it went.',
    },
    link_shown: {
      title: 'Your personal link was shown already',
      text: 'It is shown once. If you have not saved it, you get a new one by connecting your car again.',
    },
    fault: { title: 'Something went wrong on our side', text: `We have been told. ${AGAIN} in some minutes.` },
    token_refused: {
      title: 'The connection has ended',
      text: 'The maker’s service does not accept it any more. Please ask your insurer or leasing firm for a new link.',
    },
    withdrawn: {
      title: 'You have withdrawn your consent',
      text: 'Nothing is shared any more. To share again, ask your insurer or leasing firm for a new link.',
    },
    ended_by_insurer: {
      title: 'Your car is not shared any more',
      text: 'Your insurer or leasing firm has ended the connection. Nothing is shared any more, and there is nothing for you to do.',
    },
    replaced: {
      title: 'A newer connection took this one’s place',
      text: 'Your car was connected again later, and that connection counts. There is nothing more to do.',
    },
    ended: {
      title: 'The contract is over',
      text: 'Nothing is shared any more, and there is nothing for you to do.',
    },
    my_data_unknown: {
      title: 'This personal link does not work',
      text: 'It was not copied in full, or there is nothing behind it. You get a new one by connecting your car again: ask your insurer or leasing firm for a link.',
    },
    my_data_replaced: {
      title: 'This personal link has been replaced',
      text: 'Your car was connected again later. Use the personal link that was shown then. If you do not have it, ask your insurer or leasing firm for a link and connect once more.',
    },
    my_data_foreign_form: {
      title: 'That did not come from our page',
      text: 'Nothing was changed. Open your personal link once more and continue from there.',
    },
    my_data_fault: {
      title: 'Something went wrong on our side',
      text: 'We have been told. Open your personal link again in some minutes: it shows whether your consent still stands.',
    },
  },
};
