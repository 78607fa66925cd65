// The watch over log lines sees what it is there for, in every way a function has to write, and takes nothing else for it.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CANARIES } from './lib/aws/canaries.ts';
import { expectNothingTold, heed, takeSeen, toldIn } from './log-watch.ts';

const LINE = { level: 'info', message: 'calls', function: 'api', requestId: 'Kp9ZQhYzFiAEJDw=', 'DynamoDB.GetItem': 2 };

it.each([
  ...Object.values(CANARIES),
  'VF72R1HNP4T000101',
  'anna@example.com',
  'ods_019b8d9968e87c3a9f5b1e2d3c4b5a69_ungWv48BzzpBQUDeXa4iI7ADYaOWF3qctBDYfIAFa0',
  'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'Bearer abc',
  'eyJhbGciOiJFUzI1NiIsImtpZCI6I',
  'https://api.example/my-data/ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
  'https://api.example/s/ungWv48Bz.pBQUDeXa4iI7',
  'https://files.example/x.pdf?X-Amz-Signature=00',
  '3c1b8a1e-6f2d-4a4b-8a0e-0d0a51ea1001',
])('I12 %s is seen in a line', (told) => {
  const line = JSON.stringify({ ...LINE, what: `failed for ${told}` });
  expect(toldIn(line).length).toBeGreaterThan(0);
  expect(() => expectNothingTold([JSON.stringify(LINE), line])).toThrow('I12 a log line holds what none may');
});

it('I12 lines as functions write them are let through', () => {
  const lines = [
    LINE,
    { ...LINE, requestId: 'eyJnRtMD5c-9Uab=' },
    { ...LINE, requestId: 'ggeyJnRtMD5c-9U=' },
    { level: 'error', message: 'fault', error: 'StoreError', code: 'STORE_UNAVAILABLE', cause: 'TypeError' },
    { level: 'info', message: 'sealed', size: 1234567890123456, contractId: 'con_019b8d9968e87c3a9f5b1e2d3c4b5a69' },
    { level: 'info', message: 'told', at: '2026-01-05T10:00:00.000Z', version: '2026-01-05T10:00:00Z' },
  ];
  expectNothingTold(lines.map((line) => JSON.stringify(line)));
  expect(lines.flatMap((line) => toldIn(JSON.stringify(line)))).toEqual([]);
});

it('I12 what is written to a stream, to the console, or handed on, is searched when the test ends', () => {
  takeSeen();
  process.stdout.write('{"by":"standard output"}\n');
  process.stderr.write('{"by":"standard error"}\n');
  console.warn('%s by the console', CANARIES.vin);
  heed('by who took a stream away');
  const seen = takeSeen();
  expect(seen).toEqual([
    '{"by":"standard output"}\n',
    '{"by":"standard error"}\n',
    `${CANARIES.vin} by the console`,
    'by who took a stream away',
  ]);
  expect(() => expectNothingTold(seen)).toThrow('canary vin');
});

it('I12 who takes a stream away hands on what came, and no stack is opened but by who searches its logs', () => {
  const names = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' });
  const users = (what: RegExp) =>
    names.filter((name) => name.endsWith('.ts') && what.test(readFileSync(new URL(name, import.meta.url), 'utf8')));
  const taking = users(/spyOn\((process\.std|stream, 'write'|console)/).filter((name) => name !== 'log-watch.test.ts');
  expect(taking).toEqual(users(/\bheed\(/).filter((name) => !name.startsWith('log-watch')));
  expect(users(/\bimport\b.*\bbootPlayground\b/)).toEqual(['e2e/open-playground.ts']);
});
