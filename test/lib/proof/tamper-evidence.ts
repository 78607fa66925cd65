// Tampering with what proves statements: the log, the head of the chain, the status list, the keys, and the document itself.
import { deflateSync } from 'node:zlib';
import { chainHeadInput } from '../../../lib/proof/chain-head.ts';
import { attachSignature } from '../../../lib/proof/jws.ts';
import { packStatuses, type Status, statusListUri } from '../../../lib/proof/status-list.ts';
import { sign } from '../../vectors/statement-vectors.ts';
import { AS_OF, headFor, leafOf, signStatus, statusKid, statusListFor } from './bundle-fixture.ts';
import type { Operation } from './json-patch.ts';
import { headOf, vkeyOf } from './log-fixture.ts';
import { ISSUER, kid, signRaw } from './statement-fixture.ts';
import {
  ALL,
  byStranger,
  CHAIN,
  each,
  entries,
  type Failure,
  flip,
  notIncluded,
  one,
  otherVersion,
  replace,
  statement,
  strangerKey,
  strangerKid,
  type Tampering,
} from './tampering.ts';

export function logCases(): readonly Tampering[] {
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

export function headCases(): readonly Tampering[] {
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

export function statusCases(): readonly Tampering[] {
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

export function keyCases(): readonly Tampering[] {
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

export function formatCases(): readonly Tampering[] {
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
