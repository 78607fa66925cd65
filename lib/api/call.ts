// One call of the API: what was asked, by whom, and what the answer may be made of.

import type { Send } from '../aws/queue.ts';
import type { Seal } from '../aws/sealing.ts';
import type { Table } from '../aws/table.ts';
import type { CheckCompatibility } from '../connection/compatibility.ts';
import type { RandomBytes } from '../tenant/id.ts';
import type { CountRequest } from '../tenant/request-limit.ts';
import type { Caller } from '../tenant/scopes.ts';

export interface ApiRequest {
  readonly id: string;
  readonly method: string;
  /** Path below the origin. An HTTP API hands it over decoded; nothing that needs decoding fits a route. */
  readonly path: string;
  /** Parameters in the order they came; a name may stand there more than once. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Those that some route reads; the others are not handed on. */
  readonly headers: {
    readonly [Name in 'accept' | 'content-type' | 'idempotency-key' | 'if-match' | 'if-none-match']?:
      | string
      | undefined;
  };
  readonly body: string | undefined;
}

/** What every function that answers for the API has. */
export interface CommonDeps {
  readonly business: Table;
  readonly countRequest: CountRequest;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly random: RandomBytes;
}

/** What those have besides that answer in pages. */
export interface PagedDeps extends CommonDeps {
  /** The key that cursors are signed with. */
  readonly cursorKey: () => Promise<string>;
}

/** What the function `api` has. */
export interface ApiDeps extends PagedDeps {
  readonly attestations: Table;
  /** The key that links of dead connections are signed with. */
  readonly reconnectKey: () => Promise<string>;
  /** Scheme and host under which drivers reach their pages. */
  readonly publicOrigin: string;
}

/** What the function `compatibility` has. */
export interface CompatibilityDeps extends CommonDeps {
  readonly checkCompatibility: CheckCompatibility;
}

/** What the function `webhook-endpoints` has. */
export interface EndpointDeps extends PagedDeps {
  /** Seals secrets that it cannot open. */
  readonly seal: Seal;
  /** Whether endpoints may be on this machine, in plain HTTP: never where the service is deployed. */
  readonly webhookLoopback: boolean;
}

/** What the function `reports` has. */
export interface ReportDeps extends PagedDeps {
  /** Tells whoever builds reports. */
  readonly sendReports: Send;
  /** The address under which a file can be downloaded for a minute, under the name it is to be saved as. */
  readonly addressOf: (name: string, saveAs: string, now: number) => string;
  /** Scheme and host under which links to reports are opened. */
  readonly publicOrigin: string;
}

export interface ApiCall<Deps extends CommonDeps = ApiDeps> {
  readonly deps: Deps;
  readonly caller: Caller;
  readonly request: ApiRequest;
  readonly params: Readonly<Record<string, string>>;
}
