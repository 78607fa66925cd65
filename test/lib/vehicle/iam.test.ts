// The application's token of V3 on the wire.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { requestApplicationToken } from '../../../lib/vehicle/iam.ts';
import type { WireResponse } from '../../../lib/vehicle/transport.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const NOW = Date.parse('2026-03-01T00:00:00.000Z');

const requestOn = (answer: WireResponse) => {
  const { transport, sent } = recordedTransport(answer);
  const token = requestApplicationToken({
    transport,
    iamOrigin: 'https://iam.example',
    clientId: 'client_abc',
    clientSecret: 's&cret',
    now: NOW,
    deadlineMs: 10_000,
  });
  return { token, sent };
};

describe("the application's token", () => {
  it('is asked for with client credentials in a form', async () => {
    const { token, sent } = requestOn(answered(200, { access_token: 'app-1', token_type: 'Bearer', expires_in: 3600 }));

    expect(await token).toEqual({ accessToken: 'app-1', accessExpiresAt: Date.parse('2026-03-01T01:00:00.000Z') });
    expect(sent).toEqual([
      {
        service: 'auth',
        operation: 'application_token',
        method: 'POST',
        url: 'https://iam.example/oauth2/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&client_id=client_abc&client_secret=s%26cret',
        deadlineMs: 10_000,
        repeatable: true,
      },
    ]);
  });

  it.each([
    [401, { error: 'invalid_client', error_description: 'secret s&cret' }, 'invalid_client', 'operator'],
    [400, { error: 'invalid_request' }, 'invalid_request', 'operator'],
    [503, '<html>s&cret</html>', undefined, 'transient'],
    [429, '', undefined, 'application_rate_limited'],
  ])('I12 refused with %i says what it means and shows no secret', async (status, body, type, meaning) => {
    const error = await thrownBy(requestOn(answered(status, body)).token);

    expect(error).toMatchObject({ fault: 'refused', operation: 'application_token', status, type, meaning });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('s&cret');
  });

  it.each([
    [{ expires_in: 3600 }, 'access_token'],
    [{ access_token: '', expires_in: 3600 }, 'access_token'],
    [{ access_token: 'a', expires_in: 0 }, 'expires_in'],
    [{ access_token: 'a' }, 'expires_in'],
    ['<html>', 'body'],
  ])('without a usable answer names the field: %j', async (body, field) => {
    expect(await thrownBy(requestOn(answered(200, body)).token)).toMatchObject({ fault: 'unusable_answer', field });
  });
});
