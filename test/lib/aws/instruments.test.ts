// What a function reports about itself, read from its standard output.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeInstruments } from '../../../lib/aws/instruments.ts';
import { StoreError } from '../../../lib/aws/table.ts';
import { heed } from '../../log-watch.ts';
import { canariesIn, tellingError } from './canaries.ts';

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    heed(String(line));
    return lines.push(String(line)) > 0;
  });
});

afterEach(() => vi.restoreAllMocks());

const reported = (): unknown[] => lines.map((line) => JSON.parse(line));

it('an invocation ends with one line of the outside calls it made', () => {
  const { countAws, countVehicle, perInvocation } = makeInstruments('read-vehicle');
  countAws('KMS.Decrypt');
  perInvocation.before();
  countAws('DynamoDB.GetItem');
  countVehicle({ service: 'vehicle', operation: 'batch' });
  countAws('DynamoDB.GetItem');
  perInvocation.after();
  expect(reported()).toEqual([
    {
      level: 'info',
      message: 'calls',
      function: 'read-vehicle',
      'DynamoDB.GetItem': 2,
      'vehicle.batch': 1,
    },
  ]);
});

it('every line of a request has the gateway’s id for it, and of nothing else', () => {
  const { countAws, log, reportFault, perInvocation } = makeInstruments('api');
  perInvocation.before({ event: { requestContext: { requestId: 'JKJaXmPLvHcESHA=' } } });
  countAws('DynamoDB.GetItem');
  reportFault(new Error('x'));
  log('info', 'said');
  perInvocation.after();
  perInvocation.before({ event: { Records: [] } });
  log('info', 'said');
  expect(reported().map((line) => (line as { readonly requestId?: string }).requestId)).toEqual([
    'JKJaXmPLvHcESHA=',
    'JKJaXmPLvHcESHA=',
    'JKJaXmPLvHcESHA=',
    undefined,
  ]);
});

it('each invocation counts for itself, and one without calls says nothing', () => {
  const { countAws, perInvocation } = makeInstruments('api');
  countAws('DynamoDB.GetItem');
  perInvocation.after();
  perInvocation.before();
  perInvocation.after();
  expect(lines).toHaveLength(1);
});

it('I12 an invocation that fails reports name and code of the fault, and its calls', () => {
  const { countAws, perInvocation } = makeInstruments('api');
  perInvocation.before();
  countAws('DynamoDB.GetItem');
  perInvocation.onError({ error: new StoreError('the store did not answer', { cause: tellingError() }) });
  expect(reported()).toEqual([
    {
      level: 'error',
      message: 'fault',
      function: 'api',
      error: 'Error',
      code: 'STORE_UNAVAILABLE',
      cause: 'Error',
      causeCode: 'ECONNRESET',
    },
    { level: 'info', message: 'calls', function: 'api', 'DynamoDB.GetItem': 1 },
  ]);
  expect(canariesIn(lines.join(''))).toEqual([]);
});

it('a fault is reported with the fields of whoever reports it', () => {
  makeInstruments('api').reportFault(new RangeError('x'), { requestId: 'r1' });
  expect(reported()).toEqual([
    { level: 'error', message: 'fault', function: 'api', requestId: 'r1', error: 'RangeError' },
  ]);
});
