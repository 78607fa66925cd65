// Who may do what with the files of reports.
import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { LambdaFunction } from './lambda-function.ts';

/** Lets a function at the files of `bucket` in this way, and not list them. */
export const allowFiles = ({ role }: LambdaFunction, bucket: Bucket, ...actions: readonly string[]): void => {
  const resources = [bucket.arnForObjects('*')];
  role.addToPolicy(new PolicyStatement({ actions: actions.map((action) => `s3:${action}`), resources }));
  const exported = Stack.of(bucket).resolve(Stack.of(bucket).exportValue(bucket.bucketArn));
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${exported['Fn::ImportValue']}/*]`,
    reason: 'A report gets its name when it is asked for; nothing else is stored in this bucket.',
  });
};
