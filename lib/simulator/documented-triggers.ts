// E-mails and VINs the vendor documents for testing: whoever logs in with one, or asks for one by `single_select_vin`,
// gets a car that answers with that error, or a Connect that ends in it. Source: smartcar.com/docs, test requests.

import type { VendorErrorName } from './vendor-error.ts';

export type ConnectFailureName = 'invalid_subscription' | 'vehicle_incompatible' | 'no_vehicles' | 'server_error';

const vins: Readonly<Partial<Record<VendorErrorName, string>>> = {
  'COMPATIBILITY:MAKE_NOT_COMPATIBLE': '0SCLR000270BE6600',
  'COMPATIBILITY:SMARTCAR_NOT_CAPABLE': '0SCLR0002DC18F57F',
  'COMPATIBILITY:VEHICLE_NOT_CAPABLE': '0SCLR00024C7CDF7A',
  'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE': '0SCLR00026BAAA136',
  'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED': '0SCLR00021D803C7B',
  'CONNECTED_SERVICES_ACCOUNT:NO_VEHICLES': '0SCLR00027671837B',
  'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION': '0SCLR0002B9BAF29F',
  'CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING': '0SCLR00024E29EEBD',
  'UPSTREAM:INVALID_DATA': '0SCLR000298A0A649',
  'UPSTREAM:KNOWN_ISSUE': '0SCLR0002A8760B72',
  'UPSTREAM:NO_RESPONSE': '0SCLR0002C23E43AB',
  'UPSTREAM:UNKNOWN_ISSUE': '0SCLR0002D4878901',
  'VEHICLE_STATE:ASLEEP': '0SCLR0002E8896323',
  'VEHICLE_STATE:CHARGING_IN_PROGRESS': '0SCLR000221F1E672',
  'VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED': '0SCLR0002CBFC7C21',
  'VEHICLE_STATE:DOOR_OPEN': '0SCLR0002F8BD90B8',
  'VEHICLE_STATE:FULLY_CHARGED': '0SCLR00029CD9D894',
  'VEHICLE_STATE:HOOD_OPEN': '0SCLR000219CD4A2C',
  'VEHICLE_STATE:IGNITION_ON': '0SCLR00021D49E58A',
  'VEHICLE_STATE:IN_MOTION': '0SCLR00024F6EE640',
  'VEHICLE_STATE:REMOTE_ACCESS_DISABLED': '0SCLR0002588A5CC1',
  'VEHICLE_STATE:TRUNK_OPEN': '0SCLR00023C607FDB',
  'VEHICLE_STATE:UNKNOWN': '0SCLR0002E6CC0314',
  'VEHICLE_STATE:UNREACHABLE': '0SCLR000247EBF067',
  'VEHICLE_STATE:VEHICLE_OFFLINE_FOR_SERVICE': '0SCLR0002AF1D71A1',
};

export interface TroubleTrigger {
  readonly email: string;
  readonly vin: string;
  readonly error: VendorErrorName;
}

/** The first generation of trigger accounts; the vendor names no code for them, so the general one stands in. */
const older: readonly TroubleTrigger[] = [
  ...['0SCLR0002EDAB90A7', '0SCLR0002AB072EEA'].map((vin, index) => ({
    email: `smartcar@voa-00${index}.vehicle-owner-action-required.com`,
    vin,
    error: 'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE' as const,
  })),
  ...['0SCLR000292E53813', '0SCLR00022F1A83F5', '0SCLR00028D1AA6DF'].map((vin, index) => ({
    email: `smartcar@vs-00${index}.vehicle-state-error.com`,
    vin,
    error: 'VEHICLE_STATE:UNKNOWN' as const,
  })),
];

/** Accounts whose only car answers every question that needs the car with one error. */
export const troubleTriggers: readonly TroubleTrigger[] = [
  ...Object.entries(vins).map(([name, vin]) => ({
    email: `${name.replace(':', '.')}@smartcar.com`.toLowerCase(),
    vin,
    // `vins` is keyed by error names, which Object.entries widens to string.
    error: name as VendorErrorName,
  })),
  ...older,
];

/** Accounts whose Connect ends in an error. The last two e-mails are ours: the vendor documents none for them. */
export const connectTriggers: readonly {
  readonly email: string;
  readonly vin: string | null;
  readonly error: ConnectFailureName;
}[] = [
  { email: 'smartcar@invalid-subscription.com', vin: '0SCAUDI0155C49A95', error: 'invalid_subscription' },
  { email: 'smartcar@vehicle-incompatible.com', vin: '0SCAUDI012FE3B132', error: 'vehicle_incompatible' },
  { email: 'smartcar@no-vehicles.com', vin: null, error: 'no_vehicles' },
  { email: 'smartcar@server-error.com', vin: null, error: 'server_error' },
];
