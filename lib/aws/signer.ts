// KMS asymmetric signing, ES256 (RFC 7518 §3.4): KMS answers DER, JOSE wants r‖s. Two signatures over one input differ: whoever needs
// one, stores one.
import { createPublicKey } from 'node:crypto';
import { DescribeKeyCommand, GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { derToRs } from '../proof/es256.ts';
import { thumbprint } from '../proof/thumbprint.ts';
import { sha256 } from './digest.ts';

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

interface KeyHolder<Message> {
  /** The public key; asked for once per container. */
  readonly publicJwk: () => Promise<PublicJwk>;
  /** @param message at most 4,096 bytes @returns r‖s, 64 bytes */
  readonly sign: (message: Message) => Promise<Uint8Array>;
}

/** Signs ASCII texts. */
export type Signer = KeyHolder<string>;

/** Signs whatever bytes. */
export type ByteSigner = KeyHolder<Uint8Array>;

/** @throws SignerError for anything that is not a P-256 key: nothing else may be published as one */
function jwkFrom(spki: Uint8Array | undefined): PublicJwk {
  try {
    const key = createPublicKey({ key: Buffer.from(spki ?? []), format: 'der', type: 'spki' });
    const { kty, crv, x = '', y = '' } = key.export({ format: 'jwk' });
    if (kty !== 'EC' || crv !== 'P-256') throw new Error('another kind of key');
    const jwk = { kty, crv, x, y } as const;
    return { ...jwk, kid: thumbprint(jwk, sha256), alg: 'ES256', use: 'sig' };
  } catch (cause) {
    throw new SignerError('the signing key is not a P-256 key', { cause });
  }
}

function joseSignature(der: Uint8Array | undefined): Uint8Array {
  try {
    return derToRs(der ?? new Uint8Array());
  } catch (cause) {
    throw new SignerError('the signing key answered with something else than a signature', { cause });
  }
}

function ascii(text: string): Uint8Array {
  // Buffer's `ascii` cuts other characters down to one byte: what was signed would not be the text.
  if (!/^[\x20-\x7e]*$/.test(text)) throw new SignerError('only ASCII text is signed');
  return Buffer.from(text, 'ascii');
}

const fault = (cause: unknown): never => {
  throw new SignerError('the signing key did not answer', { cause });
};

export function makeByteSigner(client: KMSClient, keyId: string): ByteSigner {
  let known: Promise<PublicJwk> | undefined;
  const fetchPublicJwk = async (): Promise<PublicJwk> =>
    jwkFrom((await client.send(new GetPublicKeyCommand({ KeyId: keyId })).catch(fault)).PublicKey);
  return {
    publicJwk: () => {
      known ??= fetchPublicJwk().catch((cause: unknown) => {
        known = undefined;
        throw cause;
      });
      return known;
    },
    sign: async (message) => {
      const input = {
        KeyId: keyId,
        Message: message,
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      } as const;
      return joseSignature((await client.send(new SignCommand(input)).catch(fault)).Signature);
    },
  };
}

export function makeSigner(client: KMSClient, keyId: string): Signer {
  const { publicJwk, sign } = makeByteSigner(client, keyId);
  return { publicJwk, sign: async (text) => sign(ascii(text)) };
}

/** When KMS made a key: nobody has signed with it before. Epoch milliseconds. @throws SignerError */
export async function keyMadeAt(client: KMSClient, keyId: string): Promise<number> {
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId })).catch(fault);
  if (KeyMetadata?.CreationDate === undefined) throw new SignerError('the signing key has no beginning');
  return KeyMetadata.CreationDate.getTime();
}
