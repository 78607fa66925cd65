// The one error this room throws: the caller handed over something that only a bug or a broken signer produces. What comes from
// outside (files, statements, keys) is never answered with it, but with a named refusal.

/** A broken promise between the parts of the product; `code` says which. */
export class ProofFault extends Error {
  readonly code:
    | 'DER_SIGNATURE'
    | 'RAW_SIGNATURE'
    | 'CLAIMS_TOO_LARGE'
    | 'SALT'
    | 'SECRET'
    | 'STATEMENT'
    | 'TREE'
    | 'NOTE'
    | 'BUNDLE';

  constructor(code: ProofFault['code'], message: string) {
    super(message);
    this.name = 'ProofFault';
    this.code = code;
  }
}
