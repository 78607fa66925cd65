// A file read by its signed address: from a stand-in of S3 that looks at what was signed.
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, stopListening } from '../../../infra/local/listen.ts';
import { makeFileReader, type ReadFile } from '../../../lib/aws/read-file.ts';

const NOW = Date.parse('2026-02-02T09:00:00.000Z');
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(request.url?.startsWith('/reports/acme/rep_1/1?') ? 200 : 403);
  response.end('{"é":1}');
});
let read: ReadFile;
let endpoint: string;
const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'lent' };
beforeAll(async () => {
  endpoint = await listen(server, 0);
  read = makeFileReader(() => ({ bucket: 'reports', region: 'eu-central-1', credentials, endpoint }));
});
afterAll(() => stopListening(server));

describe('a file', () => {
  it('is read by an address that is good for a minute', async () => {
    expect(Buffer.from(await read('acme/rep_1/1', NOW)).toString()).toBe('{"é":1}');
    const { pathname, searchParams } = new URL(asked.at(-1) ?? '', endpoint);
    expect(pathname).toBe('/reports/acme/rep_1/1');
    expect(searchParams.get('X-Amz-Expires')).toBe('60');
    expect(searchParams.get('X-Amz-Date')).toBe('20260202T090000Z');
    expect(searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that is not there, or not answered, is a fault that does not tell the address', async () => {
    const silent = makeFileReader(() => ({ bucket: 'b', region: 'r', credentials, endpoint: 'http://127.0.0.1:1' }));
    for (const [reading, answer] of [
      [() => read('acme/rep_2/1', NOW), '403'],
      [() => silent('acme/rep_1/1', NOW), 'nothing'],
    ] as const) {
      const fault = await reading().catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: 'FILES_UNAVAILABLE', message: `the bucket answered ${answer}` });
      expect(fault).not.toHaveProperty('cause');
    }
  });
});
