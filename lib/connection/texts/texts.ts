// What a language has to say: every text of the driver's pages. Plain text, never HTML; `{name}` is filled in, and escaped, by the page.
// A language that lacks a text, or has one too many, does not compile.

export interface Advice {
  readonly title: string;
  readonly text: string;
}

/** Ways in which connecting or one's own data page ends without what the driver wanted. */
export const REASONS = [
  'access_denied',
  'vehicle_incompatible',
  'invalid_subscription',
  'no_vehicles',
  'configuration_error',
  'server_error',
  'cancelled',
  'unknown',
  'exchange_failed',
  'wrong_vin',
  'vin_unknown',
  'several_vehicles',
  'missing_permission',
  'login_refused',
  'owner_must_act',
  'link_unknown',
  'foreign_form',
  'state_unknown',
  'state_used',
  'link_shown',
  'fault',
  'token_refused',
  'withdrawn',
  'ended_by_insurer',
  'replaced',
  'ended',
  'my_data_unknown',
  'my_data_replaced',
  'my_data_foreign_form',
  'my_data_fault',
] as const;

type Reason = (typeof REASONS)[number];

/** What the driver has to do about a car that was connected, or that could have been. */
const TASKS = [
  'confirm',
  'add_car',
  'activate_service',
  'car_missing',
  'virtual_key',
  'remote_access',
  'agree',
  'login',
  'password',
  'rights',
  /** Nobody said what it is. */
  'look',
] as const;

export type Task = (typeof TASKS)[number];

/** What the driver agrees to, with the button. A change of it is a new version in consent.ts. */
interface LinkTexts {
  readonly title: string;
  readonly ask: { readonly insurance: string; readonly lease: string };
  readonly sharedHeading: string;
  readonly shared: readonly string[];
  readonly notSharedHeading: string;
  readonly notShared: string;
  readonly stopHeading: string;
  readonly stop: string;
  readonly brand: string;
  readonly otherBrand: string;
  readonly proceed: string;
  readonly login: string;
}

export interface MyDataTexts {
  readonly title: string;
  /** What the consent is worth now. */
  readonly states: Readonly<
    Record<'pending' | 'active' | 'action_required' | 'reauth_required' | 'withdrawn' | 'ended', string>
  >;
  readonly sharedHeading: string;
  readonly sharedBefore: string;
  readonly car: string;
  readonly unknownCar: string;
  readonly vin: string;
  readonly vinEnd: string;
  readonly receiver: string;
  readonly contract: { readonly insurance: string; readonly lease: string };
  readonly since: string;
  readonly until: string;
  readonly consentText: string;
  readonly asked: string;
  readonly permissions: string;
  readonly permissionsBefore: string;
  readonly permissionNames: Readonly<Record<'read_odometer' | 'read_vin' | 'read_vehicle_info', string>>;
  readonly firstReading: string;
  readonly lastReading: string;
  readonly noReading: string;
  readonly reconnect: string;
  readonly withdrawHeading: string;
  readonly withdraw: string;
  readonly withdrawMeans: string;
  readonly confirm: string;
  readonly afterwards: string;
}

/** What an insurer is told as well: apart from the pages, so that whoever answers the insurer carries no pages. */
export interface AdviceTexts {
  readonly tasks: Readonly<Record<Task, Advice>>;
  /** What follows a task: the car is read again by itself; connect with the link once more; connect afresh. */
  readonly endings: { readonly byItself: string; readonly again: string; readonly freshLogin: string };
  readonly advice: Readonly<Record<Reason, Advice>>;
}

export interface Texts extends AdviceTexts {
  /** BCP 47, for dates. */
  readonly locale: string;
  readonly link: LinkTexts;
  readonly waiting: { readonly title: string; readonly soon: string; readonly late: string };
  readonly connected: {
    readonly title: string;
    readonly thanks: string;
    readonly yourCar: string;
    readonly next: string;
    readonly myDataHeading: string;
    readonly myData: string;
    /** On the button that leads there, once. */
    readonly myDataLink: string;
    readonly myDataShown: string;
  };
  readonly seeProgress: string;
  /** On the link to where the tenant wants its driver to go on. */
  readonly back: string;
  readonly myData: MyDataTexts;
}
