// One synthesis, asked about everything: each suite is a file of its own, so that the synthesis is paid once.
import { describe } from 'vitest';
import { accessSuite } from './access.suite.ts';
import { alarmsSuite } from './alarms.suite.ts';
import { apiSuite } from './api.suite.ts';
import { functionsSuite } from './functions.suite.ts';
import { queuesSuite } from './queues.suite.ts';
import { storageSuite } from './storage.suite.ts';
import { synthesize } from './synthesized.ts';

const stage = await synthesize();

describe('access', () => accessSuite(stage));
describe('storage', () => storageSuite(stage));
describe('queues', () => queuesSuite(stage));
describe('functions', () => functionsSuite(stage));
describe('HTTP API', () => apiSuite(stage));
describe('alarms', () => alarmsSuite(stage));
