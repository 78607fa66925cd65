// What may become of a refused read, written out: how the first refusal ends, when the car is asked again, and what its month ends in
// when the trouble is over after 14 hours. Of whom is expected what stands in the tables of the tests.
import type { Ending, Month } from './refused.ts';

const QUARTER_PAST = '2026-01-31T23:15:00.000Z';
const TWELVE_HOURS_ON = '2026-02-01T11:00:00.000Z';
const THE_DEADLINE = '2026-02-10T23:00:00.000Z';
const ON_SCHEDULE = [0, 15, 75, 255, 615, 1335];
const EVERY_TWELVE_HOURS = [0, 720, 1440];

export interface Way {
  readonly ending: Ending;
  readonly month: Month;
}

/** Asked on the schedule: 15 minutes, 1, 3, 6 hours, then every 12. */
export const later = (outcome: string): Way => ({
  ending: {
    message: 'done',
    connection: 'active',
    reason: undefined,
    warned: [],
    told: [],
    counted: { [outcome]: 1 },
    by: 'queue',
    goal: 'close',
    next: QUARTER_PAST,
  },
  month: { asked: ON_SCHEDULE, stated: 'measured', connection: 'active' },
});

/** The insurer is told once a period that the car sleeps. */
export const asleep: Way = { ...later('asleep'), ending: { ...later('asleep').ending, told: ['period.asleep'] } };
export const unavailable = later('unavailable');
export const limited = later('rate_limited');

/** The driver is told what to do; the connection stays, and is whole again when the car answers. */
export const owner: Way = {
  ending: {
    ...later('owner_must_act').ending,
    connection: 'action_required',
    reason: 'owner_must_act',
    told: ['connection.action_required'],
  },
  month: { asked: ON_SCHEDULE, stated: 'measured', connection: 'active' },
};

/** Only the driver can repair it: nobody asks the car, the deadline states the month. */
export const reconnect: Way = {
  ending: {
    message: 'done',
    connection: 'reauth_required',
    reason: 'reconnect',
    warned: [],
    told: ['connection.reauth_required'],
    counted: { reconnect_needed: 1 },
    by: 'planner',
    goal: 'deadline',
    next: THE_DEADLINE,
  },
  month: { asked: [0], stated: 'reconnect_needed', connection: 'reauth_required' },
};

/** A documented reason is kept as the platform gave it: what the driver is told follows from it. */
export const because = (way: Way, pair: string): Way => ({ ...way, ending: { ...way.ending, reason: pair } });

/** Asked again at once with a fresh token, once. */
export const newToken: Way = {
  ending: { ...reconnect.ending, reason: 'token_refused', counted: { reconnect_needed: 2 } },
  month: { ...reconnect.month, asked: [0, 0] },
};

/** The car cannot answer, and never will: asked once. */
export const never: Way = {
  ending: {
    message: 'done',
    connection: 'active',
    reason: undefined,
    warned: [],
    told: [],
    counted: { refused: 1 },
    by: 'planner',
    goal: 'deadline',
    next: THE_DEADLINE,
  },
  month: { asked: [0], stated: 'refused', connection: 'active' },
};

const warned = (code: string): Way => ({
  ending: { ...never.ending, warned: [code], goal: 'close', next: TWELVE_HOURS_ON },
  month: { asked: EVERY_TWELVE_HOURS, stated: 'measured', connection: 'active' },
});

/** Ours to repair: the operator is told, and it is tried every 12 hours. */
export const operator = warned('vehicle_operator');
export const billing = warned('vehicle_billing');

/** A page that is not the platform's refuses the token: a fresh one is tried, and then it is ours to repair, never the driver's. */
export const strangersToken: Way = {
  ending: { ...operator.ending, counted: { refused: 2 } },
  month: { ...operator.month, asked: [0, 0, 720, 720, 1440] },
};
