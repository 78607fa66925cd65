// What a driver can do about each way in which connecting ends without a car, and about a car that cannot be read any more. Never fails: an
// error that the platform invents tomorrow gets the general advice. Says nothing that only the insurer may know.
import type { ReasonsThatMean } from '../vehicle/refusals.ts';
import type { Connection } from './connection.ts';
import { type Advice, type AdviceTexts, REASONS, type Task } from './texts/texts.ts';

export { REASONS };

/** What each refusal that only the owner of the car, or a fresh login, can mend asks of the driver. */
export const TASKS: Readonly<Record<ReasonsThatMean<'owner_must_act' | 'reconnect'>, Task>> = {
  'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE': 'confirm',
  'CONNECTED_SERVICES_ACCOUNT:NO_VEHICLES': 'add_car',
  'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION': 'activate_service',
  'CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING': 'car_missing',
  'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED': 'virtual_key',
  'VEHICLE_STATE:REMOTE_ACCESS_DISABLED': 'remote_access',
  PERMISSION: 'agree',
  'PERMISSION:UNKNOWN': 'agree',
  'COMPATIBILITY:PLATFORM_NOT_CAPABLE': 'login',
  'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED': 'password',
  'CONNECTED_SERVICES_ACCOUNT:PERMISSION': 'rights',
};

const tasks: Readonly<Record<string, Task>> = TASKS;

const taskOf = (reason: string): Task | undefined => (Object.hasOwn(tasks, reason) ? tasks[reason] : undefined);

const withEnding = ({ title, text }: Advice, ending: string): Advice => ({ title, text: `${text} ${ending}` });

/** How connecting ended, or a page did. */
export function adviceFor(reason: string, { advice, tasks: words, endings }: AdviceTexts): Advice {
  const known = REASONS.find((one) => one === reason);
  if (known !== undefined) return advice[known];
  const task = taskOf(reason);
  return task === undefined ? advice.unknown : withEnding(words[task], endings.again);
}

/** What the driver of a connection has to do now; undefined when there is nothing. */
export function driverMust(
  { state, reason = 'unknown' }: Pick<Connection, 'state' | 'reason'>,
  texts: AdviceTexts,
): Advice | undefined {
  const { tasks: words, endings } = texts;
  switch (state) {
    case 'action_required':
      return withEnding(words[taskOf(reason) ?? 'look'], endings.byItself);
    case 'reauth_required':
      return withEnding(words[taskOf(reason) ?? 'login'], endings.freshLogin);
    case 'failed':
      return adviceFor(reason, texts);
    default:
      return undefined;
  }
}
