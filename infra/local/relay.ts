// A listener that stands between one function and one outside origin, so that its calls there are recorded and can be crash
// points like its AWS calls. Passes everything on unchanged. Records the variable and the method, never a path, header or body.
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import type { CallLedger, CrashRule } from './cloud-call.ts';
import type { FunctionFleet } from './function-fleet.ts';

export type RelaySettings = {
  readonly functionName: string;
  /** The variable whose value names the outside origin. */
  readonly variable: string;
  readonly target: string;
  readonly ledger: CallLedger;
  readonly crashRule: () => CrashRule | undefined;
  readonly fleet: () => FunctionFleet | undefined;
};

/** Passes a request on; `onAnswer` decides whether the answer is passed back. */
const passOn = (target: string, incoming: IncomingMessage, outgoing: ServerResponse, onAnswer: () => boolean): void => {
  const { method, headers, url } = incoming;
  const onward = send(new URL(url ?? '/', target), { method: method ?? 'GET', headers }, (answer) => {
    if (!onAnswer()) return void answer.resume();
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
};

const serve = (settings: RelaySettings, incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const { functionName, variable, target, ledger } = settings;
  const fleet = settings.fleet();
  const worker = fleet?.busyCopy(functionName) ?? `${functionName}.0`;
  if (fleet?.isDead(worker)) return;
  const call = ledger.record(worker, `${variable}.${incoming.method}`);
  const crash = settings.crashRule()?.(call);
  if (crash === 'before') {
    fleet?.kill(worker);
    return;
  }
  passOn(target, incoming, outgoing, () => {
    if (crash === 'after') fleet?.kill(worker);
    return crash !== 'after';
  });
};

/** The relay's server, to be given a port by the caller. */
export const makeRelay = (settings: RelaySettings): Server =>
  createServer((incoming, outgoing) => serve(settings, incoming, outgoing));
