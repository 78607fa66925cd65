// Codes and tokens of V2: lifetimes, single use, rotation, grace window. Source: smartcar.com/docs, authorization.
// It does not know what a grant allows; a grant without vehicles is the caller's to refuse.

const MINUTE = 60_000;
const CODE_LIFE = 10 * MINUTE;
const ACCESS_LIFE = 120 * MINUTE;
const REFRESH_LIFE = 60 * 24 * 60 * MINUTE;
const GRACE = 10 * MINUTE;

/** The body of a successful token response. */
export interface TokenPair {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: 7200;
  readonly refresh_token: string;
}

/** The body of a refused token request. */
export interface OAuthError {
  readonly error: 'invalid_request' | 'invalid_grant' | 'invalid_client' | 'unsupported_grant_type';
  readonly error_description: string;
}

interface Code {
  readonly grantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly issuedAt: number;
  readonly used: boolean;
}

export interface Refresh {
  readonly grantId: string;
  readonly clientId: string;
  readonly issuedAt: number;
  /** First use; the token stays usable for the grace window after it. */
  readonly usedAt: number | null;
  /** Replaced, unused, by the answer to a later use of its predecessor. */
  readonly superseded: boolean;
}

export class Tokens {
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, { readonly grantId: string; readonly expiresAt: number }>();
  readonly #refresh = new Map<string, Refresh>();
  /** The newest refresh token of each grant. */
  readonly #newest = new Map<string, string>();
  readonly #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  issueCode(code: Pick<Code, 'grantId' | 'clientId' | 'redirectUri'>, now: number): string {
    const value = this.#uuid();
    this.#codes.set(value, { ...code, issuedAt: now, used: false });
    return value;
  }

  /** Exchanges a code: once, within 10 minutes, by the same client, with the same redirect URI. */
  redeem(code: string, clientId: string, redirectUri: string, now: number): TokenPair | OAuthError {
    const known = this.#codes.get(code);
    if (known === undefined) return oauthError('invalid_request', `Invalid code: ${code}.`);
    if (known.clientId !== clientId) return oauthError('invalid_grant', 'The code was issued to another client.');
    if (known.redirectUri !== redirectUri) return oauthError('invalid_grant', 'The redirect_uri does not match.');
    if (known.used) return oauthError('invalid_grant', 'The code was already used.');
    if (now >= known.issuedAt + CODE_LIFE) return oauthError('invalid_grant', 'The code has expired.');
    this.#codes.set(code, { ...known, used: true });
    return this.#issue(known.grantId, clientId, now);
  }

  /** Checks a refresh token without using it. @returns what is known of it, or why it is refused. */
  checkRefresh(token: string, clientId: string, now: number): Refresh | OAuthError {
    const known = this.#refresh.get(token);
    if (known === undefined) return oauthError('invalid_request', `Invalid refresh_token: ${token}.`);
    const spent = known.superseded || (known.usedAt !== null && now >= known.usedAt + GRACE);
    const expired = now >= known.issuedAt + REFRESH_LIFE;
    if (known.clientId !== clientId || spent || expired) {
      return oauthError('invalid_grant', 'The refresh token is invalid, expired or revoked.');
    }
    return known;
  }

  /** Rotates: a new pair replaces whatever unused refresh token the grant still had, so exactly one is left. */
  rotate(token: string, clientId: string, now: number): TokenPair | OAuthError {
    const known = this.checkRefresh(token, clientId, now);
    if ('error' in known) return known;
    this.#refresh.set(token, { ...known, usedAt: known.usedAt ?? now });
    this.#supersedeNewest(known.grantId);
    return this.#issue(known.grantId, clientId, now);
  }

  /** @returns the grant an access token stands for, or null when unknown or older than two hours. */
  grantOf(accessToken: string, now: number): string | null {
    const known = this.#access.get(accessToken);
    return known !== undefined && now < known.expiresAt ? known.grantId : null;
  }

  #supersedeNewest(grantId: string): void {
    const value = this.#newest.get(grantId) ?? '';
    const newest = this.#refresh.get(value);
    if (newest !== undefined && newest.usedAt === null) this.#refresh.set(value, { ...newest, superseded: true });
  }

  #issue(grantId: string, clientId: string, now: number): TokenPair {
    const [access, refresh] = [this.#uuid(), this.#uuid()];
    this.#access.set(access, { grantId, expiresAt: now + ACCESS_LIFE });
    this.#refresh.set(refresh, { grantId, clientId, issuedAt: now, usedAt: null, superseded: false });
    this.#newest.set(grantId, refresh);
    return { access_token: access, token_type: 'Bearer', expires_in: 7200, refresh_token: refresh };
  }
}

export function oauthError(error: OAuthError['error'], description: string): OAuthError {
  return { error, error_description: description };
}
