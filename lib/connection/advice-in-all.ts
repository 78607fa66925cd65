// What the driver of a connection has to do now, in every language there is: an insurer writes to drivers of all of them. The words are
// loaded when there is something to say. They are much to load, and of nearly every connection there is nothing.
import { driverMust } from './advice.ts';
import type { Connection } from './connection.ts';
import type { Language } from './language.ts';
import type { Advice } from './texts/texts.ts';

const SILENT: readonly Connection['state'][] = ['pending', 'active', 'withdrawn', 'replaced', 'ended'];

/** Undefined when there is nothing to do. */
export async function driverMustInAll(
  connection: Pick<Connection, 'state' | 'reason'>,
): Promise<Readonly<Record<Language, Advice>> | undefined> {
  if (SILENT.includes(connection.state)) return undefined;
  const { adviceOf } = await import('./texts/advice-of.ts');
  const words = (language: Language): Advice | undefined => driverMust(connection, adviceOf(language));
  const [en, nl, fr, de] = [words('en'), words('nl'), words('fr'), words('de')];
  return en && nl && fr && de && { en, nl, fr, de };
}
