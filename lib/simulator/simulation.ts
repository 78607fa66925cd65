// Vehicles of the vendor's own simulator (mode `simulated`): what they answer in each state of their simulation.
// Source: smartcar.com/docs, simulator. A car of the fleet without a simulation is a real one.

import { type Condition, resting } from './condition.ts';
import { type Refusal, refuse } from './vendor-error.ts';

export type Simulation = 'not_started' | 'parked' | 'driving' | 'charging' | 'paused' | 'finished' | 'removed';

/** What the state of a simulation says about the car; a paused or finished one stays as it was, a real one again rests. */
export function conditionIn(simulation: Simulation | null): Partial<Condition> {
  const { inMotion, pluggedIn, charging } = resting;
  if (simulation === null) return { inMotion, pluggedIn, charging };
  if (simulation === 'driving') return { inMotion: true, pluggedIn: false, charging: false };
  if (simulation === 'charging') return { inMotion: false, pluggedIn: true, charging: true };
  return simulation === 'parked' ? { inMotion: false, pluggedIn: false, charging: false } : {};
}

/** Whatever needs the car. */
export function refuseSimulated(simulation: Simulation | null): Refusal | null {
  if (simulation === 'not_started') return refuse('CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE');
  return simulation === 'removed' ? refuse('CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING') : null;
}

/** @param path of the command in V2. */
export function refuseSimulatedCommand(simulation: Simulation | null, path: string): Refusal | null {
  if (simulation === 'paused' || simulation === 'finished') return refuse('VEHICLE_STATE:UNREACHABLE');
  const limitWhileCharging = simulation === 'charging' && path === '/charge/limit';
  return limitWhileCharging ? refuse('COMPATIBILITY:SMARTCAR_NOT_CAPABLE') : null;
}
