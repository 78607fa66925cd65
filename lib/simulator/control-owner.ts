// Control actions of owners: an account, a permission taken back, every connection ended, and a walk through Connect.
// They stand last on the page, and Connect last of them: whoever has run all lines is connected again.

import * as z from 'zod/mini';
import { fitsMode } from './connect-candidates.ts';
import type { Mode } from './consents.ts';
import {
  type ControlAction,
  type ControlContext,
  type Done,
  done,
  type Problem,
  problem,
  withBody,
} from './control-action.ts';
import { onCar } from './control-cars.ts';
import { emailField, permissionField } from './control-fields.ts';
import { connectAsOwner } from './owner.ts';

export const usualScope =
  'read_vehicle_info read_vin read_odometer read_location read_battery read_charge read_fuel read_tires read_engine_oil ' +
  'read_security read_service_history read_diagnostics control_charge control_security control_navigation';

const owner = z.strictObject({
  account: z.optional(emailField),
  make: z.optional(
    z.string().check(z.describe('a brand of the list below (default that of a car which fits the mode)')),
  ),
  scope: z.optional(
    z.string().check(z.describe('permissions with a blank between them (default all that is shown here)')),
  ),
  mode: z.optional(z.enum(['live', 'test', 'simulated'])),
  externalId: z.optional(z.string()),
  state: z.optional(z.string()),
  responseType: z.optional(z.enum(['code', 'none'])),
  leaveAt: z.optional(z.enum(['welcome', 'brand', 'login', 'vehicles', 'approval'])),
});

export const ownerActions: readonly ControlAction[] = [
  {
    method: 'POST',
    path: '/control/accounts',
    does: 'Adds an account without a car.',
    example: { email: 'nobody@example.com' },
    ...withBody(z.strictObject({ email: emailField }), ({ simulator }, { email }) => {
      simulator.fleet.addAccount(email);
      return done();
    }),
  },
  onCar(
    '/withdraw',
    'The owner takes back one permission; another Connect gives it again.',
    { example: { permission: 'read_location' } },
    z.strictObject({ permission: permissionField }),
    ({ simulator }, { car }, { permission }) => simulator.withdrawPermission(car.id, permission),
  ),
  onCar(
    '/revoke',
    'The owner ends every connection of the car; another Connect begins a new one.',
    { example: {} },
    z.strictObject({}),
    ({ simulator }, { car }) => simulator.revoke(car.id),
  ),
  {
    method: 'POST',
    path: '/control/connect',
    does: 'An owner walks through Connect; answers with what the redirect carries.',
    example: { account: 'driver@example.com', externalId: 'my-user-1' },
    ...withBody(owner, connect),
  },
];

async function connect(context: ControlContext, wanted: z.infer<typeof owner>): Promise<Done | Problem> {
  const { simulator, applications } = context;
  const email = (wanted.account ?? 'driver@example.com').toLowerCase();
  const mode = wanted.mode ?? 'live';
  const query = new URLSearchParams({
    client_id: applications[0].clientId,
    response_type: wanted.responseType ?? 'code',
    scope: wanted.scope ?? usualScope,
    mode,
    make: (wanted.make ?? makeFor(context, email, mode)).toUpperCase(),
    ...(wanted.externalId === undefined ? {} : { external_id: wanted.externalId }),
    ...(wanted.state === undefined ? {} : { state: wanted.state }),
  });
  const answers = { email, ...(wanted.leaveAt === undefined ? {} : { leaveAt: wanted.leaveAt }) };
  try {
    const redirect = await connectAsOwner(`http://127.0.0.1/oauth/authorize?${query}`, answers, simulator.handle);
    return done({ redirect, ...Object.fromEntries(new URL(redirect).searchParams) });
  } catch {
    return problem(`Connect did not come to its end; is there an account ${email} with a car?`, 409);
  }
}

/** The make of the first car that can be connected so; in mode `simulated` one of the vendor's simulator comes first. */
function makeFor({ simulator }: ControlContext, email: string, mode: Mode): string {
  const fitting = simulator.fleet.carsOf(email).filter((entry) => fitsMode(entry, mode));
  const simulated = mode === 'simulated' ? fitting.find(({ simulation }) => simulation !== null) : undefined;
  return (simulated ?? fitting[0])?.car.make ?? 'CITROEN';
}
