// Seals a finished PDF over every byte of it (PAdES B-B, ETSI EN 319 142-1; CMS with ES256). Adds the seal and changes nothing else.
import { PDF } from '@libpdf/core';
import { rsToDer } from '../../proof/es256.ts';

/** Bytes kept for a signature, beside its certificates; a timestamp brings certificates of its own. */
const ROOM = { alone: 1_536, timestamped: 16_384 };

export interface Sealer {
  /** Of the key that signs: X.509, DER. */
  readonly certificate: Uint8Array;
  /** Of its issuer, of that one's, and so on. */
  readonly chain?: readonly Uint8Array[];
  /** Signs the bytes it is given with ES256. @returns r‖s, 64 bytes */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** A timestamp of the signature (RFC 3161), by whoever vouches for the time: PAdES B-T then. @returns TimeStampToken, DER */
  readonly timestamp?: ((signature: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/**
 * @param pdf as it was made; none of its bytes is changed
 * @param sealedAt instant; what the sealer says, and no proof of time
 * @throws what the key or whoever vouches for the time did not do: a report is never left without its seal
 */
export async function sealPdf(
  pdf: Uint8Array,
  { certificate, chain = [], sign, timestamp }: Sealer,
  sealedAt: string,
): Promise<Uint8Array> {
  const document = await PDF.load(pdf);
  const certificates = [certificate, ...chain].reduce((sum, { length }) => sum + length, 0);
  let signature = new Uint8Array();
  const { bytes, warnings } = await document.sign({
    signer: {
      certificate,
      certificateChain: [...chain],
      keyType: 'EC',
      signatureAlgorithm: 'ECDSA',
      sign: async (data) => {
        signature = Uint8Array.from(rsToDer(await sign(data)));
        return signature;
      },
    },
    signingTime: new Date(sealedAt),
    level: timestamp === undefined ? 'B-B' : 'B-T',
    estimatedSize: certificates + (timestamp === undefined ? ROOM.alone : ROOM.timestamped),
    ...(timestamp !== undefined && { timestampAuthority: { timestamp: () => timestamp(signature) } }),
  });
  if (warnings.length > 0)
    throw new Error(`a PDF could not be sealed as it is: ${warnings.map(({ code }) => code).join(', ')}`);
  return bytes;
}
