// The age of a container's copy of a secret, and what Secrets Manager's errors become.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { makeSecrets, SecretError } from '../../../lib/aws/secrets.ts';
import { canariesIn, tellingError } from './canaries.ts';

const manager = mockClient(SecretsManagerClient);
afterAll(() => manager.restore());
const client = new SecretsManagerClient({ region: 'eu-central-1' });
const MAX_AGE_MS = 15 * 60_000;

let now = 0;
let read = makeSecrets(client, () => now);

beforeEach(() => {
  manager.reset();
  let version = 0;
  manager.on(GetSecretValueCommand).callsFake(async ({ SecretId }) => {
    version += 1;
    return { SecretString: `${SecretId} v${version}` };
  });
  now = 5;
  read = makeSecrets(client, () => now);
});

const asked = () => manager.commandCalls(GetSecretValueCommand).map((call) => call.args[0].input);

it('a secret is asked for once until its copy is 15 minutes old', async () => {
  expect(await read('a')).toBe('a v1');
  now += MAX_AGE_MS - 1;
  expect(await read('a')).toBe('a v1');
  now += 1;
  expect(await read('a')).toBe('a v2');
  now += MAX_AGE_MS - 1;
  expect(await read('a')).toBe('a v2');
  expect(asked()).toEqual([{ SecretId: 'a' }, { SecretId: 'a' }]);
});

it('`fresh` asks again at once, and everybody has the new copy afterwards', async () => {
  expect(await read('a')).toBe('a v1');
  expect(await read('a', { fresh: true })).toBe('a v2');
  expect(await read('a')).toBe('a v2');
  expect(await read('a', { fresh: false })).toBe('a v2');
});

it('secrets do not share a copy', async () => {
  expect(await Promise.all([read('a'), read('b')])).toEqual(['a v1', 'b v2']);
  expect(await read('b')).toBe('b v2');
});

it('callers in flight together share one question', async () => {
  expect(await Promise.all(Array.from({ length: 10 }, () => read('a')))).toEqual(Array(10).fill('a v1'));
  expect(asked()).toHaveLength(1);
});

it('a failure is not remembered', async () => {
  manager.on(GetSecretValueCommand).rejectsOnce(new Error('x')).resolves({ SecretString: 'there' });
  await expect(read('a')).rejects.toBeInstanceOf(SecretError);
  expect(await read('a')).toBe('there');
});

it('a fresh question that fails leaves the copy for others', async () => {
  await read('a');
  manager.on(GetSecretValueCommand).rejects(new Error('x'));
  await expect(read('a', { fresh: true })).rejects.toBeInstanceOf(SecretError);
  expect(await read('a')).toBe('a v1');
});

it('I12 an error is a fault that quotes nothing and keeps its cause', async () => {
  const cause = Object.assign(tellingError(), { name: 'ResourceNotFoundException' });
  manager.on(GetSecretValueCommand).rejects(cause);
  const fault = await read('a').catch((thrown: unknown) => thrown);
  expect(fault).toMatchObject({ code: 'SECRET_UNAVAILABLE', message: 'the secret store did not answer', cause });
  expect(canariesIn(fault instanceof Error ? `${fault.message}${fault.stack}` : '')).toEqual([]);
});

it('a secret of bytes is a fault', async () => {
  manager.on(GetSecretValueCommand).resolves({ SecretBinary: Uint8Array.of(1) });
  await expect(read('a')).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE', message: 'the secret holds no text' });
});
