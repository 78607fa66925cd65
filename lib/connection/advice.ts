// What a driver can do about each way in which connecting ends without a car. Never fails: an error that the platform invents tomorrow
// gets the general advice. Says nothing that only the insurer may know.
import { type Advice, REASONS, type Texts } from './texts/texts.ts';

export { REASONS };

export const adviceFor = (reason: string, { advice }: Texts): Advice =>
  advice[REASONS.find((known) => known === reason) ?? 'unknown'];
