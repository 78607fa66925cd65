// The services behind the AWS endpoint, filled with what the template declares: tables, queues, buckets, keys, secrets.
import type { AwsBackends } from './aws-endpoint.ts';
import { answerAwsJson } from './aws-json.ts';
import type { Deployment } from './deployment.ts';
import { makeKms } from './kms.ts';
import { makeQueues } from './queues.ts';
import { makeSecretsManager } from './secrets-manager.ts';
import { makeTableStore } from './tables.ts';

/** Everything but the tables themselves, which are created through the endpoint once it is ready. */
export const makeCloud = async (deployment: Deployment, now: () => number): Promise<AwsBackends> => {
  const { region } = deployment.place;
  return {
    tables: makeTableStore(),
    queues: await makeQueues(deployment.queues, deployment.buckets, region, now),
    kms: makeKms(deployment.keys, now()),
    secrets: makeSecretsManager(deployment.secrets, region, now),
  };
};

/** Sets a secret's current value; creates it when there is none of that name. */
export const putSecret = ({ secrets }: AwsBackends, name: string, value: string): void => {
  const isKnown = answerAwsJson(secrets, 'DescribeSecret', JSON.stringify({ SecretId: name })).status === 200;
  const request = isKnown ? { SecretId: name, SecretString: value } : { Name: name, SecretString: value };
  answerAwsJson(secrets, isKnown ? 'PutSecretValue' : 'CreateSecret', JSON.stringify(request));
};
