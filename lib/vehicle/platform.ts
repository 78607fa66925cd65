// What the rest of the product knows of the vehicle platform: who is connected, which car it is, what its odometer says.
// Whoever reads a car does not know which version of the platform answers: the version matters where a driver connects, where credentials
// are checked, and where a connection moves from one to the other. Every method throws VehicleError and nothing else, except TypeError where
// the caller left out what the platform cannot do without.

import type { DistanceUnit } from './metres.ts';
import type { VehicleError } from './vehicle-error.ts';

/**
 * A vehicle as one driver shared it. `userId` is the platform's id of the driver, from the grant; V2 does without, V3 does
 * not. A bare string is a vehicle id.
 */
export type VehicleRef = string | { readonly vehicleId: string; readonly userId?: string | undefined };

/** What a driver shared: one vehicle. */
export interface Grant {
  readonly vehicleId: string;
  /** The platform's id of the driver; undefined where the platform names none. */
  readonly userId: string | undefined;
  /** Granted permissions; undefined where they have to be asked for with `permissions`. */
  readonly permissions: readonly string[] | undefined;
  /** When it was made or last changed, `YYYY-MM-DDTHH:mm:ss.sssZ`; undefined where the platform does not say. */
  readonly changedAt: string | undefined;
}

/** Whose grants: of an authorization by the `external_id` it was sent with, of a driver, of a vehicle. */
export interface GrantOf {
  readonly externalId?: string | undefined;
  readonly userId?: string | undefined;
  readonly vehicleId?: string | undefined;
}

export interface Description {
  readonly make: string;
  readonly model: string;
  readonly year: number;
  /** Undefined when the platform does not know it (V3: its signal alone fails), or refused to be asked (then `vinRefused` says how). */
  readonly vin: string | undefined;
  readonly vinRefused?: VehicleError;
}

interface Identity {
  readonly vin: string;
  readonly make: string;
  readonly model: string;
  readonly year: number;
}

export interface Odometer {
  /** Whole metres. */
  readonly metres: number;
  /** Unit and value as sent. */
  readonly unit: DistanceUnit;
  readonly distance: number;
  /** When the car measured, `YYYY-MM-DDTHH:mm:ss.sssZ`; where it does not say, when the platform fetched it. */
  readonly recordedAt: string;
  /** When the platform fetched it; where it does not say, when the answer arrived here. */
  readonly fetchedAt: string;
  readonly requestId: string | undefined;
}

export interface VehicleReading {
  readonly odometer: Odometer;
  /** Absent when not asked for, not known to the platform, or refused. */
  readonly vin?: string;
  /** The VIN was refused: what that means beyond this vehicle (an empty bucket, a plan), and how long to wait, holds all the same. */
  readonly vinRefused?: VehicleError;
  /** The platform has no VIN for this car: says nothing about consent. */
  readonly vinUnknown?: true;
}

interface ReadOptions {
  /** Read the VIN along: one more billed request. */
  readonly withVin: boolean;
  /** Milliseconds for the whole call; waiting for a car takes up to 300 s. */
  readonly deadlineMs: number;
}

/** Whose token opens a car: the driver's own, of a pair that is refreshed, or one for all cars of the application. */
export type TokenOf = 'driver' | 'application';

/** @param version of the platform; undefined: `v2` */
export const whoseToken = (version: 'v2' | 'v3' | undefined): TokenOf => (version === 'v3' ? 'application' : 'driver');

export interface VehiclePlatform {
  /** Whose token `access` is. Tell `decideRetry`: refused twice, it is another party's trouble. */
  readonly tokenOf: TokenOf;
  /** The platform's id of the driver whose token it is; undefined for an application's token, which is nobody's. */
  readonly driver: (access: string) => Promise<string | undefined>;
  /**
   * What was shared, all pages. A driver's token stands for its driver; an application's sees everybody, so there
   * `of` must narrow (TypeError otherwise).
   */
  readonly grants: (access: string, of?: GrantOf) => Promise<readonly Grant[]>;
  /** Vendor ids of `grants`, each once. */
  readonly listVehicles: (access: string, of?: GrantOf) => Promise<readonly string[]>;
  /** Permissions the driver granted for this vehicle, all pages. */
  readonly permissions: (access: string, vehicle: VehicleRef) => Promise<readonly string[]>;
  /** Make, model, year and, where known, the VIN: two billed requests. A VIN refused for lack of permission throws. */
  readonly describe: (access: string, vehicle: VehicleRef) => Promise<Description>;
  /** As `describe`, but throws without a VIN. */
  readonly identify: (access: string, vehicle: VehicleRef) => Promise<Identity>;
  /**
   * The odometer and, if asked, the VIN.
   * A VIN refused for lack of permission throws, because the driver's consent has changed; a VIN that fails otherwise
   * never costs the odometer.
   */
  readonly read: (access: string, vehicle: VehicleRef, options: ReadOptions) => Promise<VehicleReading>;
  /** Has the webhook told of this vehicle. Done as well when it is so already. */
  readonly subscribe: (access: string, vehicle: VehicleRef, webhookId: string) => Promise<void>;
  /**
   * Ends the platform's own grants for this vehicle: everybody's, or on V3, where a driver is named, that driver's. What is already gone is
   * done (V3), or throws `AUTHENTICATION` or `PERMISSION` (V2, which has no other word for it). Nothing else that is refused means that it is
   * gone.
   */
  readonly disconnect: (access: string, vehicle: VehicleRef) => Promise<void>;
  /** How many requests the platform bills at most for one `read`, to be taken from the rate budget beforehand. */
  readonly billedRequests: (read: Pick<ReadOptions, 'withVin'>) => number;
}
