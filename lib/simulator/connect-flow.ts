// Connect as the owner walks it: welcome → brand → login → vehicles → what is shared → back to the application.
// Plain forms; the state is kept here and a form carries only the session id and its step, so no cookie is needed.
// Source: smartcar.com/docs, Connect: redirects and error redirects. Wording and looks are our own.

import { type Purpose, problemOf, readAuthorizeRequest, strictProblemOf } from './authorize-request.ts';
import { brandsOf } from './brands.ts';
import { vinAt } from './car.ts';
import { candidatesFor, connectFailureFor, missingRequired } from './connect-candidates.ts';
import * as pages from './connect-pages.ts';
import { failureRedirect, successRedirect, vehicleRedirect } from './connect-redirects.ts';
import type { Failure, Flow } from './connect-session.ts';
import type { Grant } from './consents.ts';
import { type Entry, isIn } from './fleet.ts';
import { type VendorErrorName, virtualKeyUrl } from './vendor-error.ts';
import type { Call, World } from './world.ts';

const SESSION_LIFE = 60 * 60_000;

const VIRTUAL_KEY_REQUIRED: VendorErrorName = 'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED';

type Step = (world: World, flow: Flow, form: URLSearchParams, now: number) => Response;

/** The steps in the words of the forms' hidden field `step`. */
const steps: Readonly<Record<string, Step>> = { welcome, brand, login, vehicles, approval, leave };

/** What leaving early is called, by the step it happens in; each is one of the documented error redirects. */
const leaving: Readonly<Record<string, readonly [error: string, description: string]>> = {
  welcome: ['user_exited', 'User left Connect before choosing a brand'],
  brand: ['user_cancelled', 'User cancelled Connect'],
  login: ['oem_cancelled_login', 'User cancelled the login at the manufacturer'],
  vehicles: ['user_manually_returned_to_application', 'User returned to the application'],
  approval: ['access_denied', 'User denied access to the requested scope of permissions'],
};

/** GET /oauth/authorize and /oauth/reauthenticate. */
export function openConnect(purpose: Purpose): (world: World, call: Call) => Response {
  return (world, call) => {
    const { strict } = world.behaviour.current;
    const request = readAuthorizeRequest(world.applications, purpose, call.url.searchParams, strict);
    if ('problem' in request) return pages.onScreen(request.problem);
    const flow: Flow = {
      id: world.uuid(),
      request,
      make: request.make,
      email: null,
      vehicleIds: [],
      failure: null,
      expiresAt: call.now + SESSION_LIFE,
    };
    const problem = problemOf(request) ?? (strict ? strictProblemOf(request) : null);
    if (problem !== null) return fail(world, flow, configurationError(`Invalid parameter: ${problem}`));
    save(world, flow);
    return purpose === 'connect' ? pages.welcome(flow) : pages.login(flow);
  };
}

/** POST /oauth/authorize: one submitted form. */
export async function continueConnect(world: World, call: Call): Promise<Response> {
  const form = new URLSearchParams(await call.request.text());
  const flow = world.flows.get(form.get('session') ?? '');
  const name = form.get('step') ?? '';
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  if (flow === undefined || call.now >= flow.expiresAt) return pages.onScreen('This session has ended. Start again.');
  if (step === undefined || !belongs(flow, name)) return pages.onScreen('There is no such step.');
  const left = form.get('action') === 'cancel' ? leaving[name] : undefined;
  if (left === undefined) return step(world, flow, form, call.now);
  end(world, flow);
  return failureRedirect(flow.request, { error: left[0], description: left[1], extra: {}, vehicle: null });
}

/** Logging in again is a login and nothing else. */
function belongs(flow: Flow, step: string): boolean {
  return flow.request.purpose === 'connect' || step === 'login' || step === 'leave';
}

function welcome(world: World, flow: Flow, _form: URLSearchParams, now: number): Response {
  const { singleSelectVin } = flow.request;
  if (flow.make !== null) return pages.login(flow);
  if (singleSelectVin === null) return pages.brands(flow, brandsOf(flow.request.country), '');
  const wanted = world.fleet.all().find(({ car }) => vinAt(car, now) === singleSelectVin);
  return pages.login(save(world, { ...flow, make: wanted?.car.make ?? 'CITROEN' }));
}

function brand(world: World, flow: Flow, form: URLSearchParams): Response {
  const offered = brandsOf(flow.request.country);
  const chosen = offered.find(({ make }) => make === form.get('make'));
  if (chosen !== undefined) return pages.login(save(world, { ...flow, make: chosen.make }));
  const search = form.get('brand-search') ?? '';
  const found = offered.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()));
  return pages.brands(flow, found, search);
}

function login(world: World, flow: Flow, form: URLSearchParams): Response {
  const email = (form.get('username') ?? '').trim().toLowerCase();
  if (email === '' || (form.get('password') ?? '') === '') return pages.login(flow, 'Enter your e-mail and password.');
  const failure = connectFailureFor(email, flow);
  if (failure !== null) return fail(world, flow, failure);
  const candidates = candidatesFor(world, flow, email);
  if (candidates === null) return pages.login(flow, 'E-mail or password is wrong.');
  const known = save(world, { ...flow, email });
  if (flow.request.purpose === 'reauthenticate') return loggedInAgain(world, known);
  if (candidates.length === 0) return fail(world, known, noVehicles);
  return pages.vehicles(known, candidates);
}

/** A fresh login mends what a changed password broke. */
function loggedInAgain(world: World, flow: Flow): Response {
  const entry = world.fleet.find(flow.request.vehicleId ?? '');
  const { clientId } = flow.request.application;
  const isConnected = world.consents.connections({ clientId, vehicleId: entry?.car.id ?? '' }).length > 0;
  const isTheirs = entry !== null && flow.email !== null && isIn(entry, flow.email);
  if (entry === null || !isTheirs || !isConnected) return fail(world, flow, noVehicles);
  if (entry.trouble === 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED') world.fleet.setTrouble(entry.car.id, null);
  end(world, flow);
  return vehicleRedirect(flow.request, entry.car.id);
}

function vehicles(world: World, flow: Flow, form: URLSearchParams, now: number): Response {
  const candidates = chosenAccount(world, flow);
  if (candidates.length === 0) return fail(world, flow, configurationError('A step was skipped'));
  const chosen = candidates.filter(({ car }) => form.getAll('vehicle').includes(car.id));
  const tooMany = flow.request.singleSelect && chosen.length > 1;
  if (chosen.length === 0 || tooMany) {
    return pages.vehicles(flow, candidates, tooMany ? 'Choose one vehicle.' : 'Choose a vehicle.');
  }
  const incompatible = missingRequired(chosen, flow.request.required, now);
  if (incompatible !== null) return fail(world, flow, incompatible);
  const next = save(world, { ...flow, vehicleIds: chosen.map(({ car }) => car.id) });
  const covered = !flow.request.forced && world.consents.covers(wantedGrant(world, next, now));
  return covered ? complete(world, next, now) : pages.approval(next, chosen);
}

function approval(world: World, flow: Flow, _form: URLSearchParams, now: number): Response {
  if (flow.vehicleIds.length === 0) return fail(world, flow, configurationError('A step was skipped'));
  return complete(world, flow, now);
}

function leave(world: World, flow: Flow, form: URLSearchParams): Response {
  if (flow.failure === null) return pages.onScreen('There is no such step.');
  end(world, flow);
  const shared = form.get('share') === 'yes' ? flow.failure.vehicle : null;
  return failureRedirect(flow.request, { ...flow.failure, extra: { ...flow.failure.extra, ...shared } });
}

function complete(world: World, flow: Flow, now: number): Response {
  const grant = world.consents.grant(wantedGrant(world, flow, now));
  end(world, flow);
  const { redirectUri, responseType, externalId } = flow.request;
  world.consents.nameUser(grant.clientId, grant.userId, externalId);
  subscribeBySetting(world, grant, now);
  const code = { grantId: grant.id, clientId: grant.clientId, redirectUri };
  const issued = responseType === 'code' ? world.tokens.issueCode(code, now) : null;
  const lacksKey = flow.vehicleIds.some((id) => world.fleet.find(id)?.trouble === VIRTUAL_KEY_REQUIRED);
  return successRedirect(flow.request, issued, grant.userId, lacksKey ? virtualKeyUrl : null);
}

/** Webhooks that the dashboard is told to subscribe every new vehicle to. */
function subscribeBySetting(world: World, { clientId, userId, vehicleIds }: Grant, createdAt: number): void {
  const automatic = world.webhooks.of(clientId).filter((webhook) => webhook.autoSubscribe);
  for (const { id } of automatic) {
    for (const vehicleId of vehicleIds)
      world.subscriptions.add({ webhookId: id, clientId, userId, vehicleId, createdAt });
  }
}

function wantedGrant(world: World, flow: Flow, now: number): Omit<Grant, 'id' | 'withdrawn'> {
  return {
    clientId: flow.request.application.clientId,
    userId: world.consents.userOf(flow.email ?? ''),
    mode: flow.request.mode,
    vehicleIds: flow.vehicleIds,
    permissions: flow.request.permissions,
    connectedAt: now,
  };
}

function chosenAccount(world: World, flow: Flow): readonly Entry[] {
  return flow.email === null ? [] : (candidatesFor(world, flow, flow.email) ?? []);
}

function fail(world: World, flow: Flow, failure: Failure): Response {
  return pages.failure(save(world, { ...flow, failure }), failure);
}

const noVehicles: Failure = {
  error: 'no_vehicles',
  description: 'No vehicles found in this account',
  extra: {},
  vehicle: null,
};

function configurationError(message: string): Failure {
  return {
    error: 'configuration_error',
    description: 'There is a problem with how the application opened Connect',
    extra: { status_code: '400', error_message: message },
    vehicle: null,
  };
}

function save(world: World, flow: Flow): Flow {
  world.flows.set(flow.id, flow);
  return flow;
}

function end(world: World, flow: Flow): void {
  world.flows.delete(flow.id);
}
