// The tokens of V3: one for a whole application, for an hour, without a refresh token. Who gets one is decided at the endpoint.

const LIFE_SECONDS = 3600;

/** The tokens of applications; a token stands for everything its application may see, without a user. */
export class ApplicationTokens {
  readonly #tokens = new Map<string, { readonly clientId: string; readonly expiresAt: number }>();
  readonly #uuid: () => string;

  constructor(uuid: () => string) {
    this.#uuid = uuid;
  }

  issue(clientId: string, now: number): { access_token: string; token_type: 'Bearer'; expires_in: number } {
    const value = this.#uuid();
    this.#tokens.set(value, { clientId, expiresAt: now + LIFE_SECONDS * 1000 });
    return { access_token: value, token_type: 'Bearer', expires_in: LIFE_SECONDS };
  }

  /** @returns whose token it is, or null when unknown or older than an hour. */
  clientOf(token: string, now: number): string | null {
    const known = this.#tokens.get(token);
    return known !== undefined && now < known.expiresAt ? known.clientId : null;
  }
}
