import { describe, expect, it } from 'vitest';
import { errorBody, refuse, vendorErrors } from '../../../lib/simulator/vendor-error.ts';

describe('the vendor error vocabulary', () => {
  it('has the documented 48 pairs with their status and resolution', () => {
    const rows = Object.entries(vendorErrors).map(([name, [status, resolution]]) => `${name} ${status} ${resolution}`);
    expect(rows).toEqual([
      'AUTHENTICATION 401 null',
      'PERMISSION 403 REAUTHENTICATE',
      'VALIDATION 400 null',
      'VALIDATION:PARAMETER 400 null',
      'RESOURCE_NOT_FOUND:PATH 404 null',
      'RESOURCE_NOT_FOUND:VERSION 404 null',
      'BILLING:VEHICLE_LIMIT 430 CONTACT_SUPPORT',
      'BILLING:INVALID_PLAN 430 CONTACT_SUPPORT',
      'BILLING:VEHICLE_REQUEST_LIMIT 430 CONTACT_SUPPORT',
      'BILLING:ACCOUNT_SUSPENDED 430 FINANCE',
      'COMPATIBILITY:MAKE_NOT_COMPATIBLE 501 null',
      'COMPATIBILITY:SMARTCAR_NOT_CAPABLE 501 null',
      'COMPATIBILITY:VEHICLE_NOT_CAPABLE 501 null',
      'COMPATIBILITY:PLATFORM_NOT_CAPABLE 501 REAUTHENTICATE',
      'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE 400 null',
      'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED 400 REAUTHENTICATE',
      'CONNECTED_SERVICES_ACCOUNT:NO_VEHICLES 400 null',
      'CONNECTED_SERVICES_ACCOUNT:PERMISSION 400 REAUTHENTICATE',
      'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION 400 null',
      'CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING 400 null',
      'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED 400 ACTION_REQUIRED',
      'RATE_LIMIT:SMARTCAR_API 429 RETRY_LATER',
      'RATE_LIMIT:VEHICLE 429 RETRY_LATER',
      'SERVER:INTERNAL 500 RETRY_LATER',
      'SERVER:RECORD_NOT_FOUND 500 CONTACT_SUPPORT',
      'SERVER:MULTIPLE_RECORDS_FOUND 500 CONTACT_SUPPORT',
      'UPSTREAM:INVALID_DATA 502 RETRY_LATER',
      'UPSTREAM:KNOWN_ISSUE 502 RETRY_LATER',
      'UPSTREAM:NO_RESPONSE 502 RETRY_LATER',
      'UPSTREAM:RATE_LIMIT 502 RETRY_LATER',
      'UPSTREAM:UNKNOWN_ISSUE 502 RETRY_LATER',
      'VEHICLE_STATE:ASLEEP 409 null',
      'VEHICLE_STATE:CHARGING_IN_PROGRESS 409 null',
      'VEHICLE_STATE:CHARGING_PLUG_CONNECTED 409 null',
      'VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED 409 null',
      'VEHICLE_STATE:CHARGE_FAULT 409 null',
      'VEHICLE_STATE:FULLY_CHARGED 409 null',
      'VEHICLE_STATE:NOT_CHARGING 409 null',
      'VEHICLE_STATE:DOOR_OPEN 409 null',
      'VEHICLE_STATE:HOOD_OPEN 409 null',
      'VEHICLE_STATE:TRUNK_OPEN 409 null',
      'VEHICLE_STATE:IGNITION_ON 409 null',
      'VEHICLE_STATE:IN_MOTION 409 null',
      'VEHICLE_STATE:LOW_BATTERY 409 RETRY_LATER',
      'VEHICLE_STATE:REMOTE_ACCESS_DISABLED 409 null',
      'VEHICLE_STATE:UNKNOWN 409 RETRY_LATER',
      'VEHICLE_STATE:UNREACHABLE 409 null',
      'VEHICLE_STATE:VEHICLE_OFFLINE_FOR_SERVICE 409 null',
    ]);
  });

  it('writes the body in the documented form', () => {
    expect(errorBody(refuse('VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED'), 'request-1')).toEqual({
      type: 'VEHICLE_STATE',
      code: 'CHARGING_PLUG_NOT_CONNECTED',
      description: 'The charging plug is not connected.',
      docURL: 'https://smartcar.com/docs/errors/api-errors/vehicle-state-errors#charging-plug-not-connected',
      statusCode: 409,
      requestId: 'request-1',
      resolution: { type: null },
    });
  });

  it('keeps a null code, and shows url and detail only where there are some', () => {
    expect(
      errorBody(refuse('VALIDATION', { url: 'https://x.test', detail: [{ field: 'limit' }] }), 'request-2'),
    ).toEqual({
      type: 'VALIDATION',
      code: null,
      description: 'The request is malformed.',
      docURL: 'https://smartcar.com/docs/errors/api-errors/validation-errors#null',
      statusCode: 400,
      requestId: 'request-2',
      resolution: { type: null, url: 'https://x.test' },
      detail: [{ field: 'limit' }],
    });
  });
});
