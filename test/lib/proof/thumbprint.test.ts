// RFC 7638 thumbprints of P-256 keys, against another implementation.
import { calculateJwkThumbprint } from 'jose';
import { expect, it } from 'vitest';
import { hasCoordinates, thumbprint } from '../../../lib/proof/thumbprint.ts';
import vectors from '../../vectors/rfc9901.json' with { type: 'json' };
import { crypto, jwk, publicJwk } from './statement-fixture.ts';

it('is the thumbprint that jose computes, whatever else the key carries', async () => {
  expect(thumbprint(publicJwk, crypto.sha256)).toBe(await calculateJwkThumbprint(publicJwk, 'sha256'));
  expect(thumbprint(jwk, crypto.sha256)).toBe(await calculateJwkThumbprint(publicJwk, 'sha256'));
  expect(thumbprint(vectors.key, crypto.sha256)).toBe(await calculateJwkThumbprint(vectors.key, 'sha256'));
});

it('takes coordinates only as the one text of 32 bytes', () => {
  expect(hasCoordinates(publicJwk)).toBe(true);
  expect(hasCoordinates({ ...publicJwk, x: `${publicJwk.x}=` })).toBe(false);
  expect(hasCoordinates({ ...publicJwk, y: publicJwk.y.slice(0, -1) })).toBe(false);
  expect(hasCoordinates({ x: publicJwk.x })).toBe(false);
});
