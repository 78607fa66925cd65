// Log lines and what may be said of a fault.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyError } from '../../../lib/aws/data-keys.ts';
import { describeFault, makeLog } from '../../../lib/aws/log.ts';
import { QueueError } from '../../../lib/aws/queue.ts';
import { SecretError } from '../../../lib/aws/secrets.ts';
import { SignerError } from '../../../lib/aws/signer.ts';
import { StoreError } from '../../../lib/aws/table.ts';
import { CANARIES, canariesIn, tellingError } from './canaries.ts';

describe('a log line', () => {
  const lines: string[] = [];
  const log = makeLog((line) => lines.push(line), { function: 'read-vehicle' });

  it('is one line of JSON with level, message, context and fields', () => {
    lines.length = 0;
    log('warn', 'two\nlines', { count: 2, done: true, gone: undefined });
    expect(lines).toEqual([
      '{"level":"warn","message":"two\\nlines","function":"read-vehicle","count":2,"done":true}\n',
    ]);
  });

  it('says what it says whatever a field is called', () => {
    lines.length = 0;
    log('error', 'fault', { level: 'info', message: 'all is well', function: 'other' });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'error', message: 'fault', function: 'read-vehicle' },
    ]);
  });
});

describe('a fault', () => {
  it('is described by its name and code and those of its cause', () => {
    const cause = Object.assign(new TypeError('x'), { code: 'ECONNRESET' });
    expect(describeFault(new StoreError('the store did not answer', { cause }))).toEqual({
      error: 'Error',
      code: 'STORE_UNAVAILABLE',
      cause: 'TypeError',
      causeCode: 'ECONNRESET',
    });
    expect(describeFault(new RangeError('x'))).toEqual({ error: 'RangeError' });
    expect(describeFault('text')).toEqual({ error: 'string' });
    expect(describeFault(undefined)).toEqual({ error: 'undefined' });
    expect(describeFault(null)).toEqual({ error: 'object' });
  });

  const coded = [StoreError, QueueError, KeyError, SecretError, SignerError];

  it.each(coded.map((fault) => [fault.name, fault] as const))(
    'I12 %s tells nothing of the causes it carries',
    (_, Fault) => {
      const fault = new Fault('what happened', { cause: tellingError() });
      const description = { error: 'Error', code: fault.code, cause: 'Error', causeCode: 'ECONNRESET' };
      expect(describeFault(fault)).toEqual(description);
      expect(canariesIn(JSON.stringify(description))).toEqual([]);
    },
  );

  it.each(Object.entries(CANARIES))('I12 a %s as a name, a code or a message of any cause is not told', (_, canary) => {
    const telling = () => Object.assign(new Error(canary), { name: canary, code: canary });
    const fault = Object.assign(telling(), { cause: Object.assign(telling(), { cause: telling() }) });
    expect(canariesIn(JSON.stringify(describeFault(fault)))).toEqual([]);
    expect(canariesIn(JSON.stringify(describeFault(canary)))).toEqual([]);
    expect(canariesIn(JSON.stringify(describeFault({ name: canary, code: canary })))).toEqual([]);
  });

  it('keeps the names and codes that platforms and libraries really use', () => {
    const used = (name: string, code: string) => describeFault(Object.assign(new Error('x'), { name, code }));
    for (const name of ['KMSInvalidStateException', '$ZodError', 'AWS.SimpleQueueService.NonExistentQueue']) {
      expect(used(name, 'ERR_HTTP2_INVALID_SESSION')).toEqual({ error: name, code: 'ERR_HTTP2_INVALID_SESSION' });
    }
    expect(used('TimeoutError', 'STORE_UNAVAILABLE')).toEqual({ error: 'TimeoutError', code: 'STORE_UNAVAILABLE' });
  });

  it('I12 a secret of ours as a code is not told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const secret = Buffer.from(bytes).toString('base64url');
        expect(describeFault(Object.assign(new Error(secret), { code: secret }))).toEqual({ error: 'Error' });
      }),
    );
  });
});
