// Stage settings: the defaults, and what is refused by name before anything is synthesized.
import { describe, expect, it } from 'vitest';
import { type StageConfig, stageConfig, type Throttle } from '../../infra/config.ts';
import { REQUESTS_PER_WINDOW, WINDOW_MS } from '../../lib/tenant/request-limit.ts';
import { issue, makeParty } from '../lib/report/authority.ts';

/** Of a key that its authority knows. */
const CERTIFICATE = issue(makeParty('Odoseal Seals'), makeParty('Authority'));

const configOf = (context: Readonly<Record<string, unknown>>): StageConfig =>
  stageConfig({ tryGetContext: (key) => context[key] });

const dev = (settings: unknown): StageConfig => configOf({ stages: { dev: settings } });

describe('stage settings', () => {
  it('have a default for everything', () => {
    expect(configOf({})).toEqual({
      stage: 'dev',
      vehicle: {
        connect: 'https://connect.smartcar.com',
        auth: 'https://auth.smartcar.com',
        api: 'https://api.smartcar.com',
        management: 'https://management.smartcar.com',
        v3: {
          iam: 'https://iam.smartcar.com',
          vehicle: 'https://vehicle.api.smartcar.com',
          management: 'https://management.api.smartcar.com',
        },
      },
      throttles: {
        api: { rate: 2_000, burst: 5_000 },
        connect: { rate: 20, burst: 40 },
        vehicleEvents: { rate: 200, burst: 400 },
        keys: { rate: 50, burst: 100 },
      },
      concurrency: { connect: 20, public: 10, vehicleEvents: 20, read: 5, tend: 5, seal: 1, report: 2, webhook: 5 },
      webhookLoopback: false,
      signingKeys: {
        statements: { made: 1, signs: 1 },
        statusLists: { made: 1, signs: 1 },
        pdfSeals: { made: 1, signs: 1 },
      },
      logRetentionDays: 90,
      alarms: { runbook: 'infra/RUNBOOK.md' },
    });
  });

  it('are those of the stage that the context names', () => {
    const stages = { prod: { logRetentionDays: 365 }, test: { logRetentionDays: 7 } };
    expect(configOf({ stage: 'prod', stages })).toMatchObject({ stage: 'prod', logRetentionDays: 365 });
    expect(configOf({ stage: 'other', stages })).toMatchObject({ stage: 'other', logRetentionDays: 90 });
  });

  it('keep the defaults beside what a stage changes', () => {
    expect(dev({ vehicle: { api: 'http://127.0.0.1:4000' } }).vehicle).toEqual({
      connect: 'https://connect.smartcar.com',
      auth: 'https://auth.smartcar.com',
      api: 'http://127.0.0.1:4000',
      management: 'https://management.smartcar.com',
      v3: {
        iam: 'https://iam.smartcar.com',
        vehicle: 'https://vehicle.api.smartcar.com',
        management: 'https://management.api.smartcar.com',
      },
    });
    expect(dev({ concurrency: { connect: null, public: null } }).concurrency).toEqual({
      connect: null,
      public: null,
      vehicleEvents: 20,
      read: 5,
      tend: 5,
      seal: 1,
      report: 2,
      webhook: 5,
    });
  });

  it.each([
    'https://odoseal.example',
    'https://odoseal.example:8443',
    'http://127.0.0.1:3000',
    'http://localhost:3000',
    'http://[::1]:3000',
    `https://${'o'.repeat(52)}.com`,
  ])('accept %s as public origin', (publicOrigin) => {
    expect(dev({ publicOrigin }).publicOrigin).toBe(publicOrigin);
  });

  it.each([
    'https://odoseal.example/',
    'https://odoseal.example/api',
    'https://user@odoseal.example',
    'https://odoseal.example?x=1',
    'http://odoseal.example',
    'ftp://odoseal.example',
    'HTTPS://odoseal.example',
    'odoseal.example',
    `https://${'o'.repeat(53)}.com`,
    '',
  ])('refuse %j as public origin', (publicOrigin) => {
    expect(() => dev({ publicOrigin })).toThrow(/^Not valid: the settings of stage "dev"[\s\S]*at publicOrigin/);
  });

  it.each([
    [{ logRetentionDays: 45 }, 'logRetentionDays'],
    [{ logRetentionDays: 0 }, 'logRetentionDays'],
    [{ concurrency: { read: 1 } }, 'concurrency.read'],
    [{ concurrency: { read: 1001 } }, 'concurrency.read'],
    [{ concurrency: { connect: 0 } }, 'concurrency.connect'],
    [{ throttles: { connect: { rate: 0, burst: 1 } } }, 'throttles.connect.rate'],
    [{ throttles: { connect: { rate: 1 } } }, 'throttles.connect.burst'],
    [{ certificateArn: 'arn:aws:acm:x' }, 'certificateArn'],
    [{ certificateArn: 'arn:aws:acm:x', publicOrigin: 'http://localhost' }, 'certificateArn'],
    [{ certificateArn: 'arn:aws:acm:x', publicOrigin: 'https://odoseal.example:8443' }, 'certificateArn'],
    [{ certificateArn: 'own', publicOrigin: 'https://odoseal.example' }, 'certificateArn'],
    [{ signingKeys: { statements: { made: 1, signs: 2 } } }, 'signingKeys.statements.signs'],
    [{ signingKeys: { statusLists: { made: 0 } } }, 'signingKeys.statusLists.made'],
    [{ signingKeys: { pdfSeals: { signs: 2 } } }, 'signingKeys.pdfSeals.signs'],
    [{ timestampUrl: 'ftp://timestamps.example' }, 'timestampUrl'],
    [{ timestampUrl: 'timestamps.example' }, 'timestampUrl'],
    [{ sealCertificates: 'certificate.pem' }, 'sealCertificates'],
    [{ sealCertificates: `${CERTIFICATE}${CERTIFICATE}` }, 'a certificate is not signed by the one after it'],
    [{ sealCertificates: CERTIFICATE.repeat(10) }, 'has at most 2600 characters'],
    [{ alarms: { email: 'nobody' } }, 'alarms.email'],
    [{ alarms: { topicArn: 'topic' } }, 'alarms.topicArn'],
    [{ vehicle: { auth: 'https://auth.smartcar.com/' } }, 'vehicle.auth'],
    [{ publicOrgin: 'https://odoseal.example' }, 'publicOrgin'],
    [{ vehicle: { token: 'x' } }, 'token'],
    ['prod', 'expected object'],
  ])('refuse %j and say where', (settings, where) => {
    expect(() => dev(settings)).toThrow(where);
  });

  it.each(['Prod', '1st', 'a_b', '', 'seventeen-letters', 7])('refuse %j as name of a stage', (stage) => {
    expect(() => configOf({ stage })).toThrow('Not valid: the stage name');
  });

  it('refuse a context entry "stages" that is no object', () => {
    expect(() => configOf({ stages: 'dev' })).toThrow('Not valid: the context entry "stages"');
  });
});

describe('the throttle of the tenants’ API', () => {
  const TENANTS = 10;

  /** Requests that one tenant sends on, each millisecond, while all of them are refused. */
  const REFUSED_A_MS = 1;

  /** The fewest tokens left in the gateway's bucket in a minute, when each tenant sends all it may at every other seam of its windows. */
  function fewestTokens({ rate, burst }: Throttle): number {
    let tokens = burst;
    let fewest = burst;
    for (let ms = 0; ms < 60_000; ms += 1) {
      const atOnce = ms % (2 * WINDOW_MS) === 0 ? TENANTS * 2 * REQUESTS_PER_WINDOW : 0;
      tokens = Math.min(burst, tokens + rate / 1000) - atOnce - REFUSED_A_MS;
      fewest = Math.min(fewest, tokens);
    }
    return fewest;
  }

  it('turns nobody away while ten tenants send all they may at one moment, and one of them a thousand a second beyond', () => {
    const { api } = configOf({}).throttles;
    expect(fewestTokens(api)).toBeGreaterThan(0);
    // Either of them at what ten may send leaves nothing.
    const rate = (TENANTS * REQUESTS_PER_WINDOW * 1000) / WINDOW_MS;
    expect(fewestTokens({ ...api, rate })).toBeLessThan(0);
    expect(fewestTokens({ ...api, burst: TENANTS * 2 * REQUESTS_PER_WINDOW })).toBeLessThan(0);
  });

  it('stays within what an account is given in most regions', () => {
    const { api } = configOf({}).throttles;
    expect([api.rate <= 10_000, api.burst <= 5_000]).toEqual([true, true]);
  });
});
