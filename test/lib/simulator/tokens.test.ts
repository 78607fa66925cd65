import { describe, expect, it } from 'vitest';
import {
  application,
  ask,
  type Bench,
  basicHeader,
  bench,
  connected,
  DAY,
  exchange,
  HOUR,
  MINUTE,
  otherApplication,
  plugIn,
  refresh,
  returnOf,
  send,
  text,
  token,
} from './bench.ts';

async function codeOf(platform: Bench): Promise<string> {
  platform.simulator.fleet.addCar(plugIn);
  const back = await returnOf(platform, { email: plugIn.account });
  return back.searchParams.get('code') ?? '';
}

const spent = { error: 'invalid_grant', error_description: 'The refresh token is invalid, expired or revoked.' };

describe('the exchange of a code', () => {
  it('answers with a pair of opaque tokens', async () => {
    const platform = bench();
    const reply = await exchange(platform, await codeOf(platform));
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token_type: 'Bearer',
      expires_in: 7200,
      refresh_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('works once', async () => {
    const platform = bench();
    const code = await codeOf(platform);
    await exchange(platform, code);
    const again = await exchange(platform, code);
    expect(again.status).toBe(400);
    expect(again.body).toEqual({ error: 'invalid_grant', error_description: 'The code was already used.' });
  });

  it('works until ten minutes have passed', async () => {
    const platform = bench();
    const [early, late] = [await codeOf(platform), await codeOf(platform)];
    platform.turn(10 * MINUTE - 1);
    expect((await exchange(platform, early)).status).toBe(200);
    platform.turn(1);
    expect((await exchange(platform, late)).body).toEqual({
      error: 'invalid_grant',
      error_description: 'The code has expired.',
    });
  });

  it('refuses another redirect URI, an unknown code and an unknown grant type', async () => {
    const platform = bench();
    const code = await codeOf(platform);
    const grant = { grant_type: 'authorization_code', code };
    expect((await token(platform, { ...grant, redirect_uri: 'http://localhost:3000/callback' })).body).toEqual({
      error: 'invalid_grant',
      error_description: 'The redirect_uri does not match.',
    });
    expect((await exchange(platform, 'no-such-code')).body).toEqual({
      error: 'invalid_request',
      error_description: 'Invalid code: no-such-code.',
    });
    expect((await token(platform, { grant_type: 'password' })).body).toMatchObject({ error: 'unsupported_grant_type' });
    expect((await exchange(platform, code)).status).toBe(200);
  });

  it('takes credentials from the form as well, and the path with a trailing slash', async () => {
    const platform = bench();
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: await codeOf(platform),
      redirect_uri: 'https://app.test/callback',
      client_id: application.clientId,
      client_secret: application.clientSecret,
    });
    expect((await send(platform, '/oauth/token/?flags=a:b', { method: 'POST', body })).status).toBe(200);
  });

  it('refuses a wrong secret with 401', async () => {
    const platform = bench();
    const authorization = basicHeader(application.clientId, 'wrong');
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: await codeOf(platform) });
    const reply = await send(platform, '/oauth/token', { method: 'POST', headers: { authorization }, body });
    expect([reply.status, reply.body]).toEqual([
      401,
      { error: 'invalid_client', error_description: 'Unknown client, or wrong secret.' },
    ]);
  });
});

describe('what was issued to one application', () => {
  it('is refused to another one, and not used up by it', async () => {
    const platform = bench();
    const code = await codeOf(platform);
    const grant = { grant_type: 'authorization_code', code, redirect_uri: 'https://app.test/callback' };
    expect((await token(platform, grant, otherApplication)).body).toEqual({
      error: 'invalid_grant',
      error_description: 'The code was issued to another client.',
    });
    const first = text(await exchange(platform, code), 'refresh_token');
    const form = { grant_type: 'refresh_token', refresh_token: first };
    expect((await token(platform, form, otherApplication)).body).toEqual(spent);
    expect((await refresh(platform, first)).status).toBe(200);
  });
});

describe('an access token', () => {
  it('works for two hours, also after it was refreshed', async () => {
    const platform = bench();
    const { access, refresh: first } = await connected(platform, 'read_odometer');
    await refresh(platform, first);
    platform.turn(2 * HOUR - 1);
    expect((await ask(platform, access, '/v2.0/vehicles')).status).toBe(200);
    platform.turn(1);
    const late = await ask(platform, access, '/v2.0/vehicles');
    expect([late.status, late.body]).toMatchObject([401, { type: 'AUTHENTICATION', code: null }]);
  });
});

describe('a refresh token', () => {
  it('is replaced by each use', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    const second = text(await refresh(platform, first), 'refresh_token');
    expect(second).not.toBe(first);
    platform.turn(HOUR);
    expect((await refresh(platform, second)).status).toBe(200);
    expect((await refresh(platform, first)).body).toEqual(spent);
  });

  it('may be used again within ten minutes, and then only the latest pair is left', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    const lost = text(await refresh(platform, first), 'refresh_token');
    platform.turn(10 * MINUTE - 1);
    const kept = await refresh(platform, first);
    expect(kept.status).toBe(200);
    expect((await refresh(platform, lost)).body).toEqual(spent);
    expect((await ask(platform, text(kept, 'access_token'), '/v2.0/vehicles')).status).toBe(200);
    expect((await refresh(platform, text(kept, 'refresh_token'))).status).toBe(200);
  });

  it('is spent ten minutes after its first use, whatever came in between', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    await refresh(platform, first);
    platform.turn(5 * MINUTE);
    const latest = text(await refresh(platform, first), 'refresh_token');
    platform.turn(5 * MINUTE);
    const late = await refresh(platform, first);
    expect([late.status, late.body]).toEqual([400, spent]);
    expect((await refresh(platform, latest)).status).toBe(200);
  });

  it('dies after sixty idle days', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    platform.turn(60 * DAY - 1);
    const second = text(await refresh(platform, first), 'refresh_token');
    platform.turn(60 * DAY);
    expect((await refresh(platform, second)).body).toEqual(spent);
  });

  it('is refused when unknown, foreign, or when the owner has ended the connection', async () => {
    const platform = bench();
    const { refresh: first, car } = await connected(platform, 'read_odometer');
    expect((await refresh(platform, 'no-such-token')).body).toEqual({
      error: 'invalid_request',
      error_description: 'Invalid refresh_token: no-such-token.',
    });
    platform.simulator.revoke(car.id);
    expect((await refresh(platform, first)).body).toEqual(spent);
  });

  it('belongs to its own grant: a second login changes nothing for the first', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    const back = await returnOf(platform, { email: plugIn.account });
    await refresh(platform, text(await exchange(platform, back.searchParams.get('code')), 'refresh_token'));
    expect((await refresh(platform, first)).status).toBe(200);
  });
});

describe('a lost answer', () => {
  it('has taken effect all the same', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    platform.simulator.interrupt({ path: '/oauth/token', when: 'after' });
    const lost = await platform.simulator.handle(
      new Request('http://platform.test/oauth/token', {
        method: 'POST',
        headers: { authorization: basicHeader(application.clientId, application.clientSecret) },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: first }),
      }),
    );
    expect([lost.status, lost.headers.get('content-type')]).toEqual([504, 'text/html']);
    platform.turn(11 * MINUTE);
    expect((await refresh(platform, first)).body).toEqual(spent);
  });

  it('happens only at its path and as often as planned', async () => {
    const platform = bench();
    platform.simulator.interrupt({ path: '/oauth/token', status: 502, count: 2 });
    const at = async (path: string): Promise<number> =>
      (await platform.simulator.handle(new Request(`http://platform.test${path}`, { method: 'POST' }))).status;
    expect([
      await at('/nowhere'),
      await at('/oauth/token'),
      await at('/oauth/token'),
      await at('/oauth/token'),
    ]).toEqual([404, 502, 502, 401]);
  });

  it('has not, when the gateway never passed the request on', async () => {
    const platform = bench();
    const { refresh: first } = await connected(platform, 'read_odometer');
    platform.simulator.interrupt({ path: '/oauth/token', status: 503 });
    const url = 'http://platform.test/oauth/token';
    expect((await platform.simulator.handle(new Request(url, { method: 'POST' }))).status).toBe(503);
    platform.turn(11 * MINUTE);
    expect((await refresh(platform, first)).status).toBe(200);
  });
});
