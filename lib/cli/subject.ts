// A file that an auditor named to be checked.
import { MAX_PDF } from '../proof/pdf-bundle.ts';
import { type Subject, subjectOf } from '../verification/subject.ts';
import { readBounded } from './bounded-read.ts';

/** Reads a file, at most as much of it as a PDF may have. */
export async function readSubject(path: string): Promise<Subject> {
  const read = await readBounded(path, MAX_PDF);
  if (read.ok) return subjectOf(read.bytes);
  return read.problem === 'too_large' ? { kind: 'too_large' } : { kind: 'unreadable', detail: read.code ?? '' };
}
