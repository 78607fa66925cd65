// What the rest of the product knows of the vehicle platform: who is connected, which car it is, what its odometer says.
// Nothing outside this room knows which platform version answers. Every method throws VehicleError and nothing else.

import type { DistanceUnit } from './metres.ts';
import type { Meaning } from './refusals.ts';

export interface Identity {
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
  /** Absent when not asked for, and when the platform refused it (then `vinRefused` says what that means). */
  readonly vin?: string;
  readonly vinRefused?: Meaning;
}

interface ReadOptions {
  /** Read the VIN along: one more billed request. */
  readonly withVin: boolean;
  /** Milliseconds for the whole call; waiting for a car takes up to 300 s. */
  readonly deadlineMs: number;
}

export interface VehiclePlatform {
  /** Vendor ids of every vehicle the token covers, all pages. */
  readonly listVehicles: (access: string) => Promise<readonly string[]>;
  /** Permissions the driver granted for this vehicle, all pages. */
  readonly permissions: (access: string, vehicleId: string) => Promise<readonly string[]>;
  /** VIN, make, model and year, in one call of two billed requests. */
  readonly identify: (access: string, vehicleId: string) => Promise<Identity>;
  /**
   * The odometer and, if asked, the VIN, in one call.
   * A VIN refused for lack of permission throws, because the driver's consent has changed; a VIN that fails otherwise
   * never costs the odometer.
   */
  readonly read: (access: string, vehicleId: string, options: ReadOptions) => Promise<VehicleReading>;
  /** Ends the platform's own grant for this vehicle. Throws `reconnect` when the grant is already gone. */
  readonly disconnect: (access: string, vehicleId: string) => Promise<void>;
  /** How many requests the platform bills for one `read`, to be taken from the rate budget beforehand. */
  readonly billedRequests: (read: Pick<ReadOptions, 'withVin'>) => number;
}
