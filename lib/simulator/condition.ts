// What commands look at and change: doors, ignition, plug. Values of the moment, without a history.

export interface Condition {
  readonly locked: boolean;
  readonly doorOpen: boolean;
  readonly hoodOpen: boolean;
  readonly trunkOpen: boolean;
  readonly ignitionOn: boolean;
  readonly inMotion: boolean;
  readonly chargingPortOpen: boolean;
  readonly pluggedIn: boolean;
  readonly charging: boolean;
  /** Fraction 0.5..1. */
  readonly chargeLimit: number;
  readonly destination: { readonly latitude: number; readonly longitude: number } | null;
}

export const resting: Condition = {
  locked: true,
  doorOpen: false,
  hoodOpen: false,
  trunkOpen: false,
  ignitionOn: false,
  inMotion: false,
  chargingPortOpen: false,
  pluggedIn: true,
  charging: false,
  chargeLimit: 1,
  destination: null,
};
