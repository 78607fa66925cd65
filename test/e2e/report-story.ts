// A tenant asks for a report, is told that it is ready, and downloads it: every line is an attestation as the API shows it.
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { createTenantWithKey } from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import type { StatementClaims } from '../../lib/proof/claims.ts';
import { askAs, auditBundle } from './auditor.ts';

interface Attestation {
  readonly id: string;
  readonly claims: StatementClaims;
}

/** Of cells that have no comma in them. */
function rowsOf(text: string): readonly Readonly<Record<string, string>>[] {
  const [head = [], ...rows] = text
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(head.map((name, n) => [name, cells[n] ?? ''])));
}

const shown = ({ id, claims }: Attestation, all: readonly Attestation[]) => ({
  ...{ attestation: id, seq: String(claims.seq), period: claims.period.id, from: claims.period.from },
  ...{ outcome: claims.outcome, verdict: claims.verdict, replaces: claims.replaces ?? '' },
  distanceMetres: claims.outcome === 'measured' ? String(claims.distanceMetres ?? '') : '',
  status: all.some((other) => other.claims.replaces === id) ? 'superseded' : 'valid',
});

/** @returns where a report's file is for a minute */
async function fileOf({ stack }: Playground, path: string, apiKey = ''): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${stack.publicOrigin}${path}/download`, { headers, redirect: 'manual' });
  const address = answer.headers.get('location') ?? '';
  expect([answer.status, new URL(address).searchParams.get('X-Amz-Expires')]).toEqual([303, '60']);
  return address;
}

/** @returns where the report is, and where its file was for a minute */
export async function downloadReport(ground: Playground, { contractId, apiKey }: Readonly<Record<string, string>>) {
  const { stack } = ground;
  const ask = askAs(ground, apiKey ?? '');
  const asked = await ask('POST', '/v1/reports', { contractId, format: 'csv' });
  const path = asked.headers.get('location') ?? '';
  expect([asked.status, await asked.json()]).toMatchObject([202, { state: 'queued', contractId, sha256: null }]);
  await stack.drain();
  const report = await (await ask('GET', path)).json();
  const address = await fileOf(ground, path, apiKey);
  const text = await (await fetch(address)).text();
  const { items } = (await (await ask('GET', `/v1/contracts/${contractId}/attestations`)).json()) as {
    readonly items: readonly Attestation[];
  };
  expect(items.length).toBeGreaterThan(2);
  expect(rowsOf(text)).toMatchObject(items.toReversed().map((one) => shown(one, items)));
  expect(report).toMatchObject({
    ...{ state: 'ready', lines: items.length, bytes: Buffer.byteLength(text) },
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  return { path, address };
}

/** An auditor who has the file and the keys finds that nothing is missing, offline. */
export async function checkBundle(ground: Playground, { contractId, apiKey }: Readonly<Record<string, string>>) {
  const ask = askAs(ground, apiKey ?? '');
  const asked = await ask('POST', '/v1/reports', { contractId, format: 'bundle' });
  await ground.stack.drain();
  const file = await ask('GET', `${asked.headers.get('location')}/download`);
  expect(await auditBundle(ground, await file.text())).toMatchObject({ status: 0, report: { verified: true } });
}

/**
 * Somebody without a key opens a link to a bundle: the button, then the report without what is withheld, which an auditor finds to be whole.
 * Of two who press it at once one sees it, for no more may.
 * @returns the link
 */
export async function shareReport(ground: Playground, { contractId, apiKey }: Readonly<Record<string, string>>) {
  const ask = askAs(ground, apiKey ?? '');
  const asked = await ask('POST', '/v1/reports', { contractId, format: 'bundle' });
  await ground.stack.drain();
  const shares = `${asked.headers.get('location')}/shares`;
  const made = await ask('POST', shares, { viewLimit: 1, withhold: ['vin', 'make'] });
  // The shape is the API's own.
  const { id, url } = (await made.json()) as { readonly id: string; readonly url: string };
  const button = await fetch(url);
  expect([button.status, button.headers.get('referrer-policy'), button.headers.get('cache-control')]).toEqual([
    ...[200, 'no-referrer', 'no-store'],
  ]);
  expect(await button.text()).toContain('<form method="post">');
  const pressed = await Promise.all([1, 2].map(() => fetch(url, { method: 'POST' })));
  expect(pressed.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  const page = await pressed.find(({ status }) => status === 200)?.text();
  const [, served = ''] = /id="served">(.*?)<\/script>/.exec(page ?? '') ?? [];
  const bundle = String(JSON.parse(served).bundle);
  expect(await auditBundle(ground, bundle)).toMatchObject({
    status: 0,
    report: {
      verified: true,
      bundles: [{ statements: expect.arrayContaining([expect.objectContaining({ withheld: 2 })]) }],
    },
  });
  expect((await fetch(url)).status).toBe(404);
  expect(await (await ask('GET', `${shares}/${id}`)).json()).toMatchObject({
    ...{ state: 'used_up', views: 1, refusals: 1, withheld: ['vin', 'make'] },
    viewedAt: [expect.stringMatching(/Z$/)],
  });
  return url;
}

/**
 * A report is fetched by both ways that need no key.
 * @returns where its file was for a minute, and a link to it
 */
export async function goBothWays(ground: Playground, { contractId, apiKey }: Readonly<Record<string, string>>) {
  const ask = askAs(ground, apiKey ?? '');
  const asked = await ask('POST', '/v1/reports', { contractId, format: 'bundle' });
  await ground.stack.drain();
  const path = asked.headers.get('location') ?? '';
  const address = await fileOf(ground, path, apiKey);
  const made = await ask('POST', `${path}/shares`, { viewLimit: 1 });
  // The shape is the API's own.
  const { url } = (await made.json()) as { readonly url: string };
  const went = [await fetch(address), await fetch(url), await fetch(url, { method: 'POST' })];
  expect(went.map(({ status }) => status)).toEqual([200, 200, 200]);
  return { address, url };
}

/** Nobody else gets it, or learns that it is there. */
export async function askAsStranger(ground: Playground, path: string): Promise<void> {
  const other = { tenantId: 'canal', name: 'Canal', applicationId: 'default' };
  const ask = askAs(ground, await createTenantWithKey(ground.stack, other));
  const unknown = path.replace(/[0-9a-f]{32}/, '7'.repeat(32));
  for (const tail of ['', '/download']) {
    const answers = await Promise.all([path, unknown].map((one) => ask('GET', `${one}${tail}`)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  }
}
