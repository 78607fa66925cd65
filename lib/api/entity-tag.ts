// Strong entity tags (RFC 9110 §8.8.3) and the conditions that are made of them (§13.1). A tag is a hash of the very bytes that are given;
// where something in them passes by itself, that of the rest stands before it: a change is about the rest.
import { hash } from 'node:crypto';
import type { ApiResponse } from './problem.ts';

/** 162 bits of SHA-256. */
const hashed = (body: string): string => hash('sha256', body, 'base64url').slice(0, 27);

/** @param lasting the body without what passes by itself */
export const entityTag = (body: string, lasting = body): string =>
  lasting === body ? `"${hashed(body)}"` : `"${hashed(lasting)}.${hashed(body)}"`;

const tagsIn = (header: string): readonly string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? [];

/** `If-Match`: strong comparison of what lasts, a weak tag matches nothing. */
export const ifMatch = (header: string, tag: string): boolean =>
  header.trim() === '*' || tagsIn(header).some((each) => each.replace(/\.[^"]*/, '') === tag);

/** `If-None-Match`: weak comparison. */
const ifNoneMatch = (header: string, tag: string): boolean =>
  header.trim() === '*' || tagsIn(header).some((each) => each.replace(/^W\//, '') === tag);

export const tagged = (answer: ApiResponse): ApiResponse => ({
  ...answer,
  headers: { ...answer.headers, etag: entityTag(answer.body, answer.lastingBody) },
});

/** A GET's answer with its tag; 304 without a body for who has these bytes. */
export function conditional(answer: ApiResponse, header: string | undefined): ApiResponse {
  if (answer.status !== 200) return answer;
  const etag = entityTag(answer.body, answer.lastingBody);
  if (header === undefined || !ifNoneMatch(header, etag)) return { ...answer, headers: { ...answer.headers, etag } };
  const { 'content-type': _, ...kept } = answer.headers;
  return { status: 304, headers: { ...kept, etag }, body: '' };
}
