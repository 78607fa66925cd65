// What the vendor's dashboard sends when somebody presses "test": a signed event like any other, about a vehicle that nobody has, in
// mode TEST, with the nine signals of the free plan. Source: deliveries captured in 2026. Receivers must not take it for a reading.

import type { WebhookEvent } from './webhook-event.ts';

type Sample = readonly [group: string, name: string, body: object];

const samples: readonly Sample[] = [
  ['Closure', 'IsLocked', { value: true }],
  ['ConnectivitySoftware', 'CurrentFirmwareVersion', { value: '2026.8.3' }],
  ['ConnectivityStatus', 'IsAsleep', { value: false }],
  ['ConnectivityStatus', 'IsOnline', { value: true }],
  ['Odometer', 'TraveledDistance', { value: 19_560, unit: 'km' }],
  ['TractionBattery', 'Range', { value: 312, type: 'DEFAULT', additionalValues: [], unit: 'km' }],
  ['TractionBattery', 'StateOfCharge', { value: 78, unit: 'percent' }],
  ['VehicleIdentification', 'VIN', { value: '5YJ3E1EA7KF000316' }],
  ['VehicleUserAccount', 'Permissions', { values: ['read_odometer', 'read_vin'] }],
];

/** @param clientId whose dashboard it is */
export function testEvent(clientId: string, uuid: () => string, now: number): WebhookEvent {
  const [vehicleId, userId] = [uuid(), uuid()];
  const signals = samples.map(([group, name, body]) => ({
    ...nameOf(group, name),
    body,
    meta: { oemUpdatedAt: name === 'VIN' ? 0 : now, retrievedAt: name === 'VIN' ? 0 : now },
    status: { value: 'SUCCESS' },
  }));
  const vehicle = { id: vehicleId, make: 'TESLA', model: 'Model 3', year: 2019, mode: 'test', powertrainType: 'BEV' };
  const data = { user: { id: userId, externalId: null }, vehicle, signals };
  const triggers = [{ type: 'SIGNAL_UPDATED', signal: nameOf('Odometer', 'TraveledDistance') }];
  const meta = { applicationId: `app_${clientId}`, signalCount: signals.length, sequence: now, mode: 'TEST' };
  return {
    eventId: uuid(),
    eventType: 'VEHICLE_STATE',
    webhook: webhookOf(clientId),
    content: { vehicleId, data, triggers },
    meta,
  };
}

function nameOf(group: string, name: string): object {
  return { code: `${group}-${name}`.toLowerCase(), name, group };
}

/** The dashboard's samples carry a name and an id of no webhook. */
function webhookOf(clientId: string): WebhookEvent['webhook'] {
  return {
    ...{ id: 'wh_test', generation: 'v4', clientId, name: 'Test', callbackUri: null, errorCallbackUri: null },
    ...{ triggers: [], data: [], autoSubscribe: false, isEnabled: true, verified: true, atMostEveryMs: null },
  };
}
