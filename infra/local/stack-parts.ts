// What a local stack is made of while it is being put together, and the ports it opens.
import type { Server } from 'node:http';
import type { AccessGuard } from './access-guard.ts';
import type { AwsBackends } from './aws-endpoint.ts';
import type { CrashRule } from './cloud-call.ts';
import type { LogLine } from './function-copy.ts';
import type { FunctionFleet, Invocation } from './function-fleet.ts';
import type { GatewaySettings } from './gateway.ts';
import { listen, stopListening } from './listen.ts';
import type { SharedClock } from './shared-clock.ts';
import type { LocalStack, LocalStackOptions } from './stack-interface.ts';

/** What is being put together. The endpoints listen before what is behind them exists, because the templates need their origins. */
export type Parts = {
  readonly options: LocalStackOptions;
  readonly cleanup: AsyncDisposableStack;
  readonly clock: SharedClock;
  readonly ledger: LocalStack['ledger'];
  readonly invocations: Invocation[];
  readonly logs: LogLine[];
  readonly onLog: (line: LogLine) => void;
  readonly accessLog: string[];
  crashRule: CrashRule | undefined;
  backends: AwsBackends | undefined;
  guard: AccessGuard | undefined;
  fleet: FunctionFleet | undefined;
  gateway: GatewaySettings | undefined;
  /** Looks for messages that can be delivered now. */
  kick: () => void;
};

/** A part that must exist by now. */
export const present = <T>(part: T | undefined): T => {
  if (part === undefined) throw new Error('the local stack is not ready');
  return part;
};

/** Gives a server a port that goes when the stack is closed. @returns its origin */
export const openServer = async ({ cleanup }: Parts, server: Server, port: number): Promise<string> => {
  const origin = await listen(server, port);
  cleanup.defer(() => stopListening(server));
  return origin;
};
