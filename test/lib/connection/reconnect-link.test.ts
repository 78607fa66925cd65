// The signed link of a dead connection as bytes: one fixed vector, every way of altering it, and the round trip.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../lib/api/cursor.ts';
import { STATES } from '../../../lib/connection/connection.ts';
import { needsLogin, readReconnectToken, reconnectToken } from '../../../lib/connection/reconnect-link.ts';

const KEY = 'a key of this deployment, 43 letters of it..';
const NOW = Date.parse('2026-01-05T09:00:00.123Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LINKED = {
  tenantId: 'rivage',
  contractId: 'con_019b8d9968e87d3b8c0d9e8f7a6b5c4d',
  connectionId: 'cxn_019b8da5f6007a1b8c2d3e4f5a6b7c8d',
};

// Made by Python's hmac and base64, of 491338 (hours), the two ids, and the tenant.
const PAYLOAD = 'B39KAZuNmWjofTuMDZ6PemtcTQGbjaX2AHobjC0-T1prfI1yaXZhZ2U';
const MAC = '5eN1hfG26weKrz56gFGWvVqXLaNfnuCMaUqS643nZtc';
const TOKEN = `${PAYLOAD}.${MAC}`;
const EXPIRES = Date.parse('2026-01-19T10:00:00.000Z');

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const signed = (payload: string, purpose = 'odoseal reconnect link 1.', key = KEY): string =>
  `${payload}.${createHmac('sha256', key).update(`${purpose}${payload}`).digest('base64url')}`;
const read = (token: string, now = NOW) => readReconnectToken(KEY, token, now);

describe('the token', () => {
  it('is this one, and says this', () => {
    expect(reconnectToken(KEY, LINKED, NOW)).toEqual({ token: TOKEN, expiresAt: EXPIRES });
    expect(signed(PAYLOAD)).toBe(TOKEN);
    expect(read(TOKEN)).toEqual(LINKED);
  });

  it('lives until its time and not a moment longer', () => {
    expect(read(TOKEN, EXPIRES - 1)).toEqual(LINKED);
    expect(read(TOKEN, EXPIRES)).toBeUndefined();
  });

  it('is the same for an hour, and lives 14 days from when it was given', () => {
    const at = (now: number) => reconnectToken(KEY, LINKED, now);
    const full = Date.parse('2026-01-05T10:00:00.000Z');
    expect(at(full)).toEqual({ token: TOKEN, expiresAt: full + 14 * DAY });
    expect(at(full - HOUR + 1)).toEqual(at(full));
    expect(at(full + 1).expiresAt).toBe(full + 14 * DAY + HOUR);
  });

  it('is none with any one letter put for another', () => {
    let altered = 0;
    for (const [n, own] of [...TOKEN].entries())
      for (const letter of [...ALPHABET, '.', '=', '+', '/', ' ', 'é']) {
        if (letter === own) continue;
        altered += 1;
        if (read(`${TOKEN.slice(0, n)}${letter}${TOKEN.slice(n + 1)}`) !== undefined) expect.fail(`${n} ${letter}`);
      }
    expect(altered).toBe(TOKEN.length * (ALPHABET.length + 5));
  });

  it('is none of another length, from either end', () => {
    for (let n = 1; n <= TOKEN.length; n += 1)
      expect([read(TOKEN.slice(n)), read(TOKEN.slice(0, -n))]).toEqual([undefined, undefined]);
    for (const more of ['A', '=', '.', '\n', '.A', `.${MAC}`])
      expect([read(`${TOKEN}${more}`), read(`${more}${TOKEN}`)]).toEqual([undefined, undefined]);
    expect(read('')).toBeUndefined();
  });

  it('is none with the payload of one and the MAC of another', () => {
    const another = { ...LINKED, contractId: LINKED.contractId.replace('con_0', 'con_1') };
    const [payload] = reconnectToken(KEY, another, NOW).token.split('.');
    expect(read(`${payload}.${MAC}`)).toBeUndefined();
    expect(read(signed(payload ?? ''))).toEqual(another);
  });

  it.each([
    ['another key', signed(PAYLOAD, undefined, `${KEY}.`)],
    ['no purpose', signed(PAYLOAD, '')],
    ['another purpose', signed(PAYLOAD, 'odoseal reconnect link 2.')],
  ])('is none with the MAC of %s', (_, token) => {
    expect(token.split('.').map((part) => part.length)).toEqual([55, 43]);
    expect(read(token)).toBeUndefined();
  });

  it('is none made of a cursor, whichever key that was signed with', () => {
    const cursor = encodeCursor(KEY, { tenantId: 'rivage', name: 'contracts' }, PAYLOAD);
    const mac = createHmac('sha256', KEY)
      .update(JSON.stringify([1, 'rivage', 'contracts', PAYLOAD]))
      .digest('base64url');
    for (const text of [cursor, `${PAYLOAD}.${cursor.slice(0, 43)}`, `${PAYLOAD}.${mac}`])
      expect(read(text)).toBeUndefined();
  });

  it.each([
    ['without a tenant', 47],
    ['longer than any tenant', 101],
  ])('is none, though it is signed, when its payload is %s', (_, length) => {
    const payload = `${PAYLOAD}${'A'.repeat(46)}`;
    expect(read(signed(payload.slice(0, 55)))).toEqual(LINKED);
    expect(read(signed(payload.slice(0, length)))).toBeUndefined();
  });

  it('is not made for an id that is none of ours', () => {
    for (const foreign of [{ contractId: 'con_1' }, { connectionId: 'con_019b8d9968e87d3b8c0d9e8f7a6b5c4d' }])
      expect(() => reconnectToken(KEY, { ...LINKED, ...foreign }, NOW)).toThrow(
        expect.objectContaining({ code: 'ID_UNKNOWN_FORM' }),
      );
  });

  it('says what was put into it, under its own key alone', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    const parts = fc.record({
      tenantId: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
      contractId: hex.map((text) => `con_${text}`),
      connectionId: hex.map((text) => `cxn_${text}`),
    });
    const now = fc.integer({ min: 0, max: Date.UTC(2999, 0, 1) });
    const keys = fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })).filter(([a, b]) => a !== b);
    fc.assert(
      fc.property(parts, now, keys, (linked, at, [key, other]) => {
        const { token, expiresAt } = reconnectToken(key, linked, at);
        expect(token).toMatch(/^[\w-]{48,100}\.[\w-]{43}$/);
        expect(expiresAt - at).toBeGreaterThanOrEqual(14 * DAY);
        expect(expiresAt - at).toBeLessThan(14 * DAY + HOUR);
        expect(readReconnectToken(key, token, at)).toEqual(linked);
        expect(readReconnectToken(other, token, at)).toBeUndefined();
      }),
    );
  });
});

describe('a connection needs a new login', () => {
  const contract = { connectionId: 'cxn_1', dueAt: '2026-02-01T00:00:00.000Z' };

  it('in one state alone', () => {
    const needing = STATES.filter((state) => needsLogin(contract, { connectionId: 'cxn_1', state }));
    expect(needing).toEqual(['reauth_required']);
  });

  it('only while its contract reads from it, and reads at all', () => {
    const dead = { connectionId: 'cxn_1', state: 'reauth_required' } as const;
    expect(needsLogin({ ...contract, connectionId: 'cxn_2' }, dead)).toBe(false);
    expect(needsLogin({ ...contract, connectionId: undefined }, dead)).toBe(false);
    expect(needsLogin({ ...contract, dueAt: undefined }, dead)).toBe(false);
    expect([needsLogin(contract, undefined), needsLogin({ ...contract, connectionId: undefined }, undefined)]).toEqual([
      false,
      false,
    ]);
  });
});
