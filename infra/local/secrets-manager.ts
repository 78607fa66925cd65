// A stand-in for the part of AWS Secrets Manager that the service uses; secrets live in memory until the stack is closed.
// API: docs.aws.amazon.com/secretsmanager/latest/apireference. Versions: AWSCURRENT and AWSPREVIOUS move as there.
// Anything else is answered with 501; no rotation, no policies, no deletion.
import { randomUUID } from 'node:crypto';
import { AwsFault, type AwsOperations, type JsonObject, stringOf } from './aws-json.ts';

type Version = { readonly id: string; readonly value: JsonObject; readonly createdAt: number };
type Secret = {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly versions: readonly Version[];
};

export type InitialSecret = { readonly name: string; readonly arn: string; readonly value: string };

const givenValue = (input: JsonObject): JsonObject => {
  const { SecretString, SecretBinary } = input;
  if (typeof SecretString === 'string' && SecretBinary === undefined) return { SecretString };
  if (typeof SecretBinary === 'string' && SecretString === undefined) return { SecretBinary };
  throw new AwsFault('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
};

const stagesOf = (secret: Secret, version: Version): readonly string[] => {
  if (version === secret.versions[0]) return ['AWSCURRENT'];
  return version === secret.versions[1] ? ['AWSPREVIOUS'] : [];
};

const pick = (secret: Secret, input: JsonObject): Version => {
  const stage = input['VersionStage'] ?? (input['VersionId'] === undefined ? 'AWSCURRENT' : undefined);
  const version = secret.versions.find(
    (candidate) =>
      (input['VersionId'] === undefined || candidate.id === input['VersionId']) &&
      (stage === undefined || stagesOf(secret, candidate).some((name) => name === stage)),
  );
  if (version === undefined) {
    throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret value.");
  }
  return version;
};

const arnOf = (name: string, region: string): string =>
  `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-Local1`;

/** The operations of a Secrets Manager that starts with `initial`. `now` in epoch ms. */
export const makeSecretsManager = (
  initial: readonly InitialSecret[],
  region: string,
  now: () => number,
): AwsOperations => {
  const newVersion = (input: JsonObject): Version => ({
    id: typeof input['ClientRequestToken'] === 'string' ? input['ClientRequestToken'] : randomUUID(),
    value: givenValue(input),
    createdAt: now() / 1000,
  });
  const secrets = new Map<string, Secret>();
  for (const { name, arn, value } of initial) {
    secrets.set(name, { name, arn, createdAt: now() / 1000, versions: [newVersion({ SecretString: value })] });
  }
  const find = (input: JsonObject): Secret => {
    const id = stringOf(input, 'SecretId');
    const secret =
      secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id || arn.replace(/-[^-]{6}$/, '') === id);
    if (secret === undefined)
      throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  };
  return {
    CreateSecret: (input) => {
      const name = stringOf(input, 'Name');
      if (secrets.has(name))
        throw new AwsFault(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      const version = newVersion(input);
      const secret = { name, arn: arnOf(name, region), createdAt: version.createdAt, versions: [version] };
      secrets.set(name, secret);
      return { ARN: secret.arn, Name: name, VersionId: version.id };
    },
    GetSecretValue: (input) => {
      const secret = find(input);
      const { id, value, createdAt } = pick(secret, input);
      const VersionStages = secret.versions
        .filter((version) => version.id === id)
        .flatMap((version) => stagesOf(secret, version));
      return { ARN: secret.arn, Name: secret.name, VersionId: id, CreatedDate: createdAt, VersionStages, ...value };
    },
    PutSecretValue: (input) => {
      const secret = find(input);
      const version = newVersion(input);
      secrets.set(secret.name, { ...secret, versions: [version, ...secret.versions] });
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: ['AWSCURRENT'] };
    },
    DescribeSecret: (input) => {
      const secret = find(input);
      const VersionIdsToStages = Object.fromEntries(
        secret.versions.slice(0, 2).map((version) => [version.id, stagesOf(secret, version)]),
      );
      return { ARN: secret.arn, Name: secret.name, CreatedDate: secret.createdAt, VersionIdsToStages };
    },
  };
};
