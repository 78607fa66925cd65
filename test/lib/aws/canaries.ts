// What must never be seen in a log line, an error message or a queue's body, and errors that carry all of it everywhere.

export const CANARIES = {
  vin: 'VF7SXHNPXRT000001',
  token: 'eyJhbGciOiJSUzI1NiJ9.canary-access-token',
  secret: 'canary_client_secret_7f3a',
  email: 'driver.canary@example.com',
  link: 'https://odoseal.example/connect/canary-link',
  /** Payload and MAC of the link of a dead connection. */
  reconnectToken: 'B39KAZuNmWjofTuMDZ6PemtcTQGbjaX2AHobjC0-T1prfI1yaXZhZ2U.5eN1hfG26weKrz56gFGWvVqXLaNfnuCMaUqS643nZtc',
} as const;

const all = Object.values(CANARIES).join(' ');

/** An error as libraries make them: the input in its message, in its properties, and in its causes. */
export const tellingError = (code: unknown = 'ECONNRESET'): Error =>
  Object.assign(new Error(`failed for ${all}`, { cause: new TypeError(`because of ${all}`) }), {
    code,
    input: all,
    config: { headers: { authorization: CANARIES.token } },
  });

/** The canaries that a text holds. */
export const canariesIn = (text: string): readonly string[] =>
  Object.entries(CANARIES).flatMap(([name, canary]) => (text.includes(canary) ? [name] : []));
