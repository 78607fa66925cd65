// What PDF files are sealed with: a key that is made for this run, and signs nothing but tests.
import { randomBytes } from 'node:crypto';
import type { PublicJwk } from '../../../lib/aws/signer.ts';
import type { Printing } from '../../../lib/report/pdf/print.ts';
import { ORIGIN } from '../api/api-world.ts';
import { makeSealKey } from '../proof/sealed-pdf.ts';

export const sealKey = makeSealKey();

export const printing: Printing = {
  issuer: ORIGIN,
  random: randomBytes,
  signer: { publicJwk: () => Promise.resolve(sealKey.jwk as PublicJwk), sign: sealKey.signEs256 },
  keyMadeAt: () => Promise.resolve(Date.parse('2025-12-31T00:00:00.000Z')),
};
