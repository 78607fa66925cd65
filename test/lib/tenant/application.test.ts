// Vehicle applications, how long a container trusts its copy of one, and the shape of their credentials.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CredentialsError,
  createApplication,
  getApplication,
  makeFindApplication,
  readCredentials,
  vehicleApplication,
} from '../../../lib/tenant/application.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { CANARIES, canariesIn } from '../aws/canaries.ts';

const application = vehicleApplication.parse({ applicationId: 'default', platform: 'v2', secretId: 'odoseal/x' });

let tables: Tables;

beforeAll(async () => {
  tables = await openTables();
  await createApplication(tables.business, application);
});

afterAll(() => tables.close());

describe('an application', () => {
  it("has the platform's own limits unless it says otherwise", () => {
    expect(application).toEqual({
      applicationId: 'default',
      platform: 'v2',
      secretId: 'odoseal/x',
      burst: 120,
      refillPerMinute: 2,
      spreadMinutes: 360,
      vinPolicy: 'every_read',
      mode: 'live',
    });
  });

  it.each([
    ['applicationId', 'Upper'],
    ['applicationId', 'a#b'],
    ['applicationId', ''],
    ['applicationId', 'a'.repeat(41)],
    ['secretId', ''],
    ['burst', 0],
    ['burst', 1.5],
    ['burst', 3],
    ['refillPerMinute', 0],
    ['spreadMinutes', -1],
    ['spreadMinutes', 1441],
    ['vinPolicy', 'never'],
    ['platform', 'v1'],
    ['mode', 'test'],
  ])('with %s = %j is refused', (field, value) => {
    expect(vehicleApplication.safeParse({ ...application, [field]: value }).error?.issues[0]?.path).toEqual([field]);
  });

  it('with the smallest bucket that a new connection fits into is taken', () => {
    expect(vehicleApplication.parse({ ...application, burst: 5 }).burst).toBe(5);
    expect(vehicleApplication.safeParse({ ...application, burst: 4 }).success).toBe(false);
  });

  it('that was stored with a smaller one, when binding took fewer requests, is read all the same', async () => {
    const stored = { ...application, applicationId: 'small', burst: 4 };
    await createApplication(tables.business, stored);
    expect(await getApplication(tables.business, 'small')).toEqual(stored);
    await createApplication(tables.business, { ...stored, applicationId: 'none', burst: 0 });
    await expect(getApplication(tables.business, 'none')).rejects.toMatchObject({ code: 'APPLICATION_UNUSABLE' });
  });

  it('is made once', async () => {
    expect(await createApplication(tables.business, { ...application, burst: 7 })).toBe(false);
    expect(await getApplication(tables.business, 'default')).toEqual(application);
  });

  it('that is not there is a coded fault', async () => {
    await expect(getApplication(tables.business, 'nobody')).rejects.toMatchObject({ code: 'APPLICATION_UNUSABLE' });
  });
});

describe('a container', () => {
  const FIVE_MINUTES = 5 * 60_000;

  it('reads an application once in five minutes, also for many callers at once', async () => {
    const faults = makeFaults();
    let now = 0;
    const find = makeFindApplication(faults.wrap('business', tables.business), () => now);
    const found = await Promise.all(Array.from({ length: 50 }, () => find('default')));
    expect(found).toEqual(Array(50).fill(application));
    expect(faults.calls).toEqual(['business.get']);
    now = FIVE_MINUTES - 1;
    await find('default');
    expect(faults.calls).toHaveLength(1);
    now = FIVE_MINUTES;
    await find('default');
    expect(faults.calls).toHaveLength(2);
  });

  it('does not remember a failure', async () => {
    const faults = makeFaults();
    const find = makeFindApplication(faults.wrap('business', tables.business), () => 0);
    faults.failNext('not_applied');
    await expect(Promise.all([find('default'), find('default')])).rejects.toMatchObject({ code: 'INJECTED' });
    expect(await find('default')).toEqual(application);
  });
});

describe('credentials', () => {
  const good = { clientId: '8229df9f-91a0-4ff0-a1ae-a1f38ee24d07', clientSecret: 's' };

  it('are JSON with a UUID and a secret; what else is there is left alone', async () => {
    const asked: unknown[] = [];
    const readSecret = async (...args: unknown[]) => {
      asked.push(args);
      return JSON.stringify({ ...good, managementToken: 'm' });
    };
    expect(await readCredentials(readSecret, application)).toEqual(good);
    expect(await readCredentials(readSecret, application, { fresh: true })).toEqual(good);
    expect(asked).toEqual([
      ['odoseal/x', undefined],
      ['odoseal/x', { fresh: true }],
    ]);
  });

  it.each([
    ['clientId', `{"clientId":"${CANARIES.secret}","clientSecret":"${CANARIES.secret}"}`],
    ['clientSecret', `{"clientId":"${good.clientId}","clientSecret":""}`],
    ['clientId, clientSecret', `{"${CANARIES.secret}":"${CANARIES.token}"}`],
    ['not JSON', `"${CANARIES.secret}"`],
    ['not JSON', CANARIES.secret],
    ['not JSON', ''],
  ])('I12 that are malformed (%s) are a fault that says what is wrong and quotes nothing', async (wrong, text) => {
    const fault = await readCredentials(() => Promise.resolve(text), application).catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(CredentialsError);
    expect(fault).toMatchObject({
      code: 'CREDENTIALS_MALFORMED',
      message: `the secret must be JSON with clientId (a UUID) and clientSecret; wrong: ${wrong}`,
    });
    expect(canariesIn(fault instanceof Error ? `${fault.message}${fault.stack}` : '')).toEqual([]);
  });

  const v3 = { ...application, platform: 'v3' } as const;
  const goodV3 = { clientId: 'client_abc', clientSecret: 's', applicationId: good.clientId };

  it('of V3 are an API credential, the Application ID for Connect, and perhaps a webhook', async () => {
    const read = (secret: object) => readCredentials(async () => JSON.stringify(secret), v3);
    expect(await read({ ...goodV3, managementToken: 'm' })).toEqual(goodV3);
    expect(await read({ ...goodV3, webhookId: 'wh-1' })).toEqual({ ...goodV3, webhookId: 'wh-1' });
  });

  it('of V3 with the Application ID in place of the API credential are refused in one clear sentence', async () => {
    const swapped = JSON.stringify({ ...goodV3, clientId: good.clientId });
    await expect(readCredentials(async () => swapped, v3)).rejects.toMatchObject({
      code: 'CREDENTIALS_MALFORMED',
      message:
        'This is the Application ID, which only Connect takes; V3 needs the client id of an API credential, which starts with "client_".',
    });
  });

  it.each([
    ['applicationId', { ...goodV3, applicationId: 'client_abc' }],
    ['clientSecret, applicationId', { clientId: 'client_abc' }],
    ['webhookId', { ...goodV3, webhookId: '' }],
  ])('of V3 that lack or mistake %s are a fault that names it', async (wrong, secret) => {
    await expect(readCredentials(async () => JSON.stringify(secret), v3)).rejects.toMatchObject({
      message: `the secret must be JSON with clientId (client_…), clientSecret, applicationId (a UUID) and perhaps webhookId; wrong: ${wrong}`,
    });
  });
});
