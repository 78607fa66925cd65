// What bundles are made with, under keys that sign nothing but tests; and the log that they are proven against.
import type { PublicJwk } from '../../../lib/aws/signer.ts';
import { logOrigin } from '../../../lib/ledger/log-origin.ts';
import { makeSealer } from '../../../lib/ledger/seal.ts';
import type { Bundling } from '../../../lib/report/report-bundle.ts';
import type { Tables } from '../../stores/open-tables.ts';
import { ORIGIN } from '../api/api-world.ts';
import { noteSigner } from '../ledger/ledger-world.ts';
import { keys, signStatus } from '../proof/bundle-fixture.ts';

const [, ofStatuses] = keys;

export const bundlingOf = ({ log }: Pick<Tables, 'log'>): Bundling => ({
  ...{ log, noteSigner, issuer: ORIGIN },
  keySet: () => Promise.resolve(keys),
  signer: {
    publicJwk: () => Promise.resolve(ofStatuses as PublicJwk),
    sign: (text) => Promise.resolve(signStatus(text)),
  },
});

/** Puts every statement that waits into the log. */
export const sealAll = ({ attestations, log }: Tables, now: number): Promise<number> =>
  makeSealer({
    ...{ attestations, log, signer: noteSigner, origin: logOrigin(ORIGIN) },
    clock: () => now,
    tell: () => Promise.resolve(),
    warn: (code) => {
      throw new Error(code);
    },
  })(now + 60_000);
