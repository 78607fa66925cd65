// The proof room's digests for functions. Asking for binary text and turning that into bytes is several times as fast as asking for a
// buffer.
import { createHmac, hash } from 'node:crypto';
import type { HmacSha256, Sha256 } from '../proof/primitives.ts';

export const sha256: Sha256 = (data) => Buffer.from(hash('sha256', data, 'binary'), 'latin1');

export const hmacSha256: HmacSha256 = (key, data) => createHmac('sha256', key).update(data).digest();
