// Each message of a batch stands for itself.
import { expect, it } from 'vitest';
import { batchAnswer, parseBody } from '../../../lib/aws/batch.ts';

const event = { Records: ['a', 'b', 'c'].map((messageId) => ({ messageId, body: '{}' })) };

it('only the messages that went wrong go back to the queue, whatever was thrown', () => {
  expect(batchAnswer(event, [undefined, new Error('x'), undefined])).toEqual({
    batchItemFailures: [{ itemIdentifier: 'b' }],
  });
  expect(batchAnswer(event, ['', 0, null])).toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }, { itemIdentifier: 'c' }],
  });
});

it('a batch that is done says so', () => {
  expect(batchAnswer(event, [undefined, undefined, undefined])).toEqual({ batchItemFailures: [] });
  expect(batchAnswer({ Records: [] }, [])).toEqual({ batchItemFailures: [] });
});

it('a body that is not JSON is nothing, not an exception', () => {
  expect(parseBody({ body: '{"turn":1}' })).toEqual({ turn: 1 });
  expect(parseBody({ body: '{"turn":' })).toBeUndefined();
  expect(parseBody({ body: '' })).toBeUndefined();
});
