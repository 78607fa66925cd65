// The V2 compatibility endpoints: may this VIN be connected, and which models are supported in a region.
// Documented test VINs first, then the fleet, then the manufacturer's code of the VIN; anything else is incompatible.

import { answer } from './answer.ts';
import type { Application } from './application.ts';
import { applicationByCredentials, takeCalls } from './caller.ts';
import { type Powertrain, vinAt } from './car.ts';
import { type Model, models } from './models.ts';
import { vehicleCommands } from './vehicle-commands.ts';
import { vehicleReads } from './vehicle-reads.ts';
import type { Handler } from './vehicle-routes.ts';
import { type Refusal, refuse } from './vendor-error.ts';
import type { Call, World } from './world.ts';

/** What a VIN is able to do: everything its powertrain allows, nothing, or it is not compatible at all. */
type Ability = Powertrain | 'none' | 'incompatible';

const documentedVins: Readonly<Record<string, Ability>> = {
  '5YJXCDE22HF068739': 'PHEV',
  WAUAFAFL1GN014882: 'none',
  WBAKE5C58DJ107700: 'incompatible',
  '0SCGMCT0386A85356': 'BEV',
};

const levels: Readonly<Record<string, Ability>> = {
  compatible: 'PHEV',
  incompatible: 'incompatible',
  bev: 'BEV',
  phev: 'PHEV',
  fuel: 'ICE',
  dinosaur: 'none',
};

export const compatibility: Handler = (world, call) => {
  const application = callingApplication(world, call);
  if ('kind' in application) return application;
  const query = call.url.searchParams;
  const [vin, scope] = [query.get('vin') ?? '', words(query.get('scope'))];
  const isAskable = vin.length === 17 && (!isTestVin(vin) || Object.hasOwn(documentedVins, vin));
  if (!isAskable || scope.length === 0) {
    const missing = isAskable ? 'scope' : 'vin';
    return refuse('VALIDATION:PARAMETER', { detail: [{ field: missing, message: 'missing or malformed' }] });
  }
  const ability = levels[query.get('test_mode_compatibility_level') ?? ''] ?? abilityOf(world, vin, call.now);
  const compatible = ability !== 'incompatible';
  const inUnitedStates = (query.get('country') ?? 'US') === 'US';
  return answer({
    compatible,
    reason: compatible ? null : 'VEHICLE_NOT_COMPATIBLE',
    capabilities: compatible && inUnitedStates ? scope.flatMap((permission) => capabilities(permission, ability)) : [],
  });
};

/** VINs of test mode do not work here, except the documented one. */
function isTestVin(vin: string): boolean {
  return /^[01]SC/.test(vin);
}

export const compatibilityMatrix: Handler = (world, call) => {
  const application = callingApplication(world, call);
  if ('kind' in application) return application;
  const query = call.url.searchParams;
  const region = query.get('region');
  if (region !== 'US' && region !== 'CA' && region !== 'EUROPE') {
    return refuse('VALIDATION:PARAMETER', { detail: [{ field: 'region', message: 'US, CA or EUROPE' }] });
  }
  const [makes, scope, type] = [words(query.get('make')), words(query.get('scope')), query.get('type')];
  const chosen = models.filter(
    (model) =>
      model.regions.includes(region) &&
      (makes.length === 0 || makes.includes(model.make)) &&
      (type === null || type === model.type) &&
      scope.every((permission) => permissionsOf(model.type).includes(permission)),
  );
  const byMake = [...Map.groupBy(chosen, (model) => model.make)];
  return answer(Object.fromEntries(byMake.map(([make, its]) => [make, its.map(row)])));
};

function callingApplication(world: World, call: Call): Application | Refusal {
  const application = applicationByCredentials(world, call.request);
  if (application === null) return refuse('AUTHENTICATION');
  return takeCalls(world, call, application) ?? application;
}

function abilityOf(world: World, vin: string, now: number): Ability {
  const car = world.fleet.all().find((entry) => vinAt(entry.car, now) === vin)?.car;
  const bySign = models.some((model) => model.vinStarts.some((start) => vin.startsWith(start)))
    ? 'ICE'
    : 'incompatible';
  return documentedVins[vin] ?? car?.powertrain ?? bySign;
}

function capabilities(permission: string, ability: Ability): object[] {
  const endpoints = [...vehicleReads, ...vehicleCommands].filter((endpoint) => endpoint.permission === permission);
  return endpoints.map(({ path, powertrains }) => {
    const capable = ability !== 'none' && (powertrains?.some((able) => able === ability) ?? true);
    return { permission, endpoint: path, capable, reason: capable ? null : 'VEHICLE_NOT_CAPABLE' };
  });
}

function row({ model, startYear, endYear, type }: Model): object {
  const endpoints = vehicleReads.filter((read) => read.powertrains?.includes(type) ?? true).map((read) => read.path);
  return { model, startYear, endYear, type, endpoints, permissions: permissionsOf(type) };
}

function permissionsOf(type: Powertrain): readonly string[] {
  const able = vehicleReads.filter((read) => read.powertrains?.includes(type) ?? true);
  return [...new Set(able.flatMap(({ permission }) => permission ?? []))];
}

function words(text: string | null): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
