// Where the vendor's sources disagree about V3, or the platform is known to behave in two ways: which way it is here.
// The defaults are what the newest documents and live observations show. Everything can be changed while it runs.

/** How the simulated platform behaves; every field is one documented variation. */
export interface Behaviour {
  /** Single V3 resources: in `data` (newest documents), or the bare object (what the SDKs of 2025 were made for). */
  readonly resources: 'wrapped' | 'bare';
  /** Times in the `meta` of V3 signals. */
  readonly times: 'iso' | 'epoch_ms' | 'epoch_s';
  /** The word for kilometres in signals, over REST and in webhooks. */
  readonly distances: 'km' | 'kilometers';
  /** Names in the `meta` of V3 lists: `pageNumber` and `prev`, or `page` and `previous` (early documents). */
  readonly pages: 'pageNumber' | 'page';
  /** What V3 tells the token of a vehicle, which only the SDKs of 2025 come with: the early shapes, or those set here. */
  readonly vehicleTokens: 'early_shapes' | 'same_shapes';
  /** V3 commands answer with their own status, or always 202 with the outcome in the body (slow commands). */
  readonly commands: 'done' | 'accepted';
  /** For an application's token a vehicle has no signals before it is subscribed to a verified webhook. */
  readonly signalStore: 'empty_until_subscribed' | 'always_filled';
  /** Signals are as of the question, or as of the last fetch: a day apart, or the make's minutes when subscribed. */
  readonly freshness: 'immediate' | 'documented';
  /** Where a webhook tells what made it: at the top level, there as plain text (older), or inside `data` (newest page). */
  readonly triggers: 'top_level' | 'text' | 'in_data';
  /** Whether webhooks carry every part seen anywhere, or only what every capture has. */
  readonly envelope: 'full' | 'least';
  /** What a webhook calls the time at which a value was fetched. */
  readonly fetched: 'retrievedAt' | 'fetchedAt';
  /** In which order deliveries due at one instant are handed out; they are sent at the same time, and no order is promised. */
  readonly deliveryOrder: 'planned' | 'reversed';
  /** Whether an accepted delivery is sent once more, as "at least once" allows: 25 seconds later, with the same event id. */
  readonly deliveryRepeats: 'never' | 'once';
  /** Refuses what only the real platform refuses: see README. */
  readonly strict: boolean;
}

export const newestBehaviour: Behaviour = {
  resources: 'wrapped',
  times: 'iso',
  distances: 'km',
  pages: 'pageNumber',
  vehicleTokens: 'early_shapes',
  commands: 'done',
  signalStore: 'empty_until_subscribed',
  freshness: 'immediate',
  triggers: 'top_level',
  envelope: 'full',
  fetched: 'retrievedAt',
  deliveryOrder: 'planned',
  deliveryRepeats: 'never',
  strict: false,
};

/** The shapes in the tests of the SDKs of 2025: some of those SDKs read no other. */
export const earlyShapes = {
  resources: 'bare',
  times: 'epoch_ms',
  distances: 'kilometers',
  pages: 'page',
} as const satisfies Partial<Behaviour>;

/** @returns the behaviour towards an application, or towards whoever comes with the token of a vehicle. */
export function towards(behaviour: Behaviour, byApplication: boolean): Behaviour {
  return byApplication || behaviour.vehicleTokens === 'same_shapes' ? behaviour : { ...behaviour, ...earlyShapes };
}
