// The headings under which the document shows the routes, in this order.

export const GROUPS = {
  Contracts: 'A policy or a lease, for one car.',
  'Connecting a car': 'The driver connects the car once, through the maker’s own login, with a link that you send.',
  Readings: 'What the odometer showed, and when.',
  Attestations: 'The signed statements, one for each month of a contract.',
  Reports: 'What was stated, in a file.',
  Events: 'What changed, by type and ids: whoever is told asks for the rest.',
  Webhooks: 'Servers of yours that are told of events, by Standard Webhooks.',
  'API keys': 'Who may ask for what.',
} as const;

export type Group = keyof typeof GROUPS;
