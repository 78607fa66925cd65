// Seals a finished PDF over every byte of it (PAdES B-B, ETSI EN 319 142-1; CMS with ES256). Adds the seal and changes nothing else.
import { PDF, type TimestampAuthority } from '@libpdf/core';
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
  /** Who vouches for the time (RFC 3161): PAdES B-T then. */
  readonly timestamps?: TimestampAuthority;
}

/**
 * @param pdf as it was made; none of its bytes is changed
 * @param sealedAt instant; what the sealer says, and no proof of time
 * @throws what the key or whoever vouches for the time did not do: a report is never left without its seal
 */
export async function sealPdf(
  pdf: Uint8Array,
  { certificate, chain = [], sign, timestamps }: Sealer,
  sealedAt: string,
): Promise<Uint8Array> {
  const document = await PDF.load(pdf);
  const certificates = [certificate, ...chain].reduce((sum, { length }) => sum + length, 0);
  const { bytes, warnings } = await document.sign({
    signer: {
      certificate,
      certificateChain: [...chain],
      keyType: 'EC',
      signatureAlgorithm: 'ECDSA',
      sign: async (data) => rsToDer(await sign(data)),
    },
    signingTime: new Date(sealedAt),
    level: timestamps === undefined ? 'B-B' : 'B-T',
    estimatedSize: certificates + (timestamps === undefined ? ROOM.alone : ROOM.timestamped),
    ...(timestamps !== undefined && { timestampAuthority: timestamps }),
  });
  if (warnings.length > 0)
    throw new Error(`a PDF could not be sealed as it is: ${warnings.map(({ code }) => code).join(', ')}`);
  return bytes;
}
