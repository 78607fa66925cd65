// The HTTP API under a domain of one's own. Statements name their issuer for years, so production should not depend on the name that
// AWS gives to an API. Creates no DNS record: zones often live elsewhere.
import { CfnOutput } from 'aws-cdk-lib';
import { ApiMapping, DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { PublicApi } from './public-api.ts';

/** Which API answers under which origin. */
export interface OwnDomainProps {
  readonly gateway: PublicApi;
  /** `https://host`. */
  readonly origin: string;
  readonly certificateArn: string;
}

/** Maps a host to the API's stage; see the output for the DNS record to make. */
export class OwnDomain extends Construct {
  constructor(scope: Construct, id: string, { gateway, origin, certificateArn }: OwnDomainProps) {
    super(scope, id);
    const domainName = new DomainName(this, 'Domain', {
      domainName: new URL(origin).hostname,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: gateway.http, domainName, stage: gateway.stage });
    new CfnOutput(scope, 'PublicOriginTarget', {
      value: domainName.regionalDomainName,
      description: 'Point the DNS name of the public origin here (CNAME)',
    });
  }
}
