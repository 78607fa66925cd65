// SHA-256 for functions. Asking for binary text and turning that into bytes is several times as fast as asking for a buffer.
import { hash } from 'node:crypto';
import type { Sha256 } from '../proof/primitives.ts';

export const sha256: Sha256 = (data) => Buffer.from(hash('sha256', data, 'binary'), 'latin1');
