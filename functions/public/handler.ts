// What anybody may know: the public keys that statements are signed with, as a JWK Set (RFC 7517) with the issuer beside it.
import middy from '@middy/core';
import { kmsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeSigner } from '../../lib/aws/signer.ts';
import { STATEMENT_PURPOSE } from '../../lib/proof/key-set.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('public');
const signer = makeSigner(kmsClient(instruments.countAws), env.STATEMENT_KEY_ID);

async function publicKeys() {
  const body = JSON.stringify({
    issuer: env.ISSUER,
    keys: [{ ...(await signer.publicJwk()), purpose: STATEMENT_PURPOSE }],
  });
  const headers = {
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
  };
  return { statusCode: 200, headers, body };
}

export const handler = middy(publicKeys).use(instruments.perInvocation);
