// How the stand-in of an account refuses.

/** A refusal as AWS gives it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

const NOT_IMPLEMENTED = 501;

/** Refuses what the stand-in does not know. The message names it, so that a test which fails for it does. */
export const notImplemented = (what: string): AwsError =>
  new AwsError('NotImplemented', `the stand-in of an account does not do ${what}`, NOT_IMPLEMENTED);

export const isNotImplemented = ({ status }: AwsError): boolean => status === NOT_IMPLEMENTED;
