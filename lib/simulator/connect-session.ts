// An unfinished Connect: what was asked for, and how far the owner has come. Kept on the server, named by an id in the forms.

import type { AuthorizeRequest } from './authorize-request.ts';

/** Why an owner cannot go on, shown on a page whose button leads back to the application. */
export interface Failure {
  readonly error: string;
  readonly description: string;
  /** Extra parameters of the redirect. */
  readonly extra: Readonly<Record<string, string>>;
  /** Vehicle data the owner may choose to share with the application. */
  readonly vehicle: Readonly<Record<string, string>> | null;
}

export interface Flow {
  readonly id: string;
  readonly request: AuthorizeRequest;
  readonly make: string | null;
  readonly email: string | null;
  readonly vehicleIds: readonly string[];
  readonly failure: Failure | null;
  readonly expiresAt: number;
}
