// The files that an auditor named, read one after the other and checked: a folder of them need not fit into memory.
import type { VerifyOptions } from '../proof/verify.ts';
import { asOneStory, type BundleFile, type BundleOptions, checkNamedBundle } from '../verification/check-bundles.ts';
import { checkStatement, type FileResult, type VerifyReport, withChains } from '../verification/check-statements.ts';
import { readSubject } from './subject.ts';

/** Checks statements, and the chains of those that hold. */
export async function verifyFiles(paths: readonly string[], options: VerifyOptions): Promise<VerifyReport> {
  const files: FileResult[] = [];
  for (const file of paths) files.push(checkStatement({ file, subject: await readSubject(file) }, options));
  return withChains(files, options);
}

/** Checks bundles, and PDFs with a bundle in them. */
export async function verifyBundles(paths: readonly string[], options: BundleOptions): Promise<readonly BundleFile[]> {
  const results: BundleFile[] = [];
  for (const file of paths) results.push(await checkNamedBundle({ file, subject: await readSubject(file) }, options));
  return asOneStory(results);
}
