// What a report on a whole tenant takes: ten thousand contracts may not need more memory than a thousand, but for a fifth.

import { start } from './child.ts';
import { neighbours, ratio, verdict } from './figures.ts';

const FEW = 1_000;
const MANY = 10_000;
const ROUNDS = 5;
const GOAL = 1.2;

/** V8 takes what it is given before it looks for garbage: the share of 256 MB, the function's, that Lambda gives it. */
const MEMORY = ['--max-semi-space-size=12', '--max-old-space-size=230'];

interface Figures {
  readonly ms: number;
  readonly megabytes: number;
  readonly sent: number;
}

async function build(contracts: number): Promise<Figures> {
  const { said } = await start('report-builder.ts', [String(contracts)], { flags: MEMORY });
  return JSON.parse(said);
}

export async function benchReport(): Promise<boolean> {
  const few: Figures[] = [];
  const many: Figures[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    few.push(await build(FEW));
    many.push(await build(MANY));
  }
  const show = (name: string, [one]: readonly Figures[]) =>
    one && console.log(`${name}: ${one.megabytes.toFixed(0)} MB, ${one.ms.toFixed(0)} ms, a file of ${one.sent} bytes`);
  show(`${FEW} contracts`, few);
  show(`${MANY} contracts`, many);
  const memory = neighbours(many, few, ({ megabytes }) => megabytes);
  console.log(`memory at most: ${ratio(memory)} (goal: ${ratio(GOAL)}): ${verdict(memory <= GOAL)}`);
  return memory <= GOAL;
}
