// The functions that keep the log, on the tables of a world.
import { makeVerifyEs256, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import type { Checking } from '../../../lib/ledger/fsck-log.ts';
import { logOrigin } from '../../../lib/ledger/log-origin.ts';
import { makeSealer } from '../../../lib/ledger/seal.ts';
import type { World } from '../attestation/world.ts';
import { logKey, noteSigner } from '../ledger/ledger-world.ts';

/** Has seal-log put everything that is pending into the log. */
export const sealIn = ({ tables: { attestations, log }, store, now }: World): Promise<number> =>
  makeSealer({
    ...{ attestations, log, signer: noteSigner, origin: logOrigin(store.issuer) },
    clock: () => now,
    tell: () => Promise.resolve(),
    warn: (code) => {
      throw new Error(code);
    },
  })(now + 60_000);

/** What check-log looks at. */
export const checkingOf = (world: World): Checking => {
  const { business, attestations, log } = world.tables;
  const { issuer, keys: statementKeys } = world.store;
  const clock = () => world.now;
  const primitives = { verifyEd25519, verifyEs256: makeVerifyEs256() };
  return { business, attestations, log, issuer, statementKeys, clock, keys: [logKey], ...primitives };
};
