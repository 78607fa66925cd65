// One bundling and two syntheses, asked about everything: each suite is a file of its own, so that they are paid once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { type Bundles, bundleFunctions } from '../../infra/constructs/bundle.ts';
import { accessSuite } from './access.suite.ts';
import { alarmsSuite } from './alarms.suite.ts';
import { apiSuite } from './api.suite.ts';
import { bundlesSuite } from './bundles.suite.ts';
import { functionsSuite } from './functions.suite.ts';
import { nagSuite } from './nag.suite.ts';
import { queuesSuite } from './queues.suite.ts';
import { SETTINGS, settingsSuite } from './settings.suite.ts';
import { storageSuite } from './storage.suite.ts';
import { type Synthesized, synthesize } from './synthesized.ts';

const folder = mkdtempSync(join(tmpdir(), 'odoseal-infra-'));
const sweep = (): void => rmSync(folder, { recursive: true, force: true });
afterAll(sweep);

const prepare = async (): Promise<Readonly<{ bundles: Bundles; dev: Synthesized; prod: Synthesized }>> => {
  const bundles = await bundleFunctions(join(folder, 'bundles'));
  const dev = synthesize(bundles, folder);
  const prod = synthesize(bundles, folder, { stage: 'prod', stages: { prod: SETTINGS } });
  return { bundles, dev, prod };
};

const { bundles, dev, prod } = await prepare().catch((error: unknown) => {
  sweep(); // nothing below is reached, afterAll included
  throw error;
});

describe('access', () => accessSuite(dev));
describe('storage', () => storageSuite(dev));
describe('queues', () => queuesSuite(dev));
describe('functions', () => functionsSuite(dev));
describe('HTTP API', () => apiSuite(dev));
describe('alarms', () => alarmsSuite(dev));
describe('a stage with its own settings', () => settingsSuite(prod));
describe('bundles', () => bundlesSuite(bundles, folder));
describe('cdk-nag', () => nagSuite(bundles, folder));
