// The README as its tests read it.
import { readFileSync } from 'node:fs';

export const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** What stands below a heading, down to the next of its rank. @throws Error when there is no such heading */
export const section = (heading: string): string => {
  const [, text] = `${readme}\n## `.split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`the README has no section "${heading}"`);
  return text.split('\n## ', 1).join();
};

/** The commands in the shell blocks of a text, a line each. */
export const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));

/** The section whose commands test/e2e/deployment.test.ts runs. */
export const DEPLOYMENT = section('Deploy to AWS');
