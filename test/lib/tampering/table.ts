// The tamper table of a real run: what somebody does to a bundle, to a PDF or to what is stored, and the names under which each of the
// checkers finds it out. A checker that cannot see it says why; another one does. What else can be wrong with a bundle as a format is the
// table of the fixed vectors (../proof/bundle-tampering.ts).
import type { Case } from './case.ts';
import { inFiles } from './in-files.ts';
import { inStore } from './in-store.ts';

export const CASES: readonly Case[] = [...inFiles, ...inStore];
