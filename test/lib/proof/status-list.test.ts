// Status lists: the bits of the draft's own example, a property over any chain, and every way in which a list is not to be believed.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../../lib/cli/node-primitives.ts';
import {
  type Chained,
  packStatuses,
  STATUS_LIST_PURPOSE,
  type Status,
  type StatusList,
  statusesOf,
  statusListInput,
  statusListUri,
  statusOf,
  verifyStatusList,
} from '../../../lib/proof/status-list.ts';
import { crypto, ISSUER, jwk, kid, STATUS_LIST_ID, signEs256, signRaw } from './statement-fixture.ts';

const URI = statusListUri(ISSUER, STATUS_LIST_ID);
const MADE = Date.UTC(2026, 4, 1, 12);
const keys = [{ ...jwk, purpose: STATUS_LIST_PURPOSE }];
const trust = { keys, crypto: { ...crypto, inflate } };

const jwtOf = (statuses: ReadonlyMap<number, Status>): string => {
  const deflated = deflateSync(packStatuses(statuses));
  const input = statusListInput({ uri: URI, issuedAt: MADE, ttl: 300, kid, deflated });
  return `${input}.${Buffer.from(signEs256(input)).toString('base64url')}`;
};

const listOf = (jwt: string): StatusList => {
  const read = verifyStatusList(jwt, trust);
  if (!read.ok) throw new Error(read.reason);
  return read.list;
};

const claimsOf = (idx: number, iat = MADE / 1000) => ({ iat, status: { status_list: { idx, uri: URI } } });

describe('the bits of a list', () => {
  it('are those of §4.1 with two bits: twelve statuses in three bytes, lowest bits first', () => {
    const example = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    const named: Readonly<Record<number, Status>> = { 0: 'valid', 1: 'withdrawn', 3: 'superseded' };
    const known = example.map((value) => (value === 2 ? 0 : value));
    const packed = packStatuses(new Map(known.map((value, index) => [index, named[value] ?? 'valid'])));
    // The draft's C9 44 F9, less the two suspended ones, which we do not have.
    expect(Buffer.from(packed).toString('hex')).toBe('c144f1');
  });

  it.each([
    [0, '00'],
    [3, '00'],
    [4, '0000'],
    [8, '000000'],
  ])('reach as far as the last number, %i', (last, hex) => {
    expect(Buffer.from(packStatuses(new Map([[last, 'valid']]))).toString('hex')).toBe(hex);
  });
});

describe('what became of the statements of a chain', () => {
  const one = (seq: number, replaces?: number, outcome: Chained['outcome'] = 'measured'): Chained => ({
    seq,
    jti: `att_${seq}`,
    outcome,
    ...(replaces !== undefined && { replaces: `att_${replaces}` }),
  });

  it('is that all are in force where none is replaced', () => {
    expect(statusesOf([one(1), one(2, undefined, 'no_reading')])).toEqual(
      new Map([
        [1, 'valid'],
        [2, 'valid'],
      ]),
    );
  });

  it('is superseded by what measures and withdrawn by what does not, also where the newer one is replaced itself', () => {
    expect(statusesOf([one(1), one(2), one(3), one(4, 1), one(5, 2, 'no_reading'), one(6, 5)])).toEqual(
      new Map<number, Status>([
        [1, 'superseded'],
        [2, 'withdrawn'],
        [3, 'valid'],
        [4, 'valid'],
        [5, 'superseded'],
        [6, 'valid'],
      ]),
    );
  });
});

describe('a signed list', () => {
  it('says of every number what was said, and as of when', () => {
    const statuses = fc.array(fc.constantFrom<Status>('valid', 'withdrawn', 'superseded'), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(statuses, (said) => {
        const list = listOf(jwtOf(new Map(said.map((status, n) => [n + 1, status]))));
        expect(said.map((_, n) => statusOf(claimsOf(n + 1), list))).toEqual(
          said.map((status) => ({ ok: true, status, asOf: MADE / 1000 })),
        );
      }),
      { numRuns: 30 },
    );
  });

  const good = jwtOf(
    new Map([
      [1, 'superseded'],
      [2, 'valid'],
    ]),
  );
  const [header = '', payload = '', signature = ''] = good.split('.');
  const said: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const made = (more: object, head: object = {}): string =>
    signRaw({ alg: 'ES256', kid, typ: 'statuslist+jwt', ...head }, { ...said, ...more }).replace(/~$/, '');
  const bits = (lst: unknown, size: unknown = 2): string => made({ status_list: { bits: size, lst } });
  const huge = deflateSync(new Uint8Array(16_385)).toString('base64url');

  it('has exactly these members', () => {
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'ES256',
      kid,
      typ: 'statuslist+jwt',
    });
    expect(said).toEqual({
      sub: `https://odoseal.example/status/${STATUS_LIST_ID}`,
      iat: MADE / 1000,
      ttl: 300,
      status_list: { bits: 2, lst: deflateSync(Uint8Array.of(0b00001100)).toString('base64url') },
    });
  });

  it.each([
    [
      'another status',
      `${header}.${Buffer.from(JSON.stringify({ ...said, iat: 1 })).toString('base64url')}.${signature}`,
      'bad_signature',
    ],
    ['the signature of another list', `${header}.${payload}.${made({ ttl: 1 }).split('.').at(-1)}`, 'bad_signature'],
    ['another type', made({}, { typ: 'jwt' }), 'wrong_type'],
    ['the type of a statement', made({}, { typ: 'odoseal-mileage+sd-jwt' }), 'wrong_type'],
    ['another algorithm', made({}, { alg: 'none' }), 'wrong_algorithm'],
    ['a key in its header', made({}, { jwk }), 'header_member'],
    ['an unknown key', made({}, { kid: 'other' }), 'unknown_key'],
    ['a part too many', `${good}.AA`, 'wrong_parts'],
    ['a tilde behind it', `${good}~`, 'not_base64url'],
    ['nothing', '', 'wrong_parts'],
    ['more than is read', 'A'.repeat(65_537), 'too_large'],
    ['no address', made({ sub: 7 }), 'list_malformed'],
    ['no time', made({ iat: '1' }), 'list_malformed'],
    ['a fraction as time', made({ iat: 1.5 }), 'payload_not_json'],
    ['a time after the year 9999', made({ iat: 253_402_300_800 }), 'list_malformed'],
    ['a life that is none', made({ ttl: -1 }), 'list_malformed'],
    ['no list', made({ status_list: [] }), 'list_malformed'],
    ['one bit each', bits('eNoBAQD-_wAAAQAB', 1), 'list_malformed'],
    ['no text', bits(7), 'list_malformed'],
    ['other letters', bits('eJw='), 'list_malformed'],
    ['what is not deflated', bits('AAAA'), 'list_malformed'],
    ['more than a list can be', bits(huge), 'list_malformed'],
    [
      'a payload that is no object',
      signRaw({ alg: 'ES256', kid, typ: 'statuslist+jwt' }, '[]').replace(/~$/, ''),
      'payload_not_json',
    ],
    [
      'a member twice',
      signRaw({ alg: 'ES256', kid, typ: 'statuslist+jwt' }, '{"iat":1,"iat":2}').replace(/~$/, ''),
      'payload_not_json',
    ],
  ])('is refused with %s', (_, jwt, reason) => {
    expect(verifyStatusList(jwt, trust)).toEqual({ ok: false, reason });
  });

  it.each([['statement'], [undefined]])('is refused under a key for %s', (purpose) => {
    expect(verifyStatusList(good, { ...trust, keys: [{ ...jwk, purpose }] })).toEqual({
      ok: false,
      reason: 'unsuitable_key',
    });
  });

  it.each([
    ['other_list', { ...claimsOf(1), status: { status_list: { idx: 1, uri: `${URI}0` } } }],
    ['list_too_old', claimsOf(4)],
    ['list_too_old', claimsOf(1, MADE / 1000 + 1)],
  ])('says nothing (%s) of a statement that it does not cover', (reason, claims) => {
    expect(statusOf(claims, listOf(good))).toEqual({ ok: false, reason });
  });

  it('says nothing of a value that has no meaning here', () => {
    const suspended = bits(deflateSync(Uint8Array.of(0b1000)).toString('base64url'));
    expect(statusOf(claimsOf(1), listOf(suspended))).toEqual({ ok: false, reason: 'status_unknown' });
  });
});
