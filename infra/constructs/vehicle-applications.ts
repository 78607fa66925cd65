// Credentials of vehicle applications: one secret each, under one prefix per stage, so that an application can be added while
// the service runs. Here is the only place that knows the prefix.
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LambdaFunction } from './lambda-function.ts';

/** Name of a vehicle application's secret: JSON `{"clientId","clientSecret","managementToken"?}`. */
export const vehicleApplicationSecret = (stage: string, applicationId: string): string =>
  `odoseal/${stage}/vehicle-application/${applicationId}`;

/** Lets a function read the credentials of every vehicle application of the stage. */
export const allowVehicleApplications = ({ role }: LambdaFunction, stage: string): void => {
  const resourceName = vehicleApplicationSecret(stage, '*');
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const resource = Stack.of(role).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat });
  role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [resource] }));
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${resourceName}]`,
    reason:
      'Vehicle applications are added while the service runs, one secret each under this prefix; nothing else is stored there.',
  });
};
