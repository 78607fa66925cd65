// The fixed vectors of the statement format: one contract's chain, and every way to be refused, each under its name. Written to
// statements.json by regenerate.ts, so that other implementations can be tested with the same table.
import type { Boundary } from '../../lib/mileage/boundary.ts';
import type { Measured } from '../../lib/mileage/judge.ts';
import { decodeBase64url } from '../../lib/proof/base64url.ts';
import { buildClaims, type StatementClaims, type StatementFacts } from '../../lib/proof/claims.ts';
import { slotLeaf } from '../../lib/proof/leaf.ts';
import { present } from '../../lib/proof/sd-jwt.ts';
import {
  boundary, chainSecret, crypto, facts, header, ISSUER, type Issued, issue, jwk, kid, measured, month, period, privateJwk, STATUS_LIST_ID, saltSecret,
  type RawPart, signRaw, type Signer,
} from '../lib/proof/statement-fixture.ts';
import { signDeterministically } from './deterministic-es256.ts';

export interface Refusal {
  readonly name: string;
  readonly compact: string;
  readonly reason: string;
  readonly detail?: string;
}

/** With the statements' key, the same on every run. */
export const sign: Signer = (text) => signDeterministically(Buffer.from(privateJwk.d, 'base64url'), text);
const raw = (head: RawPart, payload: RawPart, disclosures: readonly string[] = []): string =>
  signRaw(head, payload, disclosures, sign);
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const illogicalApril = (opening: Boundary, closing: Boundary): Measured => ({
  ...measured(opening, closing),
  closing: { ...closing, method: 'restart' },
  distanceMetres: null,
  lowerMetres: null,
  upperMetres: null,
  readToRead: { metres: null, from: opening.at, to: closing.at },
  verdict: 'illogical',
  reasons: ['rollback'],
  findings: [{ rule: 'rollback', severity: 'illogical', numbers: { fellMetres: 9_000_000 }}],
});

const results: readonly StatementFacts['result'][] = [
  measured(boundary(0, 12_000_000), boundary(1, 13_234_567)),
  { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' },
  measured(boundary(2, 14_100_000), boundary(3, 15_000_001), boundary(1, 13_234_567)),
  illogicalApril(boundary(3, 15_000_001), boundary(4, 6_000_000)),
  measured({ ...boundary(4, 6_000_000), method: 'restart' }, boundary(5, 6_100_000)),
];

/** Six statements: measured, no reading, catching up, illogical, after the break, and a replacement of the second. */
export function goodChain(): readonly Issued[] {
  const chain: Issued[] = [];
  const add = (result: StatementFacts['result'], more: Partial<StatementFacts>): void => {
    const prev = chain.at(-1)?.signingInputHash ?? null;
    chain.push(issue(buildClaims(facts(chain.length + 1, result, { prev, ...more })), undefined, sign));
  };
  for (const result of results) add(result, {});
  const replaces = chain[1]?.claims.jti ?? '';
  add({ outcome: 'no_reading', reason: 'reconnect_needed', rulesVersion: '1' }, { period: period(1), replaces });
  return chain;
}

const replacedIn = (n: number) => ({ at: `2026-0${n}-16T00:00:00.000Z`, old: 9_000_000, new: 0 });

type Edit = readonly [name: string, reason: string, detail: string | undefined, payload: object];

/** Correctly signed statements that say something impossible. */
function claimEdits(claims: StatementClaims): readonly Edit[] {
  if (claims.outcome !== 'measured') return [];
  const wrong = (name: string, detail: string, edit: object): Edit => [name, 'wrong_claim', detail, { ...claims, ...edit }];
  const figure = (name: string, detail: string, edit: object): Edit => [name, 'wrong_figures', detail, { ...claims, ...edit }];
  const time = (name: string, detail: string, edit: object): Edit => [name, 'wrong_times', detail, { ...claims, ...edit }];
  const closedBy = (edit: object): object => ({ closing: { ...claims.closing, before: { ...claims.closing.before, ...edit } } });
  const status = (edit: object): object => ({ status: { status_list: { ...claims.status.status_list, ...edit } } });
  const later = (epoch: number, milliseconds: number): string => new Date(epoch + milliseconds).toISOString();
  const { verdict: _, ...noVerdict } = claims;
  return [
    ['verdict left out', 'wrong_claim', 'verdict', noVerdict],
    wrong('expiry, which statements do not have', 'exp', { exp: 1 }),
    wrong('holder binding, which statements do not have', 'cnf', { cnf: {} }),
    wrong('other claim set', 'vct', { vct: 'urn:odoseal:mileage:2' }),
    wrong('numbered from zero', 'seq', { seq: 0 }),
    wrong('made after the year 9999', 'iat', { iat: 253_402_300_800 }),
    wrong('number as text', 'seq', { seq: '1' }),
    wrong('status of another number', 'status.status_list.idx', status({ idx: 2 })),
    wrong('status list of somebody else', 'status.status_list.uri', status({ uri: `https://odoseal.example.net/status/${STATUS_LIST_ID}` })),
    wrong('status without a list', 'status.status_list', { status: {} }),
    wrong('short hash', 'prev', { prev: 'AAAA' }),
    wrong('day that does not exist', 'period.to', { period: { ...claims.period, to: '2026-02-30T00:00:00.000Z' } }),
    wrong('instant without milliseconds', 'period.from', { period: { ...claims.period, from: '2026-01-01T00:00:00Z' } }),
    wrong('thirteenth month', 'period.id', { period: { ...claims.period, id: '2026-13' } }),
    wrong('negative odometer', 'opening.metres', { opening: { ...claims.opening, metres: -1 } }),
    wrong('unknown method', 'closing.method', { closing: { ...claims.closing, method: 'guessed' } }),
    wrong('unknown outcome', 'outcome', { outcome: 'estimated' }),
    wrong('negative count', 'attempts.counts.read', { attempts: { counts: { read: -1 } } }),
    wrong('reasons not a list', 'reasons', { reasons: 'rollback' }),
    wrong('finding without numbers', 'findings[0].numbers', { findings: [{ rule: 'rollback' }] }),
    figure('distance one metre more', 'distance', { distanceMetres: (claims.distanceMetres ?? 0) + 1 }),
    figure('replaced odometer that the distance forgets', 'distance', { replaced: [replacedIn(1)] }),
    figure('odometer replaced outside the period', 'replaced', { replaced: [replacedIn(3)] }),
    figure('no odometer replaced, twice', 'replaced', { replaced: [replacedIn(1), replacedIn(1)] }),
    figure('empty list of replaced odometers', 'replaced', { replaced: [] }),
    wrong('replaced odometer without its instant', 'replaced[0].at', { replaced: [{ ...replacedIn(1), at: 1 }] }),
    figure('bounds too narrow', 'distance_bounds', { lowerMetres: (claims.lowerMetres ?? 0) + 1 }),
    figure('bounds too wide', 'distance_bounds', { upperMetres: (claims.upperMetres ?? 0) + 1 }),
    figure('illogical with a distance', 'verdict', { verdict: 'illogical' }),
    figure('logical without a distance', 'verdict', { distanceMetres: null }),
    figure('boundary outside its bounds', 'boundary_bounds', { opening: { ...claims.opening, upperMetres: 1 } }),
    figure('boundaries the wrong way round', 'boundary_order', { opening: claims.closing, closing: claims.opening }),
    figure('period that ends before it begins', 'period_order', {
      period: { ...claims.period, from: claims.period.to, to: claims.period.from },
    }),
    figure('partial month stated as whole', 'partial', { closing: { ...claims.closing, at: month(2) } }),
    figure('catch-up that begins after the opening', 'catch_up', { catchUpMetres: 5, catchUpFrom: month(3) }),
    figure('catch-up below zero', 'catch_up', { catchUpMetres: -5, catchUpFrom: '2025-12-01T00:00:00.000Z' }),
    figure('catch-up beyond the odometer', 'catch_up', {
      catchUpMetres: claims.opening.metres + 1,
      catchUpFrom: '2025-12-01T00:00:00.000Z',
    }),
    figure('distance below zero', 'distance', {
      opening: { ...claims.opening, metres: 14_000_000, lowerMetres: 14_000_000, upperMetres: 14_000_000 },
      distanceMetres: claims.closing.metres - 14_000_000,
      lowerMetres: 0,
      upperMetres: 0,
    }),
    figure('read-to-read below zero', 'read_to_read', { readToRead: { ...claims.readToRead, metres: -1 } }),
    figure('catch-up without a start', 'catch_up', { catchUpMetres: 5 }),
    figure('readings the wrong way round', 'read_to_read', {
      readToRead: { ...claims.readToRead, from: month(3) },
    }),
    time('made before its period ended', 'issued_early', { iat: Date.parse(claims.period.to) / 1000 - 1 }),
    time('measured after it was fetched', 'recorded_after_fetched', closedBy({ recordedAt: later(Date.parse(month(1)), 600_001) })),
    time('fetched after the statement was made', 'fetched_after_issue', closedBy({ fetchedAt: later(claims.iat * 1000, 600_001) })),
  ];
}

const flip = (text: string, at: number): string =>
  `${text.slice(0, at)}${text.charAt(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

function headerEdits(payload: object): readonly Refusal[] {
  const bad = (name: string, reason: string, head: object | string): Refusal => ({ name, reason, compact: raw(head, payload) });
  const { kid: _, ...noKid } = header;
  return [
    bad('no algorithm', 'wrong_algorithm', { ...header, alg: 'none' }),
    bad('symmetric algorithm', 'wrong_algorithm', { ...header, alg: 'HS256' }),
    bad('algorithm in other letters', 'wrong_algorithm', { ...header, alg: 'es256' }),
    bad('other type', 'wrong_type', { ...header, typ: 'JWT' }),
    bad('type of a key-binding token', 'wrong_type', { ...header, typ: 'kb+jwt' }),
    ...['x5c', 'jku', 'jwk', 'x5u', 'crit', 'b64', 'x5t'].map((name) =>
      bad(`header with ${name}`, 'header_member', { ...header, [name]: [] }),
    ),
    bad('header without a key', 'header_member', noKid),
    bad('header member twice', 'header_not_json', `{"alg":"none",${JSON.stringify(header).slice(1)}`),
    bad('header is a list', 'header_not_json', '[]'),
    bad('key that nobody has', 'unknown_key', { ...header, kid: 'A'.repeat(43) }),
  ];
}

function disclosureEdits({ compact, claims, disclosures }: Issued): readonly Refusal[] {
  const [jwt = ''] = compact.split('~');
  const [vin = '', make = ''] = disclosures;
  const withParts = (...parts: readonly string[]): string => [jwt, ...parts, ''].join('~');
  const signed = (edit: object, ...parts: readonly string[]): string => raw(header, { ...claims, ...edit }, parts);
  const salted = (...content: readonly unknown[]): string =>
    base64url(JSON.stringify(['c2FsdHNhbHRzYWx0c2FsdA', ...content]));
  const digest = (text: string): string => Buffer.from(crypto.sha256(Buffer.from(text))).toString('base64url');
  const revealing = (...texts: readonly string[]): string => signed({ _sd: texts.map(digest), _sd_alg: 'sha-256' }, ...texts);
  const altered = base64url(Buffer.from(vin, 'base64url').toString().replace('VF7', 'VF8'));
  return [
    { name: 'disclosure altered', reason: 'disclosure_unreferenced', compact: withParts(altered, make) },
    { name: 'disclosure added', reason: 'disclosure_unreferenced', compact: withParts(vin, salted('colour', 'blue')) },
    { name: 'disclosure twice', reason: 'disclosure_repeated', compact: withParts(vin, make, vin) },
    { name: 'disclosure empty', reason: 'disclosure_malformed', compact: withParts(vin, '') },
    { name: 'disclosure padded', reason: 'disclosure_malformed', compact: withParts(`${vin}=`) },
    { name: 'disclosure of a list element', reason: 'disclosure_malformed', compact: revealing(salted('x')) },
    { name: 'disclosure without salt', reason: 'disclosure_malformed', compact: revealing(base64url('["","vin","X"]')) },
    { name: 'disclosure named _sd', reason: 'disclosure_name', compact: revealing(salted('_sd', [])) },
    { name: 'disclosure named ...', reason: 'disclosure_name', compact: revealing(salted('...', 'x')) },
    { name: 'disclosure of a claim in clear', reason: 'disclosure_name', compact: revealing(salted('verdict', 'logical')) },
    { name: 'disclosure of an unknown claim', reason: 'disclosure_name', compact: revealing(salted('colour', 'blue')) },
    { name: 'same claim disclosed twice', reason: 'disclosure_name', compact: revealing(salted('vin', 'A'), salted('vin', 'B')) },
    { name: 'VIN in clear', reason: 'disclosure_name', detail: 'vin', compact: signed({ vin: 'VF7TESTC3AA000017' }) },
    { name: 'digest twice', reason: 'digest_repeated', compact: signed({ _sd: [digest('a'), digest('a')] }) },
    { name: 'digest too short', reason: 'digest_malformed', compact: signed({ _sd: ['AAAA'] }) },
    { name: 'digests not a list', reason: 'digest_malformed', compact: signed({ _sd: {} }) },
    { name: 'other digest algorithm', reason: 'digest_algorithm', compact: signed({ _sd_alg: 'sha-512' }) },
    { name: 'year as text', reason: 'wrong_claim', detail: 'year', compact: revealing(salted('year', '2024')) },
  ];
}

function envelopeEdits({ compact, claims }: Issued): readonly Refusal[] {
  const [jwt = ''] = compact.split('~');
  const [head = '', payload = '', signature = ''] = jwt.split('.');
  const json = JSON.stringify(claims);
  return [
    { name: 'empty', reason: 'wrong_parts', compact: '' },
    { name: 'without its end', reason: 'wrong_parts', compact: jwt },
    { name: 'truncated disclosure', reason: 'wrong_parts', compact: compact.slice(0, -10) },
    { name: 'two parts', reason: 'wrong_parts', compact: `${head}.${payload}~` },
    { name: 'four parts', reason: 'wrong_parts', compact: `${jwt}.AAAA~` },
    { name: 'key-binding token at the end', reason: 'key_binding', compact: `${compact}${jwt}` },
    { name: 'padding', reason: 'not_base64url', compact: `${head}=.${payload}.${signature}~` },
    { name: 'white space', reason: 'not_base64url', compact: `${head}.${payload}.${signature} ~` },
    { name: 'other alphabet', reason: 'not_base64url', compact: `${head}.${payload}.+${signature.slice(1)}~` },
    { name: 'left-over bits', reason: 'not_base64url', compact: `${head}.${payload}.${signature.slice(0, -1)}B~` },
    { name: 'short signature', reason: 'not_base64url', compact: `${head}.${payload}.AAAA~` },
    { name: 'signature of zeros', reason: 'bad_signature', compact: `${head}.${payload}.${'A'.repeat(86)}~` },
    { name: 'signature altered', reason: 'bad_signature', compact: `${head}.${payload}.${flip(signature, 20)}~` },
    { name: 'payload altered', reason: 'bad_signature', compact: `${head}.${flip(payload, 200)}.${signature}~` },
    { name: 'claim twice', reason: 'payload_not_json', compact: raw(header, `{"seq":9,${json.slice(1)}`) },
    { name: 'claim twice, deep', reason: 'payload_not_json', compact: raw(header, json.replace('"counts":{', '"counts":{"read":9,')) },
    { name: 'number with a fraction', reason: 'payload_not_json', compact: raw(header, json.replace('"seq":1', '"seq":1.0')) },
    { name: 'number with an exponent', reason: 'payload_not_json', compact: raw(header, json.replace('"seq":1', '"seq":1e0')) },
    { name: 'too deep', reason: 'payload_not_json', compact: raw(header, `{"a":${'['.repeat(500)}${']'.repeat(500)}}`) },
    { name: 'not UTF-8', reason: 'payload_not_json', compact: raw(header, Buffer.from(json.replace('v2', 'é'), 'latin1')) },
    { name: 'byte order mark', reason: 'payload_not_json', compact: raw(header, `\uFEFF${json}`) },
    { name: 'half a character', reason: 'payload_not_json', compact: raw(header, json.replace('"v2"', '"\\ud800"')) },
    { name: 'payload is a list', reason: 'payload_not_json', compact: raw(header, '[]') },
    { name: 'other issuer', reason: 'wrong_issuer', compact: raw(header, { ...claims, iss: 'https://odoseal.example.net' }) },
    { name: 'issuer with a slash', reason: 'wrong_issuer', compact: raw(header, { ...claims, iss: `${ISSUER}/` }) },
  ];
}

/** Everything that statements.json holds. */
export function buildVectors() {
  const chain = goodChain();
  const [first] = chain;
  if (first === undefined) throw new Error('the chain is empty');
  const edited = claimEdits(first.claims).map(([name, reason, detail, payload]) => ({
    name, reason, ...(detail !== undefined && { detail }), compact: raw(header, payload),
  }));
  return {
    issuer: ISSUER,
    jwks: { issuer: ISSUER, keys: [jwk] },
    kid,
    chainSecret: hex(chainSecret),
    saltSecret: hex(saltSecret),
    chain: chain.map((issued) => ({
      compact: issued.compact,
      withheld: present(issued.compact, []),
      signingInputHash: issued.signingInputHash,
      leaf: hex(
        slotLeaf(
          { chainSecret, seq: issued.claims.seq },
          decodeBase64url(issued.signingInputHash) ?? new Uint8Array(),
          crypto.sha256,
        ),
      ),
      claims: issued.claims,
    })),
    refused: [...envelopeEdits(first), ...headerEdits(first.claims), ...disclosureEdits(first), ...edited],
  };
}
