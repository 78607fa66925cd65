// From a statement's facts to its signed text, and from a stored statement to the compact SD-JWT that leaves the house.
// Disclosures are not stored: their salts come from the contract's secret and their values from contract and connection, so that
// erasing those erases them, and the signed bytes stay what they are.
import { hmacSha256, sha256 } from '../aws/digest.ts';
import type { Connection } from '../connection/connection.ts';
import type { Contract } from '../contract/contract.ts';
import { type Disclosable, type DisclosableName, STATEMENT_TYP, type StatementClaims } from '../proof/claims.ts';
import { slotLeaf } from '../proof/leaf.ts';
import { saltsFor } from '../proof/salt.ts';
import { assembleSdJwt, hashText, type PreparedSdJwt, prepareSdJwt } from '../proof/sd-jwt.ts';
import type { Statement } from './statement.ts';

/** What the next statement's `prev` says about this one. */
export const hashOfSigningInput = (signingInput: string): string => hashText(signingInput, sha256);

/** What the log will hold of a statement: see `lib/proof/leaf.ts`. 64 bytes in base64url. */
export function leafOf({ chainSecret }: Pick<Contract, 'chainSecret'>, seq: number, signingInput: string): string {
  const slot = { chainSecret: Buffer.from(chainSecret, 'base64url'), seq };
  return Buffer.from(slotLeaf(slot, sha256(Buffer.from(signingInput)), sha256)).toString('base64url');
}

/** The claims a holder may withhold, as far as they are known. */
const identityOf = (contract: Contract, connection: Connection | undefined): Disclosable => {
  const { vin = contract.vin, make, model, year, vendorVehicleId, consent } = connection ?? {};
  const known = {
    vin,
    make,
    model,
    year,
    reference: contract.reference,
    vendorVehicleId,
    consentId: consent?.consentId,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
};

export function prepareStatement(
  contract: Contract,
  connection: Connection | undefined,
  kid: string,
  claims: StatementClaims,
): PreparedSdJwt {
  const secret = Buffer.from(contract.saltSecret, 'base64url');
  return prepareSdJwt({
    header: { kid, typ: STATEMENT_TYP },
    claims,
    disclosable: identityOf(contract, connection),
    salt: saltsFor({ secret, statement: claims.jti, hmacSha256 }),
    sha256,
  });
}

interface StoredParts {
  readonly header: { readonly kid: string };
  readonly claims: StatementClaims;
  /** Of the claims that can be withheld. */
  readonly digests: readonly string[];
}

/** Header and claims of a stored statement, as signed. Trusts the store: use `lib/proof` to verify. */
export function readSigned({ signingInput }: Pick<Statement, 'signingInput'>): StoredParts {
  const [header = '', payload = ''] = signingInput.split('.');
  const { _sd: digests = [], _sd_alg, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return { header: JSON.parse(Buffer.from(header, 'base64url').toString('utf8')), claims, digests };
}

const SECRET_BYTES = 32;

/** Of what is still known, what the statement was signed over. Without the secret nothing can be made again. */
function knownDisclosures(
  { header, claims, digests }: StoredParts,
  contract: Contract | undefined,
  connection: Connection | undefined,
): readonly string[] {
  if (contract === undefined || Buffer.from(contract.saltSecret, 'base64url').length < SECRET_BYTES) return [];
  const { disclosures } = prepareStatement(contract, connection, header.kid, claims);
  return disclosures.filter((disclosure) => digests.includes(hashText(disclosure, sha256)));
}

/** Of a disclosure that was made here: salt, name, value. */
const readDisclosure = (disclosure: string): readonly [string, DisclosableName, string | number] =>
  JSON.parse(Buffer.from(disclosure, 'base64url').toString('utf8'));

/** What whoever holds the compact SD-JWT is told of car and contract. */
export function disclosedBy(statement: Statement, contract: Contract, connection: Connection | undefined): Disclosable {
  const known = knownDisclosures(readSigned(statement), contract, connection).map(readDisclosure);
  return Object.fromEntries(known.map(([, name, value]) => [name, value]));
}

/**
 * The compact SD-JWT with every disclosure that is still known and is not withheld. Once connection, secret or contract are erased, the digests stay and
 * explain nothing; the statement verifies as before.
 */
export function compactSdJwt(
  statement: Statement,
  contract: Contract | undefined,
  connection: Connection | undefined,
  withheld: readonly DisclosableName[] = [],
): string {
  const signature = Buffer.from(statement.signature, 'base64url');
  const known = knownDisclosures(readSigned(statement), contract, connection);
  const disclosures = known.filter((disclosure) => !withheld.includes(readDisclosure(disclosure)[1]));
  return assembleSdJwt(statement.signingInput, signature, disclosures);
}
