// The part of the tenants' API that asks the vehicle platform: it may read the credentials of vehicle applications, and of the tenants'
// data nothing but the tenant itself. Before anybody is invited there is no token: it asks as the application.
import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { compatibilityRoutes } from '../../lib/api/compatibility.ts';
import { answerGateway } from '../../lib/api/gateway.ts';
import { dynamoClient, secretsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makeCheckCompatibility } from '../../lib/connection/compatibility.ts';
import { countRequests } from '../../lib/tenant/request-limit.ts';
import { makeTransport } from '../../lib/vehicle/transport.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('compatibility');
const business = makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE);
const deps = {
  business,
  countRequest: countRequests(business),
  checkCompatibility: makeCheckCompatibility({
    transport: makeTransport({ onCall: instruments.countVehicle }),
    readSecret: makeSecrets(secretsClient(instruments.countAws), () => performance.now()),
    apiOrigin: env.VEHICLE_API_ORIGIN,
  }),
  random: randomBytes,
};

const routesAt = () => Promise.resolve(compatibilityRoutes);
const answer = answerGateway(routesAt, () => ({ ...deps, now: Date.now() }), instruments.reportFault);

export const handler = middy(answer).use(instruments.perInvocation);
