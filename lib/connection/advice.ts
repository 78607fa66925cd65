// What a driver can do about each way in which connecting ends without a car. Never fails: an error that the platform invents tomorrow
// gets the general advice. Says nothing that only the insurer may know.

export interface Advice {
  readonly title: string;
  readonly text: string;
}

const AGAIN = 'Open the link from your message once more';
const again = 'open the link from your message once more';

const general: Advice = { title: 'The connection was not made', text: `Nothing is shared. ${AGAIN} in some minutes.` };

const advices: Readonly<Record<string, Advice>> = {
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
  fault: {
    title: 'Something went wrong on our side',
    text: `We have been told. ${AGAIN} in some minutes.`,
  },
  token_refused: {
    title: 'The connection has ended',
    text: 'The maker’s service does not accept it any more. Please ask your insurer or leasing firm for a new link.',
  },
  withdrawn: {
    title: 'You have withdrawn your consent',
    text: 'Nothing is shared any more. To share again, ask your insurer or leasing firm for a new link.',
  },
  replaced: {
    title: 'A newer connection took this one’s place',
    text: 'Your car was connected again later, and that connection counts. There is nothing more to do.',
  },
};

/** Every reason that has advice of its own. */
export const REASONS: readonly string[] = Object.keys(advices);

export const adviceFor = (reason: string): Advice =>
  (Object.hasOwn(advices, reason) ? advices[reason] : undefined) ?? general;
