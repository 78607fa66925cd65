// The tamper table: what a forger, or an issuer with two stories, does to a bundle, and the names under which it is found out. One table
// for the verifier, the command line and the fixed vectors.
import { createECDH } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { encodeBase64 } from '../../../lib/proof/base64.ts';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { chainHeadInput } from '../../../lib/proof/chain-head.ts';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import { attachSignature } from '../../../lib/proof/jws.ts';
import { packStatuses, type Status, statusListUri } from '../../../lib/proof/status-list.ts';
import { thumbprint } from '../../../lib/proof/thumbprint.ts';
import { signDeterministically } from '../../vectors/deterministic-es256.ts';
import { goodChain, sign } from '../../vectors/statement-vectors.ts';
import {
  AS_OF,
  bundled,
  bundleOf,
  entriesWith,
  headFor,
  leafOf,
  signStatus,
  statusKid,
  statusListFor,
} from './bundle-fixture.ts';
import type { Operation } from './json-patch.ts';
import { headOf, vkeyOf } from './log-fixture.ts';
import { crypto, header, ISSUER, type Issued, issue, kid, type Signer, signRaw } from './statement-fixture.ts';

export interface Failure {
  readonly step: string;
  readonly reason: string;
  readonly at?: number;
  readonly detail?: string;
}

export interface Tampering {
  readonly name: string;
  /** Done to the good bundle. */
  readonly patch: readonly Operation[];
  /** With whose keys it is found out; either when it is not said. */
  readonly keys?: 'given' | 'bundle';
  /** All that is said of it. */
  readonly failures: readonly Failure[];
}

export const CHAIN: readonly Issued[] = goodChain();
const entries = entriesWith(CHAIN);
export const goodBundle: unknown = JSON.parse(makeBundle(bundleOf(CHAIN)));

const one = (n: number): Issued => {
  const issued = CHAIN[n - 1];
  if (issued === undefined) throw new Error(`no statement ${n}`);
  return issued;
};

const ALL = [1, 2, 3, 4, 5, 6];
const each = (numbers: readonly number[], step: string, reason: string): readonly Failure[] =>
  numbers.map((at) => ({ step, reason, at }));
const notIncluded = (...numbers: readonly number[]): readonly Failure[] => each(numbers, 'inclusion', 'not_included');

const replace = (path: string, value: unknown): Operation => ({ op: 'replace', path, value });
const statement = (n: number, sdJwt: string): Operation => replace(`/statements/${n - 1}/sdJwt`, sdJwt);
const flip = (text: string, at: number): string =>
  `${text.slice(0, at)}${text.charAt(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

/** The same signed statement around another payload. */
function edited({ compact }: Issued, from: string, to: string): string {
  const [jwt = '', ...disclosures] = compact.split('~');
  const [head, payload = '', signature] = jwt.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  if (!text.includes(from)) throw new Error(`no ${from}`);
  const altered = Buffer.from(text.replace(from, to)).toString('base64url');
  return [[head, altered, signature].join('.'), ...disclosures].join('~');
}

/** Signed by the issuer: a statement under the same number that says something else. */
export const otherVersion = (n: number): Issued =>
  issue({ ...one(n).claims, attempts: { counts: { read: 2 } } }, undefined, sign);

/** Signed by the issuer: another story from statement `from` on, bound together. */
function rewritten(from: number): readonly Issued[] {
  const chain: Issued[] = CHAIN.slice(0, from - 1);
  for (const { claims } of CHAIN.slice(from - 1)) {
    const again: StatementClaims = {
      ...claims,
      prev: chain.at(-1)?.signingInputHash ?? null,
      attempts: { counts: { read: 2 } },
    };
    chain.push(issue(again, undefined, sign));
  }
  return chain;
}

const strangerSecret = Buffer.alloc(32, 5);
const ecdh = createECDH('prime256v1');
ecdh.setPrivateKey(strangerSecret);
const point = ecdh.getPublicKey();
const strangerKey = {
  kty: 'EC',
  crv: 'P-256',
  x: point.subarray(1, 33).toString('base64url'),
  y: point.subarray(33).toString('base64url'),
};
const strangerKid = thumbprint(strangerKey, crypto.sha256);
const signStranger: Signer = (text) => signDeterministically(strangerSecret, text);
const byStranger = (claims: object): string => signRaw({ ...header, kid: strangerKid }, claims, [], signStranger);

const reheaded = (n: number, more: object): string => signRaw({ ...header, ...more }, one(n).claims, [], sign);

function statementCases(): readonly Tampering[] {
  const [jwt = '', ...disclosures] = one(3).compact.split('~');
  const [vin = '', make = ''] = disclosures;
  const withParts = (...parts: readonly string[]): Operation => statement(3, [jwt, ...parts, ''].join('~'));
  const altered = Buffer.from(Buffer.from(vin, 'base64url').toString().replace('VF7', 'VF8')).toString('base64url');
  const refused = (name: string, step: string, reason: string, operation: Operation): Tampering => ({
    name,
    patch: [operation],
    failures: [{ step, reason, at: 3 }],
  });
  const {
    disclosures: [foreign = ''],
  } = one(4);
  return [
    refused('a distance changed', 'signature', 'bad_signature', statement(3, edited(one(3), '900001', '900000'))),
    refused(
      'a verdict changed',
      'signature',
      'bad_signature',
      statement(3, edited(one(3), '"logical"', '"illogical"')),
    ),
    refused(
      'a signature changed',
      'signature',
      'bad_signature',
      statement(3, one(3).compact.replace(jwt, flip(jwt, jwt.length - 40))),
    ),
    refused(
      'a signature of another statement',
      'signature',
      'bad_signature',
      statement(3, [jwt.replace(/[^.]*$/, one(4).compact.split('~')[0]?.split('.')[2] ?? ''), ''].join('~')),
    ),
    refused('no algorithm', 'envelope', 'wrong_algorithm', statement(3, reheaded(3, { alg: 'none' }))),
    refused('a symmetric algorithm', 'envelope', 'wrong_algorithm', statement(3, reheaded(3, { alg: 'HS256' }))),
    refused('a document of another type', 'envelope', 'wrong_type', statement(3, reheaded(3, { typ: 'JWT' }))),
    ...['x5c', 'jku', 'jwk', 'x5u', 'crit'].map((name) =>
      refused(`a header with ${name}`, 'envelope', 'header_member', statement(3, reheaded(3, { [name]: [] }))),
    ),
    refused('a truncated statement', 'envelope', 'wrong_parts', statement(3, one(3).compact.slice(0, -9))),
    refused('a statement that is too large', 'envelope', 'too_large', statement(3, 'A'.repeat(16_385))),
    refused('a statement that a stranger signed', 'key', 'unknown_key', statement(3, byStranger(one(3).claims))),
    refused(
      'a statement that the key of the status lists signed',
      'key',
      'unsuitable_key',
      statement(3, signRaw({ ...header, kid: statusKid }, one(3).claims, [], signStatus)),
    ),
    refused(
      'a statement of another issuer',
      'issuer',
      'wrong_issuer',
      statement(3, signRaw(header, { ...one(3).claims, iss: `${ISSUER}.net` }, [], sign)),
    ),
    refused('a disclosed claim changed', 'disclosures', 'disclosure_unreferenced', withParts(altered, make)),
    refused("another statement's disclosed claim", 'disclosures', 'disclosure_unreferenced', withParts(vin, foreign)),
    refused('a disclosed claim doubled', 'disclosures', 'disclosure_repeated', withParts(vin, vin)),
    {
      name: 'signed figures that do not add up',
      patch: [statement(3, signRaw(header, { ...one(3).claims, distanceMetres: 1 }, [], sign))],
      failures: [{ step: 'figures', reason: 'wrong_figures', at: 3, detail: 'distance' }],
    },
  ];
}

const remove = (n: number): Operation => ({ op: 'remove', path: `/statements/${n - 1}` });
const broken = (reason: string, at: number): Failure => ({ step: 'chain', reason, at });

function chainCases(): readonly Tampering[] {
  const rewrite = rewritten(2);
  const again = bundled(otherVersion(3), 262, entries);
  const seventh = issue(
    {
      ...one(5).claims,
      seq: 7,
      jti: 'att_again',
      prev: one(6).signingInputHash,
      status: { status_list: { ...one(5).claims.status.status_list, idx: 7 } },
    },
    undefined,
    sign,
  );
  const added = (issued: Issued) => ({ sdJwt: issued.compact, index: 262, hashes: again.hashes.map(encodeBase64) });
  const status: Failure = { step: 'status', reason: 'withdrawn', at: 2 };
  const end = (reason: string): Failure => ({ step: 'end', reason });
  return [
    { name: 'the first month dropped', patch: [remove(1)], failures: [broken('seq_hole', 1)] },
    { name: 'a month in the middle dropped', patch: [remove(3)], failures: [broken('seq_hole', 3)] },
    { name: 'the newest dropped', patch: [remove(6)], failures: [end('newest_missing'), status] },
    {
      name: 'the newest dropped with the head of the chain',
      patch: [remove(6), { op: 'remove', path: '/chainHead' }],
      failures: [status],
    },
    {
      name: 'two months the other way round',
      patch: [{ op: 'move', from: '/statements/1', path: '/statements/0' }],
      failures: [broken('seq_hole', 1)],
    },
    {
      name: 'a month doubled',
      patch: [{ op: 'copy', from: '/statements/2', path: '/statements/3' }],
      failures: [broken('seq_repeated', 3)],
    },
    {
      name: 'a month stated again under a new number',
      patch: [{ op: 'add', path: '/statements/-', value: added(seventh) }],
      failures: [broken('period_repeated', 7), end('head_outdated'), ...notIncluded(7)],
    },
    {
      name: 'two versions of one slot',
      patch: [{ op: 'add', path: '/statements/3', value: added(otherVersion(3)) }],
      failures: [broken('seq_repeated', 3), ...notIncluded(3)],
    },
    {
      name: 'an older month signed again',
      patch: [statement(2, otherVersion(2).compact)],
      failures: [broken('prev_mismatch', 3), ...notIncluded(2)],
    },
    {
      name: 'the newest signed again',
      patch: [statement(6, otherVersion(6).compact)],
      failures: [end('head_of_other_statement'), ...notIncluded(6)],
    },
    {
      name: 'every month from the second on signed again, with a new head',
      patch: [
        ...rewrite.slice(1).map((issued, n) => statement(n + 2, issued.compact)),
        replace('/chainHead', headFor(rewrite)),
      ],
      failures: notIncluded(2, 3, 4, 5, 6),
    },
    {
      name: 'the name of another contract',
      patch: [replace('/contract', 'ctr_other')],
      failures: [broken('other_contract', 1)],
    },
    {
      name: "another contract's month",
      patch: [statement(3, issue({ ...one(3).claims, sub: 'ctr_other' }, undefined, sign).compact)],
      failures: [broken('other_contract', 3), ...notIncluded(3)],
    },
  ];
}

function logCases(): readonly Tampering[] {
  const checkpoint = (name: string, note: string, reason: string): Tampering => ({
    name,
    patch: [replace('/checkpoint', note)],
    failures: [{ step: 'checkpoint', reason }],
  });
  const fork = entries.with(262, leafOf(otherVersion(3)));
  const place = (name: string, ...patch: readonly Operation[]): Tampering => ({
    name,
    patch,
    failures: notIncluded(3),
  });
  const elsewhere = (name: string, operation: Operation): Tampering => ({
    name,
    patch: [operation],
    failures: notIncluded(...ALL),
  });
  return [
    elsewhere('an older checkpoint of the log', replace('/checkpoint', headOf(entries.slice(0, 290)))),
    elsewhere('the checkpoint of a forked log', replace('/checkpoint', headOf(fork))),
    checkpoint("a stranger's log under the same name", headOf(fork, { seed: 8 }), 'unknown_signer'),
    checkpoint('a log of another name', headOf(entries, { origin: 'other.example/log' }), 'unknown_signer'),
    checkpoint('a checkpoint whose signature is of another', headOf(entries, { forged: true }), 'bad_signature'),
    checkpoint('no checkpoint at all', 'odoseal.example/log\n300\n', 'not_a_note'),
    place('the proof of another entry', { op: 'copy', from: '/statements/3/hashes', path: '/statements/2/hashes' }),
    place('another entry', { op: 'replace', path: '/statements/2/index', value: 263 }),
    place('an entry behind the end of the log', { op: 'replace', path: '/statements/2/index', value: 300 }),
    place('a proof cut short', { op: 'remove', path: '/statements/2/hashes/0' }),
    place('a proof with a hash more', { op: 'copy', from: '/statements/2/hashes/0', path: '/statements/2/hashes/-' }),
    elsewhere('another chain secret', replace('/chainSecret', Buffer.alloc(32, 8).toString('base64url'))),
  ];
}

function headCases(): readonly Tampering[] {
  const head = (name: string, jws: string, reason: string): Tampering => ({
    name,
    patch: [replace('/chainHead', jws)],
    failures: [{ step: 'end', reason }],
  });
  const good = headFor(CHAIN);
  const { claims, signingInputHash: hash } = one(6);
  const facts = { issuer: ISSUER, contract: claims.sub, seq: 6, hash, asOf: AS_OF / 1000 };
  const raw = (more: object): string => {
    const payload = { iss: ISSUER, sub: claims.sub, seq: 6, hash, iat: AS_OF / 1000 };
    return signRaw(
      { alg: 'ES256', kid: statusKid, typ: 'odoseal-chain-head+jwt', ...more },
      payload,
      [],
      signStatus,
    ).slice(0, -1);
  };
  const input = chainHeadInput(facts, kid);
  return [
    head('an older head', headFor(CHAIN.slice(0, 5)), 'head_outdated'),
    head('a newer head', headFor(CHAIN, { seq: 7 }), 'newest_missing'),
    head("another contract's head", headFor(CHAIN, { contract: 'ctr_other' }), 'head_of_other_contract'),
    head("another issuer's head", headFor(CHAIN, { issuer: `${ISSUER}.net` }), 'head_of_other_issuer'),
    head('a head of another statement', headFor(CHAIN, { hash: one(5).signingInputHash }), 'head_of_other_statement'),
    head('a head from before the last statement', headFor(CHAIN, { asOf: claims.iat - 601 }), 'head_too_early'),
    head('a head whose signature was changed', flip(good, good.length - 9), 'bad_signature'),
    head('a head that was changed', flip(good, 150), 'bad_signature'),
    head('a head that the key of the statements signed', attachSignature(input, sign(input)), 'unsuitable_key'),
    head('a head without an algorithm', raw({ alg: 'none' }), 'wrong_algorithm'),
    head('a head with a certificate in its header', raw({ x5c: [] }), 'header_member'),
    head('a head with an address of keys in its header', raw({ jku: ISSUER }), 'header_member'),
    head('the status list as head', statusListFor(CHAIN), 'wrong_type'),
  ];
}

function statusCases(): readonly Tampering[] {
  const list = (name: string, jwt: string, ...failures: readonly Omit<Failure, 'step'>[]): Tampering => ({
    name,
    patch: [replace('/statusList', jwt)],
    failures: failures.map((failure) => ({ step: 'status', ...failure })),
  });
  const good = statusListFor(CHAIN);
  const packed = (...statuses: readonly (readonly [number, Status])[]) => ({
    deflated: deflateSync(packStatuses(new Map([[6, 'valid'], ...statuses]))),
  });
  const elsewhere = statusListUri(ISSUER, 'AAAAAAAAAAAAAAAAAAAAAA');
  return [
    list(
      "another contract's status list",
      statusListFor(CHAIN, { uri: elsewhere }),
      ...ALL.map((at) => ({ reason: 'no_list', at })),
    ),
    list(
      'a status list from before',
      statusListFor(CHAIN, { issuedAt: Date.UTC(2026, 3, 15) }),
      ...[4, 5, 6].map((at) => ({ reason: 'list_too_old', at })),
    ),
    list('a status list that hides a replacement', statusListFor(CHAIN, packed()), {
      reason: 'list_contradicted',
      at: 2,
    }),
    list(
      'a status list that knows of a replacement more',
      statusListFor(CHAIN, packed([2, 'withdrawn'], [3, 'superseded'])),
      { reason: 'superseded', at: 3 },
    ),
    list('a status list that was changed', flip(good, 150), { reason: 'bad_signature' }),
    list('the head of the chain as status list', headFor(CHAIN), { reason: 'wrong_type' }),
    list('a statement as status list', one(1).compact.split('~')[0] ?? '', { reason: 'wrong_type' }),
  ];
}

function keyCases(): readonly Tampering[] {
  const own = (name: string, patch: readonly Operation[], failures: readonly Failure[]): Tampering => ({
    name,
    patch,
    keys: 'bundle',
    failures,
  });
  const given = (name: string, patch: readonly Operation[], failures: readonly Failure[]): Tampering => ({
    name,
    patch,
    keys: 'given',
    failures,
  });
  const stranger = { ...strangerKey, kid: strangerKid, use: 'sig', alg: 'ES256', purpose: 'statement' };
  const unsuitable = each(ALL, 'key', 'unsuitable_key');
  const unknown = each(ALL, 'key', 'unknown_key');
  const status = [
    { step: 'end', reason: 'unknown_key' },
    { step: 'status', reason: 'unknown_key' },
  ];
  return [
    given(
      'all of it signed by a stranger, whose key is in the bundle',
      [...CHAIN.map(({ claims }, n) => statement(n + 1, byStranger(claims))), replace('/jwks/keys/0', stranger)],
      unknown,
    ),
    given(
      "a stranger's log, whose key is in the bundle",
      [replace('/checkpoint', headOf(entries, { seed: 8 })), replace('/logKey', vkeyOf(8))],
      [{ step: 'checkpoint', reason: 'unknown_signer' }],
    ),
    own('the key of the statements left out', [{ op: 'remove', path: '/jwks/keys/0' }], unknown),
    own('the key of list and head left out', [{ op: 'remove', path: '/jwks/keys/1' }], status),
    own('another key under the same name', [replace('/jwks/keys/0', { ...stranger, kid })], unsuitable),
    own('the key for another purpose', [replace('/jwks/keys/0/purpose', 'status-list')], unsuitable),
    own('the private half of a key', [{ op: 'add', path: '/jwks/keys/0/d', value: 'AAAA' }], unsuitable),
    own("another log's key", [replace('/logKey', vkeyOf(8))], [{ step: 'checkpoint', reason: 'unknown_signer' }]),
    own(
      'no key of a log',
      [replace('/logKey', 'AAAA')],
      [
        { step: 'keys', reason: 'log_key_malformed' },
        { step: 'checkpoint', reason: 'unknown_signer' },
      ],
    ),
    given(
      'the name of another issuer',
      [replace('/issuer', `${ISSUER}.net`)],
      [{ step: 'keys', reason: 'wrong_issuer' }],
    ),
    own(
      'the name of another issuer, by its own word',
      [replace('/issuer', `${ISSUER}.net`)],
      each(ALL, 'issuer', 'wrong_issuer'),
    ),
  ];
}

function formatCases(): readonly Tampering[] {
  const format = (name: string, operation: Operation, reason: string, detail?: string): Tampering => ({
    name,
    patch: [operation],
    failures: [{ step: 'format', reason, ...(detail !== undefined && { detail }) }],
  });
  const members = ['issuer', 'contract', 'statements', 'checkpoint', 'logKey', 'jwks', 'chainSecret', 'statusList'];
  const wrong = (name: string, detail: string, operation: Operation): Tampering =>
    format(name, operation, 'wrong_member', detail);
  return [
    ...members.map((name) => wrong(`no member ${name}`, name, { op: 'remove', path: `/${name}` })),
    format('a member that does not belong there', { op: 'add', path: '/note', value: 'x' }, 'unknown_member', 'note'),
    format('another format', replace('/format', 'odoseal-report'), 'not_a_bundle'),
    format('another version', replace('/version', 2), 'other_version'),
    format('a version as text', replace('/version', '1'), 'other_version'),
    wrong('no statement', 'statements', replace('/statements', [])),
    wrong('a statement that is no object', 'statements', replace('/statements/2', 'x')),
    wrong('a member of a statement that does not belong there', 'statements', {
      op: 'add',
      path: '/statements/2/note',
      value: 1,
    }),
    wrong('an entry below zero', 'statements', replace('/statements/2/index', -1)),
    wrong('an entry as text', 'statements', replace('/statements/2/index', '262')),
    wrong('a hash that is too short', 'statements', replace('/statements/2/hashes/0', 'AAAA')),
    wrong('a hash in other letters', 'statements', replace('/statements/2/hashes/0', '-'.repeat(43))),
    wrong(
      'more hashes than a proof can have',
      'statements',
      replace('/statements/2/hashes', Array(54).fill(Buffer.alloc(32).toString('base64'))),
    ),
    wrong('a short chain secret', 'chainSecret', replace('/chainSecret', 'AAAA')),
    wrong(
      'a chain secret with padding',
      'chainSecret',
      replace('/chainSecret', Buffer.alloc(32, 9).toString('base64')),
    ),
    wrong('an empty head', 'chainHead', replace('/chainHead', '')),
    wrong('no head in words', 'chainHead', replace('/chainHead', null)),
    wrong('keys that are no list', 'jwks', replace('/jwks/keys', {})),
    wrong('a key that is no object', 'jwks', replace('/jwks/keys/0', 'x')),
    wrong('a key set with more', 'jwks', { op: 'add', path: '/jwks/issuer', value: ISSUER }),
    wrong('more keys than anybody has', 'jwks', replace('/jwks/keys', Array(257).fill({}))),
  ];
}

export const tamperings = (): readonly Tampering[] => [
  ...statementCases(),
  ...chainCases(),
  ...logCases(),
  ...headCases(),
  ...statusCases(),
  ...keyCases(),
  ...formatCases(),
];

export interface HostileText {
  readonly name: string;
  /** What is done to the good bundle's text without white space, at the first place. */
  readonly find: string;
  readonly put: string;
  readonly reason: string;
}

/** Texts that are no bundle, or have more than one reading. */
export function hostileEdits(): readonly HostileText[] {
  const start = '{"format":';
  const notJson = (name: string, find: string, put: string): HostileText => ({ name, find, put, reason: 'not_json' });
  return [
    notJson('a list', start, `[${start}`),
    notJson('a byte order mark', start, `\uFEFF${start}`),
    notJson('a comment', start, `/* */${start}`),
    notJson('a member twice', start, `{"contract":"ctr_other",${start.slice(1)}`),
    notJson('a member twice, deep', '"index":262', '"index":1,"index":262'),
    notJson('a number with a fraction', '"index":262', '"index":262.0'),
    notJson('a number with an exponent', '"index":262', '"index":2.62e2'),
    notJson('a number below zero that is none', '"index":262', '"index":-0'),
    notJson('half a character', '"ctr_', '"\\ud800'),
    notJson('a control character', '"ctr_', '"\u0000ctr_'),
    notJson('a comma too many', '"index":262', '"index":262,'),
    notJson('a brace too few', '"}', '"'),
    notJson('too deep', start, `{"note":${'['.repeat(20)}${']'.repeat(20)},${start.slice(1)}`),
  ];
}

export function hostileTexts(): readonly (HostileText & { readonly text: string })[] {
  const good = JSON.stringify(goodBundle);
  return hostileEdits().map((edit) => ({ ...edit, text: good.replace(edit.find, () => edit.put) }));
}
