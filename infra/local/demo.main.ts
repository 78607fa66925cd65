// `npm run demo`: three months of five Citroëns on this machine. `--json` prints one JSON document on standard output instead of
// progress and table. Writes statements, reports and keys to demo-out/. Exits 0 only when every statement and report verified and those that
// were altered did not.
import { parseArgs } from 'node:util';
import { DemoFailure } from './demo/demo-failure.ts';
import { tellOfEnding } from './demo/ending.ts';
import { play } from './demo/play.ts';
import { tableOf } from './demo/report.ts';
import { PortInUse } from './listen.ts';
import { stopSignal } from './stop-signal.ts';

const FOLDER = 'demo-out';

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);

async function run(json: boolean, signal: AbortSignal): Promise<void> {
  const say = json ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
  const { played, said, ...report } = await play({ folder: FOLDER, say, signal });
  if (json) {
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return;
  }
  const { vehicle, auth, aws } = report.steadyMonth;
  say(`\n${tableOf(played)}\n`);
  say(`${played.length} of ${played.length} statements verified, one altered copy refused. They are in ${FOLDER}/.\n`);
  for (const line of tellOfEnding({ ...report, said })) say(line);
  say('');
  say(`What a car tells by itself: ${report.callsPerPush} AWS calls each time, and none to the car.`);
  say(
    `A steady month of one contract: ${vehicle} vehicle, ${auth} token and ${aws} AWS calls. ${seconds(report.elapsedMs)} s.`,
  );
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const expected = error instanceof DemoFailure || error instanceof PortInUse || error instanceof TypeError;
  return expected ? error.message : String(error.stack);
};

const signal = stopSignal();
try {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  await run(values.json, signal);
} catch (error) {
  process.stderr.write(`${signal.aborted ? 'Stopped before the end.' : messageOf(error)}\n`);
  process.exitCode = 1;
}
