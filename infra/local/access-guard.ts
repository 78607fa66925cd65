// Stands before the AWS stand-ins: a function gets what its role in the template grants, and nothing else. Whoever is no function
// (the runner, a developer who looks in) acts as the account's owner and may do everything; a call without credentials may nothing.
// Remembers which grants were needed, so that one that nobody needs can be seen. Throttles nothing, checks no signature.
import type { AccessPolicies } from './access-policies.ts';
import { type AskedPermission, type AwsCall, makeAskedPermission } from './asked-permission.ts';
import type { AwsAnswer } from './aws-json.ts';
import {
  ATTRIBUTES,
  type Decision,
  decide,
  grantsOf,
  LEADING_KEYS,
  PRINCIPAL_TAG,
  SECURE_TRANSPORT,
} from './decide-access.ts';
import type { Deployment } from './deployment.ts';

export type AccessGuard = {
  /** AWS's refusal of the call; undefined when it may go on. `caller` is a function's name, or anything else for the owner. */
  readonly refusalOf: (caller: string, call: AwsCall) => AwsAnswer | undefined;
  /** @throws Error when the function may not; for what AWS itself does on a function's behalf */
  readonly demand: (functionName: string, action: string, resource: string) => void;
  /** Every grant of every role, as `function action resource`, with the items that it is confined to; sorted. */
  readonly granted: () => readonly string[];
  /** Those that let a call through. */
  readonly used: () => ReadonlySet<string>;
};

/** The caller of a call without credentials. */
export const NOBODY = 'nobody';

const jsonFault = (type: string, message: string, status = 400): AwsAnswer => ({
  status,
  contentType: 'application/x-amz-json-1.0',
  // Services disagree about the case of this member; SDKs read both.
  body: JSON.stringify({ __type: type, Message: message, message }),
});

/** The refusal in the words of the service that was called. */
const refusal = (service: string, message: string): AwsAnswer => {
  if (service === 'S3') {
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    return { status: 403, contentType: 'application/xml', body };
  }
  const prefix = service === 'DynamoDB' || service === 'SQS' ? 'com.amazon.coral.service#' : '';
  return jsonFault(`${prefix}AccessDeniedException`, message);
};

/** What a resource says, or the one it is a part of: an index of a table, an object in a bucket. */
const policyOf = ({ resources }: AccessPolicies, arn: string) =>
  resources.get(arn) ?? resources.get(arn.replace(/\/index\/[^/]*$|(?<=^arn:aws:s3:::[^/]+)\/.*$/, '')) ?? [];

const allGrants = ({ roles }: AccessPolicies): readonly string[] =>
  [...roles].flatMap(([name, { statements }]) =>
    statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((one) => grantsOf(one).map((grant) => `${name} ${grant}`)),
  );

/** A guard for one deployment. `onRefusal` gets every refusal as one line. */
export const makeAccessGuard = (
  deployment: Deployment,
  onRefusal: (functionName: string, line: string) => void,
): AccessGuard => {
  const { policies, place } = deployment;
  const askedPermission = makeAskedPermission(deployment);
  const used = new Set<string>();

  const decideFor = (name: string, { action, resource, leadingKeys, attributes }: AskedPermission): Decision => {
    const role = policies.roles.get(name);
    const context = {
      // On AWS functions reach every service over TLS; this loopback stands for it.
      [SECURE_TRANSPORT]: ['true'],
      ...(role?.functionTag === undefined ? {} : { [PRINCIPAL_TAG]: [role.functionTag] }),
      ...(leadingKeys === undefined ? {} : { [LEADING_KEYS]: leadingKeys }),
      ...(attributes === undefined ? {} : { [ATTRIBUTES]: attributes }),
    };
    const decision = decide(role?.statements ?? [], policyOf(policies, resource), { action, resource, context });
    if (decision.kind === 'allowed') for (const grant of decision.grants) used.add(`${name} ${grant}`);
    return decision;
  };

  const refusalLine = (name: string, { action, resource }: AskedPermission, because: string): string =>
    `User: arn:aws:sts::${place.account}:assumed-role/${name}/${name} is not authorized to perform: ${action} on resource: ${resource} ${because}`;

  const refusalOf: AccessGuard['refusalOf'] = (caller, call) => {
    if (caller === NOBODY) return jsonFault('MissingAuthenticationTokenException', 'Request is missing credentials');
    if (!policies.roles.has(caller)) return undefined;
    const asked = askedPermission(call);
    if (asked === undefined) {
      const what = `${call.service}.${call.operation}`;
      return jsonFault('NotImplementedException', `the runner does not know which permission ${what} needs`, 501);
    }
    const decision = decideFor(caller, asked);
    if (decision.kind === 'allowed') return undefined;
    const line = refusalLine(caller, asked, decision.because);
    onRefusal(caller, line);
    return refusal(call.service, line);
  };

  return {
    refusalOf,
    demand: (name, action, resource) => {
      const decision = decideFor(name, { action, resource });
      if (decision.kind === 'refused') throw new Error(refusalLine(name, { action, resource }, decision.because));
    },
    granted: () => allGrants(policies).toSorted(),
    used: () => used,
  };
};
