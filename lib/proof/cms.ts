// What seals and timestamps have in common: names and signed attributes of CMS (RFC 5652).
import { type Der, isOid, partsIn, SEQUENCE, SET } from './der.ts';

/** Object identifiers, as the bytes of their DER. */
export const SIGNED_DATA = '2a864886f70d010702';
export const CONTENT_TYPE = '2a864886f70d010903';
export const MESSAGE_DIGEST = '2a864886f70d010904';
export const SIGNING_CERTIFICATE_V2 = '2a864886f70d010910022f';

/** The one value of the one attribute of this type. */
export function attribute(attributes: readonly Der[], type: string): Der | undefined {
  const found = attributes.map((one) => partsIn(one, SEQUENCE) ?? []).filter(([name]) => isOid(name, type));
  const values = found.length === 1 ? partsIn(found[0]?.[1], SET) : undefined;
  return values?.length === 1 ? values[0] : undefined;
}
