// The authorize URL and the token endpoint, pinned to the wire by literals.
import { describe, expect, it } from 'vitest';
import { authorizeUrl, exchangeCode, refreshTokens } from '../../../lib/vehicle/oauth.ts';
import type { WireResponse } from '../../../lib/vehicle/transport.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const NOW = Date.parse('2026-03-01T00:00:00.000Z');
const tokens = { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer', expires_in: 7200 };

const asking = (answer: WireResponse) => {
  const { transport, sent } = recordedTransport(answer);
  const request = {
    transport,
    authOrigin: 'https://auth.example',
    clientId: 'client',
    clientSecret: 's3cret',
    now: NOW,
  };
  return { request: { ...request, deadlineMs: 10_000 }, sent };
};

describe('the authorize URL', () => {
  const minimal = {
    connectOrigin: 'https://connect.example',
    clientId: 'client',
    redirectUri: 'https://odoseal.example/connect/callback',
    scope: ['required:read_odometer', 'read_vin'],
    state: 's/1+2 3',
  };

  it('carries code flow, client, redirect, permissions and state', () => {
    expect(authorizeUrl(minimal)).toBe(
      'https://connect.example/oauth/authorize?response_type=code&client_id=client' +
        '&redirect_uri=https%3A%2F%2Fodoseal.example%2Fconnect%2Fcallback' +
        '&scope=required%3Aread_odometer%20read_vin&state=s%2F1%2B2%203',
    );
  });

  it('carries what the platform is to call the driver, when it is to', () => {
    const named = new URL(authorizeUrl({ ...minimal, externalId: 'con-7/x' }));

    expect(named.searchParams.get('external_id')).toBe('con-7/x');
    expect(new URL(authorizeUrl(minimal)).searchParams.has('external_id')).toBe(false);
  });

  it('carries what narrows the choice: make, one vehicle, country, mode, prompt', () => {
    const url = new URL(
      authorizeUrl({
        ...minimal,
        make: 'CITROEN',
        singleSelect: true,
        country: 'FR',
        mode: 'simulated',
        approvalPrompt: 'force',
      }),
    );

    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      make: 'CITROEN',
      single_select: 'true',
      flags: 'country:FR',
      mode: 'simulated',
      approval_prompt: 'force',
      state: 's/1+2 3',
    });
  });

  it('a VIN implies single select, which it needs to have any effect', () => {
    const { searchParams } = new URL(authorizeUrl({ ...minimal, singleSelect: false, singleSelectVin: 'VIN1' }));

    expect([searchParams.get('single_select'), searchParams.get('single_select_vin')]).toEqual(['true', 'VIN1']);
  });
});

describe('the token endpoint', () => {
  it('exchanges a code with Basic credentials and the same redirect URI', async () => {
    const { request, sent } = asking(answered(200, tokens));

    expect(await exchangeCode({ ...request, code: 'c+1', redirectUri: 'https://odoseal.example/cb' })).toEqual({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      accessExpiresAt: Date.parse('2026-03-01T02:00:00.000Z'),
      refreshExpiresAt: Date.parse('2026-04-30T00:00:00.000Z'),
    });
    expect(sent).toEqual([
      {
        service: 'auth',
        operation: 'exchange',
        method: 'POST',
        url: 'https://auth.example/oauth/token',
        headers: {
          authorization: 'Basic Y2xpZW50OnMzY3JldA==',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=authorization_code&code=c%2B1&redirect_uri=https%3A%2F%2Fodoseal.example%2Fcb',
        deadlineMs: 10_000,
        repeatable: false,
      },
    ]);
  });

  it('refreshes a pair', async () => {
    const { request, sent } = asking(
      answered(200, { ...tokens, access_token: 'access-2', refresh_token: 'refresh-2' }),
    );

    expect(await refreshTokens({ ...request, refreshToken: 'refresh-1' })).toMatchObject({
      accessToken: 'access-2',
      refreshToken: 'refresh-2',
    });
    expect(sent[0]).toMatchObject({
      service: 'auth',
      operation: 'refresh',
      body: 'grant_type=refresh_token&refresh_token=refresh-1',
      repeatable: false,
    });
  });

  it.each([
    [400, { error: 'invalid_grant' }, 'reconnect'],
    [400, { error: 'invalid_request', error_description: 'Invalid refresh_token: x.' }, 'reconnect'],
    [401, { error: 'invalid_client' }, 'operator'],
    [401, '<html>', 'operator'],
    [429, '', 'application_rate_limited'],
    [503, '<html>', 'transient'],
  ])('refused with %i %j means %s', async (status, body, meaning) => {
    const { request } = asking(answered(status, body));

    expect(await thrownBy(refreshTokens({ ...request, refreshToken: 'r' }))).toMatchObject({
      fault: 'refused',
      operation: 'refresh',
      status,
      meaning,
    });
  });

  it.each(['access_token', 'refresh_token', 'expires_in'])('an answer without %s is no pair', async (field) => {
    const { request } = asking(answered(200, { ...tokens, [field]: undefined }));

    expect(await thrownBy(refreshTokens({ ...request, refreshToken: 'r' }))).toMatchObject({
      fault: 'unusable_answer',
      sent: true,
      field,
    });
  });

  it('an answer that is not JSON is no pair', async () => {
    const { request } = asking(answered(200, '<html>'));

    expect((await thrownBy(refreshTokens({ ...request, refreshToken: 'r' }))).fault).toBe('unusable_answer');
  });

  it('I12 no token, code or secret appears in any error', async () => {
    for (const body of [{ error: 's3cret', error_description: 's3cret' }, { access_token: 's3cret' }, 's3cret']) {
      for (const status of [200, 400]) {
        const { request } = asking(answered(status, body));
        const error = await thrownBy(refreshTokens({ ...request, refreshToken: 's3cret' }));

        expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('s3cret');
      }
    }
  });
});
