// The order of calls that the document begins with, as it stands there: each `curl` line is asked, with the ids of the answers before.
import { afterAll, beforeAll, expect, it } from 'vitest';
import document from '../../../lib/api/openapi.json' with { type: 'json' };
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { SCOPES } from '../../../lib/tenant/scopes.ts';
import { crypto, jwk } from '../proof/statement-fixture.ts';
import { type Answer, type ApiWorld, ORIGIN, openApiWorld, RIVAGE } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const { description } = document.info;
const curls = description.split('\n').filter((line) => line.startsWith('curl '));

/** The scopes that the text says are enough. */
const NEEDED = SCOPES.filter((scope) => (description.split('ORIGIN=')[0] ?? '').includes(`\`${scope}\``));

/** Asks what a line of shell asks with curl. */
function run(line: string, values: Readonly<Record<string, string>>): Promise<Answer> {
  const filled = line.replace(/\$([A-Z]+)/g, (_, name: string) => values[name] ?? `no ${name}`);
  const [, url = ''] = /^curl "([^"]+)"/.exec(filled) ?? [];
  const { pathname: path, search } = new URL(url);
  const told = [...filled.matchAll(/ -H ['"]([^:]+): ([^'"]+)['"]/g)];
  const headers = Object.fromEntries(told.map(([, name = '', value = '']) => [name, value]));
  expect(headers['authorization']).toBe('Bearer ods_key');
  const [, raw] = / -d '([^']+)'$/.exec(filled) ?? [];
  const body = raw === undefined ? {} : { raw };
  const caller = { ...RIVAGE, scopes: NEEDED };
  return world.ask(raw === undefined ? 'GET' : 'POST', path, { query: search.slice(1), headers, caller, ...body });
}

it('five calls lead from a key to an attestation that verifies', async () => {
  expect(curls).toHaveLength(5);
  expect(NEEDED).toEqual(['contracts:read', 'contracts:write', 'attestations:read']);
  const [create = '', invite = '', look = '', find = '', fetch = ''] = curls;
  const shell = { ORIGIN, KEY: 'ods_key' };
  const made = await run(create, shell);
  const CONTRACT = String(made.body['id']);
  const session = await run(invite, { ...shell, CONTRACT });
  expect([made.status, session.status, session.body['url']]).toEqual([201, 201, expect.stringMatching(/^https:/)]);
  await world.connect(CONTRACT, { connectedAt: '2026-01-05T10:00:00.000Z' });
  expect((await run(look, { ...shell, CONTRACT })).body['state']).toBe('active');
  await world.stated(CONTRACT, '2026-02-20T00:00:00.000Z');
  const page = await run(find, { ...shell, CONTRACT });
  const [newest] = page.body['items'] as readonly { readonly id: string }[];
  const statement = await run(fetch, { ...shell, ATTESTATION: newest?.id ?? '' });
  expect(statement.headers['content-type']).toBe('application/sd-jwt');
  const verified = verifyStatement(statement.text, { keys: [jwk], issuer: ORIGIN, crypto });
  expect(verified).toMatchObject({ ok: true, claims: { sub: CONTRACT } });
});

it('says how a statement is verified, and how a webhook is', () => {
  for (const words of [
    'a JWT up to its first `~`',
    '`ES256`',
    '`odoseal-mileage+sd-jwt`',
    '`/.well-known/jwks.json`',
    'Standard Webhooks',
    '`whsec_`',
    'HMAC-SHA256',
  ]) {
    expect(description).toContain(words);
  }
});
