// What an insurer hands to an auditor, and what the auditor's program says of it, with what is published.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Playground } from '../../infra/local/playground.ts';

const VERIFIER = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));

/** As declared, and held against it by the tests of the API. */
export interface Attestation {
  readonly id: string;
  readonly replacedFor: string | null;
  readonly claims: {
    readonly seq: number;
    readonly verdict: string;
    readonly replaces?: string;
    readonly status: { readonly status_list: { readonly uri: string } };
  };
}

export type Ask = (method: string, path: string, sent?: unknown, accept?: string) => Promise<Response>;

/** Asks the API as the holder of a key does. */
export const askAs =
  ({ stack }: Playground, apiKey: string): Ask =>
  (method, path, sent, accept = 'application/json') => {
    const headers = { authorization: `Bearer ${apiKey}`, accept, 'content-type': 'application/json' };
    const body = sent === undefined ? {} : { body: JSON.stringify(sent) };
    return fetch(stack.publicOrigin + path, { method, headers, ...body });
  };

/** A contract's attestations, oldest first. */
export const chainOf = async (ask: Ask, contractId: string): Promise<readonly Attestation[]> => {
  // The shape is the API's own.
  const { items } = (await (await ask('GET', `/v1/contracts/${contractId}/attestations`)).json()) as {
    items: Attestation[];
  };
  return items.toReversed();
};

type Verified = { readonly status: number | null; readonly report: unknown };

const verify = (args: readonly string[]): Promise<Verified> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [VERIFIER, 'verify', ...args, '--json'], { env: {} }, (_, out) =>
      resolve({ status: child.exitCode, report: JSON.parse(out) }),
    );
  });

/** What an auditor who is handed a bundle, and keys as they are published, says of it. */
export async function auditBundle({ stack }: Playground, text: string): Promise<Verified> {
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-bundle-'));
  try {
    const file = join(folder, 'bundle.json');
    await writeFile(file, text);
    const { publicOrigin } = stack;
    return await verify([
      ...[file, '--jwks', `${publicOrigin}/.well-known/jwks.json`],
      ...['--log-key', `${publicOrigin}/log/vkey`, '--log', `${publicOrigin}/log`],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What an auditor says of a file without a network, who saved what is published. */
export async function auditOffline({ stack }: Playground, name: string, content: Uint8Array): Promise<Verified> {
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-offline-'));
  const save = async (as: string, path: string): Promise<string> => {
    await writeFile(join(folder, as), await (await fetch(stack.publicOrigin + path)).text());
    return join(folder, as);
  };
  try {
    const file = join(folder, name);
    await writeFile(file, content);
    const jwks = await save('keys.json', '/.well-known/jwks.json');
    return await verify([file, '--jwks', jwks, '--log-key', await save('log.vkey', '/log/vkey')]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What an auditor who is handed all of a chain says of it, with keys, log and status list as they are published. */
export async function audit(ground: Playground, ask: Ask, chain: readonly Attestation[]): Promise<Verified> {
  const { publicOrigin } = ground.stack;
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-replaced-'));
  try {
    const files = chain.map(({ claims }) => join(folder, `${claims.seq}.sdjwt`));
    for (const [n, { id }] of chain.entries()) {
      const answer = await ask('GET', `/v1/attestations/${id}`, undefined, 'application/sd-jwt');
      await writeFile(files[n] ?? '', await answer.text());
    }
    const published = ['--jwks', `${publicOrigin}/.well-known/jwks.json`, '--log', `${publicOrigin}/log`];
    const list = chain[0]?.claims.status.status_list.uri ?? '';
    return await verify([...files, ...published, '--log-key', `${publicOrigin}/log/vkey`, '--status', list]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
