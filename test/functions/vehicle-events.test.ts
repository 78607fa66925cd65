// functions/vehicle-events as Lambda loads it: gateway events in, a status out. Signatures are made by the platform's documented rule.
import { createHmac, randomUUID } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getPush, pushIdOf } from '../../lib/reading/pushed-event.ts';
import { createApplication, vehicleApplication } from '../../lib/tenant/application.ts';
import { openWebhookWindow } from '../../lib/tenant/webhook-window.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

const KEY = 'application-management-token';
const VEHICLE = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const VIN = 'VF7SXHNPTPT000001';
const PERSON = 'Émilie';

let tables: Tables;
let handler: Handler;
const sent: string[] = [];
const lines = captureLog();
const secretsManager = mockClient(SecretsManagerClient);
const sqs = mockClient(SQSClient);

beforeAll(async () => {
  tables = await openTables();
  const application = { applicationId: 'default', platform: 'v3', secretId: 'secret', mode: 'live' };
  await createApplication(tables.business, vehicleApplication.parse(application));
  const credentials = JSON.stringify({ clientId: 'client_1', managementToken: KEY });
  secretsManager.on(GetSecretValueCommand).resolves({ SecretString: credentials });
  sqs.on(SendMessageBatchCommand).callsFake(async ({ Entries = [] }) => {
    for (const { MessageBody } of Entries) sent.push(MessageBody);
    return {};
  });
  handler = await loadHandler('vehicle-events', await endpointOf(tables), {
    BUSINESS_TABLE: 'business',
    READ_QUEUE_URL: 'https://sqs.test/read',
  });
});
afterAll(() => tables.close());

/** A push with a text that is not ASCII, so that its bytes and its characters differ. */
const stateOf = (eventId: string): Buffer => {
  const at = Date.now();
  const meta = { oemUpdatedAt: at - 60_000, retrievedAt: at };
  const code = 'odometer-traveleddistance';
  const odometer = { code, name: 'TraveledDistance', group: 'Odometer', body: { value: 12.5, unit: 'km' }, meta };
  const vehicle = { id: VEHICLE, mode: 'live', vin: VIN, nickname: PERSON };
  const data = { vehicle, signals: [{ ...odometer, status: { value: 'SUCCESS' } }] };
  return Buffer.from(
    JSON.stringify({ eventId, eventType: 'VEHICLE_STATE', vehicleId: VEHICLE, data, meta: { deliveredAt: at } }),
  );
};

const signed = (bytes: Uint8Array): string => createHmac('sha256', KEY).update(bytes).digest('hex');

const knock = (bytes: Buffer, signature: string | undefined, base64 = false, applicationId = 'default') =>
  handler({
    headers: { 'content-type': 'application/json', ...(signature === undefined ? {} : { 'sc-signature': signature }) },
    pathParameters: { applicationId },
    body: bytes.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  });

describe('POST /vehicle-events/{applicationId}', () => {
  it.each([false, true])('takes what is signed over the very bytes, base64 by the gateway: %s', async (base64) => {
    const eventId = randomUUID();
    const bytes = stateOf(eventId);
    sent.splice(0);
    expect(await knock(bytes, signed(bytes), base64)).toEqual({ statusCode: 204 });
    const pushId = pushIdOf(eventId);
    expect(sent.map((text) => JSON.parse(text))).toEqual([{ kind: 'push', applicationId: 'default', pushId }]);
    expect(await getPush(tables.business, { applicationId: 'default', pushId })).toMatchObject({
      vehicleId: VEHICLE,
      reading: { metres: 12_500 },
    });
  });

  it.each([
    ['no signature', () => undefined, false],
    ['a signature of other bytes', () => signed(Buffer.from('{}')), true],
    [
      'a signature under another key',
      (bytes: Buffer) => createHmac('sha256', 'guessed').update(bytes).digest('hex'),
      true,
    ],
  ] as const)('refuses %s, and keeps nothing', async (_, signature, isCounted) => {
    const eventId = randomUUID();
    const bytes = stateOf(eventId);
    sent.splice(0);
    const before = lines.length;
    expect(await knock(bytes, signature(bytes))).toEqual({ statusCode: 401 });
    expect(sent).toEqual([]);
    // The line that an alarm counts.
    const counted = lines
      .slice(before)
      .map((line) => JSON.parse(line))
      .filter(({ message }) => message === 'push.refused');
    const refused = { level: 'warn', message: 'push.refused', function: 'vehicle-events', applicationId: 'default' };
    expect(counted).toEqual(isCounted ? [refused] : []);
    expect(await getPush(tables.business, { applicationId: 'default', pushId: pushIdOf(eventId) })).toBeUndefined();
  });

  it('refuses an application that there is not as it refuses a wrong signature', async () => {
    const bytes = stateOf(randomUUID());
    expect(await knock(bytes, signed(bytes), false, 'nobody')).toEqual({ statusCode: 401 });
  });

  it('refuses a body of more than 50 KB by its size', async () => {
    const bytes = Buffer.alloc(50 * 1024 + 1, 'x');
    expect(await knock(bytes, signed(bytes))).toEqual({ statusCode: 413 });
  });

  it('answers a challenge in JSON while its window is open, and before that with a refusal', async () => {
    const bytes = Buffer.from(JSON.stringify({ eventType: 'VERIFY', data: { challenge: 'challenge-1' } }));
    expect(await knock(bytes, undefined)).toEqual({ statusCode: 401 });
    await openWebhookWindow(tables.business, 'default', Date.now());
    expect(await knock(bytes, undefined)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ challenge: signed(Buffer.from('challenge-1')) }),
    });
  });

  it('I12 writes no VIN, no name and no key, of what it takes or of what it refuses', async () => {
    const from = lines.length;
    const bytes = stateOf(randomUUID());
    for (const signature of [signed(bytes), signed(Buffer.from('{}'))]) await knock(bytes, signature);
    expect(lines.slice(from).join('')).toContain('"message":"push.refused"');
    const text = lines.join('');
    expect(text).toContain('"message":"calls"');
    for (const secret of [VIN, PERSON, KEY]) expect(text).not.toContain(secret);
  });
});
