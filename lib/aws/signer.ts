// KMS asymmetric signing, ES256 (RFC 7518 §3.4): KMS answers DER, JOSE wants r‖s. Two signatures over one input differ: whoever needs
// one, stores one.
import { createPublicKey, hash } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { derToRs } from '../proof/es256.ts';
import { thumbprint } from '../proof/thumbprint.ts';

export class SignerError extends Error {
  readonly code = 'SIGNER_UNAVAILABLE';
}

export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

export interface Signer {
  /** The public key; asked for once per container. */
  readonly publicJwk: () => Promise<PublicJwk>;
  /** @param text ASCII, at most 4,096 bytes @returns r‖s, 64 bytes */
  readonly sign: (text: string) => Promise<Uint8Array>;
}

const fault = (cause: unknown): never => {
  throw new SignerError('the signing key did not answer', { cause });
};

const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

export function makeSigner(client: KMSClient, keyId: string): Signer {
  let known: Promise<PublicJwk> | undefined;
  const fetchPublicJwk = async (): Promise<PublicJwk> => {
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId })).catch(fault);
    const spki = { key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' } as const;
    const { x = '', y = '' } = createPublicKey(spki).export({ format: 'jwk' });
    const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
    return { ...jwk, kid: thumbprint(jwk, sha256), alg: 'ES256', use: 'sig' };
  };
  return {
    publicJwk: () => {
      known ??= fetchPublicJwk().catch((cause: unknown) => {
        known = undefined;
        throw cause;
      });
      return known;
    },
    sign: async (text) => {
      const input = {
        KeyId: keyId,
        Message: Buffer.from(text, 'ascii'),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      } as const;
      const { Signature } = await client.send(new SignCommand(input)).catch(fault);
      return derToRs(Signature ?? new Uint8Array());
    },
  };
}
