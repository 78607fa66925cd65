// What commands look at and change: doors, ignition, plug. Values of the moment, without a history.

/** As V3 was told; the car does not charge by it. */
export interface ChargeSchedule {
  readonly id: string;
  readonly kind: 'daily' | 'weekly' | 'workweek';
  readonly told: Readonly<Record<string, unknown>>;
}

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
  readonly chargeSchedules: readonly ChargeSchedule[];
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
  chargeSchedules: [],
  destination: null,
};
