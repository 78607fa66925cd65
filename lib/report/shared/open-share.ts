// Opening a shared report: what the holder of a link is shown. Looking at a link changes nothing; a view is counted when the report is
// there to be shown, and before it is.
import { inflateSync } from 'node:zlib';
import { reportFile } from '../../aws/keys.ts';
import type { ReadFile } from '../../aws/read-file.ts';
import type { Table } from '../../aws/table.ts';
import { type Bundle, readBundle, withholdFrom } from '../../proof/bundle.ts';
import { bundleInPdf, isPdf } from '../../proof/pdf-bundle.ts';
import type { Inflate } from '../../proof/primitives.ts';
import { countRefusal, countView, findShare, shareState } from '../share.ts';

export interface Opening {
  readonly business: Table;
  readonly readFile: ReadFile;
}

/** What lies in the bucket is not what was written there. */
class NoBundle extends Error {
  readonly code = 'NO_BUNDLE';
}

const inflate: Inflate = (data, limit) => inflateSync(data, { maxOutputLength: limit });

/** The bundle that a report is, or that is attached to it. */
function bundleOf(file: Uint8Array): Bundle {
  const found = isPdf(file) ? bundleInPdf(file, inflate) : { ok: true as const, text: Buffer.from(file).toString() };
  const read = found.ok ? readBundle(found.text) : found;
  if (!read.ok) throw new NoBundle(read.reason);
  return read.bundle;
}

/** Whether a link would show something now. @param now epoch milliseconds */
export async function isOpen(business: Table, token: string, now: number): Promise<boolean> {
  const share = await findShare(business, token);
  return share !== undefined && shareState(share, now) === 'open';
}

/**
 * The report behind a link, without the claims that are withheld. A crash before the count shows nothing and counts nothing; one after it
 * has counted a view that nobody had.
 * @returns undefined when the link is not open; that it was tried is noted
 */
export async function openShare(
  { business, readFile }: Opening,
  token: string,
  now: number,
): Promise<Bundle | undefined> {
  const share = await findShare(business, token);
  if (share === undefined) return undefined;
  if (shareState(share, now) === 'open') {
    const { tenantId, reportId, attempt, withheld } = share;
    const bundle = bundleOf(await readFile(reportFile(tenantId, reportId, attempt), now));
    if (await countView(business, share, now)) return withholdFrom(bundle, withheld);
  }
  await countRefusal(business, share, now);
  return undefined;
}
