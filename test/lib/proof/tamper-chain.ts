// Tampering with statements, and with which of them are there.
import { encodeBase64 } from '../../../lib/proof/base64.ts';
import type { StatementClaims } from '../../../lib/proof/claims.ts';
import { sign } from '../../vectors/statement-vectors.ts';
import { bundled, headFor, signStatus, statusKid } from './bundle-fixture.ts';
import type { Operation } from './json-patch.ts';
import { header, ISSUER, type Issued, issue, signRaw } from './statement-fixture.ts';
import {
  byStranger,
  CHAIN,
  entries,
  type Failure,
  flip,
  notIncluded,
  one,
  otherVersion,
  replace,
  statement,
  type Tampering,
} from './tampering.ts';

/** The same signed statement around another payload. */
function edited({ compact }: Issued, from: string, to: string): string {
  const [jwt = '', ...disclosures] = compact.split('~');
  const [head, payload = '', signature] = jwt.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  if (!text.includes(from)) throw new Error(`no ${from}`);
  const altered = Buffer.from(text.replace(from, to)).toString('base64url');
  return [[head, altered, signature].join('.'), ...disclosures].join('~');
}

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

const reheaded = (n: number, more: object): string => signRaw({ ...header, ...more }, one(n).claims, [], sign);

export function statementCases(): readonly Tampering[] {
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

export function chainCases(): readonly Tampering[] {
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
      name: 'the newest changed',
      patch: [statement(6, edited(one(6), 'reconnect_needed', 'not_connected'))],
      failures: [{ step: 'signature', reason: 'bad_signature', at: 6 }, status],
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
