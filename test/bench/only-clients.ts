// A function that has the AWS clients of `api` and nothing else: the same two calls, and one item as the answer.
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamoClient, secretsClient } from '../../lib/aws/clients.ts';

const ignore = (): void => {};
const client = dynamoClient(ignore);
export const secrets = secretsClient(ignore);

export const handler = async () => {
  const count = { UpdateExpression: 'ADD #n :n', ExpressionAttributeNames: { '#n': 'n' } };
  const where = { KeyConditionExpression: '#pk = :pk', ExpressionAttributeNames: { '#pk': 'pk' } };
  await client.send(
    new UpdateCommand({
      TableName: 'b',
      Key: { pk: 'b', sk: 'b' },
      ...count,
      ExpressionAttributeValues: { ':n': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  const { Items = [] } = await client.send(
    new QueryCommand({ TableName: 'b', ...where, ExpressionAttributeValues: { ':pk': 'b' }, ConsistentRead: true }),
  );
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(Items[0]) };
};
