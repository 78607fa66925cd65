// The reports that the demo ends with, as a tenant's software gets them: asked for over the API, built from a queue, downloaded from where
// the API leads to.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Playground } from '../playground.ts';
import { DemoFailure } from './demo-failure.ts';

export interface Order {
  readonly tenant: string;
  readonly apiKey: string;
  /** As the API takes it. */
  readonly wanted: { readonly format: 'csv' | 'pdf' } & Readonly<Record<string, string>>;
  /** Of the file. */
  readonly name: string;
}

export interface OrderedReport {
  readonly tenant: string;
  readonly format: Order['wanted']['format'];
  readonly file: string;
  /** Statements in it. */
  readonly lines: number;
  readonly sha256: string;
}

/** As declared by the API. */
interface Told {
  readonly id: string;
  readonly state: string;
  readonly lines: number;
  readonly sha256: string;
}

/** @throws DemoFailure when it is not built, or is not the file that the API tells of */
export async function orderReport(
  { stack }: Playground,
  { tenant, apiKey, wanted, name }: Order,
  folder: string,
): Promise<OrderedReport> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const reports = `${stack.publicOrigin}/v1/reports`;
  const asked = await fetch(reports, { method: 'POST', headers, body: JSON.stringify(wanted) });
  if (!asked.ok) throw new DemoFailure(`a report was answered with ${asked.status}`);
  const { id } = (await asked.json()) as Told;
  await stack.drain();
  const { state, lines, sha256 } = (await (await fetch(`${reports}/${id}`, { headers })).json()) as Told;
  if (state !== 'ready') throw new DemoFailure(`a report is ${state}`);
  const content = new Uint8Array(await (await fetch(`${reports}/${id}/download`, { headers })).arrayBuffer());
  if (createHash('sha256').update(content).digest('hex') !== sha256) throw new DemoFailure('a report is another file');
  const file = join(folder, name);
  await writeFile(file, content);
  return { tenant, format: wanted.format, file, lines, sha256 };
}
