// The primitives that the check runs on: those of the command line, and those of a browser.
import * as node from '../../../lib/cli/node-primitives.ts';
import { inflate, sha256, verifyEd25519, verifyEs256 } from '../../../lib/verifier-page/browser-primitives.ts';

export const bothPrimitives = [
  { on: 'node', primitives: { ...node, verifyEs256: node.makeVerifyEs256() } },
  { on: 'browser', primitives: { inflate, sha256, verifyEd25519, verifyEs256 } },
] as const;
