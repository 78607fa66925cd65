// Status lists that an auditor named: files, or addresses.
import { fromUtf8 } from '../proof/base64url.ts';
import { MAX_STATUS_LIST, type StatusListTrust } from '../proof/status-list.ts';
import { type LoadedStatusLists, type NamedList, readStatusLists } from '../verification/status-lists.ts';
import { readSource } from './source.ts';

/** @param sources files, or addresses beginning with https:// */
export async function loadStatusLists(sources: readonly string[], trust: StatusListTrust): Promise<LoadedStatusLists> {
  const given: NamedList[] = [];
  for (const name of sources) {
    const read = await readSource(name, MAX_STATUS_LIST);
    if (!read.ok) return { ok: false, problem: `the status list ${name} ${read.problem}` };
    given.push({ name, text: fromUtf8(read.bytes) ?? '' });
  }
  return readStatusLists(given, trust);
}
