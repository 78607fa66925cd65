// What SQS refuses and the queue stand-in alone would take.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { objectOf, type TemplateObject } from '../../infra/local/template.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
let stack: LocalStack;
beforeAll(async () => {
  stack = await bootLocalStack({ outDir: folder });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** A queue without a function, so that what is queued stays. */
const queued = async (): Promise<readonly string[] | undefined> =>
  (await stack.queueStates()).find(({ name }) => name === 'dead')?.bodies;

describe('SQS rules that the queue stand-in lacks', () => {
  const refused = async (operation: string, input: TemplateObject): Promise<unknown> => {
    const response = await fetch(stack.awsOrigin, {
      method: 'POST',
      headers: {
        'x-amz-target': `AmazonSQS.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test.1/20260101/x/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ QueueUrl: `${stack.awsOrigin}/000000000000/dead`, ...input }),
    });
    return [response.status, objectOf(JSON.parse(await response.text()))['__type']];
  };
  const entries = (count: number, body: string) =>
    Array.from({ length: count }, (_, n) => ({ Id: String(n), MessageBody: body }));

  it.each([
    ['a delay over 900 s', 'SendMessage', { MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['a negative delay', 'SendMessage', { MessageBody: 'x', DelaySeconds: -1 }, 'InvalidParameterValue'],
    ['a message over 256 KB', 'SendMessage', { MessageBody: 'x'.repeat(262_145) }, 'InvalidParameterValue'],
    ['a batch of 11', 'SendMessageBatch', { Entries: entries(11, 'x') }, 'TooManyEntriesInBatchRequest'],
    ['a batch over 256 KB', 'SendMessageBatch', { Entries: entries(3, 'x'.repeat(100_000)) }, 'BatchRequestTooLong'],
    [
      'a delay over 900 s in a batch',
      'SendMessageBatch',
      { Entries: [{ Id: 'a', MessageBody: 'x', DelaySeconds: 1000 }] },
      'InvalidParameterValue',
    ],
  ])('%s is refused and nothing is queued', async (_what, operation, input, code) => {
    expect(await refused(operation, input)).toEqual([400, `com.amazonaws.sqs#${code}`]);
    expect(await queued()).toEqual([]);
  });

  it('a delay of 900 s is taken', async () => {
    expect(await refused('SendMessage', { MessageBody: 'x', DelaySeconds: 900 })).toEqual([200, undefined]);
  });
});
