// The fixed vectors of the bundle format: a good one, and the tamper table as JSON Patch (RFC 6902) on it with the names under which each
// is found out, so that other implementations can be tested with the same table. Written to bundle.json by regenerate.ts.
import { hostileEdits, tamperings } from '../lib/proof/bundle-tampering.ts';
import { goodLog, logTamperings } from '../lib/proof/log-tampering.ts';
import { goodBundle } from '../lib/proof/tampering.ts';
import { keys } from '../lib/proof/bundle-fixture.ts';
import { vkeyOf } from '../lib/proof/log-fixture.ts';
import { ISSUER } from '../lib/proof/statement-fixture.ts';

/** Everything that bundle.json holds. */
export const buildBundleVectors = () => ({
  /** What an auditor was given. */
  given: { jwks: { issuer: ISSUER, keys }, logKey: vkeyOf() },
  good: goodBundle,
  /** `keys`: with whose keys it is found out; either when it is not there. */
  tampered: tamperings(),
  /** `find` becomes `put` at its first place in the text of the good one, written without white space. */
  unreadable: hostileEdits(),
  /** The whole log beside it: `patch` is for the log, `bundle` for the good bundle. */
  log: { good: goodLog, tampered: logTamperings() },
});
